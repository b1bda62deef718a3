//! Where the heads look: what the answer looked at part by part, at which depth, and what one
//! token looks at in one layer, drawn over the text.
//!
//! This file asks and keeps what the visitor chose; what is drawn of it is up to the files beside.

mod heads;
mod parts;
mod shares;
mod text;

use super::heat_grid;
use super::ink::quoted;
use crate::{
    components::use_i18n,
    hooks::{Told, use_answers, use_transcript},
    i18n::{I18n, sentence},
    state::{Gaze, Region, State, Transcript, mean, percent, strongest, without_first},
};
use heads::Heads;
use parts::Parts;
use shares::Shares;
use std::rc::Rc;
use text::LookText;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;
use zeroshot_prompting::Part;
use zeroshot_protocol::{Event, Query};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn AttentionView(props: &Props) -> Html {
    let i18n = use_i18n();
    match use_transcript(&props.state) {
        Err(why) => html! { <p class="help">{ i18n.t(why) }</p> },
        Ok(told) => html! { <Attention {told} /> },
    }
}

/// What a region is called in a table.
fn region_name(i18n: &I18n, region: Region) -> String {
    match region {
        Region::First => i18n.t("attention.first"),
        Region::Prompt(Part::Instruction) => i18n.t("part.instruction"),
        Region::Prompt(Part::Shot(index)) => i18n.tf("part.shot", &[("n", &(index + 1))]),
        Region::Prompt(Part::Input) => i18n.t("part.input"),
        Region::Prompt(Part::Cue) => i18n.t("part.cue"),
        Region::Answer => i18n.t("attention.answer"),
        Region::Rest => i18n.t("part.rest"),
    }
}

#[derive(PartialEq, Properties)]
struct AttentionProps {
    told: Told,
}

/// Where the visitor has looked, as far as he chose himself.
#[derive(Clone, Debug, Default, PartialEq)]
struct Chosen {
    layer: Option<usize>,
    /// One head, or the mean of all.
    head: Option<Option<usize>>,
    /// The token that looks, in this transcript.
    position: Option<(Rc<Transcript>, usize)>,
    leave_first: bool,
}

/// What one token looks at in one layer.
#[derive(Clone, Debug, PartialEq)]
struct Look {
    layer: usize,
    position: usize,
    heads: Rc<Vec<Vec<f32>>>,
}

enum Choose {
    Layer(usize),
    /// `None` for the mean of all.
    Head(Option<usize>),
    Position(Rc<Transcript>, usize),
    LeaveFirst(bool),
}

impl Reducible for Chosen {
    type Action = Choose;

    fn reduce(self: Rc<Self>, action: Choose) -> Rc<Self> {
        let mut chosen = Rc::unwrap_or_clone(self);
        match action {
            Choose::Layer(layer) => chosen.layer = Some(layer),
            Choose::Head(head) => chosen.head = Some(head),
            Choose::Position(of, position) => chosen.position = Some((of, position)),
            Choose::LeaveFirst(leave) => chosen.leave_first = leave,
        }
        Rc::new(chosen)
    }
}

fn chosen_by<T: 'static>(
    chosen: &UseReducerHandle<Chosen>,
    action: fn(T) -> Choose,
) -> Callback<T> {
    let dispatcher = chosen.dispatcher();
    Callback::from(move |value| dispatcher.dispatch(action(value)))
}

#[function_component]
fn Attention(props: &AttentionProps) -> Html {
    let i18n = use_i18n();
    let Told { transcript, model, .. } = &props.told;
    let chosen = use_reducer(Chosen::default);
    let writing = transcript.writing();
    let spans = transcript.spans(writing.end);
    let gaze_heard = {
        let query = Query::Gaze {
            context: transcript.context.clone(),
            from: (writing.start, writing.end),
            spans: spans.iter().map(|span| (span.tokens.start, span.tokens.end)).collect(),
        };
        use_answers(Some(query))
    };
    let gaze = use_memo(gaze_heard.clone(), |heard| {
        heard.as_ref()?.events.iter().find_map(|event| match event {
            Event::Gaze { layers, .. } => Some(Rc::new(Gaze::new(&spans, layers))),
            _ => None,
        })
    });
    let gaze = gaze.as_ref().clone();
    let busiest = gaze.as_ref().and_then(|gaze| gaze.busiest());
    let layer = chosen.layer.or(busiest.map(|(layer, _)| layer));
    let layer = layer.filter(|layer| *layer < model.n_layer);
    let head = chosen.head.unwrap_or(busiest.map(|(_, head)| head));
    let head = head.filter(|head| *head < model.n_head);
    let position = chosen.position.as_ref().filter(|(of, _)| of == transcript);
    let position = position.map_or(transcript.answer.start, |(_, position)| *position);
    let look_heard = {
        let context = transcript.context.clone();
        use_answers(layer.map(|layer| Query::Attention { context, layer, position }))
    };
    let heads = use_memo(look_heard.clone(), |heard| {
        heard.as_ref()?.events.iter().find_map(|event| match event {
            Event::Attention { heads, .. } => Some(Rc::new(heads.clone())),
            _ => None,
        })
    });
    // What was drawn last stands until the next has been heard, so that nothing jumps.
    let last = use_mut_ref(|| None::<(Rc<Transcript>, Look)>);
    if let (Some(layer), Some(heads)) = (layer, &*heads) {
        let look = Look { layer, position, heads: Rc::clone(heads) };
        *last.borrow_mut() = Some((Rc::clone(transcript), look));
    }
    let look = last.borrow().clone().filter(|(of, _)| of == transcript).map(|(_, look)| look);
    let leave_first = chosen.leave_first;
    let shares = use_memo((look.clone(), head, leave_first), |(look, head, leave_first)| {
        let heads = &look.as_ref()?.heads;
        let all = match head {
            Some(head) => heads.get(*head)?.clone(),
            None => mean(heads),
        };
        let drawn = if *leave_first { without_first(&all) } else { all.clone() };
        Some((Rc::new(all), Rc::new(drawn)))
    });
    let drawn = look.zip((*shares).clone());

    let on_layer = chosen_by(&chosen, Choose::Layer);
    let on_head = chosen_by(&chosen, Choose::Head);
    let on_position = {
        let (dispatcher, transcript) = (chosen.dispatcher(), Rc::clone(transcript));
        Callback::from(move |position| {
            dispatcher.dispatch(Choose::Position(Rc::clone(&transcript), position));
        })
    };
    let on_leave_first = {
        let dispatcher = chosen.dispatcher();
        move |event: Changed| {
            let leave = event.target_unchecked_into::<HtmlInputElement>().checked();
            dispatcher.dispatch(Choose::LeaveFirst(leave));
        }
    };
    let failure =
        [&gaze_heard, &look_heard].into_iter().flatten().find_map(|heard| heard.failure());
    let progress = [&gaze_heard, &look_heard].into_iter().flatten().find_map(|it| it.progress);
    let status = match progress {
        Some((done, total)) => {
            Some(i18n.tf("inspect.reading", &[("done", &done), ("total", &total)]))
        }
        None => gaze.is_none().then(|| i18n.t("attention.asking")),
    };
    html! {
        <div class="attention">
            <p class="help">{ i18n.t("attention.help") }</p>
            if let Some(failure) = failure {
                <p class="alert" role="alert">{ sentence(&i18n, failure) }</p>
            } else if let Some(status) = status {
                <p class="help" role="status">{ status }</p>
            }
            if let Some(gaze) = gaze {
                <Parts {gaze} on_layer={on_layer.clone()} on_head={on_head.reform(Some)} />
            }
            if let (Some(layer), Some((look, (all, drawn)))) = (layer, drawn) {
                <section class="look" aria-labelledby="look-title">
                    <h3 id="look-title">{ i18n.t("attention.look_title") }</h3>
                    <p class="help">{ i18n.t("attention.look_help") }</p>
                    <div class="look-controls">
                        { select(i18n.t("attention.layer"), layer, model.n_layer, &on_layer, |layer| {
                            i18n.tf("attention.one_layer", &[("n", &(layer + 1)), ("all", &model.n_layer)])
                        }) }
                        { select(i18n.t("attention.head"), head.map_or(0, |head| head + 1), model.n_head + 1, &on_head.reform(|choice: usize| choice.checked_sub(1)), |choice| {
                            match choice.checked_sub(1) {
                                None => i18n.t("attention.all_heads"),
                                Some(head) => i18n.tf("attention.one_head", &[("n", &(head + 1))]),
                            }
                        }) }
                        <label class="look-first">
                            <input type="checkbox" checked={leave_first} onchange={on_leave_first} />
                            { i18n.t("attention.leave_first") }
                        </label>
                    </div>
                    <p aria-live="polite">{ said(&i18n, transcript, look.position, &drawn) }</p>
                    <LookText
                        transcript={Rc::clone(transcript)}
                        {position}
                        shares={drawn.clone()}
                        on_pick={on_position}
                    />
                    <p class="help">
                        { i18n.t(if leave_first { "attention.first_left" } else { "attention.first_help" }) }
                    </p>
                    <Heads
                        heads={look.heads}
                        transcript={Rc::clone(transcript)}
                        layer={look.layer}
                        {head}
                        {leave_first}
                        on_choose={on_head.reform(Some)}
                    />
                    <Shares transcript={Rc::clone(transcript)} {all} drawn={leave_first.then_some(drawn)} />
                </section>
            }
        </div>
    }
}

/// What a token looks at most, as a sentence.
fn said(i18n: &I18n, transcript: &Transcript, position: usize, shares: &[f32]) -> String {
    let token = |position: usize| transcript.pieces.get(position).map(quoted);
    let looking = token(position).unwrap_or_default();
    let Some((seen, share)) = strongest(shares).filter(|(_, share)| *share > 0.0) else {
        return i18n.t("attention.nothing_else");
    };
    let seen = match seen {
        0 => i18n.tf("attention.at_first", &[("token", &token(0).unwrap_or_default())]),
        seen if seen == position => i18n.t("attention.at_itself"),
        seen => token(seen).unwrap_or_default(),
    };
    let share = percent(share);
    match token(position + 1) {
        Some(next) => i18n.tf(
            "attention.look_before",
            &[("token", &looking), ("next", &next), ("seen", &seen), ("share", &share)],
        ),
        None => {
            i18n.tf("attention.look", &[("token", &looking), ("seen", &seen), ("share", &share)])
        }
    }
}

/// A list or a box has changed.
type Changed = yew::events::Event;

/// A list of `count` choices of which one is chosen.
fn select(
    label: String,
    chosen: usize,
    count: usize,
    on_choose: &Callback<usize>,
    name: impl Fn(usize) -> String,
) -> Html {
    let on_choose = on_choose.clone();
    let onchange = move |event: Changed| {
        let index = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        if let Ok(index) = usize::try_from(index) {
            on_choose.emit(index);
        }
    };
    html! {
        <label class="field">
            { label }
            <select {onchange}>
                { for (0..count).map(|index| html! {
                    <option selected={index == chosen}>{ name(index) }</option>
                }) }
            </select>
        </label>
    }
}
