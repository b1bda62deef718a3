//! The sentence for each failure: what happened, what was kept, what to do next.

use super::I18n;
use zeroshot_protocol::{Failure, Field};

/// What a visitor reads when `failure` happened.
pub fn sentence(i18n: &I18n, failure: &Failure) -> String {
    match failure {
        Failure::NoModel => i18n.t("failure.no_model"),
        Failure::EmptyPrompt => i18n.t("failure.empty_prompt"),
        Failure::PromptTooLong { tokens, n_positions } => {
            i18n.tf("failure.prompt_too_long", &[("tokens", tokens), ("size", n_positions)])
        }
        Failure::Setting { field } => setting(i18n, *field),
        Failure::FileMissing { file, status } => {
            i18n.tf("failure.file_missing", &[("file", file), ("status", status)])
        }
        Failure::Network { file } => i18n.tf("failure.network", &[("file", file)]),
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
        Failure::OutOfMemory => i18n.t("failure.out_of_memory"),
        Failure::ProtocolMismatch { .. } => i18n.t("failure.protocol_mismatch"),
        Failure::Internal { detail } => i18n.tf("failure.internal", &[("detail", detail)]),
    }
}

/// What a visitor reads under a setting that is not a number in its range.
fn setting(i18n: &I18n, field: Field) -> String {
    let (least, greatest) = field.range();
    let name = i18n.t(&format!("setting.{}", field.name()));
    i18n.tf("failure.setting", &[("setting", &name), ("least", &least), ("greatest", &greatest)])
}
