//! The list of lessons: what each is about, how long it takes, what has been done of it.

use super::{from_disk::FromDisk, prose::inline, trouble::sentence};
use crate::{
    components::use_i18n,
    i18n::I18n,
    state::{Lessons, Route, State},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_lessons::Lesson;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub lessons: Rc<Lessons>,
    pub dispatcher: UseReducerDispatcher<State>,
}

#[function_component]
pub fn LessonList(props: &Props) -> Html {
    let i18n = use_i18n();
    let lessons = &*props.lessons;
    let offered = match &lessons.index {
        Some(Ok(index)) => index.lessons.clone(),
        _ => Vec::new(),
    };
    let own = lessons.shelf.iter().filter(|(id, lesson)| !offered.contains(id) && lesson.is_ok());
    let own: Vec<&String> = own.map(|(id, _)| id).collect();
    let entry = |id: &String| match lessons.shelf.get(id) {
        Some(Ok(lesson)) => entry(&i18n, lessons, lesson),
        Some(Err(trouble)) => html! { <li><p class="alert">{ sentence(&i18n, trouble) }</p></li> },
        None => html! { <li><p class="help">{ i18n.t("lessons.fetching") }</p></li> },
    };
    html! {
        <main class="lesson-list">
            <h2>{ i18n.t("lessons.title") }</h2>
            <p>{ i18n.t("lessons.lead") }</p>
            { match &lessons.index {
                None => html! { <p role="status">{ i18n.t("lessons.fetching") }</p> },
                Some(Err(trouble)) => html! {
                    <p class="alert" role="alert">{ sentence(&i18n, trouble) }</p>
                },
                Some(Ok(_)) => html! { <ol>{ for offered.iter().map(entry) }</ol> },
            } }
            <section class="own-lessons" aria-labelledby="own-lessons">
                <h3 id="own-lessons">{ i18n.t("lessons.own") }</h3>
                if !own.is_empty() {
                    <ul>{ for own.into_iter().map(entry) }</ul>
                }
                <FromDisk dispatcher={props.dispatcher.clone()} />
            </section>
        </main>
    }
}

fn entry(i18n: &I18n, lessons: &Lessons, lesson: &Lesson) -> Html {
    let tag = i18n.locale.tag();
    let route = Route::Lesson { id: lesson.id.clone(), page: 1 };
    let (done, tasks) = lessons.done(lesson);
    let pages = lesson.pages.len();
    let mut facts = vec![
        i18n.tf("lessons.minutes", &[("minutes", &lesson.minutes)]),
        i18n.tf("lessons.pages", &[("pages", &pages)]),
    ];
    if tasks > 0 && done == tasks {
        facts.push(i18n.t("lessons.all_done"));
    } else if done > 0 {
        facts.push(i18n.tf("lessons.some_done", &[("done", &done), ("tasks", &tasks)]));
    }
    let summary = lesson.summary.of(tag).to_owned();
    html! {
        <li class={(tasks > 0 && done == tasks).then_some("done")}>
            <h3><a href={route.to_string()}>{ lesson.title.of(tag) }</a></h3>
            <p>{ inline(&summary) }</p>
            <p class="facts">{ facts.join(" · ") }</p>
        </li>
    }
}
