//! Two waits at once.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::Poll,
};

use super::control::moment;

/// Waits for both; no longer where the first fails.
///
/// # Errors
/// The first's failure.
pub async fn both<T, U, E>(
    first: impl Future<Output = Result<T, E>>,
    second: impl Future<Output = U>,
) -> Result<(T, U), E> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut one, mut other) = (None, None);
    poll_fn(|context| {
        if one.is_none()
            && let Poll::Ready(done) = first.as_mut().poll(context)
        {
            match done {
                Ok(done) => one = Some(done),
                Err(failure) => return Poll::Ready(Err(failure)),
            }
        }
        if other.is_none()
            && let Poll::Ready(done) = second.as_mut().poll(context)
        {
            other = Some(done);
        }
        match (one.take(), other.take()) {
            (Some(one), Some(other)) => Poll::Ready(Ok((one, other))),
            found => {
                (one, other) = found;
                Poll::Pending
            }
        }
    })
    .await
}

/// A clock that ticks beside waits. One timer goes on from each wait to the next: thousands of them are
/// over before a timer of their own would be.
pub struct Ticks {
    milliseconds: i32,
    next: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl Ticks {
    /// One that ticks every so many milliseconds while there is somebody who waits.
    pub fn every(milliseconds: i32) -> Self {
        Self { milliseconds, next: None }
    }

    /// Waits for something, or for the next tick: `None`. What was waited for goes on then and has to
    /// be waited for again.
    pub async fn or<T>(&mut self, mut wait: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        poll_fn(|context| {
            if let Poll::Ready(done) = wait.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            let next = self.next.get_or_insert_with(|| Box::pin(moment(self.milliseconds)));
            let tick = next.as_mut().poll(context);
            tick.map(|()| {
                self.next = None;
                None
            })
        })
        .await
    }
}
