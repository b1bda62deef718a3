//! Figures and parts of the text as words of the page's language.

use super::transcript::Stretch;
use crate::{
    components::chart::Format,
    i18n::{I18n, Locale},
    state::measures::{grouped, ordinal},
};
use zeroshot_prompting::Part;

/// What a stretch of the text is called.
pub fn name_of(i18n: &I18n, stretch: Stretch) -> String {
    match stretch {
        Stretch::Prompt(Part::Instruction) => i18n.t("part.instruction"),
        Stretch::Prompt(Part::Shot(index)) => i18n.tf("part.shot", &[("n", &(index + 1))]),
        Stretch::Prompt(Part::Input) => i18n.t("part.input"),
        Stretch::Prompt(Part::Cue) => i18n.t("part.cue"),
        Stretch::Answer => i18n.t("part.answer"),
        Stretch::Recorded => i18n.t("part.recorded"),
        Stretch::Rest => i18n.t("part.rest"),
        Stretch::Stop => i18n.t("tokens.stop"),
    }
}

/// "the 3rd most likely of 6,000".
pub fn rank(i18n: &I18n, rank: u32, vocabulary: usize) -> String {
    let size = grouped(vocabulary);
    if rank == 0 {
        return i18n.tf("tokens.rank_first", &[("size", &size)]);
    }
    let number = rank as usize + 1;
    let number = if i18n.locale == Locale::English { ordinal(number) } else { grouped(number) };
    i18n.tf("tokens.rank_later", &[("n", &number), ("size", &size)])
}

/// A probability in per cent, with digits enough to tell a sure thing from a nearly sure one.
pub fn percent(logprob: f64) -> String {
    let share = logprob.exp();
    if share > 0.9995 && share < 1.0 {
        // Cut off, not rounded: nearly all is not all.
        let cut = (share * 1e6).floor() / 1e4;
        return format!("{cut:.4}%");
    }
    Format::Share.write(share)
}

/// "3.2 bits"; below one, "0.04 bits".
pub fn in_bits(i18n: &I18n, bits: f64) -> String {
    let decimals = if bits < 1.0 { 2 } else { 1 };
    i18n.tf("tokens.bits", &[("bits", &format!("{bits:.decimals$}"))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_written_as_all() {
        assert_eq!(percent(0.99999f64.ln()), "99.9990%");
        assert_eq!(percent(0.623f64.ln()), "62.3%");
        assert_eq!(percent(0.0), "100%");
    }

    #[test]
    fn ranks_are_counted_from_one() {
        let i18n = I18n::new(Locale::English);
        assert_eq!(rank(&i18n, 2, 6000), "the 3rd most likely of 6,000");
        assert_eq!(rank(&i18n, 0, 6000), "the most likely of 6,000");
    }
}
