//! The tasks of a page, as a list that ticks itself.

use super::{prose::inline, question::question};
use crate::{
    components::use_i18n,
    i18n::I18n,
    state::{Action, LessonAction, PageId, State},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_lessons::{Check, Doings, Lesson, ShotCount, Task};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub lesson: Rc<Lesson>,
    pub at: PageId,
    pub doings: Doings,
    pub dispatcher: UseReducerDispatcher<State>,
}

#[function_component]
pub fn Tasks(props: &Props) -> Html {
    let i18n = use_i18n();
    let Some(page) = props.lesson.pages.get(props.at.page) else { return Html::default() };
    let item = |(number, check): (usize, &Check)| {
        let done = check.task.is_done(number, &props.doings);
        let mark = i18n.t(if done { "lessons.done" } else { "lessons.to_do" });
        let body = match &check.task {
            Task::Answer { question: asked, choices } => {
                let dispatcher = props.dispatcher.clone();
                let on_choose = Callback::from(move |choice| {
                    let answer = LessonAction::Answer { task: number, choice };
                    dispatcher.dispatch(Action::Lesson(answer));
                });
                let (name, chosen) = (format!("question-{number}"), props.doings.answer(number));
                question(&i18n, &name, asked, choices, chosen, &on_choose)
            }
            _ => html! { <span>{ inline(&words(&i18n, check)) }</span> },
        };
        html! {
            <li class={classes!("task", done.then_some("done"))}>
                <span class="tick" role="img" aria-label={mark}></span>
                { body }
            </li>
        }
    };
    let checks = page.checks.iter().enumerate();
    let done = checks.clone().filter(|(n, check)| check.task.is_done(*n, &props.doings)).count();
    let said = i18n.tf("lessons.some_done", &[("done", &done), ("tasks", &page.checks.len())]);
    html! {
        <section class="lesson-tasks" aria-labelledby="lesson-tasks">
            <h3 id="lesson-tasks">{ i18n.t("lessons.tasks") }</h3>
            <ul>{ for checks.map(item) }</ul>
            <p class="unseen" role="status">{ said }</p>
        </section>
    }
}

/// What a task says: its own words, or those that the page has for its kind.
fn words(i18n: &I18n, check: &Check) -> String {
    if let Some(text) = &check.text {
        return text.of(i18n.locale.tag()).to_owned();
    }
    match &check.task {
        Task::Run => i18n.t("lessons.do.run"),
        Task::ChangeInput => i18n.t("lessons.do.change_input"),
        Task::Wording(_) => i18n.t("lessons.do.wording"),
        Task::Shots(count) => {
            let key = match count {
                ShotCount::Exactly(_) => "exactly",
                ShotCount::AtLeast(_) => "at_least",
                ShotCount::AtMost(_) => "at_most",
            };
            i18n.tf(&format!("lessons.do.shots.{key}"), &[("n", &count.count())])
        }
        Task::CompareShots => i18n.t("lessons.do.compare_shots"),
        Task::Set { setting, is, value } => {
            let name = i18n.t(&format!("setting.{}", setting.id()));
            let key = format!("lessons.do.set.{}", is.id());
            i18n.tf(&key, &[("setting", &name), ("value", value)])
        }
        Task::Look(view) => {
            let name = i18n.t(&format!("inspect.{}", view.id()));
            i18n.tf("lessons.do.look", &[("view", &name)])
        }
        Task::Branch => i18n.t("lessons.do.branch"),
        Task::Answer { question, .. } => question.of(i18n.locale.tag()).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;
    use zeroshot_lessons::{Relation, SettingName, ViewName};

    #[test]
    fn every_kind_of_task_has_a_sentence_in_every_language() {
        for locale in Locale::ALL {
            let i18n = I18n::new(locale);
            for task in [
                Task::Run,
                Task::ChangeInput,
                Task::Wording("paper".to_owned()),
                Task::Shots(ShotCount::Exactly(3)),
                Task::Shots(ShotCount::AtLeast(3)),
                Task::Shots(ShotCount::AtMost(3)),
                Task::CompareShots,
                Task::Set { setting: SettingName::TopK, is: Relation::Equal, value: 7.5 },
                Task::Set { setting: SettingName::Seed, is: Relation::Above, value: 7.5 },
                Task::Set { setting: SettingName::MaxNewTokens, is: Relation::Below, value: 7.5 },
                Task::Look(ViewName::Layers),
                Task::Branch,
            ] {
                let text = words(&i18n, &Check { text: None, task });
                let written = !text.contains("lessons.") && !text.contains(['{', '_']);
                assert!(written, "{text}");
            }
        }
    }
}
