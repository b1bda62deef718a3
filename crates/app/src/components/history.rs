//! This visit's runs: to go back to, to name, to keep as a file, to take in from one.

use super::{use_i18n, use_masked_words};
use crate::{
    browser,
    hooks::Models,
    i18n,
    state::{
        Action, Entry, ImportError, ImportPlace, MOST_BYTES, MOST_RUNS, Notice, Phase, State,
        entries, first_words, read_runs, write_runs,
    },
};
use web_sys::{DragEvent, Element, File, HtmlInputElement};
use yew::prelude::*;
use zeroshot_protocol::RequestId;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
}

#[function_component]
pub fn History(props: &Props) -> Html {
    let i18n = use_i18n();
    let masked = use_masked_words();
    let models = use_context::<Models>();
    let open = use_state(|| false);
    let state = &props.state;
    let count = state.runs.all().iter().filter(|run| run.phase != Phase::Recorded).count();
    let ontoggle = {
        let open = open.clone();
        move |event: Event| open.set(event.target_unchecked_into::<Element>().has_attribute("open"))
    };
    let take_in = {
        let state = state.clone();
        Callback::from(move |file: File| {
            let (state, models) = (state.clone(), models.clone());
            if file.size() > MOST_BYTES as f64 {
                state.dispatch(Action::Notice(Notice::Import(ImportError::TooLarge)));
                return;
            }
            browser::read_text(&file, move |json| import(&state, models, &json));
        })
    };
    let on_choose = {
        let take_in = take_in.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                take_in.emit(file);
            }
            // The same file can be chosen again after a refusal.
            input.set_value("");
        }
    };
    let ondrop = move |event: DragEvent| {
        event.prevent_default();
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            take_in.emit(file);
        }
    };
    let export = {
        let state = state.clone();
        move |_| {
            let json = write_runs(state.runs.all(), browser::epoch());
            browser::save_text("zeroshot-runs.json", "application/json", &json);
        }
    };
    let transcript = {
        let (state, i18n) = (state.clone(), i18n.clone());
        move |_| {
            let locale = i18n.locale;
            let date = browser::date(browser::now(), locale);
            let time = |at| browser::time_of_day(at, locale);
            let text = i18n::transcript(&i18n, state.runs.all(), &date, time);
            browser::save_text("zeroshot-runs.md", "text/markdown", &text);
        }
    };
    let title = match count {
        0 => i18n.t("history.title"),
        count => i18n.tf("history.count", &[("count", &count)]),
    };
    let shown = state.run().map(|run| run.id);
    let line = |entry: Entry| {
        let Entry { run, depth } = entry;
        let answer = first_words(run.answer().0);
        let input = run.desk.as_deref().map_or_else(String::new, |desk| {
            if desk.edited.is_some() { run.prompt.text() } else { desk.input.required().1.into() }
        });
        let n_shots = run
            .desk
            .as_deref()
            .map_or(0, |desk| if desk.edited.is_some() { 0 } else { desk.standing().len() });
        html! {
            <Line
                key={run.id}
                id={run.id}
                depth={depth.min(4)}
                shown={shown == Some(run.id)}
                active={run.is_active()}
                name={run.name.clone().unwrap_or_default()}
                title={i18n::title(&i18n, &run)}
                input={first_words(&input)}
                answer={masked.mask(&answer)}
                {n_shots}
                time={run.asked_at.map(|at| browser::time_of_day(at, i18n.locale))}
                on_action={
                    let dispatcher = state.dispatcher();
                    Callback::from(move |action| dispatcher.dispatch(action))
                }
            />
        }
    };
    html! {
        <details class="history" open={*open} {ontoggle} {ondrop} ondragover={|event: DragEvent| event.prevent_default()}>
            <summary>{ title }</summary>
            if *open {
                if count == 0 {
                    <p class="help">{ i18n.t("history.none") }</p>
                } else {
                    <ol class="runs">{ for entries(state.runs.all()).into_iter().map(line) }</ol>
                    <div class="keep">
                        <button type="button" class="quiet" onclick={export}>{ i18n.t("export.runs") }</button>
                        <button type="button" class="quiet" onclick={transcript}>{ i18n.t("export.transcript") }</button>
                    </div>
                }
                <label class="take-in">
                    { i18n.t("import.choose") }
                    <input type="file" accept=".json,application/json" onchange={on_choose} />
                </label>
                <p class="help">{ i18n.t("import.help") }</p>
            }
        </details>
    }
}

/// Adds the runs of a file, or says why not.
fn import(state: &UseReducerHandle<State>, models: Option<Models>, json: &str) {
    let Some(models) = models else { return };
    let place = ImportPlace {
        playground: &state.playground,
        model: models.main.as_ref(),
        epoch: browser::epoch(),
        room: state.runs.room(),
        most: MOST_RUNS,
    };
    let action = match read_runs(json, &place, || models.worker.new_id()) {
        Ok(runs) => Action::Import(runs),
        Err(error) => Action::Notice(Notice::Import(error)),
    };
    state.dispatch(action);
}

#[derive(PartialEq, Properties)]
struct LineProps {
    id: RequestId,
    depth: usize,
    shown: bool,
    active: bool,
    name: AttrValue,
    title: AttrValue,
    input: AttrValue,
    answer: AttrValue,
    n_shots: usize,
    time: Option<String>,
    on_action: Callback<Action>,
}

/// One run of the list.
#[function_component]
fn Line(props: &LineProps) -> Html {
    let i18n = use_i18n();
    let id = props.id;
    let shots = match props.n_shots {
        0 => i18n.t("history.shots_none"),
        1 => i18n.t("history.shots_one"),
        n => i18n.tf("history.shots_several", &[("n", &n)]),
    };
    let mut facts = vec![shots];
    facts.extend(props.time.clone());
    facts.extend((props.depth > 0).then(|| i18n.t("history.branch")));
    let on_name = props.on_action.reform(move |event: Event| {
        Action::NameRun(id, event.target_unchecked_into::<HtmlInputElement>().value())
    });
    html! {
        <li class={format!("depth-{}", props.depth)}>
            <button
                type="button"
                class="run"
                aria-current={props.shown.then_some("true")}
                onclick={props.on_action.reform(move |_| Action::ShowRun(id))}
            >
                <b>{ &props.title }</b>
                <span class="words">{ &props.input }</span>
                <span class="words written">
                    if props.answer.is_empty() {
                        { i18n.t("history.no_answer") }
                    } else {
                        { &props.answer }
                    }
                </span>
                <span class="facts">{ facts.join(" · ") }</span>
            </button>
            if props.shown {
                <div class="of-run">
                    <label>
                        { i18n.t("history.name") }
                        <input value={props.name.clone()} onchange={on_name} maxlength="60" />
                    </label>
                    <button
                        type="button"
                        class="quiet"
                        disabled={props.active}
                        onclick={props.on_action.reform(move |_| Action::RemoveRun(id))}
                    >{ i18n.t("history.remove") }</button>
                </div>
            }
        </li>
    }
}
