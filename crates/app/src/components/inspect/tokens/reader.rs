//! Has the model read a text that it did not write, and hands over what it expected there.
//!
//! A component of its own, so that its questions stay what they are while the rest of the view is
//! drawn again and again.

use super::transcript::Reading;
use crate::{
    components::use_i18n,
    hooks::{Heard, use_query},
    i18n::sentence,
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Context, Event, Prediction, Query, Seat};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The prompt, as far as the model gets it.
    pub context: Context,
    /// Text after it, in words; empty if there is none.
    pub loose: AttrValue,
    pub on_read: Callback<Reading>,
}

#[function_component]
pub fn Reader(props: &Props) -> Html {
    let i18n = use_i18n();
    let prompt =
        use_query(Seat::Main, Some(Query::Read { context: props.context.clone(), from: 1 }));
    let loose = use_query(
        Seat::Main,
        (!props.loose.is_empty()).then(|| Query::Score {
            context: props.context.clone(),
            answers: vec![props.loose.to_string()],
        }),
    );
    let on_read = props.on_read.clone();
    let heard = ((*prompt).clone(), (*loose).clone());
    use_effect_with(heard, move |(prompt, loose)| {
        // Until the model begins to answer, what was heard of the text before is as good as known.
        if prompt.events.is_empty() {
            return;
        }
        on_read.emit(Reading { prompt: predictions(prompt), loose: predictions(loose) });
    });
    let failure = prompt.failure().or(loose.failure());
    html! {
        if let Some(failure) = failure {
            <p class="help" role="status">{ sentence(&i18n, failure) }</p>
        } else if let Some((done, total)) = prompt.progress {
            <p class="help">{ i18n.tf("inspect.reading", &[("done", &done), ("total", &total)]) }</p>
        }
    }
}

fn predictions(heard: &Heard) -> Vec<Rc<Prediction>> {
    let of_event = |event: &Event| match event {
        Event::Read { predictions, .. } | Event::Scored { predictions, .. } => {
            predictions.iter().cloned().map(Rc::new).collect()
        }
        _ => Vec::new(),
    };
    heard.events.iter().flat_map(of_event).collect()
}
