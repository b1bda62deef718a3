//! Which files of the page's own site the page may read as text, and whether one is text.

use zeroshot_protocol::Failure;

use crate::address::is_plain_path;

/// The most bytes that a document has.
pub const MAX_BYTES: u64 = 1 << 20;

/// The folder that documents are in.
const FOLDER: &str = "lessons";

/// The one document that is elsewhere: the list of models that the site offers.
const CATALOGUE: &str = "models/index.json";

/// Checks that a path is one of plain names below the page's folder of documents, or the list of
/// models, so that no other address can be asked for by it.
///
/// # Errors
/// [`Failure::FileInvalid`].
pub fn check_path(path: &str) -> Result<(), Failure> {
    let inside = path.strip_prefix(FOLDER).and_then(|path| path.strip_prefix('/'));
    if path == CATALOGUE || inside.is_some_and(is_plain_path) {
        Ok(())
    } else {
        let detail = format!("expected a path of plain names in the folder {FOLDER}/");
        Err(invalid(path, detail))
    }
}

/// The text of a document.
///
/// # Errors
/// [`Failure::FileInvalid`] if it is not UTF-8.
pub fn text(path: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| invalid(path, format!("it is not UTF-8: {error}")))
}

fn invalid(path: &str, detail: String) -> Failure {
    Failure::FileInvalid { file: path.to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lessons_and_the_list_of_models_are_read() {
        for path in [
            "lessons/en/what-is-a-model.json",
            "lessons/index.json",
            "lessons/a_b/..c",
            "models/index.json",
        ] {
            assert_eq!(check_path(path), Ok(()), "{path}");
        }
        for path in [
            "",
            "lessons",
            "lessons/",
            "lessons//a.json",
            "lessons/../models/index.json",
            "lessons/./a.json",
            "lessons/a.json/..",
            "/lessons/a.json",
            "./lessons/a.json",
            "https://example.org/lessons/a.json",
            "//example.org/lessons/a.json",
            "models/other.json",
            "models/builtin/config.json",
            "lessonsx/a.json",
            "lessons/a.json?b",
            "lessons/a.json#b",
            "lessons/%2e%2e/a.json",
            "lessons\\a.json",
            "lessons/a\\..\\b.json",
            "lessons/课.json",
            "lessons/a b.json",
            "lessons/a\n.json",
        ] {
            match check_path(path) {
                Err(Failure::FileInvalid { file, .. }) => assert_eq!(file, path),
                other => panic!("{path:?} gave {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_not_text_is_said_to_be_none() {
        assert_eq!(text("lessons/a.json", "né".into()), Ok("né".to_owned()));
        let failure = text("lessons/a.json", vec![b'{', 0xff]).expect_err("no text");
        let Failure::FileInvalid { file, detail } = failure else { panic!("{failure:?}") };
        assert_eq!(file, "lessons/a.json");
        assert!(detail.contains("UTF-8"), "{detail}");
    }
}
