//! The page as a whole: holds the state, sends requests to the worker as the state asks for them,
//! and opens the page that the address names.

use crate::{
    browser,
    components::{About, Cue, Header, ProjectorBar, Wish},
    hooks::{Models, Shortcut, WorkerHandle, use_library, use_route, use_shortcuts, use_worker},
    i18n::I18n,
    page_files,
    pages::{Lessons, ModelsPage, Playground},
    state::{
        Action, LessonAction, MaskedWords, Model, Notice, Phase, Route, State, Step, Uncover, View,
    },
};
use gloo::timers::callback::Timeout;
use yew::prelude::*;
use zeroshot_protocol::{Failure, ModelSummary, Request, Seat};

/// Typing pauses this long before the prompt is cut into tokens.
const TOKENIZE_DELAY_MS: u32 = 120;
/// "Copied" stands this long.
const COPIED_MS: u32 = 2000;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The texts that the page begins with.
    pub i18n: I18n,
}

#[function_component]
pub fn App(props: &Props) -> Html {
    let state = use_reducer(State::default);
    let i18n = use_state(|| props.i18n.clone());
    let dark = use_state(browser::prefers_dark);
    let copied = use_state(|| false);
    let route = use_route();
    let worker = {
        let dispatcher = state.dispatcher();
        use_worker(Callback::from(move |events| {
            dispatcher.dispatch(Action::Events { events, now: browser::now() });
        }))
    };
    let shows_models = route == Route::Models || state.view == Some(View::Shots);
    let loader = use_library(&state, &worker, shows_models);
    use_post_run(&state, &worker);
    use_cancel_of_left_run(&state, &worker);
    use_tokenize(&state, &worker);
    use_leave_lessons(&state, &worker, &route);
    use_open_link(&state, &route);
    use_effect_with(state.projector.is_some(), |projected| browser::set_projected(*projected));
    use_effect_with((*i18n).clone(), |i18n| {
        browser::set_locale(i18n.locale, &i18n.t("page.title"));
    });

    let on_wish = {
        let (state, worker, copied) = (state.clone(), worker.clone(), copied.clone());
        Callback::from(move |wish| match wish {
            Wish::Run => run(&state, &worker),
            Wish::Continue => state.dispatch(Action::Continue { id: worker.new_id() }),
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
    use_shortcuts({
        let (state, on_wish) = (state.clone(), on_wish.clone());
        Callback::from(move |shortcut| match shortcut {
            Shortcut::Run => on_wish.emit(Wish::Run),
            Shortcut::Stop => on_wish.emit(Wish::Stop),
            Shortcut::Undo => state.dispatch(Action::Undo),
            Shortcut::Redo => state.dispatch(Action::Redo),
        })
    });
    let on_project = {
        let dispatcher = state.dispatcher();
        Callback::from(move |()| dispatcher.dispatch(Action::Project(true)))
    };
    let on_cue = {
        let (state, worker) = (state.clone(), worker.clone());
        Callback::from(move |cue| follow(cue, &state, &worker))
    };

    let on_locale = {
        let i18n = i18n.clone();
        Callback::from(move |locale| {
            let i18n = i18n.clone();
            page_files::read_texts(locale, move |texts| i18n.set(texts));
        })
    };
    let on_dark = {
        let dark = dark.clone();
        Callback::from(move |wanted| {
            browser::set_dark(wanted);
            dark.set(wanted);
        })
    };

    let models = Models {
        worker,
        main: ready(Some(&state.model)),
        rival: ready(state.rival.as_ref()),
        loads: state.loads,
    };
    let has_stage = matches!(route, Route::Playground | Route::Shared(_));
    html! {
        <ContextProvider<I18n> context={(*i18n).clone()}>
            <ContextProvider<Models> context={models}>
            <ContextProvider<MaskedWords> context={state.masked.clone()}>
                <Header
                    status={state.model_status()}
                    route={route.clone()}
                    {on_locale}
                    dark={*dark}
                    {on_dark}
                    {on_project}
                />
                { match route {
                    Route::Playground | Route::Shared(_) => html! {
                        <Playground state={state.clone()} copied={*copied} {on_wish} />
                    },
                    Route::Lessons | Route::Lesson { .. } => html! {
                        <Lessons state={state.clone()} {route} copied={*copied} {on_wish} />
                    },
                    Route::Models => html! {
                        <ModelsPage
                            library={state.library.clone()}
                            model={state.model.clone()}
                            {loader}
                        />
                    },
                } }
                <About
                    model={state.model.clone()}
                    in_use={state.library.in_use.clone()}
                    engine={state.engine}
                />
                if let Some(projector) = state.projector {
                    <ProjectorBar
                        {has_stage}
                        tells_keys={projector.tells_keys}
                        {on_cue}
                    />
                }
            </ContextProvider<MaskedWords>>
            </ContextProvider<Models>>
        </ContextProvider<I18n>>
    }
}

/// A model that can be asked.
fn ready(model: Option<&Model>) -> Option<ModelSummary> {
    match model {
        Some(Model::Ready(summary)) => Some(summary.clone()),
        _ => None,
    }
}

/// Starts a run of the open desk, or says why it cannot start.
fn run(state: &UseReducerHandle<State>, worker: &WorkerHandle) {
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
            let id = worker.new_id();
            state.dispatch(Action::Begin { id, prompt: desk.prompt(), decoding });
            browser::reveal_answer();
        }
        Err(unusable) => state.dispatch(Action::Notice(Notice::Unusable(unusable))),
    }
}

/// Does what is wanted on the wall of a class.
fn follow(cue: Cue, state: &UseReducerHandle<State>, worker: &WorkerHandle) {
    match cue {
        Cue::Run => {
            state.dispatch(Action::Uncover(Uncover::Everything));
            run(state, worker);
        }
        // Once all is to be seen, the model writes the next token.
        Cue::More if !state.is_covered() => match state.desk().settings.decoding() {
            Ok(decoding) if !state.desk().is_blank() => {
                let id = worker.new_id();
                state.dispatch(Action::Step { id, decoding, step: Step::Draw });
                state.dispatch(Action::Uncover(Uncover::Everything));
            }
            Ok(_) => state.dispatch(Action::Notice(Notice::Failure(Failure::EmptyPrompt))),
            Err(unusable) => state.dispatch(Action::Notice(Notice::Unusable(unusable))),
        },
        Cue::More => state.dispatch(Action::Uncover(Uncover::More)),
        Cue::Less => state.dispatch(Action::Uncover(Uncover::Less)),
        Cue::Nothing => state.dispatch(Action::Uncover(Uncover::Nothing)),
        Cue::Everything => state.dispatch(Action::Uncover(Uncover::Everything)),
        // The key that leaves is the one that stops, which has been seen to.
        Cue::Escape if state.active_run().is_some() => {}
        Cue::Escape | Cue::Leave => state.dispatch(Action::Project(false)),
    }
}

/// Ends whatever run is under way.
fn stop(state: &UseReducerHandle<State>, worker: &WorkerHandle) {
    if let Some(run) = state.active_run() {
        worker.post(&Request::Cancel { id: run.id });
        state.dispatch(Action::Stop);
    }
}

/// Posts a run that waits, as soon as the model is there.
#[hook]
fn use_post_run(state: &UseReducerHandle<State>, worker: &WorkerHandle) {
    let ready = matches!(state.model, Model::Ready(_));
    let waiting = state.active_run().filter(|run| ready && run.phase == Phase::Waiting);
    let request = waiting.map(|run| Request::Generate {
        id: run.id,
        seat: Seat::Main,
        context: run.model_input(),
        decoding: run.model_decoding(),
        capture: state.view.is_some_and(View::needs_capture),
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

/// Lays the visitor's own desk again once no page of a lesson is open.
#[hook]
fn use_leave_lessons(state: &UseReducerHandle<State>, worker: &WorkerHandle, route: &Route) {
    let left = state.lessons.open().is_some() && !matches!(route, Route::Lesson { .. });
    let (state, worker) = (state.clone(), worker.clone());
    use_effect_with(left, move |left| {
        if *left {
            stop(&state, &worker);
            state.dispatch(Action::Lesson(LessonAction::Leave));
        }
    });
}

/// Lays out the run that is in the address.
#[hook]
fn use_open_link(state: &UseReducerHandle<State>, route: &Route) {
    let link = match route {
        Route::Shared(link) => Some(link.clone()),
        _ => None,
    };
    let dispatcher = state.dispatcher();
    use_effect_with(link, move |link| {
        if let Some(link) = link {
            dispatcher.dispatch(Action::OpenLink(link.clone()));
        }
    });
}

/// Has the prompt cut into tokens whenever it has not changed for a moment.
#[hook]
fn use_tokenize(state: &UseReducerHandle<State>, worker: &WorkerHandle) {
    let prompt = state.desk().prompt().text();
    let dispatcher = state.dispatcher();
    let worker = worker.clone();
    use_effect_with((state.loads, prompt), move |(loads, prompt)| {
        let prompt = prompt.clone();
        let timeout = (*loads > 0).then(|| {
            Timeout::new(TOKENIZE_DELAY_MS, move || {
                let id = worker.new_id();
                dispatcher.dispatch(Action::Tokenize { id, prompt: prompt.clone() });
                worker.post(&Request::Tokenize { id, text: prompt });
            })
        });
        move || drop(timeout)
    });
}
