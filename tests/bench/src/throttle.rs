//! A thin network: passes connections on to a server, at 50 Mbit/s in all and with 40 ms from a
//! request to the beginning of its answer, as at the other end of a city.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use xtask::server::Server;

const BYTES_PER_SECOND: f64 = 50e6 / 8.0;
const ROUND_TRIP: Duration = Duration::from_millis(40);

/// Listens until the program ends.
pub struct Throttle {
    port: u16,
}

impl Throttle {
    /// Before a server of this machine.
    pub fn before(server: &Server) -> Result<Self> {
        let url = server.url();
        let port: u16 = url
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .context("the server has no port")?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let own = listener.local_addr()?.port();
        // When the line is free again.
        let free = Arc::new(Mutex::new(Instant::now()));
        std::thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                let free = Arc::clone(&free);
                std::thread::spawn(move || pass(visitor, port, &free));
            }
        });
        Ok(Self { port: own })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

/// Passes one connection on, both ways, until either side ends it.
fn pass(visitor: TcpStream, port: u16, free: &Mutex<Instant>) {
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return };
    let (Ok(visitor_in), Ok(server_in)) = (visitor.try_clone(), server.try_clone()) else { return };
    std::thread::scope(|scope| {
        scope.spawn(|| copy(visitor_in, &server, |_| std::thread::sleep(ROUND_TRIP)));
        copy(server_in, &visitor, |bytes| {
            let time = Duration::from_secs_f64(bytes as f64 / BYTES_PER_SECOND);
            let until = {
                let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
                *free = (*free).max(Instant::now()) + time;
                *free
            };
            std::thread::sleep(until.saturating_duration_since(Instant::now()));
        });
    });
}

fn copy(mut from: TcpStream, mut to: &TcpStream, delay: impl Fn(usize)) {
    let mut piece = [0; 16 << 10];
    while let Ok(bytes @ 1..) = from.read(&mut piece) {
        delay(bytes);
        if to.write_all(&piece[..bytes]).is_err() {
            break;
        }
    }
    // The other side hears that no more comes; one that is gone already does not mind.
    let _ = to.shutdown(Shutdown::Write);
}
