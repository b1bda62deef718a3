//! The files of lessons, asked for when they are needed and not before: the list of lessons and
//! each of them for the list, one lesson and its recording for a page of it.

use crate::{
    hooks::{Asked, Models, WorkerHandle},
    state::{Action, LessonAction, Model, Route, State, Trouble},
};
use std::{collections::HashMap, rc::Rc};
use yew::prelude::*;
use zeroshot_lessons::{Fault, Index, Lesson, Recording};
use zeroshot_protocol::{Event, Failure, Request};

/// A file of the site's lessons.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum File {
    Index,
    Lesson(String),
    Recording(String),
}

impl File {
    /// Its address, relative to the page.
    fn path(&self) -> String {
        match self {
            Self::Index => "lessons/index.json".to_owned(),
            Self::Lesson(id) => format!("lessons/{id}.json"),
            Self::Recording(id) => format!("lessons/recorded/{id}.json"),
        }
    }

    /// What becomes of it; `None` for a recording that is not there or not sound: a lesson plays
    /// without.
    fn arrived(&self, text: Result<&str, &Failure>) -> Option<LessonAction> {
        let file = self.path();
        let unsound = |fault: Fault| Trouble::Fault { file: file.clone(), fault };
        let text = text.map_err(|failure| Trouble::Failure(failure.clone()));
        Some(match self {
            Self::Index => {
                let index = text.and_then(|text| Index::from_json(text).map_err(unsound));
                LessonAction::Indexed(index.map(Rc::new))
            }
            Self::Lesson(id) => {
                let lesson = text.and_then(|text| Lesson::from_json(text).map_err(unsound));
                // The name in the address is the one that its links lead to.
                let lesson = lesson.map(|lesson| Rc::new(Lesson { id: id.clone(), ..lesson }));
                LessonAction::Arrived { id: id.clone(), lesson }
            }
            Self::Recording(id) => {
                let recording = Recording::from_json(text.ok()?).ok()?;
                LessonAction::Recorded { id: id.clone(), recording: Rc::new(recording) }
            }
        })
    }
}

/// The files that a page needs and has not.
fn missing(state: &State, route: &Route) -> Vec<File> {
    // Nobody listens before.
    if state.model == Model::Starting {
        return Vec::new();
    }
    let lessons = &state.lessons;
    let mut files = Vec::new();
    // The page of a lesson has a link to the next one.
    if lessons.index.is_none() {
        files.push(File::Index);
    }
    let wanted = match (route, &lessons.index) {
        (Route::Lesson { id, .. }, index) => {
            // A lesson that is not the site's own has no recording there.
            let listed = |index: &Rc<Index>| index.lessons.contains(id);
            let listed = index.as_ref().is_some_and(|index| index.as_ref().is_ok_and(listed));
            if listed && lessons.recording(id).is_none() {
                files.push(File::Recording(id.clone()));
            }
            std::slice::from_ref(id)
        }
        (_, Some(Ok(index))) => &index.lessons,
        _ => &[],
    };
    let absent = wanted.iter().filter(|id| !lessons.shelf.contains_key(*id));
    files.extend(absent.cloned().map(File::Lesson));
    files
}

/// Asks for each file that is missing once.
#[hook]
pub fn use_documents(state: &UseReducerHandle<State>, route: &Route) {
    let models = use_context::<Models>();
    let asked = use_mut_ref(HashMap::<File, Asked>::new);
    let dispatcher = state.dispatcher();
    let files = missing(state, route);
    use_effect_with(files, move |files| {
        let Some(Models { worker, .. }) = models else { return };
        for file in files {
            let mut asked = asked.borrow_mut();
            if !asked.contains_key(file) {
                let request = ask(&worker, file.clone(), dispatcher.clone());
                asked.insert(file.clone(), request);
            }
        }
    });
}

fn ask(worker: &WorkerHandle, file: File, dispatcher: UseReducerDispatcher<State>) -> Asked {
    let path = file.path();
    let on_events = Callback::from(move |events: Vec<Event>| {
        for event in &events {
            let text = match event {
                Event::Document { text, .. } => Ok(text.as_str()),
                Event::Failed { failure, .. } => Err(failure),
                _ => continue,
            };
            if let Some(action) = file.arrived(text) {
                dispatcher.dispatch(Action::Lesson(action));
            }
        }
    });
    worker.ask(|id| Request::Document { id, path }, on_events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use yew::Reducible;

    fn lesson(id: &str) -> Route {
        Route::Lesson { id: id.to_owned(), page: 1 }
    }

    fn loading() -> State {
        let mut state = State::default();
        state.model = Model::Loading { received: 0, total: 0 };
        state
    }

    #[test]
    fn the_list_needs_the_index_then_each_lesson_that_it_names() {
        assert_eq!(missing(&State::default(), &Route::Lessons), [], "nobody listens yet");
        let state = loading();
        assert_eq!(missing(&state, &Route::Lessons), [File::Index]);
        let index = File::Index.arrived(Ok(r#"{"lessons": ["one", "two"]}"#)).expect("an action");
        let state = Rc::new(state).reduce(Action::Lesson(index));
        let failed = File::Lesson("one".to_owned())
            .arrived(Err(&Failure::FileMissing { file: "a".to_owned(), status: 404 }))
            .expect("an action");
        let state = state.reduce(Action::Lesson(failed));
        assert_eq!(missing(&state, &Route::Lessons), [File::Lesson("two".to_owned())]);
    }

    #[test]
    fn a_page_needs_its_lesson_and_what_was_recorded() {
        let id = "one".to_owned();
        assert_eq!(missing(&loading(), &lesson("one")), [File::Index, File::Lesson(id.clone())]);
        let index = File::Index.arrived(Ok(r#"{"lessons": ["one", "two"]}"#)).expect("an action");
        let state = Rc::new(loading()).reduce(Action::Lesson(index));
        let wanted = [File::Recording(id.clone()), File::Lesson(id.clone())];
        assert_eq!(missing(&state, &lesson("one")), wanted);
        assert_eq!(missing(&state, &lesson("mine")), [File::Lesson("mine".to_owned())]);
        assert_eq!(File::Recording(id).arrived(Ok("<!doctype html>")), None);
    }

    #[test]
    fn a_file_that_is_no_lesson_is_told_with_its_name_and_the_place() {
        let action = File::Lesson("one".to_owned()).arrived(Ok("{\n \"id\": 3}"));
        let Some(LessonAction::Arrived { lesson: Err(trouble), .. }) = action else {
            panic!("{action:?}");
        };
        let Trouble::Fault { file, fault } = trouble else { panic!("{trouble:?}") };
        assert_eq!(file, "lessons/one.json");
        assert!(fault.to_string().contains("line 2"), "{fault}");
    }
}
