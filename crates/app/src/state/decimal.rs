//! Numbers as people type them.
//!
//! `str::parse` rounds any number of digits correctly, by a table of 10 kB that does not compress:
//! a fortieth of all that a visitor waits for, for a handful of settings.

/// Up to here one more digit leaves the number exact in an `f64`.
const MOST: u64 = 900_000_000_000_000;

/// The number that `text` writes in digits, with a point, a sign or a power of ten (`1e3`) where
/// it has one; the nearest `f64` for up to 15 digits, and digits beyond 16 count as zeros.
pub fn decimal(text: &str) -> Option<f64> {
    let (text, mut power) = match text.split_once(['e', 'E']) {
        Some((text, power)) => (text, power.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (text, sign) = match text.strip_prefix('-') {
        Some(text) => (text, -1.0),
        None => (text.strip_prefix('+').unwrap_or(text), 1.0),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut digits = 0;
    for (part, counted, left_out) in [(whole, 0, 1), (fraction, -1, 0)] {
        for letter in part.chars() {
            let digit = letter.to_digit(10)?;
            let counts = digits < MOST;
            if counts {
                digits = 10 * digits + u64::from(digit);
            }
            power = power.saturating_add(if counts { counted } else { left_out });
        }
    }
    let scale = 10_f64.powi(power.saturating_abs());
    let number = match digits {
        0 => 0.0,
        digits if power < 0 => digits as f64 / scale,
        digits => digits as f64 * scale,
    };
    Some(sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_the_standard_library_reads() {
        for text in [
            "0",
            "-0",
            "7",
            "0.7",
            "0.95",
            "1.2",
            ".5",
            "5.",
            "+3",
            "-1",
            "1e3",
            "2.5E-1",
            "1e+2",
            "007",
            "40",
            "1000000",
            "4294967295",
            "0.000001",
            "123456.789012345",
            "999999999999999",
            "1e22",
            "0e999",
        ] {
            let number = decimal(text).map(f64::to_bits);
            assert_eq!(number, text.parse().ok().map(f64::to_bits), "{text}");
        }
        for hundredths in 0..=1000 {
            let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            assert_eq!(decimal(&text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn digits_beyond_those_that_count_keep_the_size() {
        for text in
            ["0.12345678901234567890", "98765432109876543210.5", "1e400", "1e-400", "-1e2147483647"]
        {
            let (number, exact) = (decimal(text).expect(text), text.parse::<f64>().expect(text));
            assert!(number == exact || (number / exact - 1.0).abs() < 1e-14, "{text}: {number}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", ".", "-", "+", "--1", "e5", "1e", "1e2.5", "1.2.3", "1 000", "0x10", "NaN", "inf",
            "hot", "٣", "½",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
