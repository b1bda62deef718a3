//! The files of the page that its program reads: the texts of a language, and the examples.
//! index.html asks for those that come first before this program is there, and keeps what it got.
//!
//! A file that cannot be had or holds something else is `None`, and index.html has the sentence
//! for it: without its texts the page has none.

use crate::{
    browser, examples,
    i18n::{I18n, Locale},
};
use wasm_bindgen::{JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// The tag of the language that the visitor gets first.
    #[wasm_bindgen(thread_local_v2, js_namespace = pageFiles, js_name = language)]
    static LANGUAGE: String;

    /// `hear` gets the text of a language's file, or `null`.
    #[wasm_bindgen(js_namespace = pageFiles, js_name = texts)]
    fn ask_texts(tag: &str, hear: &JsValue);

    /// `hear` gets the text of the file of examples, or `null`.
    #[wasm_bindgen(js_namespace = pageFiles, js_name = examples)]
    fn ask_examples(hear: &JsValue);
}

/// Reads what the page needs before anything of it can be drawn: `then` gets the texts of the
/// visitor's language once the examples are there too.
pub fn read_first(then: impl FnOnce(I18n) + 'static) {
    read_texts(Locale::of(&LANGUAGE.with(String::clone)), |i18n| {
        ask_examples(&hearer(|json| {
            let read = json.is_some_and(|json| examples::take_in(&json));
            browser::tell_of_missing_texts(!read);
            if read {
                then(i18n);
            }
        }));
    });
}

/// Reads the texts of a language. `then` is called only if they are there; the page says if not.
pub fn read_texts(locale: Locale, then: impl FnOnce(I18n) + 'static) {
    ask_texts(
        locale.tag(),
        &hearer(move |json| {
            let i18n = json.and_then(|json| I18n::from_json(locale, &json));
            browser::tell_of_missing_texts(i18n.is_none());
            if let Some(i18n) = i18n {
                then(i18n);
            }
        }),
    );
}

/// What JavaScript calls, once, with a file's text.
fn hearer(hear: impl FnOnce(Option<String>) + 'static) -> JsValue {
    Closure::once_into_js(move |text: JsValue| hear(text.as_string()))
}
