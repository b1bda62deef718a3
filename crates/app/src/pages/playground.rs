//! The prompt playground: fields that write the prompt, the prompt itself, the model's
//! continuation, and what can be seen inside.

use crate::{
    components::{
        Answer, ContextMeter, Examples, Fields, Inspect, Manuscript, RunBar, Settings, Shots,
        Status, TaskPicker, Wish, Wording,
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
    let desk = state.desk();
    let prompt = desk.prompt();
    let edited = desk.edited.is_some();
    let run = state.run().cloned();
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
            <div class="stage">
                <Status
                    model={state.model.clone()}
                    run={run.clone()}
                    notice={state.notice.clone()}
                />
                <Answer run={run.clone()} />
                <Manuscript
                    {prompt}
                    {edited}
                    run={run.clone()}
                    on_edit={on_desk.reform(DeskAction::EditPrompt)}
                    on_return={on_desk.reform(|()| DeskAction::ReturnToFields)}
                >
                    <ContextMeter
                        tokens={state.pieces().map(|pieces| pieces.len())}
                        n_positions={state.n_positions()}
                    />
                </Manuscript>
                <RunBar
                    {run}
                    active={state.active_run().is_some()}
                    copied={props.copied}
                    on_wish={props.on_wish.clone()}
                />
                <Inspect state={state.clone()} />
            </div>
            <div class="choose">
                <Examples
                    task={state.playground.task}
                    picked={desk.example.clone()}
                    on_action={on_desk.clone()}
                />
                if !desk.shots().is_empty() {
                    <Shots
                        shots={desk.shots().to_vec()}
                        n_shots={desk.n_shots}
                        on_action={on_desk.clone()}
                    />
                }
                <Wording
                    template={desk.template}
                    disabled={edited}
                    on_pick={on_desk.reform(DeskAction::PickTemplate)}
                />
                <Settings form={desk.settings.clone()} {unusable} on_action={on_desk.clone()} />
            </div>
        </main>
    }
}
