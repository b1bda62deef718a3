//! The same text under other conditions: with more and more shots, under other settings, by
//! another model.
//!
//! Each part asks the models by itself, one request after the other (`queue`), and shows what came
//! in columns (`take`, `pair`) or as a plot (`curve`).

mod columns;
mod curve;
mod pair;
mod queue;
mod rival;
mod take;
mod two_models;
mod two_settings;

use crate::{
    components::{TextArea, use_i18n},
    examples,
    state::{Action, Desk, LessonAction, State},
};
use columns::Columns;
use curve::Curve;
use two_models::TwoModels;
use two_settings::TwoSettings;
use yew::prelude::*;
use zeroshot_prompting::Input;

/// What can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Columns,
    Curve,
    Settings,
    Models,
}

impl Part {
    const ALL: [Self; 4] = [Self::Columns, Self::Curve, Self::Settings, Self::Models];

    /// Its name in keys.
    const fn id(self) -> &'static str {
        match self {
            Self::Columns => "columns",
            Self::Curve => "curve",
            Self::Settings => "settings",
            Self::Models => "models",
        }
    }

    /// Whether it puts shots before the text that the fields write.
    const fn varies_shots(self) -> bool {
        matches!(self, Self::Columns | Self::Curve)
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn ShotsView(props: &Props) -> Html {
    let i18n = use_i18n();
    let state = &props.state;
    let part = use_state_eq(|| Part::Columns);
    let desk = use_memo(state.desk().clone(), Desk::clone);
    // What the visitor expects, as long as it is of the same input.
    let typed = use_state(|| None::<(Input, String)>);
    let expected = match &*typed {
        Some((input, text)) if *input == desk.input => text.clone(),
        _ => {
            let of_lesson = state.lessons.expected(&desk.input).map(str::to_owned);
            of_lesson.unwrap_or_else(|| expected_of(&desk))
        }
    };
    let on_expected = {
        let typed = typed.clone();
        use_callback(desk.input.clone(), move |text, input| typed.set(Some((input.clone(), text))))
    };
    let busy = state.active_run().is_some();
    let on_start = {
        let dispatcher = state.dispatcher();
        use_callback((), move |(), ()| {
            dispatcher.dispatch(Action::Lesson(LessonAction::Compared));
        })
    };
    let choice = |of: Part| {
        let part = part.clone();
        html! {
            <label class="choice">
                <input
                    type="radio"
                    name="compare-part"
                    checked={*part == of}
                    onchange={move |_| part.set(of)}
                />
                <span>{ i18n.t(&format!("compare.{}", of.id())) }</span>
            </label>
        }
    };
    let without_shots = part.varies_shots() && desk.usable_shots().is_empty();
    html! {
        <>
            <fieldset>
                <legend class="unseen">{ i18n.t("compare.parts") }</legend>
                <div class="choices">{ for Part::ALL.into_iter().map(choice) }</div>
            </fieldset>
            if without_shots {
                <p class="help">{ i18n.t("compare.no_shots") }</p>
            } else {
                if part.varies_shots() && desk.edited.is_some() {
                    <p class="help">{ i18n.t("compare.edited") }</p>
                }
                if part.varies_shots() {
                    <TextArea
                        id="expected"
                        label={i18n.t("compare.expected")}
                        value={expected.clone()}
                        on_input={on_expected}
                    />
                }
                { match *part {
                    Part::Columns => html! { <Columns {desk} {expected} {busy} {on_start} /> },
                    Part::Curve => html! { <Curve {desk} {expected} {on_start} /> },
                    Part::Settings => html! { <TwoSettings {desk} {busy} /> },
                    Part::Models => html! {
                        <TwoModels
                            {desk}
                            {busy}
                            rival={state.rival.clone()}
                            offered={state.library.offered()}
                            dispatcher={state.dispatcher()}
                        />
                    },
                } }
            }
        </>
    }
}

/// The right answer of the example that lies on the desk unchanged; else empty.
fn expected_of(desk: &Desk) -> String {
    let example = desk.example.as_deref().and_then(|id| examples::set().by_id(id));
    example
        .filter(|example| example.input == desk.input)
        .and_then(|example| example.expected.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::DeskAction;
    use std::rc::Rc;

    #[test]
    fn the_expected_answer_is_that_of_the_example_until_the_text_is_another() {
        let state = Rc::new(State::default());
        let example = examples::set().examples.first().expect("there are examples");
        assert_eq!(Some(expected_of(state.desk())), example.expected);
        let mut other = state.desk().input.clone();
        if let Input::Translate { text, .. } = &mut other {
            text.push('!');
        }
        let changed = state.reduce(crate::state::Action::Desk(DeskAction::Fill(other)));
        assert_eq!(expected_of(changed.desk()), "");
    }
}
