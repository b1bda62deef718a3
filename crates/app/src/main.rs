//! The page: a Yew application that writes prompts and shows what the model makes of them.
//!
//! It knows `prompting` (how a task becomes text) and `protocol` (how to ask the worker) only;
//! the model, the tokenizer, the network and storage are the worker's, but for `page_files`.

mod app;
mod browser;
mod catalogue;
mod components;
mod device;
mod examples;
mod hooks;
mod i18n;
mod page_files;
mod pages;
mod state;

fn main() {
    page_files::read_first(|i18n| {
        if let Some(root) = gloo::utils::document().get_element_by_id("app") {
            yew::Renderer::<app::App>::with_root_and_props(root, app::Props { i18n }).render();
        }
    });
}
