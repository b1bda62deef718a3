//! Picking files, or a folder.

use crate::components::use_i18n;
use web_sys::{File, FileList, HtmlInputElement};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub on_files: Callback<Vec<File>>,
}

#[function_component]
pub fn PickFiles(props: &Props) -> Html {
    let i18n = use_i18n();
    let onchange = props.on_files.reform(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let files = input.files().map(|files| all(&files)).unwrap_or_default();
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

/// All files of a list.
pub fn all(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}
