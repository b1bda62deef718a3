//! Those of the playground's controls that a page asks for.

use crate::{
    components::{Fields, Settings, Shots, Wording, use_i18n},
    state::{Action, DeskAction, Notice, State},
};
use yew::prelude::*;
use zeroshot_lessons::Control;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
    pub controls: Vec<Control>,
}

#[function_component]
pub fn Controls(props: &Props) -> Html {
    let i18n = use_i18n();
    let state = &props.state;
    let on_desk = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action: DeskAction, ()| dispatcher.dispatch(Action::Desk(action)))
    };
    if props.controls.is_empty() {
        return Html::default();
    }
    let desk = state.desk();
    let edited = desk.edited.is_some();
    let unusable = match state.notice {
        Some(Notice::Unusable(unusable)) => Some(unusable),
        _ => None,
    };
    let control = |control: &Control| match control {
        Control::Input => html! {
            <div class={classes!("fields", edited.then_some("resting"))}>
                <Fields
                    input={desk.input.clone()}
                    disabled={edited}
                    on_fill={on_desk.reform(DeskAction::Fill)}
                />
            </div>
        },
        Control::Shots => html! {
            <Shots
                shots={desk.shots().to_vec()}
                slots={desk.slots().to_vec()}
                n_shots={desk.n_shots}
                on_action={on_desk.clone()}
            />
        },
        Control::Wording => html! {
            <Wording
                template={desk.template}
                disabled={edited}
                on_pick={on_desk.reform(DeskAction::PickTemplate)}
            />
        },
        Control::Settings => html! {
            <Settings form={desk.settings.clone()} {unusable} on_action={on_desk.clone()} />
        },
    };
    html! {
        <section class="lesson-controls" aria-label={i18n.t("lessons.controls")}>
            { for props.controls.iter().map(control) }
        </section>
    }
}
