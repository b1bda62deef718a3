//! Two models on the same prompt: where their texts part, and how far their expectations are
//! apart along the first one's.

use super::{
    columns::decoding_of,
    pair::Pair,
    queue::{Action, Job, use_queue},
    rival::Rival,
    take::Take,
};
use crate::{
    components::{
        chart::{Axis, Format, LineChart, Point, Series},
        settings::unusable_sentence,
        use_i18n,
    },
    hooks::{Models, use_query},
    i18n::sentence,
    state::{Chosen, Desk, Model, State},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::{Context, Event, FinishReason, Query, Seat};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub desk: Rc<Desk>,
    /// Whether the visitor's own run is under way.
    pub busy: bool,
    pub rival: Option<Model>,
    /// What can be the second one.
    pub offered: Vec<Chosen>,
    pub dispatcher: UseReducerDispatcher<State>,
}

#[function_component]
pub fn TwoModels(props: &Props) -> Html {
    let i18n = use_i18n();
    let models = use_context::<Models>();
    let queue = use_queue(props.busy);
    let prompt = props.desk.prompt().text();
    let decoding = decoding_of(&props.desk);
    let kind = |seat| {
        let summary = models.as_ref().and_then(|models: &Models| models.of(seat));
        summary.map(|summary| summary.kind.clone()).unwrap_or_default()
    };
    let loads = models.as_ref().map(|models| models.loads);
    let ready = matches!(props.rival, Some(Model::Ready(_)));
    {
        let dispatcher = queue.dispatcher();
        let key = (prompt.clone(), decoding.clone(), loads, ready);
        use_effect_with(key, move |_| dispatcher.dispatch(Action::Clear));
    }
    let start = {
        let (queue, decoding, prompt) = (queue.dispatcher(), decoding.clone(), prompt.clone());
        move |_| {
            if let Ok(decoding) = &decoding {
                let job = |seat| Job::generate(seat, prompt.clone(), decoding.clone());
                queue.dispatch(Action::Start(vec![job(Seat::Main), job(Seat::Rival)]));
            }
        }
    };
    let stop = {
        let queue = queue.dispatcher();
        move |_| queue.dispatch(Action::Stop)
    };
    html! {
        <>
            <p class="help">{ i18n.t("models.help") }</p>
            <Rival
                rival={props.rival.clone()}
                offered={props.offered.clone()}
                dispatcher={props.dispatcher.clone()}
            />
            if let Err(unusable) = &decoding {
                <p class="alert" role="alert">{ unusable_sentence(&i18n, unusable) }</p>
            }
            if ready {
                <div class="shot-tools">
                    if queue.goes_on() {
                        <button type="button" class="secondary" onclick={stop}>{ i18n.t("compare.stop") }</button>
                    } else {
                        <button type="button" class="secondary" disabled={decoding.is_err()} onclick={start}>
                            { i18n.t(if queue.heard().is_empty() { "compare.start" } else { "compare.again" }) }
                        </button>
                    }
                    <span role="status" class="take-state">
                        if queue.goes_on() && props.busy { { i18n.t("compare.busy") } }
                    </span>
                </div>
                if let [left, right] = queue.heard() {
                    <Pair
                        left_heading={i18n.tf("models.first", &[("kind", &kind(Seat::Main))])}
                        right_heading={i18n.tf("models.second", &[("kind", &kind(Seat::Rival))])}
                        left={left.clone()}
                        right={right.clone()}
                        keep={props.desk.keep()}
                        stopped={!queue.goes_on()}
                    />
                    if !queue.goes_on() {
                        <Divergence {prompt} events={left.clone()} />
                    }
                }
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct DivergenceProps {
    prompt: AttrValue,
    /// What brought the main model's text.
    events: Rc<Vec<Event>>,
}

/// How far the models are apart along the main one's text.
#[function_component]
fn Divergence(props: &DivergenceProps) -> Html {
    let i18n = use_i18n();
    let take = use_memo(props.events.clone(), |events| Take::of(events));
    let heard = use_query(Seat::Main, question(&props.prompt, &take));
    if let Some(failure) = heard.failure() {
        return html! { <p class="alert" role="alert">{ sentence(&i18n, failure) }</p> };
    }
    let (divergence, agree) = gathered(&heard.events);
    let Some(mean) = mean(&divergence).filter(|_| heard.is_complete()) else {
        return Html::default();
    };
    let agreed = agree.iter().filter(|agree| **agree).count();
    let points = divergence.iter().enumerate();
    // Tokens are counted from 1, as where the texts part.
    let points = points.map(|(at, y)| Point { x: at as f64 + 1.0, y: f64::from(*y), spread: None });
    let names = take.pieces.iter().map(|piece| piece.text.clone());
    let names: Vec<_> = std::iter::once(String::new()).chain(names).collect();
    html! {
        <>
            <p class="said">
                { i18n.tf("models.mean", &[
                    ("mean", &Format::Number.write(mean)),
                    ("agree", &agreed),
                    ("all", &agree.len()),
                ]) }
            </p>
            <LineChart
                name={i18n.t("models.divergence")}
                file="divergence"
                x={Axis {
                    title: i18n.t("models.token").into(),
                    range: Some((1.0, divergence.len().max(2) as f64)),
                    whole: true,
                    ..Axis::default()
                }}
                y={Axis { title: i18n.t("models.divergence_axis").into(), ..Axis::default() }}
                series={Rc::new(vec![Series {
                    name: i18n.t("models.divergence").into(),
                    points: points.collect(),
                }])}
                x_names={Rc::new(names)}
                height={220.0}
            />
        </>
    }
}

/// The question about a text that has been written; none of one that was cut to fit or is empty.
fn question(prompt: &str, take: &Take) -> Option<Query> {
    let Some(Ok((reason, stats))) = &take.end else { return None };
    let usable = *reason != FinishReason::Cancelled
        && stats.trimmed_tokens == 0
        && stats.prompt_tokens > 0
        && !take.pieces.is_empty();
    usable.then(|| Query::Divergence {
        context: Context { prompt: prompt.to_owned(), tokens: take.ids() },
        from: stats.prompt_tokens,
    })
}

/// What was heard, in one row.
fn gathered(events: &[Event]) -> (Vec<f32>, Vec<bool>) {
    let mut all = (Vec::new(), Vec::new());
    for event in events {
        if let Event::Divergence { divergence, agree, .. } = event {
            all.0.extend(divergence);
            all.1.extend(agree);
        }
    }
    all
}

fn mean(values: &[f32]) -> Option<f64> {
    let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
    (!values.is_empty()).then(|| sum / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::{Piece, Stats};

    fn take(reason: FinishReason) -> Take {
        let stats = Stats { prompt_tokens: 12, ..Stats::default() };
        let pieces = vec![Piece::new(5, b" un"), Piece::new(6, b" chat")];
        Take { text: " un chat".to_owned(), pieces, reading: None, end: Some(Ok((reason, stats))) }
    }

    #[test]
    fn the_models_are_compared_along_what_the_first_one_wrote() {
        let context = Context { prompt: "a cat =".to_owned(), tokens: vec![5, 6] };
        let asked = question("a cat =", &take(FinishReason::Length));
        assert_eq!(asked, Some(Query::Divergence { context, from: 12 }));
        assert_eq!(question("a cat =", &take(FinishReason::Cancelled)), None);
        assert_eq!(question("a cat =", &Take::default()), None);
    }

    #[test]
    fn parts_of_the_answer_are_put_together() {
        let part = |start, divergence: &[f32]| Event::Divergence {
            id: 1,
            start,
            divergence: divergence.to_vec(),
            agree: vec![true; divergence.len()],
        };
        let (divergence, agree) = gathered(&[part(12, &[0.5, 0.0]), part(14, &[0.25])]);
        assert_eq!((divergence.len(), agree.len()), (3, 3));
        assert_eq!(mean(&divergence), Some(0.25));
    }
}
