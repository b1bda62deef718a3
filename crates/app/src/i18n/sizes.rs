//! Sizes, rates and times as people say them.

use super::{I18n, Locale};

/// A number below 1000 to three digits.
fn three_digits(value: f64) -> String {
    if value < 9.995 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// A number of bytes: `548 MB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let count = count as f64;
    // What would round up to 1000 is one of the next unit.
    match UNITS.into_iter().find(|(unit, _)| count >= unit * 0.9995) {
        Some((unit, name)) => format!("{} {name}", three_digits(count / unit)),
        None => format!("{count:.0} B"),
    }
}

impl I18n {
    /// A number of parameters: `124 M`, 1.24 亿.
    pub fn parameters(&self, count: u64) -> String {
        let units = match self.locale {
            Locale::English => [(1e9, " B"), (1e6, " M"), (1e3, " K")],
            Locale::Chinese => [(1e8, " 亿"), (1e4, " 万"), (1e0, "")],
        };
        let count = count as f64;
        match units.into_iter().find(|(unit, _)| count >= unit * 0.9995) {
            Some((unit, name)) if count / unit < 999.5 => {
                format!("{}{name}", three_digits(count / unit))
            }
            Some((unit, name)) => format!("{:.0}{name}", count / unit),
            None => format!("{count:.0}"),
        }
    }

    /// What is left of a wait, no more exactly than it is known.
    pub fn time_left(&self, seconds: f64) -> String {
        let (key, number) = match seconds {
            ..90.0 => ("library.seconds_left", seconds.max(1.0)),
            ..5400.0 => ("library.minutes_left", seconds / 60.0),
            _ => ("library.hours_left", seconds / 3600.0),
        };
        self.tf(key, &[("n", &format!("{number:.0}"))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_three_digits() {
        for (count, told) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.00 kB"),
            (9_658_312, "9.66 MB"),
            (89_522_736, "89.5 MB"),
            (548_105_171, "548 MB"),
            (999_600_000, "1.00 GB"),
            (6_431_829_964, "6.43 GB"),
        ] {
            assert_eq!(bytes(count), told);
        }
    }

    #[test]
    fn parameters_are_told_as_each_language_counts() {
        let (english, chinese) = (I18n::new(Locale::English), I18n::new(Locale::Chinese));
        assert_eq!(english.parameters(124_439_808), "124 M");
        assert_eq!(english.parameters(1_557_611_200), "1.56 B");
        assert_eq!(chinese.parameters(124_439_808), "1.24 亿");
        assert_eq!(chinese.parameters(4_826_624), "483 万");
        assert_eq!(chinese.parameters(81_912_576), "8191 万");
    }

    #[test]
    fn time_is_told_no_more_exactly_than_it_is_known() {
        let i18n = I18n::new(Locale::English);
        assert!(i18n.time_left(0.2).contains(" 1 s"));
        assert!(i18n.time_left(75.0).contains("75"));
        assert!(i18n.time_left(700.0).contains("12"));
        assert!(i18n.time_left(9000.0).contains('2') || i18n.time_left(9000.0).contains('3'));
    }
}
