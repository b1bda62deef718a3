//! Rules about single files: their length, that `unsafe` stays in its crate, and that none names a machine's folders.

use std::path::Path;

use super::Problem;

/// From how many lines on a file is mentioned, and from how many on it is refused.
const LINES: (usize, usize) = (400, 600);

/// Files that people write and read, by their endings.
const WRITTEN: [&str; 11] =
    ["rs", "py", "js", "css", "html", "toml", "md", "sh", "json", "yml", "yaml"];

/// Files that scripts write: data, never read from top to bottom.
const GENERATED: [&str; 6] = [
    "Cargo.lock",
    "CHANGELOG.md",
    "tests/golden/",
    "www/models/",
    "www/examples.json",
    "www/lessons/recorded/",
];

/// Folders of one machine, which say nothing on another one.
const MACHINE_FOLDERS: [&str; 4] =
    [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/Use", "rs/")];

/// A file that one can still read at a sitting.
pub fn length(path: &Path, text: &str) -> Option<Problem> {
    if !is_written(path) {
        return None;
    }
    let (long, too_long) = LINES;
    let lines = text.lines().count();
    let sentence = |what: &str| format!("{} has {lines} lines: {what}", path.display());
    match lines {
        lines if lines > too_long => {
            Some(Problem::error(sentence("split it, nothing should have over 600")))
        }
        lines if lines > long => Some(Problem::note(sentence("is it still one thing?"))),
        _ => None,
    }
}

/// No path of the machine someone worked on.
pub fn machine_paths(path: &Path, text: &str) -> Option<Problem> {
    if !is_written(path) && path.extension().is_some() {
        return None;
    }
    let (number, folder) = text.lines().enumerate().find_map(|(number, line)| {
        MACHINE_FOLDERS
            .iter()
            .find(|folder| starts_a_path(line, folder))
            .map(|folder| (number + 1, *folder))
    })?;
    Some(Problem::error(format!(
        "{}:{number} names a folder below {folder}, which other machines lack",
        path.display()
    )))
}

/// Whether `folder` stands in `line` as the start of a path, not inside of a longer one or of an address.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| {
            !before.is_alphanumeric() && !matches!(before, '.' | '-' | '_' | '}' | '~' | '*')
        })
    })
}

/// `unsafe` needs an exception from the lint, and only the kernels may make one.
pub fn unsafe_code(path: &Path, text: &str) -> Option<Problem> {
    let allowed =
        path.starts_with("crates/kernels") || path.extension().is_none_or(|ending| ending != "rs");
    let makes_exception = |line: &str| {
        let compact: String = line.split_whitespace().collect();
        ["allow", "warn", "expect"]
            .iter()
            .any(|level| compact.contains(&format!("[{level}(unsafe_{}", "code")))
    };
    (!allowed && text.lines().any(makes_exception)).then(|| {
        Problem::error(format!(
            "{} allows unsafe code, which belongs in crates/kernels alone",
            path.display()
        ))
    })
}

fn is_written(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    WRITTEN.contains(&&*ending) && !GENERATED.iter().any(|generated| path.starts_with(generated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_mentioned_and_very_long_ones_refused() {
        let lines = |count| "x\n".repeat(count);
        let check = |path: &str, count| {
            length(Path::new(path), &lines(count)).map(|problem| problem.is_error)
        };
        assert_eq!(check("crates/app/src/main.rs", 400), None);
        assert_eq!(check("crates/app/src/main.rs", 401), Some(false));
        assert_eq!(check("crates/app/src/main.rs", 601), Some(true));
        assert_eq!(check("tests/golden/tokens.json", 5000), None);
        assert_eq!(check("Cargo.lock", 5000), None);
        assert_eq!(check("www/icon.svg", 5000), None);
    }

    #[test]
    fn folders_of_one_machine_are_found() {
        let check = |path: &str, text: &str| machine_paths(Path::new(path), text).is_some();
        for folder in MACHINE_FOLDERS {
            assert!(check("README.md", &format!("run it in `{folder}zeroshot`")), "{folder}");
            assert!(check(".ci/run", &format!("cd {folder}zeroshot")), "{folder}");
            let inside = format!("see https://example.org{folder}paper and .{folder}notes");
            assert!(!check("README.md", &inside), "{folder}");
        }
        assert!(!check("tests/golden/tokens.json", concat!("\"/ho", "me/x\"")));
    }

    #[test]
    fn unsafe_code_is_for_the_kernels() {
        let exception = concat!("#![allow(unsafe", "_code)]\n");
        assert!(unsafe_code(Path::new("crates/gpt2/src/lib.rs"), exception).is_some());
        assert!(unsafe_code(Path::new("crates/kernels/src/lib.rs"), exception).is_none());
        assert!(
            unsafe_code(Path::new("crates/gpt2/src/lib.rs"), concat!("#![deny(unsafe", "_code)]"))
                .is_none()
        );
    }
}
