//! The prompt playground: the tasks, the fields that write the prompt, and the stage on which it is
//! run.

use crate::{
    components::{
        Examples, Fields, History, MarkFields, Settings, Shots, Stage, TaskPicker, Wish, Wording,
        Words,
    },
    state::{Action, DeskAction, Notice, State},
};
use yew::prelude::*;
use zeroshot_prompting::Task;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
    /// Whether the answer has just been copied.
    pub copied: bool,
    pub on_wish: Callback<Wish>,
}

#[function_component]
pub fn Playground(props: &Props) -> Html {
    let state = &props.state;
    let on_desk = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action: DeskAction, ()| dispatcher.dispatch(Action::Desk(action)))
    };
    let on_open = {
        let dispatcher = state.dispatcher();
        use_callback((), move |task: Task, ()| dispatcher.dispatch(Action::Open(task)))
    };
    let on_mask = {
        let dispatcher = state.dispatcher();
        use_callback((), move |text: String, ()| dispatcher.dispatch(Action::Mask(text)))
    };
    let desk = state.desk();
    let edited = desk.edited.is_some();
    let unusable = match state.notice {
        Some(Notice::Unusable(unusable)) => Some(unusable),
        _ => None,
    };
    html! {
        <main class="playground">
            <div class="ask">
                <TaskPicker task={state.playground.task} {on_open} />
                <div class={classes!("fields", edited.then_some("resting"))}>
                    <Fields
                        input={desk.input.clone()}
                        disabled={edited}
                        on_fill={on_desk.reform(DeskAction::Fill)}
                    />
                </div>
            </div>
            <Stage
                state={state.clone()}
                copied={props.copied}
                on_wish={props.on_wish.clone()}
            />
            <div class="choose">
                <Examples
                    task={state.playground.task}
                    picked={desk.example.clone()}
                    on_action={on_desk.clone()}
                />
                if !desk.shots().is_empty() {
                    <Shots
                        shots={desk.shots().to_vec()}
                        slots={desk.slots().to_vec()}
                        n_shots={desk.n_shots}
                        on_action={on_desk.clone()}
                    />
                }
                <Wording
                    template={desk.template}
                    disabled={edited}
                    on_pick={on_desk.reform(DeskAction::PickTemplate)}
                />
                <MarkFields
                    own={desk.template.marks(&desk.input)}
                    marks={desk.marks.clone()}
                    disabled={edited}
                    on_change={on_desk.reform(DeskAction::SetMarks)}
                />
                <Settings form={desk.settings.clone()} {unusable} on_action={on_desk.clone()} />
                <History state={state.clone()} />
                <Words masked={state.masked.clone()} on_mask={on_mask} />
            </div>
        </main>
    }
}
