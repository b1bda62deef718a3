//! The stage: the prompt, the model's continuation, what runs it, and what can be seen inside.
//! The playground and the lessons both play on it.

use super::{Answer, ContextMeter, Inspect, Manuscript, RunBar, Status, Wish};
use crate::state::{Action, DeskAction, State};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
    /// Whether the answer has just been copied.
    pub copied: bool,
    pub on_wish: Callback<Wish>,
}

#[function_component]
pub fn Stage(props: &Props) -> Html {
    let state = &props.state;
    let on_desk = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action: DeskAction, ()| dispatcher.dispatch(Action::Desk(action)))
    };
    let desk = state.desk();
    let run = state.run().cloned();
    html! {
        <div class="stage">
            <Status
                model={state.model.clone()}
                run={run.clone()}
                notice={state.notice.clone()}
            />
            <Answer run={run.clone()} />
            <Manuscript
                prompt={desk.prompt()}
                edited={desk.edited.is_some()}
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
    }
}
