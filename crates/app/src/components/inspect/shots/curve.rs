//! The probability of the expected answer by the number of shots, with the spread over choices and
//! orders of the shots.

use super::{
    columns::shots_text,
    queue::{Action, Job, Queue, What, use_queue},
};
use crate::{
    components::{
        chart::{Axis, Format, Kind, LineChart, Point, Series},
        use_i18n,
    },
    i18n::{I18n, Locale, sentence},
    state::{
        Change, Desk, Measure, ORDERS, Score, Trial, as_continuation, change, found,
        largest_factor, trials,
    },
};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_protocol::{Context, Event, Failure, Query, Seat};

/// A spread as wide as this is worth a sentence.
const NOTABLE: f64 = 1.5;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub desk: Rc<Desk>,
    pub expected: AttrValue,
    /// It begins.
    pub on_start: Callback<()>,
}

#[function_component]
pub fn Curve(props: &Props) -> Html {
    let i18n = use_i18n();
    // Questions do not disturb the visitor's run: they wait for it by themselves.
    let queue = use_queue(false);
    let mixed = use_state_eq(|| false);
    let seed_text = use_state_eq(|| "1".to_owned());
    let seed = seed_text.trim().parse::<u32>().ok().map(u64::from);
    let measure = use_state_eq(|| Measure::Whole);
    let trials = use_memo((props.desk.clone(), *mixed, seed), |(desk, mixed, seed)| {
        trials(desk, *mixed, seed.unwrap_or_default())
    });
    {
        let dispatcher = queue.dispatcher();
        use_effect_with((trials.clone(), props.expected.clone()), move |_| {
            dispatcher.dispatch(Action::Clear);
        });
    }
    let start = {
        let (queue, trials, expected) =
            (queue.dispatcher(), trials.clone(), props.expected.clone());
        let on_start = props.on_start.clone();
        move |_| {
            on_start.emit(());
            queue.dispatch(Action::Start(jobs(&trials, &expected)));
        }
    };
    let stop = {
        let queue = queue.dispatcher();
        move |_| queue.dispatch(Action::Stop)
    };
    let (done, all) = queue.progress();
    let blank = props.expected.trim().is_empty();
    let on_pick = {
        let measure = measure.clone();
        Callback::from(move |picked| measure.set(picked))
    };
    html! {
        <>
            <p class="help">{ i18n.t("curve.help") }</p>
            <div class="shot-tools">
                if props.desk.usable_shots().len() > 1 {
                    <label class="check">
                        <input
                            type="checkbox"
                            checked={*mixed}
                            onchange={{
                                let mixed = mixed.clone();
                                move |event: yew::Event| {
                                    mixed.set(event.target_unchecked_into::<HtmlInputElement>().checked());
                                }
                            }}
                        />
                        { i18n.t("curve.mixed") }
                    </label>
                }
                <label for="curve-seed">{ i18n.t("curve.seed") }</label>
                <input
                    id="curve-seed"
                    class="seed"
                    inputmode="numeric"
                    autocomplete="off"
                    value={(*seed_text).clone()}
                    aria-invalid={seed.is_none().to_string()}
                    oninput={{
                        let seed_text = seed_text.clone();
                        move |event: InputEvent| {
                            seed_text.set(event.target_unchecked_into::<HtmlInputElement>().value());
                        }
                    }}
                />
            </div>
            <div class="shot-tools">
                if queue.goes_on() {
                    <button type="button" class="secondary" onclick={stop}>{ i18n.t("compare.stop") }</button>
                    <progress
                        value={done.to_string()}
                        max={all.to_string()}
                        aria-label={i18n.tf("curve.progress", &[("done", &done), ("all", &all)])}
                    />
                } else {
                    <button type="button" class="secondary" disabled={blank} onclick={start}>
                        { i18n.t(if all > 0 { "curve.again" } else { "curve.start" }) }
                    </button>
                }
                if all > 0 {
                    <span class="take-state">
                        { i18n.tf("curve.progress", &[("done", &done), ("all", &all)]) }
                    </span>
                }
            </div>
            if blank {
                <p class="help">{ i18n.t("curve.need_expected") }</p>
            }
            if let Some(failure) = failure(&queue) {
                <p class="alert" role="alert">{ sentence(&i18n, failure) }</p>
            }
            if done > 0 {
                { measures(&i18n, *measure, &on_pick) }
                <Plot
                    scores={scores(&trials, &queue)}
                    {trials}
                    measure={*measure}
                    complete={!queue.goes_on()}
                />
            }
        </>
    }
}

fn jobs(trials: &[Trial], expected: &str) -> Vec<Job> {
    let job = |trial: &Trial| {
        let answers = vec![as_continuation(&trial.prompt, expected)];
        let context = Context { prompt: trial.prompt.clone(), tokens: Vec::new() };
        Job { seat: Seat::Main, what: What::Ask(Query::Score { context, answers }) }
    };
    trials.iter().map(job).collect()
}

/// What each trial has been found to give; `None` of those that have not been measured.
fn scores(trials: &[Trial], queue: &Queue) -> Rc<Vec<Option<Score>>> {
    let score = |events: &Rc<Vec<Event>>| {
        events.iter().find_map(|event| match event {
            Event::Scored { predictions, .. } => Score::of(predictions),
            _ => None,
        })
    };
    let scores = queue.heard().iter().map(score).take(trials.len());
    Rc::new(scores.collect())
}

/// Why the first of those that failed did.
fn failure(queue: &Queue) -> Option<&Failure> {
    queue.heard().iter().flat_map(|events| events.iter()).find_map(|event| match event {
        Event::Failed { failure, .. } => Some(failure),
        _ => None,
    })
}

/// Which of the measures is plotted.
fn measures(i18n: &I18n, picked: Measure, on_pick: &Callback<Measure>) -> Html {
    let choice = |measure: Measure| {
        let on_pick = on_pick.clone();
        html! {
            <label class="choice">
                <input
                    type="radio"
                    name="measure"
                    checked={picked == measure}
                    onchange={move |_| on_pick.emit(measure)}
                />
                <span>{ i18n.t(&format!("curve.{}", measure.id())) }</span>
            </label>
        }
    };
    html! {
        <fieldset>
            <legend>{ i18n.t("curve.measure") }</legend>
            <div class="choices">{ for Measure::ALL.into_iter().map(choice) }</div>
        </fieldset>
    }
}

#[derive(PartialEq, Properties)]
struct PlotProps {
    trials: Rc<Vec<Trial>>,
    scores: Rc<Vec<Option<Score>>>,
    measure: Measure,
    /// Whether nothing more will be measured.
    complete: bool,
}

#[function_component]
fn Plot(props: &PlotProps) -> Html {
    let i18n = use_i18n();
    let measure = props.measure;
    let measured: Vec<(&Trial, Score)> = props
        .trials
        .iter()
        .zip(&*props.scores)
        .filter_map(|(trial, score)| Some((trial, (*score)?)))
        .collect();
    let with_mixed = measured.iter().any(|(trial, _)| trial.mixed);
    let series = |mixed: bool| {
        let points = found(&measured, mixed, measure).into_iter().map(|found| Point {
            x: found.n_shots as f64,
            y: found.median,
            spread: Some((found.lowest, found.highest)),
        });
        let name = i18n.t(if mixed { "curve.mixed_name" } else { "curve.paired" });
        Series { name: name.into(), points: points.collect() }
    };
    let kinds: &[bool] = if with_mixed { &[false, true] } else { &[false] };
    let format = if measure == Measure::Rank { Format::Number } else { Format::Share };
    // There is no rank above the first.
    let worst =
        measured.iter().map(|(_, score)| score.measured(Measure::Rank)).fold(10.0, f64::max);
    let range = (measure == Measure::Rank).then_some((1.0, worst));
    let most = props.trials.iter().map(|trial| trial.n_shots).max().unwrap_or(1);
    html! {
        <>
            <p class="said" role="status">
                if props.complete {
                    { told(&i18n, &measured, measure, with_mixed) }
                }
            </p>
            <LineChart
                name={i18n.t(&format!("curve.{}.title", measure.id()))}
                file={format!("shots-{}", measure.id())}
                x={Axis {
                    title: i18n.t("curve.shots").into(),
                    range: Some((0.0, most.max(1) as f64)),
                    whole: true,
                    ..Axis::default()
                }}
                y={Axis {
                    title: i18n.t(&format!("curve.{}.axis", measure.id())).into(),
                    kind: Kind::Log,
                    format,
                    range,
                    ..Axis::default()
                }}
                series={Rc::new(kinds.iter().map(|mixed| series(*mixed)).collect::<Vec<_>>())}
            />
            <p class="help">{ i18n.tf("curve.band", &[("orders", &ORDERS)]) }</p>
        </>
    }
}

/// What is seen, in words.
fn told(i18n: &I18n, scores: &[(&Trial, Score)], measure: Measure, with_mixed: bool) -> String {
    let paired = found(scores, false, measure);
    let (Some(first), Some((n_shots, changed))) = (paired.first(), change(&paired)) else {
        return String::new();
    };
    let last = paired.last().unwrap_or(first);
    let shots = shots_text(i18n, n_shots);
    let number = |value: f64| Format::Number.write(value);
    let mut sentences = Vec::new();
    match measure {
        Measure::Rank if first.median == last.median => sentences
            .push(i18n.tf("curve.rank_stays", &[("shots", &shots), ("to", &number(last.median))])),
        Measure::Rank => sentences.push(i18n.tf(
            "curve.rank_moves",
            &[("shots", &shots), ("from", &number(first.median)), ("to", &number(last.median))],
        )),
        Measure::PerToken => sentences.push(i18n.tf(
            "curve.per_token_moves",
            &[
                ("shots", &shots),
                ("from", &Format::Share.write(first.median)),
                ("to", &Format::Share.write(last.median)),
            ],
        )),
        Measure::Whole => {
            sentences.push(match changed {
                Change::More(times) => {
                    i18n.tf("curve.more", &[("shots", &shots), ("times", &number(times))])
                }
                Change::Less(times) => {
                    i18n.tf("curve.less", &[("shots", &shots), ("times", &number(times))])
                }
                Change::Same => i18n.tf("curve.same", &[("shots", &shots)]),
            });
            if let Some(times) = largest_factor(&paired).filter(|times| *times > NOTABLE) {
                sentences.push(i18n.tf("curve.order", &[("times", &number(times))]));
            }
            let mixed = if with_mixed { change(&found(scores, true, measure)) } else { None };
            if let Some((_, changed)) = mixed {
                sentences.push(match changed {
                    Change::More(times) => {
                        i18n.tf("curve.mixed_more", &[("times", &number(times))])
                    }
                    Change::Less(times) => {
                        i18n.tf("curve.mixed_less", &[("times", &number(times))])
                    }
                    Change::Same => i18n.t("curve.mixed_same"),
                });
            }
        }
    }
    // Chinese has no space between sentences.
    sentences.join(if i18n.locale == Locale::English { " " } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_what_was_measured() {
        let trial = |n_shots, mixed| Trial { n_shots, mixed, prompt: String::new() };
        let score = |p: f64, first_rank| Score { logprob: p.ln(), tokens: 2, first_rank };
        let (none, three, wrong) = (trial(0, false), trial(3, false), trial(3, true));
        let scores = [
            (&none, score(0.01, 20)),
            (&three, score(0.12, 0)),
            (&three, score(0.12, 0)),
            (&wrong, score(0.0025, 40)),
        ];
        let i18n = I18n::new(Locale::English);
        let whole = told(&i18n, &scores, Measure::Whole, true);
        assert_eq!(
            whole,
            "With 3 shots the expected answer is 12 times as likely as with none. \
             With wrong answers in the shots it is 4 times less likely than with none."
        );
        let rank = told(&i18n, &scores, Measure::Rank, true);
        assert_eq!(rank, "With 3 shots its first token moves from rank 21 to rank 1.");
        let mean = told(&i18n, &scores, Measure::PerToken, false);
        assert!(mean.contains("10%") && mean.contains("34.6%"), "{mean}");
        assert_eq!(told(&i18n, &scores[..1], Measure::Whole, false), "");
    }
}
