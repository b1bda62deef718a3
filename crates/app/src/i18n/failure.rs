//! The sentence for each failure: what happened, what was kept, what to do next.

use super::I18n;
use std::fmt::Display;
use zeroshot_protocol::Failure;

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

/// What a visitor reads when the setting of this name is not a number in its range.
pub fn refusal(i18n: &I18n, setting: &str, least: impl Display, greatest: impl Display) -> String {
    let name = i18n.t(&format!("setting.{setting}"));
    i18n.tf("failure.setting", &[("setting", &name), ("least", &least), ("greatest", &greatest)])
}
