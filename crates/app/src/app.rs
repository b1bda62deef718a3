//! The page as a whole: holds the state, sends requests to the worker as the state asks for them,
//! and lays out the components.

use crate::{
    browser, catalogue,
    components::{
        About, Answer, ContextMeter, Examples, Fields, Header, Manuscript, RunBar, Settings, Shots,
        Status, TaskPicker, Wish, Wording,
    },
    hooks::{Shortcut, WorkerHandle, use_shortcuts, use_worker},
    i18n::{I18n, Locale},
    state::{Action, DeskAction, Model, Notice, Phase, State},
};
use gloo::timers::callback::Timeout;
use yew::prelude::*;
use zeroshot_prompting::Task;
use zeroshot_protocol::{Failure, Request, RequestId};

/// Typing pauses this long before the prompt's tokens are counted.
const COUNT_DELAY_MS: u32 = 120;
/// "Copied" stands this long.
const COPIED_MS: u32 = 2000;

#[function_component]
pub fn App() -> Html {
    let state = use_reducer(State::default);
    let locale = use_state(|| Locale::preferred(browser::languages()));
    let i18n = use_memo(*locale, |locale| I18n::new(*locale));
    let dark = use_state(browser::prefers_dark);
    let copied = use_state(|| false);
    let next_id = use_mut_ref(|| 0);
    let new_id = {
        let next_id = next_id.clone();
        move || {
            *next_id.borrow_mut() += 1;
            *next_id.borrow()
        }
    };

    let worker = {
        let dispatcher = state.dispatcher();
        use_worker(Callback::from(move |events| {
            dispatcher.dispatch(Action::Events { events, now: browser::now() });
        }))
    };
    use_load(&state, &worker, new_id.clone());
    use_post_run(&state, &worker);
    use_cancel_of_left_run(&state, &worker);
    use_count(&state, &worker, new_id.clone());
    use_effect_with(((*locale), (*i18n).clone()), |(locale, i18n)| {
        browser::set_locale(*locale, &i18n.t("page.title"));
    });

    let on_wish = {
        let (state, worker, copied) = (state.clone(), worker.clone(), copied.clone());
        Callback::from(move |wish| match wish {
            Wish::Run => run(&state, new_id()),
            Wish::Continue => state.dispatch(Action::Continue { id: new_id() }),
            Wish::Stop => stop(&state, &worker),
            Wish::Copy => {
                if let Some(run) = state.run() {
                    browser::copy(run.answer().0.trim());
                    copied.set(true);
                    let copied = copied.clone();
                    Timeout::new(COPIED_MS, move || copied.set(false)).forget();
                }
            }
        })
    };
    use_shortcuts(on_wish.reform(|shortcut| match shortcut {
        Shortcut::Run => Wish::Run,
        Shortcut::Stop => Wish::Stop,
    }));

    let on_desk = {
        let dispatcher = state.dispatcher();
        Callback::from(move |action: DeskAction| dispatcher.dispatch(Action::Desk(action)))
    };
    let on_open = {
        let dispatcher = state.dispatcher();
        Callback::from(move |task: Task| dispatcher.dispatch(Action::Open(task)))
    };
    let on_locale = {
        let locale = locale.clone();
        Callback::from(move |chosen| locale.set(chosen))
    };
    let on_dark = {
        let dark = dark.clone();
        Callback::from(move |wanted| {
            browser::set_dark(wanted);
            dark.set(wanted);
        })
    };

    let desk = state.desk();
    let prompt = desk.prompt();
    let edited = desk.edited.is_some();
    let tokens = state
        .meter
        .as_ref()
        .filter(|meter| meter.prompt == prompt.text())
        .map(|meter| meter.tokens);
    let unusable = match state.notice {
        Some(Notice::Unusable(unusable)) => Some(unusable),
        _ => None,
    };
    html! {
        <ContextProvider<I18n> context={(*i18n).clone()}>
            <Header model={state.model.clone()} {on_locale} dark={*dark} {on_dark} />
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
                        run={state.run().cloned()}
                        notice={state.notice.clone()}
                    />
                    <Answer run={state.run().cloned()} />
                    <Manuscript
                        {prompt}
                        {edited}
                        run={state.run().cloned()}
                        on_edit={on_desk.reform(DeskAction::EditPrompt)}
                        on_return={on_desk.reform(|()| DeskAction::ReturnToFields)}
                    >
                        <ContextMeter {tokens} n_positions={state.n_positions()} />
                    </Manuscript>
                    <RunBar
                        run={state.run().cloned()}
                        active={state.active_run().is_some()}
                        copied={*copied}
                        {on_wish}
                    />
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
            <About model={state.model.clone()} />
        </ContextProvider<I18n>>
    }
}

/// Starts a run of the open desk, or says why it cannot start.
fn run(state: &UseReducerHandle<State>, id: RequestId) {
    let desk = state.desk();
    if desk.is_blank() {
        state.dispatch(Action::Notice(Notice::Failure(Failure::EmptyPrompt)));
        return;
    }
    match desk.settings.decoding() {
        Ok(mut decoding) => {
            if !desk.settings.keep_seed {
                decoding.seed = browser::random_seed();
            }
            state.dispatch(Action::Begin { id, prompt: desk.prompt(), decoding });
            browser::reveal_answer();
        }
        Err(unusable) => state.dispatch(Action::Notice(Notice::Unusable(unusable))),
    }
}

/// Ends whatever run is under way.
fn stop(state: &UseReducerHandle<State>, worker: &WorkerHandle) {
    if let Some(run) = state.active_run() {
        worker.post(&Request::Cancel { id: run.id });
        state.dispatch(Action::Stop);
    }
}

/// Asks for the built-in model once the worker is up.
#[hook]
fn use_load(
    state: &UseReducerHandle<State>,
    worker: &WorkerHandle,
    new_id: impl FnOnce() -> RequestId + 'static,
) {
    let up = matches!(state.model, Model::Loading { .. });
    let worker = worker.clone();
    use_effect_with(up, move |up| {
        if *up && let Some(model) = catalogue::built_in() {
            worker.post(&Request::Load { id: new_id(), model });
        }
    });
}

/// Posts a run that waits, as soon as the model is there.
#[hook]
fn use_post_run(state: &UseReducerHandle<State>, worker: &WorkerHandle) {
    let ready = matches!(state.model, Model::Ready(_));
    let waiting = state.active_run().filter(|run| ready && run.phase == Phase::Waiting);
    let request = waiting.map(|run| Request::Generate {
        id: run.id,
        prompt: run.model_input(),
        decoding: run.decoding.clone(),
    });
    let worker = worker.clone();
    use_effect_with(request, move |request| {
        if let Some(request) = request {
            worker.post(request);
        }
    });
}

/// Ends a run when the visitor turns to another prompt: its answer would not be seen.
#[hook]
fn use_cancel_of_left_run(state: &UseReducerHandle<State>, worker: &WorkerHandle) {
    let left = state.active_run().is_some() && !state.run().is_some_and(|run| run.is_active());
    let (state, worker) = (state.clone(), worker.clone());
    use_effect_with(left, move |left| {
        if *left {
            stop(&state, &worker);
        }
    });
}

/// Has the prompt's tokens counted whenever it has not changed for a moment.
#[hook]
fn use_count(
    state: &UseReducerHandle<State>,
    worker: &WorkerHandle,
    new_id: impl FnOnce() -> RequestId + 'static,
) {
    let ready = matches!(state.model, Model::Ready(_));
    let prompt = state.desk().prompt().text();
    let dispatcher = state.dispatcher();
    let worker = worker.clone();
    use_effect_with((ready, prompt), move |(ready, prompt)| {
        let prompt = prompt.clone();
        let timeout = ready.then(|| {
            Timeout::new(COUNT_DELAY_MS, move || {
                let id = new_id();
                dispatcher.dispatch(Action::Count { id, prompt: prompt.clone() });
                worker.post(&Request::Count { id, prompt });
            })
        });
        move || drop(timeout)
    });
}
