//! Opening a lesson that a teacher has on disk.

use super::trouble::sentence;
use crate::{
    browser,
    components::use_i18n,
    state::{Action, LessonAction, Route, State, Trouble},
};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use zeroshot_lessons::{Fault, Lesson, MAX_BYTES};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub dispatcher: UseReducerDispatcher<State>,
}

#[function_component]
pub fn FromDisk(props: &Props) -> Html {
    let i18n = use_i18n();
    let trouble = use_state(|| None);
    let onchange = {
        let (dispatcher, trouble) = (props.dispatcher.clone(), trouble.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            // So that the same file can be opened again when it has been corrected.
            input.set_value("");
            let (dispatcher, trouble) = (dispatcher.clone(), trouble.clone());
            let (name, bytes) = (file.name(), file.size());
            if bytes > MAX_BYTES as f64 {
                let fault = Fault::TooLong { found: bytes as usize, most: MAX_BYTES };
                trouble.set(Some(Trouble::Fault { file: name, fault }));
                return;
            }
            browser::read_text(&file, move |text| match Lesson::from_json(&text) {
                Ok(lesson) => {
                    let id = lesson.id.clone();
                    let lesson = Ok(Rc::new(lesson));
                    let arrived = LessonAction::Arrived { id: id.clone(), lesson };
                    dispatcher.dispatch(Action::Lesson(arrived));
                    browser::go_to(&Route::Lesson { id, page: 1 }.to_string());
                }
                Err(fault) => trouble.set(Some(Trouble::Fault { file: name, fault })),
            });
        })
    };
    html! {
        <>
            <p class="help" id="from-disk-help">{ i18n.t("lessons.from_disk_help") }</p>
            <label for="from-disk">{ i18n.t("lessons.from_disk") }</label>
            <input
                id="from-disk"
                type="file"
                accept=".json,application/json"
                aria-describedby="from-disk-help"
                {onchange}
            />
            <div role="alert">
                if let Some(trouble) = &*trouble {
                    <p class="alert">{ sentence(&i18n, trouble) }</p>
                }
            </div>
        </>
    }
}
