//! The sentences for links and files of runs that cannot be used.

use super::{I18n, millions, refusal};
use crate::state::{ImportError, LinkError, MOST_BYTES, RunFault, SetupFault};

/// What a visitor reads when a link cannot be made or used.
pub fn link_refusal(i18n: &I18n, error: &LinkError) -> String {
    match error {
        LinkError::TooLong => i18n.t("link.too_long"),
        LinkError::Unreadable => i18n.t("link.unreadable"),
        LinkError::OtherVersion(version) => i18n.tf("link.other_version", &[("version", version)]),
        LinkError::Setup(fault) => {
            i18n.tf("link.not_used", &[("reason", &setup_fault(i18n, fault))])
        }
    }
}

/// What a visitor reads when a file of runs is not taken.
pub fn import_refusal(i18n: &I18n, error: &ImportError) -> String {
    let reason = match error {
        ImportError::TooLarge => {
            i18n.tf("import.too_large", &[("most", &millions(MOST_BYTES as u64))])
        }
        ImportError::OtherFile => i18n.t("import.other_file"),
        ImportError::OtherVersion(version) => {
            i18n.tf("import.other_version", &[("version", version)])
        }
        ImportError::Damaged(detail) => i18n.tf("import.damaged", &[("detail", detail)]),
        ImportError::Run { number, fault } => {
            let fault = match fault {
                RunFault::Setup(fault) => setup_fault(i18n, fault),
                RunFault::Inconsistent => i18n.t("import.inconsistent"),
            };
            i18n.tf("import.run", &[("number", number), ("reason", &fault)])
        }
        ImportError::TooMany { most } => i18n.tf("import.too_many", &[("most", most)]),
    };
    i18n.tf("import.refused", &[("reason", &reason)])
}

fn setup_fault(i18n: &I18n, fault: &SetupFault) -> String {
    match fault {
        SetupFault::UnknownWording(wording) => {
            i18n.tf("setup.unknown_wording", &[("wording", wording)])
        }
        SetupFault::OtherTask => i18n.t("setup.other_task"),
        SetupFault::TooManyShots(most) => i18n.tf("setup.too_many_shots", &[("most", most)]),
        SetupFault::Setting(unusable) => {
            refusal(i18n, unusable.setting.id(), unusable.least, unusable.greatest)
        }
        SetupFault::Stop => i18n.t("setup.stop"),
    }
}
