//! What each depth of the model would say next (the logit lens), beside what came, with the shots
//! and without them.
//!
//! This file asks and keeps what the visitor chose; what is drawn of it is up to the files beside.

mod details;
mod probability;
mod table;

use super::heat_grid;
use super::ink::quoted;
use crate::{
    components::use_i18n,
    hooks::{Told, use_answers, use_pieces, use_transcript},
    i18n::{I18n, sentence},
    state::{Lens, State, Transcript, context_without_shots, percent, shot_count, window},
};
use details::{LensCell, details};
use probability::Probability;
use std::rc::Rc;
use table::LensTable;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_protocol::Query;

/// How many positions are shown at once: each costs a product with the whole vocabulary at every
/// depth.
const WINDOW: usize = 8;
/// How many of the prompt's own come before the answer's at first.
const BEFORE: usize = 2;
/// How many guesses are listed.
const TOP: usize = 3;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn LayersView(props: &Props) -> Html {
    let i18n = use_i18n();
    match use_transcript(&props.state) {
        Err(why) => html! { <p class="help">{ i18n.t(why) }</p> },
        Ok(told) => html! { <Layers {told} /> },
    }
}

/// What a depth is called.
fn depth_name(i18n: &I18n, depth: usize, n_layer: usize) -> String {
    match depth {
        0 => i18n.t("layers.embedding"),
        depth if depth == n_layer => i18n.t("layers.output"),
        depth => i18n.tf("layers.after_block", &[("n", &depth)]),
    }
}

#[derive(PartialEq, Properties)]
struct LayersProps {
    told: Told,
}

/// What the visitor chose to see of a transcript.
#[derive(Clone, Debug, PartialEq)]
struct Chosen {
    of: Rc<Transcript>,
    /// The first position that is shown.
    start: usize,
    depth: usize,
    position: usize,
}

#[function_component]
fn Layers(props: &LayersProps) -> Html {
    let i18n = use_i18n();
    let Told { run, transcript, model } = &props.told;
    let n_layer = model.n_layer;
    let len = transcript.pieces.len();
    let stored = use_state(|| None::<Chosen>);
    let zero = use_state(|| false);
    let first = transcript.writing().start;
    let chosen = (*stored).clone().filter(|chosen| chosen.of == *transcript);
    let chosen = chosen.unwrap_or_else(|| Chosen {
        of: Rc::clone(transcript),
        start: first.saturating_sub(BEFORE),
        depth: n_layer,
        position: first,
    });
    let (start, end) = window(chosen.start, WINDOW, len);
    let position = chosen.position.clamp(start, end - 1);
    let depth = chosen.depth.min(n_layer);

    let heard = {
        let context = transcript.context.clone();
        use_answers(Some(Query::Lens { context, positions: (start, end), top: TOP }))
    };
    let lens = use_memo(heard.clone(), |heard| {
        Rc::new(Lens::new(heard.as_ref().map(|heard| heard.events.as_slice()).unwrap_or_default()))
    });
    let lens = (*lens).clone();

    let without = use_memo(Rc::clone(run), |run| context_without_shots(run));
    let without = (*without).clone().filter(|_| *zero);
    let zero_pieces = use_pieces(without.as_ref().map(|context| context.prompt.clone()));
    // The tokens that were written are the same after either prompt; they stand elsewhere.
    let zero_len = zero_pieces.as_ref().map(|pieces| pieces.len());
    let zero_start = start.max(transcript.prompt_len - 1);
    let moved = zero_len
        .filter(|_| zero_start < end)
        .map(|zero_len| (zero_start + zero_len - transcript.prompt_len, zero_len));
    let zero_heard = {
        let query = without.zip(moved).map(|(context, (from, _))| {
            let positions = (from, from + end - zero_start);
            Query::Lens { context, positions, top: TOP }
        });
        use_answers(query)
    };
    let zero_lens = use_memo((zero_heard.clone(), moved), |(heard, moved)| {
        let heard = heard.as_ref().zip(*moved);
        heard.map(|(heard, _)| Rc::new(Lens::new(&heard.events)))
    });
    let zero_lens = (*zero_lens).clone();
    let zero_position = moved
        .filter(|_| position + 1 >= transcript.prompt_len)
        .map(|(_, zero_len)| position + zero_len - transcript.prompt_len);

    let change = |change: fn(&mut Chosen, (usize, usize))| {
        let (stored, chosen) =
            (stored.clone(), Chosen { start, position, depth, ..chosen.clone() });
        Callback::from(move |value| {
            let mut next = chosen.clone();
            change(&mut next, value);
            if *stored != Some(next.clone()) {
                stored.set(Some(next));
            }
        })
    };
    let on_choose = change(|chosen, cell| (chosen.depth, chosen.position) = cell);
    let on_move = change(|chosen, (start, _)| chosen.start = start);
    let go = |to: usize| on_move.reform(move |_: MouseEvent| (to, 0));
    let on_zero = {
        let zero = zero.clone();
        move |event: yew::events::Event| {
            zero.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        }
    };

    let n_shots = shot_count(&run.prompt);
    let failure = [&heard, &zero_heard].into_iter().flatten().find_map(|heard| heard.failure());
    let progress = [&heard, &zero_heard].into_iter().flatten().find_map(|heard| heard.progress);
    let status = match progress {
        Some((done, total)) => {
            Some(i18n.tf("inspect.reading", &[("done", &done), ("total", &total)]))
        }
        None if lens.len() == 0 => Some(i18n.t("attention.asking")),
        None => None,
    };
    let came = transcript.pieces.get(position + 1).map(quoted).unwrap_or_default();
    let few = Outcome::of(&lens, position, n_layer);
    let none = zero_lens.as_ref().zip(zero_position);
    let none = none.and_then(|(lens, position)| Outcome::of(lens, position, n_layer));
    html! {
        <div class="layers">
            <p class="help">{ i18n.t("layers.help") }</p>
            if let Some(failure) = failure {
                <p class="alert" role="alert">{ sentence(&i18n, failure) }</p>
            } else if let Some(status) = status {
                <p class="help" role="status">{ status }</p>
            }
            if let Some(few) = few {
                <p class="finding" aria-live="polite">
                    { said(&i18n, &came, few, none.map(|none| (n_shots, none)), n_layer) }
                </p>
            }
            <div class="layers-controls">
                <button type="button" class="secondary" disabled={start == 0} onclick={go(start.saturating_sub(WINDOW / 2))}>
                    { i18n.t("layers.earlier") }
                </button>
                <button type="button" class="secondary" disabled={end + 1 >= len} onclick={go(start + WINDOW / 2)}>
                    { i18n.t("layers.later") }
                </button>
                <span>{ i18n.tf("layers.window", &[("from", &(start + 2)), ("to", &(end + 1)), ("all", &len)]) }</span>
                if n_shots > 0 {
                    <label>
                        <input type="checkbox" checked={*zero} onchange={on_zero} />
                        { i18n.t("layers.zero") }
                    </label>
                }
            </div>
            if n_shots == 0 {
                <p class="help">{ i18n.t("layers.no_shots") }</p>
            }
            if *zero {
                <h3>{ i18n.tf("layers.with_shots", &[("n", &n_shots)]) }</h3>
            }
            <LensTable
                id="lens"
                name={i18n.t("layers.table")}
                transcript={Rc::clone(transcript)}
                lens={lens.clone()}
                {n_layer}
                positions={(start, end)}
                shift={0}
                chosen={Some((depth, position))}
                on_choose={on_choose.clone()}
            />
            { details(&i18n, &LensCell { transcript, lens: &lens, n_layer, depth, position, shift: 0 }) }
            if *zero {
                <h3>{ i18n.t("layers.without_shots") }</h3>
                if let (Some(lens), Some((from, _))) = (&zero_lens, moved) {
                    <LensTable
                        id="lens-zero"
                        name={i18n.t("layers.table_zero")}
                        transcript={Rc::clone(transcript)}
                        lens={Rc::clone(lens)}
                        {n_layer}
                        positions={(zero_start, end)}
                        shift={zero_start as isize - from as isize}
                        chosen={zero_position.map(|_| (depth, position))}
                        {on_choose}
                    />
                    if zero_position.is_some() {
                        { details(&i18n, &LensCell { transcript, lens, n_layer, depth, position, shift: zero_start as isize - from as isize }) }
                    }
                } else if zero_len.is_some() && moved.is_none() {
                    <p class="help">{ i18n.t("layers.zero_elsewhere") }</p>
                }
            }
            <Probability
                {came}
                {n_layer}
                few={Rc::new(lens.probabilities(position))}
                none={zero_lens.zip(zero_position).map(|(lens, position)| Rc::new(lens.probabilities(position)))}
                {n_shots}
            />
        </div>
    }
}

/// What became of the token that came, on its way through the model.
#[derive(Clone, Copy)]
struct Outcome {
    /// The depth from which on it is the best guess.
    appears: Option<usize>,
    /// Its probability and rank in the output.
    share: f32,
    rank: u32,
}

impl Outcome {
    fn of(lens: &Lens, position: usize, n_layer: usize) -> Option<Self> {
        let next = lens.at(n_layer, position)?.next?;
        let appears = lens.appears(position, n_layer);
        Some(Self { appears, share: next.logprob.exp(), rank: next.rank })
    }
}

/// At which depth the token that came appears, as a sentence.
fn said(
    i18n: &I18n,
    came: &str,
    few: Outcome,
    none: Option<(usize, Outcome)>,
    n_layer: usize,
) -> String {
    let when = |outcome: Outcome| {
        let share = percent(outcome.share);
        match outcome.appears {
            Some(0) => i18n.tf("layers.from_embedding", &[("share", &share)]),
            Some(depth) if depth == n_layer => i18n.tf("layers.from_output", &[("share", &share)]),
            Some(depth) => i18n.tf("layers.from_block", &[("n", &depth), ("share", &share)]),
            None => {
                i18n.tf("layers.from_nowhere", &[("share", &share), ("rank", &(outcome.rank + 1))])
            }
        }
    };
    match none {
        None => i18n.tf("layers.appears", &[("token", &came), ("when", &when(few))]),
        Some((n_shots, none)) => {
            let one = n_shots == 1;
            let key = if one { "layers.appears_both_one" } else { "layers.appears_both" };
            let (few, none) = (when(few), when(none));
            i18n.tf(key, &[("token", &came), ("n", &n_shots), ("few", &few), ("none", &none)])
        }
    }
}
