//! Picking files, or a folder.

use crate::i18n::I18n;
use js_sys::Reflect;
use web_sys::{File, FileList, HtmlInputElement};
use yew::prelude::*;

/// Files that the visitor picked or dropped.
#[derive(Clone, Debug, Default)]
pub struct Picked {
    /// The folder that they lie in, where it is one.
    pub folder: Option<String>,
    pub files: Vec<File>,
}

impl Picked {
    /// Files of a list.
    pub fn of(list: &FileList) -> Self {
        let files: Vec<_> = (0..list.length()).filter_map(|index| list.get(index)).collect();
        // Empty unless a folder was picked.
        let path = files.first().and_then(|file| Reflect::get(file, &PATH.into()).ok());
        let path = path.and_then(|path| path.as_string()).unwrap_or_default();
        Self { folder: path.split_once('/').map(|(folder, _)| folder.to_owned()), files }
    }
}

const PATH: &str = "webkitRelativePath";

/// The ways to pick files.
pub fn pick_files(i18n: &I18n, on_files: &Callback<Picked>) -> Html {
    let onchange = on_files.reform(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let files = input.files().map(|files| Picked::of(&files)).unwrap_or_default();
        // So that the same files can be picked again when they have been mended.
        input.set_value("");
        files
    });
    html! {
        <>
        <div class="pick">
            <label for="model-files">{ i18n.t("library.pick_files") }</label>
            <input
                id="model-files"
                type="file"
                multiple={true}
                accept=".safetensors,.gguf,.json,.txt"
                onchange={onchange.clone()}
            />
            <label for="model-folder">{ i18n.t("library.pick_folder") }</label>
            <input id="model-folder" type="file" webkitdirectory={true} {onchange} />
        </div>
        <p class="help">{ i18n.t("library.drop_help") }</p>
        </>
    }
}
