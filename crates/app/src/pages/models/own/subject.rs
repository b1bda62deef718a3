//! What is being looked at: which model, of which files, and what has been found out.

use super::nameless;
use crate::{
    hooks::{Asked, Loader},
    state::Chosen,
};
use std::rc::Rc;
use web_sys::File;
use yew::prelude::*;
use zeroshot_protocol::{Description, Event, Failure, Place};

/// A model that is being looked at.
#[derive(Clone, PartialEq)]
pub struct Subject {
    /// Another number, another look.
    pub number: u32,
    pub chosen: Chosen,
    pub files: Rc<Vec<File>>,
    /// What it is; `None` while that is being found out.
    pub outcome: Option<Result<Rc<Description>, Failure>>,
}

type Look = (Chosen, Rc<Vec<File>>);

/// The model that is looked at, and the way to look at another.
#[hook]
pub fn use_subject(loader: &Loader) -> (UseStateHandle<Option<Subject>>, Callback<Look>) {
    let subject = use_state(|| None::<Subject>);
    let asked = use_mut_ref(|| (0_u32, None::<Asked>));
    let look = {
        let (setter, loader) = (subject.setter(), loader.clone());
        Callback::from(move |(chosen, files): Look| {
            let number = asked.borrow().0 + 1;
            let begun = Subject { number, chosen, files, outcome: None };
            setter.set(Some(begun.clone()));
            let on_events = {
                let (setter, begun) = (setter.clone(), begun.clone());
                Callback::from(move |events: Vec<Event>| {
                    for event in events {
                        let outcome = match event {
                            Event::Described { description, .. } => Ok(Rc::new(description)),
                            Event::Failed { failure, .. } => Err(failure),
                            _ => continue,
                        };
                        setter.set(Some(Subject { outcome: Some(outcome), ..begun.clone() }));
                    }
                })
            };
            let source = begun.chosen.source;
            let request = loader.describe(source, &begun.files, on_events);
            *asked.borrow_mut() = (number, Some(request));
        })
    };
    (subject, look)
}

/// A model of picked files.
pub fn picked(files: Vec<File>) -> Look {
    let path = |file: &File| {
        let path = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok();
        path.and_then(|path| path.as_string()).unwrap_or_default()
    };
    let names: Vec<_> = files.iter().map(|file| (file.name(), path(file))).collect();
    let (chosen, _) = nameless(title_of(&names), Place::Picked);
    (chosen, Rc::new(files))
}

/// What picked files are called: by their folder, else by the weights among them. Each has a name
/// and a path, which is empty unless a folder was picked.
fn title_of(files: &[(String, String)]) -> String {
    let folder = files.iter().find_map(|(_, path)| path.split_once('/').map(|(folder, _)| folder));
    let is_weights = |name: &&String| name.ends_with(".gguf") || name.ends_with(".safetensors");
    let weights = files.iter().map(|(name, _)| name).find(is_weights);
    let first = weights.or_else(|| files.first().map(|(name, _)| name));
    let stem = first.map(|name| name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem));
    folder.or(stem).unwrap_or_default().chars().take(60).collect()
}

/// What a folder of the site is called.
pub fn title_of_folder(folder: &str) -> String {
    let last = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last.chars().take(60).collect()
}

/// A folder of this site, as it was typed: relative to the page at `page`, or as a whole address.
/// `None` where it leads elsewhere.
pub fn site_folder(typed: &str, page: &str) -> Option<String> {
    let typed = typed.trim().trim_end_matches('/');
    let origin = page.match_indices('/').nth(2).map_or(page, |(end, _)| &page[..end]);
    let path = match typed.strip_prefix(origin) {
        Some(path) if path.starts_with('/') => path,
        _ => typed,
    };
    let elsewhere =
        path.is_empty() || path.starts_with("//") || path.contains([':', '\\', '?', '#']);
    (!elsewhere).then(|| format!("{path}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_this_site_is_taken_and_no_other() {
        let page = "https://school.example/zeroshot/index.html";
        let folder = |typed: &str| site_folder(typed, page);
        assert_eq!(folder(" models/gpt2 "), Some("models/gpt2/".to_owned()));
        assert_eq!(folder("https://school.example/gpt2/"), Some("/gpt2/".to_owned()));
        for elsewhere in [
            "",
            "https://elsewhere.example/gpt2",
            "https://school.example.elsewhere.example/gpt2",
            "//elsewhere.example/gpt2",
            "\\\\elsewhere.example\\gpt2",
            "data:text/plain,x",
        ] {
            assert_eq!(folder(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn picked_files_are_called_by_their_folder_or_their_weights() {
        let file = |name: &str, path: &str| (name.to_owned(), path.to_owned());
        let loose = [file("config.json", ""), file("tales.v2.gguf", "")];
        assert_eq!(title_of(&loose), "tales.v2");
        let folder = [file("config.json", "mine/config.json"), file("a.gguf", "mine/a.gguf")];
        assert_eq!(title_of(&folder), "mine");
        assert_eq!(title_of(&[]), "");
    }
}
