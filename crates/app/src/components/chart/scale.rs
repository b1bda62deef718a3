//! From numbers to places: scales, their ticks, and how numbers are written.
//!
//! Pure; what is drawn there is up to `layout`.

/// On a logarithmic scale up to this factor, powers of ten alone would be too few ticks.
const NARROW: f64 = 100.0;

/// How an axis places its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Linear,
    /// By powers of ten. Numbers that are not above zero have no place on it.
    Log,
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// To three digits or so.
    #[default]
    Number,
    /// A share of one, in per cent while that stays short.
    Share,
}

impl Format {
    pub fn write(self, value: f64) -> String {
        match self {
            Self::Number => number(value),
            Self::Share if value == 0.0 => "0%".to_owned(),
            Self::Share if value.abs() >= 0.9995e-4 => format!("{}%", number(value * 100.0)),
            Self::Share => power_of_ten(value),
        }
    }
}

/// `value` to three digits, without zeros at its end.
fn number(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && magnitude < 0.9995e-3 || magnitude >= 1e6 {
        return power_of_ten(value);
    }
    let decimals = match magnitude {
        m if m >= 99.95 => 0,
        m if m >= 9.995 => 1,
        m if m >= 0.9995 => 2,
        m if m >= 0.09995 => 3,
        _ => 4,
    };
    trimmed(format!("{value:.decimals$}"))
}

/// `value` as a number from 1 to 10 and a power of ten: `3.2 × 10⁻⁹`.
fn power_of_ten(value: f64) -> String {
    let written = format!("{value:.1e}");
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let raised = exponent.chars().map(|digit| match digit {
        '-' => '⁻',
        digit => {
            let at = digit.to_digit(10).unwrap_or_default() as usize;
            ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][at]
        }
    });
    let power = format!("10{}", raised.collect::<String>());
    match trimmed(mantissa.to_owned()).as_str() {
        "1" => power,
        mantissa => format!("{mantissa} × {power}"),
    }
}

fn trimmed(written: String) -> String {
    if written.contains('.') {
        written.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        written
    }
}

/// Where numbers lie between the two ends of an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    kind: Kind,
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale that holds all of `values`, with its ends on round numbers; `None` if it can hold
    /// none of them.
    pub fn around(kind: Kind, values: impl Iterator<Item = f64>) -> Option<Self> {
        let usable =
            values.filter(|value| value.is_finite() && (kind == Kind::Linear || *value > 0.0));
        let (low, high) = usable.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return None;
        }
        Some(match kind {
            Kind::Linear => {
                let step = step(low, high, 5);
                let ends = ((low / step).floor() * step, (high / step).ceil() * step);
                let apart = if ends.0 < ends.1 { ends } else { (low - step, high + step) };
                Self { kind, low: apart.0, high: apart.1 }
            }
            Kind::Log => {
                let mut ends = (round_down(low), round_up(high));
                if ends.0 >= ends.1 {
                    ends = (round_down(low / 1.5), round_up(high * 1.5));
                }
                if ends.1 / ends.0 > NARROW {
                    let power = |exponent: f64| 10f64.powf(exponent);
                    ends = (power(low.log10().floor()), power(high.log10().ceil()));
                }
                Self { kind, low: ends.0, high: ends.1 }
            }
        })
    }

    /// A scale with just these ends.
    pub const fn between(kind: Kind, low: f64, high: f64) -> Self {
        Self { kind, low, high }
    }

    /// Where `value` lies, from 0 at the lower end to 1 at the upper one; `None` if it has no
    /// place.
    pub fn place(&self, value: f64) -> Option<f64> {
        let (value, low, high) = match self.kind {
            Kind::Linear => (value, self.low, self.high),
            Kind::Log if value > 0.0 => (value.log10(), self.low.log10(), self.high.log10()),
            Kind::Log => return None,
        };
        let place = (value - low) / (high - low);
        place.is_finite().then_some(place)
    }

    /// Round numbers on it, about `wanted` of them.
    pub fn ticks(&self, wanted: usize) -> Vec<f64> {
        match self.kind {
            Kind::Linear => {
                let step = step(self.low, self.high, wanted);
                let first = (self.low / step - 1e-9).ceil() as i64;
                let last = (self.high / step + 1e-9).floor() as i64;
                (first..=last).map(|count| count as f64 * step).collect()
            }
            // 1, 2 and 5 of each power.
            Kind::Log if self.high / self.low <= NARROW => {
                let mut ticks = vec![round_up(self.low)];
                while let Some(last) = ticks.last().copied()
                    && last * 1.5 < self.high
                {
                    ticks.push(round_up(last * 1.5));
                }
                ticks.retain(|tick| *tick <= self.high * (1.0 + 1e-9));
                ticks
            }
            Kind::Log => {
                let (first, last) = (self.low.log10().ceil() as i32, self.high.log10() as i32);
                let every = ((last - first).unsigned_abs() as usize / wanted.max(1) + 1) as i32;
                (0..=(last - first) / every).rev().map(|n| 10f64.powi(last - n * every)).collect()
            }
        }
    }
}

/// The greatest of 1, 2 and 5 times a power of ten that is no greater than `value`.
fn round_down(value: f64) -> f64 {
    let power = 10f64.powf((value * (1.0 + 1e-9)).log10().floor());
    let fits = |digit: &f64| digit * power <= value * (1.0 + 1e-9);
    [5.0, 2.0].into_iter().find(fits).unwrap_or(1.0) * power
}

/// The least of 1, 2 and 5 times a power of ten that is no less than `value`.
fn round_up(value: f64) -> f64 {
    let power = 10f64.powf((value * (1.0 - 1e-9)).log10().floor());
    let fits = |digit: &f64| digit * power >= value * (1.0 - 1e-9);
    [1.0, 2.0, 5.0].into_iter().find(fits).unwrap_or(10.0) * power
}

/// A step of 1, 2 or 5 times a power of ten that parts the stretch into about `wanted` pieces.
fn step(low: f64, high: f64, wanted: usize) -> f64 {
    let apart = high - low;
    let rough = if apart > 0.0 { apart } else { high.abs().max(1.0) } / wanted.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let digit = match rough / power {
        digit if digit < 1.5 => 1.0,
        digit if digit < 3.5 => 2.0,
        digit if digit < 7.5 => 5.0,
        _ => 10.0,
    };
    digit * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers_within_the_scale() {
        let scale = Scale::around(Kind::Linear, [0.3, 4.1].into_iter()).expect("has values");
        assert_eq!(scale.ticks(5), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!((scale.place(0.0), scale.place(5.0)), (Some(0.0), Some(1.0)));
        let exact = Scale::between(Kind::Linear, 0.0, 5.0);
        assert_eq!(exact.ticks(5).len(), 6);
    }

    #[test]
    fn a_single_value_still_has_a_scale_around_it() {
        for kind in [Kind::Linear, Kind::Log] {
            for value in [1.0, 0.037, 250.0] {
                let scale = Scale::around(kind, std::iter::once(value)).expect("has a value");
                let place = scale.place(value).expect("lies on it");
                assert!((0.0..=1.0).contains(&place), "{kind:?} {value}: {place}");
                assert!(scale.ticks(4).len() >= 2, "{kind:?} {value}");
            }
        }
        assert_eq!(Scale::around(Kind::Log, [0.0, -1.0].into_iter()), None);
    }

    #[test]
    fn a_logarithmic_scale_gives_every_power_of_ten_the_same_room() {
        let scale = Scale::around(Kind::Log, [0.002, 0.4].into_iter()).expect("has values");
        assert_eq!(scale.ticks(5).len(), 4);
        let places: Vec<_> = [0.001, 0.01, 0.1, 1.0].map(|x| scale.place(x).expect("fits")).into();
        assert!(places.windows(2).all(|pair| (pair[1] - pair[0] - 1.0 / 3.0).abs() < 1e-9));
        let narrow = Scale::around(Kind::Log, [0.133, 0.24].into_iter()).expect("has values");
        let texts: Vec<_> =
            narrow.ticks(5).into_iter().map(|tick| Format::Share.write(tick)).collect();
        assert_eq!(texts, ["10%", "20%", "50%"]);
        let wide = Scale::around(Kind::Log, [1e-30, 1.0].into_iter()).expect("has values");
        assert!(wide.ticks(5).len() <= 6, "{:?}", wide.ticks(5));
        assert!(wide.ticks(5).ends_with(&[1.0]));
    }

    #[test]
    fn numbers_are_written_short() {
        for (value, number, share) in [
            (0.5, "0.5", "50%"),
            (0.012345, "0.0123", "1.23%"),
            (1.0, "1", "100%"),
            (0.0001, "10⁻⁴", "0.01%"),
            (0.00000032, "3.2 × 10⁻⁷", "3.2 × 10⁻⁷"),
            (0.0, "0", "0%"),
            (1234.0, "1234", "123400%"),
            (32_000_000.0, "3.2 × 10⁷", "3.2 × 10⁹%"),
        ] {
            assert_eq!(Format::Number.write(value), number);
            assert_eq!(Format::Share.write(value), share);
        }
    }
}
