//! The sentence for each failure: what happened, what was kept, what to do next.

use super::I18n;
use std::fmt::Display;
use zeroshot_protocol::{Failure, Place};

/// What a visitor reads when `failure` happened.
pub fn sentence(i18n: &I18n, failure: &Failure) -> String {
    match failure {
        Failure::NoModel => i18n.t("failure.no_model"),
        Failure::EmptyPrompt => i18n.t("failure.empty_prompt"),
        Failure::PromptTooLong { tokens, n_positions } => {
            i18n.tf("failure.prompt_too_long", &[("tokens", tokens), ("size", n_positions)])
        }
        Failure::Setting { field } => {
            let (least, greatest) = field.range();
            refusal(i18n, field.name(), least, greatest)
        }
        Failure::FileMissing { file, status } => {
            i18n.tf("failure.file_missing", &[("file", file), ("status", status)])
        }
        Failure::Network { file } => i18n.tf("failure.network", &[("file", file)]),
        Failure::TooManyRequests { seconds: Some(seconds) } => {
            i18n.tf("failure.wait_seconds", &[("seconds", seconds)])
        }
        Failure::TooManyRequests { seconds: None } => i18n.t("failure.wait"),
        Failure::NoSuchRepository { repo, status } => {
            i18n.tf("failure.no_such_repository", &[("repo", repo), ("status", status)])
        }
        Failure::NoWeights { files } => {
            i18n.tf("failure.no_weights", &[("files", &files.join(", "))])
        }
        Failure::NotPicked { file } => i18n.tf("failure.not_picked", &[("file", file)]),
        Failure::FileChanged { file } => i18n.tf("failure.file_changed", &[("file", file)]),
        Failure::FileTruncated { file, expected, found } => i18n.tf(
            "failure.file_truncated",
            &[("file", file), ("expected", expected), ("found", found)],
        ),
        Failure::ChecksumMismatch { file } => {
            i18n.tf("failure.checksum_mismatch", &[("file", file)])
        }
        Failure::OtherArchitecture { found } => {
            i18n.tf("failure.other_architecture", &[("found", found)])
        }
        Failure::FileInvalid { file, detail } => {
            i18n.tf("failure.file_invalid", &[("file", file), ("detail", detail)])
        }
        Failure::DifferentVocabularies => i18n.t("failure.different_vocabularies"),
        Failure::OutOfMemory => i18n.t("failure.out_of_memory"),
        Failure::ProtocolMismatch { .. } => i18n.t("failure.protocol_mismatch"),
        Failure::Internal { detail } => i18n.tf("failure.internal", &[("detail", detail)]),
    }
}

/// What a visitor reads when `failure` happened to a model of this place: nobody can mend a file of
/// the hub, and one that was picked is on no server.
pub fn sentence_at(i18n: &I18n, failure: &Failure, place: &Place) -> String {
    let (on_hub, repo) = match place {
        Place::Site { .. } => return sentence(i18n, failure),
        Place::Hub { repo, .. } => (true, repo.as_str()),
        Place::Picked => (false, ""),
    };
    let of_place = |hub: &str, picked: &str, values: &[(&str, &dyn Display)]| {
        i18n.tf(if on_hub { hub } else { picked }, values)
    };
    match failure {
        Failure::FileMissing { file, status } => {
            let values: [(&str, &dyn Display); 3] =
                [("file", file), ("status", status), ("repo", &repo)];
            of_place("failure.file_missing_hub", "failure.not_picked", &values)
        }
        Failure::Network { file } => {
            of_place("failure.network_hub", "failure.unreadable_picked", &[("file", file)])
        }
        Failure::FileChanged { file } => {
            of_place("failure.file_changed", "failure.file_changed_picked", &[("file", file)])
        }
        Failure::FileTruncated { file, expected, found } => {
            let values: [(&str, &dyn Display); 3] =
                [("file", file), ("expected", expected), ("found", found)];
            of_place("failure.file_truncated_hub", "failure.file_truncated_picked", &values)
        }
        Failure::ChecksumMismatch { file } => of_place(
            "failure.checksum_mismatch_hub",
            "failure.checksum_mismatch_picked",
            &[("file", file)],
        ),
        Failure::FileInvalid { file, detail } => {
            let values: [(&str, &dyn Display); 2] = [("file", file), ("detail", detail)];
            of_place("failure.file_invalid_hub", "failure.file_invalid_picked", &values)
        }
        _ => sentence(i18n, failure),
    }
}

/// What a visitor reads when the setting of this name is not a number in its range.
pub fn refusal(i18n: &I18n, setting: &str, least: impl Display, greatest: impl Display) -> String {
    let name = i18n.t(&format!("setting.{setting}"));
    i18n.tf("failure.setting", &[("setting", &name), ("least", &least), ("greatest", &greatest)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn a_picked_file_is_on_no_server() {
        let file = || "model.safetensors".to_owned();
        let failures = [
            Failure::FileMissing { file: file(), status: 404 },
            Failure::Network { file: file() },
            Failure::FileChanged { file: file() },
            Failure::FileTruncated { file: file(), expected: 9, found: 3 },
            Failure::ChecksumMismatch { file: file() },
            Failure::FileInvalid { file: file(), detail: "it is empty".to_owned() },
        ];
        let (base, repo, revision) = (String::new(), "owner/model".to_owned(), String::new());
        let hub = Place::Hub { base, repo, revision };
        for (locale, server) in [(Locale::English, "server"), (Locale::Chinese, "服务器")] {
            let i18n = I18n::new(locale);
            for failure in &failures {
                let of_site = sentence(&i18n, failure);
                let of_hub = sentence_at(&i18n, failure, &hub);
                let picked = sentence_at(&i18n, failure, &Place::Picked);
                assert!(!picked.contains(server), "{picked}");
                assert_ne!(picked, of_hub);
                assert_ne!(picked, of_site);
                for told in [of_site, of_hub, picked] {
                    assert!(told.contains("model.safetensors"), "{told}");
                    assert!(!told.contains(['{', '}']), "a value is missing: {told}");
                }
            }
        }
    }
}
