//! What is being looked at: which model, of which files, and what has been found out.

use super::{files::Picked, nameless};
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
pub fn picked(Picked { folder, files }: Picked) -> Look {
    let names = files.iter().map(File::name).collect::<Vec<_>>();
    let title = folder.unwrap_or_else(|| title_of(&names));
    (nameless(title.chars().take(60).collect(), Place::Picked).0, Rc::new(files))
}

/// What files are called: by the weights among them.
fn title_of(names: &[String]) -> String {
    let is_weights = |name: &&String| name.ends_with(".gguf") || name.ends_with(".safetensors");
    let name = names.iter().find(is_weights).or(names.first());
    let stem = name.and_then(|name| name.rsplit_once('.')).map(|(stem, _)| stem.to_owned());
    stem.or_else(|| name.cloned()).unwrap_or_default()
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
    fn picked_files_are_called_by_their_weights() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(title_of(&names(&["config.json", "tales.v2.gguf"])), "tales.v2");
        assert_eq!(title_of(&names(&["weights"])), "weights");
        assert_eq!(title_of(&[]), "");
    }
}
