//! The text as tokens: what the model expected at each, what else might have come, and the runs
//! that leave it.
//!
//! This file holds what is chosen in the view and asks for what it shows; its parts draw.

mod branches;
mod choices;
mod details;
mod entropy;
mod family;
mod legend;
mod loss;
mod reader;
mod step;
mod strip;
mod transcript;
mod words;

use crate::{
    browser,
    components::use_i18n,
    hooks::Models,
    state::{Action, Phase, Run, State, Step},
};
use branches::{Branches, Parting};
use details::Details;
use entropy::EntropyLine;
use family::{family, first_difference};
use legend::Legend;
use loss::LossTable;
use reader::Reader;
use std::rc::Rc;
use step::StepPanel;
use strip::{Colour, Strip};
use transcript::{Reading, Transcript, loose_text};
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_protocol::{Context, Decoding, FinishReason, Prediction, RequestId};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn TokensView(props: &Props) -> Html {
    let i18n = use_i18n();
    let state = &props.state;
    let models = use_context::<Models>();
    let reading = use_state_eq(Reading::default);
    let colour = use_state_eq(|| Colour::Surprisal);
    let pinned = use_state_eq(|| None::<usize>);
    let hovered = use_state_eq(|| None::<usize>);
    let stepping = use_state_eq(|| false);
    let other = use_state_eq(|| None::<RequestId>);
    let before = use_mut_ref(|| None::<Rc<Transcript>>);

    // Where tokens are guessed, what was recorded would give them away.
    let recorded = |run: &Rc<Run>| run.phase == Phase::Recorded;
    let run = state.run().filter(|run| !(*stepping && recorded(run)));
    let prompt = state.desk().prompt();
    let active = run.is_some_and(|run| run.is_active());
    let pieces = state.pieces().filter(|pieces| !pieces.is_empty());
    // A text that is being typed is shown as it was until its tokens are known.
    let current = pieces
        .map(|pieces| Rc::new(Transcript::new(&prompt, pieces, &reading, run.map(Rc::as_ref))));
    if current.is_some() {
        (*before.borrow_mut()).clone_from(&current);
    }
    let resting = current.is_none();
    let transcript = current.or_else(|| before.borrow().clone()).unwrap_or_default();
    let len = transcript.tokens.len();

    {
        let (pinned, hovered) = (pinned.setter(), hovered.setter());
        use_effect_with((prompt.text(), run.map(|run| run.id)), move |_| {
            pinned.set(None);
            hovered.set(None);
        });
    }
    let setter = reading.setter();
    let on_read = use_callback((), move |reading, ()| setter.set(reading));
    // The mouse may lie where it was left while the keyboard moves on.
    let setters = (pinned.setter(), hovered.setter());
    let on_pin = use_callback((), move |index, ()| {
        setters.0.set(Some(index));
        setters.1.set(None);
    });
    let setter = hovered.setter();
    let on_hover = use_callback((), move |index, ()| setter.set(index));
    let setter = colour.setter();
    let on_colour = use_callback((), move |colour, ()| setter.set(colour));
    let setter = other.setter();
    let on_compare = use_callback((), move |id, ()| setter.set(id));
    let dispatcher = state.dispatcher();
    let on_show = use_callback((), move |id, ()| dispatcher.dispatch(Action::ShowRun(id)));
    let dispatcher = state.dispatcher();
    let on_name = use_callback((), move |(id, name), ()| {
        dispatcher.dispatch(Action::NameRun(id, name));
    });
    let runs_of_prompt = state.runs.all().iter();
    let members = use_memo(
        (
            prompt.text(),
            runs_of_prompt
                .map(|run| {
                    (run.id, run.name.clone(), if active { 0 } else { run.predictions.len() })
                })
                .collect::<Vec<_>>(),
        ),
        |_| family(state.runs.all(), state.playground.task, &prompt),
    );

    // What was recorded with its tokens can be looked at without a model.
    let with_tokens = run.is_some_and(|run| recorded(run) && !run.predictions.is_empty());
    let Some(models) = models.filter(|models| models.main.is_some() || with_tokens) else {
        return html! { <p class="help">{ i18n.t("inspect.no_model") }</p> };
    };
    let vocabulary = models.main.as_ref().map(|model| model.vocab_size);
    let vocabulary = vocabulary.or_else(|| state.lessons.recorded_vocabulary()).unwrap_or_default();
    if len == 0 {
        return html! { <p class="help">{ i18n.t("tokens.nothing") }</p> };
    }

    let decoding = state.desk().settings.decoding().ok();
    let next = !active && !resting;
    let fallback = match run.and_then(|run| run.parent) {
        _ if *stepping => len,
        Some((_, at)) => transcript.prompt + at,
        None => transcript.prompt,
    };
    let last = if next { len } else { len - 1 };
    let pin = pinned.unwrap_or(fallback).min(last);
    let shown = hovered.unwrap_or(pin).min(last);
    let token = transcript.tokens.get(shown).cloned();
    // Nothing is expected of the first token that the model gets.
    let asked = (next && shown > transcript.skipped).then(|| transcript.context_before(shown));
    let own = token.as_ref().and_then(|token| token.own);
    let can_go_on = next && !run.is_some_and(recorded);
    let can_take = can_go_on && (own.is_some() || token.is_none());
    // While the text grows there is none, so that the details are not drawn with every token.
    let on_take = can_take.then(|| {
        let (dispatcher, worker) = (state.dispatcher(), models.worker.clone());
        let decoding = decoding.clone();
        Callback::from(move |token: Prediction| {
            let id = worker.new_id();
            if let Some(at) = own {
                dispatcher.dispatch(Action::Branch { id, at, token });
            } else if let Some(decoding) = decoding.clone() {
                let step = Step::Take(token);
                dispatcher.dispatch(Action::Step { id, decoding, step });
                dispatcher.dispatch(Action::Continue { id: worker.new_id() });
            }
        })
    });
    let other = other.filter(|other| members.iter().any(|member| member.id == *other));
    let other = other.filter(|other| run.is_some_and(|run| run.id != *other));
    let parting = other.and_then(|other| parting(run?, state.runs.by_id(other)?));
    let parts_at = parting.as_ref().map(|parting| transcript.prompt + parting.at);

    let on_stepping = {
        let (stepping, dispatcher) = (stepping.setter(), state.dispatcher());
        let worker = models.worker.clone();
        let decoding = decoding.clone();
        let recorded = run.is_some_and(recorded);
        move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            stepping.set(on);
            if let (true, true, Some(decoding)) = (on, recorded, decoding.clone()) {
                let step = Step::Begin;
                dispatcher.dispatch(Action::Step { id: worker.new_id(), decoding, step });
            }
        }
    };
    let on_step = {
        let (dispatcher, worker) = (state.dispatcher(), models.worker.clone());
        let decoding = decoding.clone();
        let seed = drawn_seed(state, run);
        Callback::from(move |step: Step| {
            if let Some(decoding) = decoding.clone() {
                let decoding =
                    Decoding { seed: seed.unwrap_or_else(browser::random_seed), ..decoding };
                dispatcher.dispatch(Action::Step { id: worker.new_id(), decoding, step });
            }
        })
    };
    html! {
        <div class={classes!("tokens-view", resting.then_some("resting"))}>
            <p class="help">{ i18n.t("tokens.help") }</p>
            <div class="token-tools">
                <Legend colour={*colour} on_choose={on_colour} />
                if models.main.is_some() {
                    <label class="check-line">
                        <input type="checkbox" checked={*stepping} onchange={on_stepping} />
                        { i18n.t("tokens.step") }
                    </label>
                }
            </div>
            if let Some(context) = read_context(&prompt.text(), &transcript, resting) {
                <Reader
                    {context}
                    loose={run.map(|run| loose_text(run).to_owned()).unwrap_or_default()}
                    {on_read}
                />
            }
            <div class="token-columns">
                <Strip
                    transcript={Rc::clone(&transcript)}
                    colour={*colour}
                    {shown}
                    pinned={pin}
                    {next}
                    {parts_at}
                    on_pin={on_pin.clone()}
                    on_hover={on_hover.clone()}
                />
                if *stepping {
                    <StepPanel
                        context={next.then(|| transcript.context_before(len))}
                        {decoding}
                        {vocabulary}
                        spaced={ends_in_a_word(&transcript)}
                        begun={run.is_some_and(|run| !run.text.is_empty())}
                        ended={run.is_some_and(|run| run.phase == Phase::Finished(FinishReason::EndOfText))}
                        {on_step}
                    />
                } else {
                    <Details
                        index={shown}
                        {token}
                        context={asked}
                        {decoding}
                        {vocabulary}
                        {on_take}
                    />
                }
            </div>
            <EntropyLine transcript={Rc::clone(&transcript)} {active} {shown} {on_pin} {on_hover} />
            <LossTable ..loss::Props::of(&transcript) />
            if !members.is_empty() {
                <Branches
                    members={Rc::clone(&members)}
                    shown={run.map(|run| run.id)}
                    {other}
                    {parting}
                    {on_show}
                    {on_compare}
                    {on_name}
                />
            }
        </div>
    }
}

/// The prompt as the model is to read it; `None` if nothing of it can be judged.
fn read_context(prompt: &str, transcript: &Transcript, resting: bool) -> Option<Context> {
    if resting || transcript.prompt < transcript.skipped + 2 {
        return None;
    }
    Some(if transcript.skipped == 0 {
        Context { prompt: prompt.to_owned(), tokens: Vec::new() }
    } else {
        transcript.context_before(transcript.prompt)
    })
}

/// Where two runs part, and what they have there.
fn parting(here: &Rc<Run>, there: &Rc<Run>) -> Option<Parting> {
    let at = first_difference(here, there)?;
    let of = |run: &Run| run.predictions.get(at).map(Rc::clone);
    Some(Parting { at, here: of(here), there: of(there) })
}

/// The seed of the next token, if the visitor keeps one: another for each place, so that not every
/// token is drawn by the same number.
fn drawn_seed(state: &State, run: Option<&Rc<Run>>) -> Option<u64> {
    let settings = &state.desk().settings;
    let decoding = settings.keep_seed.then(|| settings.decoding().ok()).flatten()?;
    Some(decoding.seed.wrapping_add(run.map_or(0, |run| run.predictions.len() as u64)))
}

/// Whether the text ends in a letter or a figure.
fn ends_in_a_word(transcript: &Transcript) -> bool {
    let last = transcript.tokens.last();
    last.and_then(|token| token.piece().text.chars().next_back())
        .is_some_and(|character| !character.is_whitespace())
}
