//! A page of a lesson: what there is to read and to do on one side, the stage on the other.

use super::{
    controls::Controls, figure::LessonFigure, keys::use_keys, prose::prose, tasks::Tasks,
    tensors::Tensors,
};
use crate::{
    components::{Stage, Wish, use_i18n},
    state::{PageId, Route, State},
};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;
use zeroshot_lessons::Lesson;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub state: UseReducerHandle<State>,
    pub lesson: Rc<Lesson>,
    pub at: PageId,
    pub copied: bool,
    pub on_wish: Callback<Wish>,
}

#[function_component]
pub fn LessonPage(props: &Props) -> Html {
    let i18n = use_i18n();
    let (state, lesson, at) = (&props.state, &props.lesson, &props.at);
    let tag = i18n.locale.tag();
    let heading = use_node_ref();
    {
        // Read out, and where the arrow keys turn the page.
        let heading = heading.clone();
        use_effect_with(at.clone(), move |_| {
            if let Some(heading) = heading.cast::<HtmlElement>() {
                let _ = heading.focus();
            }
        });
    }
    let (before, after) = neighbours(state, lesson, at.page);
    use_keys(before.to_string(), after.to_string());
    let Some(page) = lesson.pages.get(at.page) else { return Html::default() };
    let doings = state.lessons.doings(at);
    let open = page.checks.iter().enumerate();
    let open = open.filter(|(number, check)| !check.task.is_done(*number, &doings)).count();
    let step = |route: &Route| match route {
        Route::Lesson { id, .. } if *id == lesson.id => "lessons.next",
        Route::Lesson { .. } => "lessons.next_lesson",
        _ => "lessons.all",
    };
    let pages = lesson.pages.len();
    let bare = page.scene.is_none() && page.figure.is_none() && page.tensors.is_none();
    let text = page.text.of(tag).to_owned();
    html! {
        <main class={classes!("lesson", bare.then_some("bare"))}>
            <article class="lesson-text" aria-labelledby="lesson-page">
                <p class="lesson-place">
                    <a href={Route::Lessons.to_string()}>{ i18n.t("lessons.title") }</a>
                    { " · " }{ lesson.title.of(tag) }{ " · " }
                    { i18n.tf("lessons.place", &[("page", &(at.page + 1)), ("pages", &pages)]) }
                </p>
                <h2 id="lesson-page" tabindex="-1" ref={heading}>{ page.title.of(tag) }</h2>
                { prose(&text) }
                if !page.checks.is_empty() {
                    <Tasks
                        lesson={lesson.clone()}
                        at={at.clone()}
                        {doings}
                        dispatcher={state.dispatcher()}
                    />
                }
            </article>
            if !bare {
                <div class="lesson-stage">
                    if let Some(figure) = &page.figure {
                        <LessonFigure figure={figure.clone()} file={format!("{}-{}", lesson.id, at.page + 1)} />
                    }
                    if let Some(tensors) = &page.tensors {
                        <Tensors
                            highlight={tensors.highlight.clone()}
                            recording={state.lessons.recording(&lesson.id).cloned()}
                        />
                    }
                    if page.scene.is_some() {
                        <Stage
                            state={state.clone()}
                            copied={props.copied}
                            on_wish={props.on_wish.clone()}
                        />
                    }
                </div>
            }
            <div class="lesson-foot">
                if page.scene.is_some() {
                    <Controls state={state.clone()} controls={page.controls()} />
                }
                <nav class="lesson-steps" aria-label={i18n.t("lessons.turn")}>
                    if at.page > 0 {
                        <a class="button secondary" href={before.to_string()}>{ i18n.t("lessons.back") }</a>
                    }
                    <a class="button primary" href={after.to_string()}>{ i18n.t(step(&after)) }</a>
                </nav>
                <p class="help">
                    if open > 0 {
                        { i18n.tf("lessons.open_tasks", &[("count", &open)]) }{ " " }
                    }
                    <span class="lesson-keys">{ i18n.t("lessons.keys") }</span>
                </p>
            </div>
        </main>
    }
}

/// The pages before and after this one: of the lesson, then of the list.
fn neighbours(state: &State, lesson: &Lesson, page: usize) -> (Route, Route) {
    let of_this = |page| Route::Lesson { id: lesson.id.clone(), page };
    let before = if page > 0 { of_this(page) } else { Route::Lessons };
    let after = if page + 1 < lesson.pages.len() {
        of_this(page + 2)
    } else {
        let index = state.lessons.index.as_ref().and_then(|index| index.as_ref().ok());
        let place = index.and_then(|index| index.lessons.iter().position(|id| *id == lesson.id));
        let next = index.zip(place).and_then(|(index, place)| index.lessons.get(place + 1));
        next.map_or(Route::Lessons, |id| Route::Lesson { id: id.clone(), page: 1 })
    };
    (before, after)
}
