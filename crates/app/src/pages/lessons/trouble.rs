//! The sentence for a lesson that is not there.

use crate::{
    i18n::{self, I18n},
    state::Trouble,
};
use zeroshot_protocol::Failure;

/// What a visitor reads.
pub fn sentence(i18n: &I18n, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Failure(Failure::FileMissing { file, status }) => {
            i18n.tf("lessons.missing", &[("file", file), ("status", status)])
        }
        Trouble::Failure(Failure::Network { file }) => {
            i18n.tf("lessons.network", &[("file", file)])
        }
        Trouble::Failure(Failure::FileInvalid { file, detail }) => {
            i18n.tf("lessons.fault", &[("file", file), ("fault", detail)])
        }
        Trouble::Failure(failure) => i18n::sentence(i18n, failure),
        Trouble::Fault { file, fault } => {
            i18n.tf("lessons.fault", &[("file", file), ("fault", fault)])
        }
    }
}
