//! `www/lessons/index.json`: which lessons there are, in the order in which they are taken.

use crate::{Fault, fault::Place, schema::check_id};
use serde::Deserialize;

/// The lessons that a site offers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The ids, in order. The lesson `ID` is the file `ID.json` beside the index.
    pub lessons: Vec<String>,
}

impl Index {
    /// More lessons than a list can show.
    const MOST: usize = 100;

    /// Reads and checks an index.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn from_json(json: &str) -> Result<Self, Fault> {
        let index: Self =
            serde_json::from_str(json).map_err(|error| Fault::Shape(error.to_string()))?;
        if index.lessons.len() > Self::MOST {
            let what = format!("lists more than {} lessons", Self::MOST);
            return Err(Place::top("lessons").fault(what));
        }
        for (number, id) in index.lessons.iter().enumerate() {
            let place = Place::top_item("lessons", number);
            check_id(id, place)?;
            if index.lessons[..number].contains(id) {
                return Err(place.fault(format!("lists \"{id}\" a second time")));
            }
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_lists_each_lesson_once_by_a_plain_name() {
        let index = Index::from_json(r#"{"lessons": ["one", "two-2"]}"#).expect("sound");
        assert_eq!(index.lessons, ["one", "two-2"]);
        for (json, message) in [
            (r#"{"lessons": ["one", "one"]}"#, "lessons[1]: lists \"one\" a second time"),
            (r#"{"lessons": ["../models/index"]}"#, "lessons[0]: \"../models/index\" is no id"),
            (r#"{"lesson": []}"#, "unknown field `lesson`"),
        ] {
            let fault = Index::from_json(json).expect_err(message).to_string();
            assert!(fault.contains(message), "{fault}");
        }
    }
}
