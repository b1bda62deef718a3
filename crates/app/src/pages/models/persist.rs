//! Asking the browser not to drop what is kept when the device runs short of room.

use crate::{components::use_i18n, device};
use yew::prelude::*;

/// What the browser says.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Unknown,
    Stays,
    MayGo,
    /// It was asked, and did not promise.
    Refused,
}

#[function_component]
pub fn Persist() -> Html {
    let i18n = use_i18n();
    let answer = use_state_eq(|| Answer::Unknown);
    {
        let setter = answer.setter();
        use_effect_with((), move |()| {
            device::ask_storage("persisted", move |stays| match stays {
                Some(true) => setter.set(Answer::Stays),
                Some(false) => setter.set(Answer::MayGo),
                None => {}
            });
        });
    }
    let ask = {
        let setter = answer.setter();
        move |_| {
            let setter = setter.clone();
            device::ask_storage("persist", move |stays| {
                setter.set(if stays == Some(true) { Answer::Stays } else { Answer::Refused });
            });
        }
    };
    let told = match *answer {
        // A browser without such a promise.
        Answer::Unknown => return Html::default(),
        Answer::Stays => "library.persists",
        Answer::MayGo => "library.may_go",
        Answer::Refused => "library.persist_refused",
    };
    html! {
        <div class="persist">
            <p role="status">{ i18n.t(told) }</p>
            if *answer == Answer::MayGo {
                <button type="button" class="secondary" onclick={ask}>
                    { i18n.t("library.persist") }
                </button>
            }
        </div>
    }
}
