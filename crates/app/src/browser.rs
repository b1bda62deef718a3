//! The few things that the page asks of the browser: its languages, its light, chance, the clock,
//! the clipboard and the saving of files.

use crate::i18n::Locale;
use gloo::utils::{document_element, window};
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

/// The languages that the visitor prefers, best first.
pub fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Tells the browser the page's language and title.
pub fn set_locale(locale: Locale, title: &str) {
    let _ = document_element().set_attribute("lang", locale.tag());
    gloo::utils::document().set_title(title);
}

/// Whether the visitor prefers light text on dark paper.
pub fn prefers_dark() -> bool {
    let query = window().match_media("(prefers-color-scheme: dark)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// Sets the page's light, whatever the system's.
pub fn set_dark(dark: bool) {
    let _ = document_element().set_attribute("data-theme", if dark { "dark" } else { "light" });
}

/// Brings the answer into view where it does not stand beside what was pressed, as on a phone.
pub fn reveal_answer() {
    let narrow = window().match_media("(max-width: 59.99rem)").ok().flatten();
    if narrow.is_some_and(|query| query.matches())
        && let Some(answer) = gloo::utils::document().get_element_by_id("answer")
    {
        answer.scroll_into_view();
    }
}

/// The part of the address behind `#`.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// A seed that nobody chose.
pub fn random_seed() -> u64 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u64
}

/// The page's clock, in milliseconds.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Copies `text`. Does nothing where the page was not served securely: there is no clipboard.
pub fn copy(text: &str) {
    let navigator = window().navigator();
    if Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object()) {
        let _ = navigator.clipboard().write_text(text);
    }
}

/// Offers `blob` as a file to be saved.
pub fn save(name: &str, blob: &Blob) {
    let Ok(url) = Url::create_object_url_with_blob(blob) else { return };
    if let Ok(link) = gloo::utils::document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}
