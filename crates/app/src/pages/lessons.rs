//! The lessons: the list, and the page of a lesson that is open. What is fetched for them is up to
//! `documents`, what a lesson may say to `zeroshot_lessons`.

mod controls;
mod documents;
mod figure;
mod from_disk;
mod keys;
mod list;
mod page;
mod prose;
mod question;
mod tasks;
mod tensors;
mod trouble;

use crate::{
    components::{Wish, use_i18n},
    i18n::I18n,
    state::{Action, LessonAction, PageId, Route, State, Trouble},
};
use documents::use_documents;
use list::LessonList;
use page::LessonPage;
use std::rc::Rc;
use trouble::sentence;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
    pub route: Route,
    /// Whether the answer has just been copied.
    pub copied: bool,
    pub on_wish: Callback<Wish>,
}

#[function_component]
pub fn Lessons(props: &Props) -> Html {
    let i18n = use_i18n();
    let state = &props.state;
    use_documents(state, &props.route);
    let Route::Lesson { id, page } = &props.route else {
        return html! { <LessonList lessons={state.lessons.clone()} dispatcher={state.dispatcher()} /> };
    };
    match state.lessons.shelf.get(id) {
        Some(Ok(lesson)) => {
            // A page that is not there, of an old link: the nearest one that is.
            let page = page.saturating_sub(1).min(lesson.pages.len() - 1);
            let at = PageId { lesson: id.clone(), page };
            html! {
                <Opened
                    key={format!("{id}/{page}")}
                    state={state.clone()}
                    lesson={lesson.clone()}
                    {at}
                    copied={props.copied}
                    on_wish={props.on_wish.clone()}
                />
            }
        }
        Some(Err(trouble)) => not_here(&i18n, trouble),
        None => html! {
            <main class="lesson-list"><p role="status">{ i18n.t("lessons.fetching") }</p></main>
        },
    }
}

/// What stands in the place of a lesson that could not be had.
fn not_here(i18n: &I18n, trouble: &Trouble) -> Html {
    html! {
        <main class="lesson-list">
            <p class="alert" role="alert">{ sentence(i18n, trouble) }</p>
            <p><a href={Route::Lessons.to_string()}>{ i18n.t("lessons.all") }</a></p>
        </main>
    }
}

#[derive(PartialEq, Properties)]
struct OpenedProps {
    state: UseReducerHandle<State>,
    lesson: Rc<zeroshot_lessons::Lesson>,
    at: PageId,
    copied: bool,
    on_wish: Callback<Wish>,
}

/// Lays the page's scene on the desk, then shows it.
#[function_component]
fn Opened(props: &OpenedProps) -> Html {
    let state = &props.state;
    {
        let (dispatcher, on_wish) = (state.dispatcher(), props.on_wish.clone());
        use_effect_with(props.at.clone(), move |at| {
            // Its answer would not be seen.
            on_wish.emit(Wish::Stop);
            dispatcher.dispatch(Action::Lesson(LessonAction::Enter(at.clone())));
        });
    }
    if state.lessons.open() != Some(&props.at) {
        return html! { <main class="lesson" /> };
    }
    html! {
        <LessonPage
            state={state.clone()}
            lesson={props.lesson.clone()}
            at={props.at.clone()}
            copied={props.copied}
            on_wish={props.on_wish.clone()}
        />
    }
}
