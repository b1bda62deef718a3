//! The few things that the page asks of the browser: its light, chance, the clock, the clipboard,
//! paper, and the saving and reading of files.

use crate::i18n::Locale;
use gloo::{
    events::EventListener,
    utils::{document_element, window},
};
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, File, FileReader, HtmlAnchorElement, Url};

/// Tells the browser the page's language and title.
pub fn set_locale(locale: Locale, title: &str) {
    let _ = document_element().set_attribute("lang", locale.tag());
    gloo::utils::document().set_title(title);
}

/// Shows or hides what index.html says of texts that could not be fetched.
pub fn tell_of_missing_texts(missing: bool) {
    if let Some(sentence) = gloo::utils::document().get_element_by_id("no-texts") {
        let _ = if missing {
            sentence.remove_attribute("hidden")
        } else {
            sentence.set_attribute("hidden", "")
        };
    }
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

/// Scrolls to where the page begins.
pub fn to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
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

/// When the page's clock began, in milliseconds since 1970.
pub fn epoch() -> f64 {
    window().performance().map_or(0.0, |performance| performance.time_origin())
}

/// The time of day at a moment of the page's clock, as the visitor's language writes it.
pub fn time_of_day(at: f64, locale: Locale) -> String {
    written(at, locale, &[("timeStyle", "short")])
}

/// The date and time of a moment of the page's clock, as the visitor's language writes them.
pub fn date(at: f64, locale: Locale) -> String {
    written(at, locale, &[("dateStyle", "long"), ("timeStyle", "short")])
}

fn written(at: f64, locale: Locale, styles: &[(&str, &str)]) -> String {
    let options = js_sys::Object::new();
    for (name, value) in styles {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    let date = js_sys::Date::new(&(epoch() + at).into());
    date.to_locale_string(locale.tag(), &options).into()
}

/// Copies `text`; says whether it could. There is no clipboard where the page was not served
/// securely.
pub fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let there =
        Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    if there {
        let _ = navigator.clipboard().write_text(text);
    }
    there
}

/// The page's address without the part behind `#`.
pub fn address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Prints the page.
pub fn print() {
    let _ = window().print();
}

/// Sets the page for a wall, or for a desk again.
pub fn set_projected(projected: bool) {
    let root = document_element();
    let _ = if projected {
        root.set_attribute("data-projector", "")
    } else {
        root.remove_attribute("data-projector")
    };
}

/// Whether the page can have the whole screen.
pub fn can_fill_screen() -> bool {
    gloo::utils::document().fullscreen_enabled()
}

/// Takes the whole screen, or gives it back.
pub fn fill_screen(fill: bool) {
    let document = gloo::utils::document();
    if fill {
        let _ = document_element().request_fullscreen();
    } else if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    }
}

/// Offers `text` as a file to be saved.
pub fn save_text(name: &str, kind: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&text.into());
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        save(name, &blob);
    }
}

/// Reads a file that the visitor has picked. What is no UTF-8 in it becomes U+FFFD; a file that
/// cannot be read is an empty text.
pub fn read_text(file: &File, then: impl FnOnce(String) + 'static) {
    let Ok(reader) = FileReader::new() else { return };
    let read = reader.clone();
    let listener = EventListener::once(&reader, "loadend", move |_| {
        let text = read.result().ok().and_then(|text| text.as_string());
        then(text.unwrap_or_default());
    });
    listener.forget();
    let _ = reader.read_as_text(file);
}

/// Goes to another page of this one, by the part of its address behind `#`.
pub fn go_to(fragment: &str) {
    let _ = window().location().set_hash(fragment);
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
