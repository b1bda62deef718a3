//! No shot, one, two and more before the same text, in columns that fill one after the other.

use super::{
    queue::{Action, Job, use_queue},
    take::TakeColumn,
};
use crate::{
    components::{settings::unusable_sentence, use_i18n},
    i18n::I18n,
    state::{Desk, MAX_SHOTS, Unusable},
};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_prompting::with_wrong_answers;
use zeroshot_protocol::{Decoding, Seat};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub desk: Rc<Desk>,
    pub expected: AttrValue,
    /// Whether the visitor's own run is under way.
    pub busy: bool,
    /// It begins.
    pub on_start: Callback<()>,
}

#[function_component]
pub fn Columns(props: &Props) -> Html {
    let i18n = use_i18n();
    let queue = use_queue(props.busy);
    // The seed by which the shots' answers are dealt out wrongly.
    let mixed = use_state_eq(|| false);
    let seed_text = use_state_eq(|| "1".to_owned());
    let seed = seed_text.trim().parse::<u32>().ok().map(u64::from);
    let wrong = mixed.then_some(seed.unwrap_or_default());
    let jobs = use_memo((props.desk.clone(), wrong), |(desk, wrong)| jobs(desk, *wrong));
    {
        // What was made of another text would stand here as if it were of this one.
        let dispatcher = queue.dispatcher();
        use_effect_with(jobs.clone(), move |_| dispatcher.dispatch(Action::Clear));
    }
    let start = {
        let (queue, jobs) = (queue.dispatcher(), jobs.clone());
        let on_start = props.on_start.clone();
        move |_| {
            if let Ok(jobs) = &*jobs {
                on_start.emit(());
                queue.dispatch(Action::Start(jobs.clone()));
            }
        }
    };
    let stop = {
        let queue = queue.dispatcher();
        move |_| queue.dispatch(Action::Stop)
    };
    let pairing = |text: String, value: bool| {
        let mixed = mixed.clone();
        html! {
            <label class="choice">
                <input
                    type="radio"
                    name="pairing"
                    checked={*mixed == value}
                    onchange={move |_| mixed.set(value)}
                />
                <span>{ text }</span>
            </label>
        }
    };
    let oninput = {
        let seed_text = seed_text.clone();
        move |event: InputEvent| {
            seed_text.set(event.target_unchecked_into::<HtmlInputElement>().value());
        }
    };
    let begun = !queue.heard().is_empty();
    html! {
        <>
            <p class="help">{ i18n.t("columns.help") }</p>
            if props.desk.usable_shots().len() > 1 {
                <fieldset class="pairing">
                    <legend>{ i18n.t("columns.pairing") }</legend>
                    <div class="choices">
                        { pairing(i18n.t("columns.paired"), false) }
                        { pairing(i18n.t("columns.mixed"), true) }
                    </div>
                    if *mixed {
                        <div class="shot-tools">
                            <label for="mixed-seed">{ i18n.t("columns.mixed_seed") }</label>
                            <input
                                id="mixed-seed"
                                class="seed"
                                inputmode="numeric"
                                autocomplete="off"
                                value={(*seed_text).clone()}
                                aria-invalid={seed.is_none().to_string()}
                                {oninput}
                            />
                        </div>
                        <p class="help">{ i18n.t("columns.mixed_help") }</p>
                    }
                </fieldset>
            }
            <div class="shot-tools">
                if queue.goes_on() {
                    <button type="button" class="secondary" onclick={stop}>{ i18n.t("compare.stop") }</button>
                } else {
                    <button type="button" class="secondary" disabled={jobs.is_err()} onclick={start}>
                        { i18n.t(if begun { "compare.again" } else { "compare.start" }) }
                    </button>
                }
                <span role="status" class="take-state">
                    if queue.goes_on() && props.busy { { i18n.t("compare.busy") } }
                </span>
            </div>
            if let Err(unusable) = &*jobs {
                <p class="alert" role="alert">{ unusable_sentence(&i18n, unusable) }</p>
            }
            if begun {
                <div class="takes" aria-busy={queue.goes_on().to_string()}>
                    { for queue.heard().iter().enumerate().map(|(n_shots, events)| html! {
                        <TakeColumn
                            key={n_shots}
                            heading={shots_text(&i18n, n_shots)}
                            events={events.clone()}
                            keep={props.desk.keep()}
                            expected={props.expected.clone()}
                            stopped={!queue.goes_on()}
                        />
                    }) }
                </div>
            }
        </>
    }
}

/// "No shot", "1 shot", "2 shots".
pub fn shots_text(i18n: &I18n, n_shots: usize) -> String {
    match n_shots {
        0 => i18n.t("columns.none"),
        1 => i18n.t("columns.one"),
        n => i18n.tf("columns.several", &[("n", &n)]),
    }
}

/// The desk's settings for texts that are compared: where nothing is drawn by chance, the seed
/// makes no difference.
pub fn decoding_of(desk: &Desk) -> Result<Decoding, Unusable> {
    let decoding = desk.settings.decoding()?;
    let seed = if decoding.is_greedy() { 0 } else { decoding.seed };
    Ok(Decoding { seed, ..decoding })
}

/// A run for each number of shots, from none to all there are; with their answers dealt out
/// wrongly by a seed, if there is one.
fn jobs(desk: &Desk, wrong: Option<u64>) -> Result<Vec<Job>, Unusable> {
    let decoding = decoding_of(desk)?;
    let pool = desk.usable_shots();
    let pool = wrong.map_or_else(|| pool.clone(), |seed| with_wrong_answers(&pool, seed));
    let job = |n_shots: usize| {
        let prompt = desk.written_with(&pool[..n_shots]).text();
        Job::generate(Seat::Main, prompt, decoding.clone())
    };
    Ok((0..=pool.len().min(MAX_SHOTS)).map(job).collect())
}

#[cfg(test)]
mod tests {
    use super::super::queue::What;
    use super::*;
    use crate::state::State;

    fn prompts(wrong: Option<u64>) -> Vec<String> {
        let jobs = jobs(State::default().desk(), wrong).expect("the settings are usable");
        let prompt = |job: Job| match job.what {
            What::Generate(context, _) => context.prompt,
            What::Ask(query) => panic!("{query:?}"),
        };
        jobs.into_iter().map(prompt).collect()
    }

    #[test]
    fn each_column_has_one_shot_more() {
        let prompts = prompts(None);
        assert_eq!(prompts.len(), MAX_SHOTS + 1);
        for (n_shots, prompt) in prompts.iter().enumerate() {
            assert_eq!(prompt.lines().count(), n_shots + 1);
            assert!(prompt.ends_with(&prompts[0]));
        }
    }

    #[test]
    fn wrong_answers_leave_the_texts_where_they_are() {
        let (right, wrong) = (prompts(None), prompts(Some(1)));
        assert_eq!(right[0], wrong[0]);
        let source = |line: &str| line.split(" = ").next().map(str::to_owned);
        let (right, wrong) = (&right[MAX_SHOTS], &wrong[MAX_SHOTS]);
        for (right, wrong) in right.lines().zip(wrong.lines()).take(MAX_SHOTS) {
            assert_eq!(source(right), source(wrong));
            assert_ne!(right, wrong);
        }
    }
}
