//! A chart as a file: its SVG with the colours and faces of the page written into it, so that it
//! looks the same where the page's styles are not; and that drawn as a PNG.

use crate::browser;
use gloo::utils::{document, window};
use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlImageElement,
    XmlSerializer,
};

/// What styles say about a picture; nothing else of them matters in it.
const PROPERTIES: [&str; 11] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linejoin",
    "opacity",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
];
/// A PNG has this many points for each pixel of the page, for projectors and print.
const SHARPNESS: f64 = 2.0;

/// Saves `picture` as an SVG file.
pub fn svg(picture: &Element, file: &str) {
    let blob = standalone(picture).and_then(|text| {
        let options = BlobPropertyBag::new();
        options.set_type("image/svg+xml");
        Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()
    });
    if let Some(blob) = blob {
        browser::save(&format!("{file}.svg"), &blob);
    }
}

/// Saves `picture` as a PNG file.
pub fn png(picture: &Element, file: &str) {
    let (Some(text), Ok(image)) = (standalone(picture), HtmlImageElement::new()) else { return };
    let width = f64::from(picture.client_width()) * SHARPNESS;
    let height = f64::from(picture.client_height()) * SHARPNESS;
    let name = format!("{file}.png");
    let draw = {
        let image = image.clone();
        move || {
            let _ = drawn(&image, width, height, name);
        }
    };
    image.set_onload(Some(Closure::once_into_js(draw).unchecked_ref()));
    // The page's own rules let pictures in as data, and as nothing else that is made here.
    let data = String::from(js_sys::encode_uri_component(&text));
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{data}"));
}

fn drawn(image: &HtmlImageElement, width: f64, height: f64, name: String) -> Option<()> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    context
        .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)
        .ok()?;
    let save = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            browser::save(&name, &blob);
        }
    });
    canvas.to_blob(save.unchecked_ref()).ok()
}

/// The text of an SVG file that needs nothing of the page.
fn standalone(picture: &Element) -> Option<String> {
    let copy: Element = picture.clone_node_with_deep(true).ok()?.unchecked_into();
    write_styles(picture, &copy);
    for (inner, of_copy) in elements(picture).into_iter().zip(elements(&copy)) {
        write_styles(&inner, &of_copy);
    }
    let ground = document().create_element_ns(Some("http://www.w3.org/2000/svg"), "rect").ok()?;
    let root = document().document_element()?;
    let sheet = window().get_computed_style(&root).ok()??.get_property_value("--sheet").ok()?;
    for (name, value) in [("width", "100%"), ("height", "100%"), ("fill", sheet.trim())] {
        ground.set_attribute(name, value).ok()?;
    }
    copy.insert_before(&ground, copy.first_child().as_ref()).ok()?;
    XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()
}

fn elements(of: &Element) -> Vec<Element> {
    let found = of.get_elements_by_tag_name("*");
    (0..found.length()).filter_map(|index| found.item(index)).collect()
}

fn write_styles(from: &Element, to: &Element) {
    let _ = to.remove_attribute("class");
    let Ok(Some(style)) = window().get_computed_style(from) else { return };
    for property in PROPERTIES {
        if let Ok(value) = style.get_property_value(property)
            && !value.is_empty()
        {
            let _ = to.set_attribute(property, &value);
        }
    }
}
