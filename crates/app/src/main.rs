//! The page: a Yew application that writes prompts and shows what the model makes of them.
//!
//! It knows `prompting` (how a task becomes text) and `protocol` (how to ask the worker) only;
//! the model, the tokenizer, the network and storage are the worker's.

mod app;
mod browser;
mod catalogue;
mod components;
mod device;
mod examples;
mod hooks;
mod i18n;
mod pages;
mod state;

fn main() {
    if let Some(root) = gloo::utils::document().get_element_by_id("app") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
