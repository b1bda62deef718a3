//! The settings panel as the visitor typed it, and its reading as [`Decoding`].
//!
//! Fields keep their raw text: a half-typed or impossible value is never lost or corrected behind
//! the visitor's back; it is only refused when a run needs it.

use super::decimal::decimal;
use zeroshot_protocol::{Decoding, Overflow};

/// One field of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    Temperature,
    TopK,
    TopP,
    RepetitionPenalty,
    MaxNewTokens,
    Seed,
    Stop,
}

impl Setting {
    pub const ALL: [Self; 7] = [
        Self::Temperature,
        Self::TopK,
        Self::TopP,
        Self::RepetitionPenalty,
        Self::MaxNewTokens,
        Self::Seed,
        Self::Stop,
    ];

    /// Name in locale keys, ids and links.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::TopK => "top_k",
            Self::TopP => "top_p",
            Self::RepetitionPenalty => "repetition_penalty",
            Self::MaxNewTokens => "max_new_tokens",
            Self::Seed => "seed",
            Self::Stop => "stop",
        }
    }
}

/// A field that is not a number in its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unusable {
    pub setting: Setting,
    pub least: f64,
    pub greatest: f64,
}

/// The panel.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingsForm {
    texts: [String; Setting::ALL.len()],
    /// Whether a prompt that is too long loses its beginning.
    pub trim: bool,
    /// Whether every run uses the seed that is written there.
    pub keep_seed: bool,
}

impl From<&Decoding> for SettingsForm {
    fn from(decoding: &Decoding) -> Self {
        let texts = Setting::ALL.map(|setting| match setting {
            Setting::Temperature => decoding.temperature.to_string(),
            Setting::TopK => decoding.top_k.to_string(),
            Setting::TopP => decoding.top_p.to_string(),
            Setting::RepetitionPenalty => decoding.repetition_penalty.to_string(),
            Setting::MaxNewTokens => decoding.max_new_tokens.to_string(),
            Setting::Seed => decoding.seed.to_string(),
            Setting::Stop => {
                decoding.stop.iter().map(|stop| escape(stop)).collect::<Vec<_>>().join("\n")
            }
        });
        Self { texts, trim: decoding.overflow == Overflow::TrimLeft, keep_seed: false }
    }
}

impl SettingsForm {
    /// The text in a field.
    pub fn text(&self, setting: Setting) -> &str {
        &self.texts[setting as usize]
    }

    /// Puts `text` in a field.
    pub fn set(&mut self, setting: Setting, text: String) {
        self.texts[setting as usize] = text;
    }

    /// Puts `decoding` in all fields; a seed that the visitor wants kept stays.
    pub fn reset(&mut self, decoding: &Decoding) {
        let mut fresh = Self::from(decoding);
        if self.keep_seed {
            fresh.set(Setting::Seed, self.text(Setting::Seed).to_owned());
            fresh.keep_seed = true;
        }
        *self = fresh;
    }

    /// Whether the fields say the same as `decoding`, the seed aside.
    pub fn same_but_for_seed(&self, decoding: &Decoding) -> bool {
        self.decoding().is_ok_and(|mine| Decoding { seed: decoding.seed, ..mine } == *decoding)
    }

    /// The settings as numbers.
    ///
    /// # Errors
    /// The first field that is not a number in its range.
    pub fn decoding(&self) -> Result<Decoding, Unusable> {
        use zeroshot_protocol::Field;
        let ranged = |setting, field: Field| {
            let (least, greatest) = field.range();
            self.number(setting, f64::from(least), f64::from(greatest))
        };
        Ok(Decoding {
            temperature: ranged(Setting::Temperature, Field::Temperature)? as f32,
            top_k: self.whole(Setting::TopK, 0.0, 1_000_000.0)? as usize,
            top_p: ranged(Setting::TopP, Field::TopP)? as f32,
            repetition_penalty: ranged(Setting::RepetitionPenalty, Field::RepetitionPenalty)?
                as f32,
            max_new_tokens: self.whole(
                Setting::MaxNewTokens,
                Field::MaxNewTokens.range().0.into(),
                Field::MaxNewTokens.range().1.into(),
            )? as usize,
            seed: self.whole(Setting::Seed, 0.0, f64::from(u32::MAX))? as u64,
            stop: self
                .text(Setting::Stop)
                .lines()
                .filter(|line| !line.is_empty())
                .map(unescape)
                .collect(),
            overflow: if self.trim { Overflow::TrimLeft } else { Overflow::Refuse },
        })
    }

    fn number(&self, setting: Setting, least: f64, greatest: f64) -> Result<f64, Unusable> {
        // A decimal comma is how half of the world writes it.
        let text = self.text(setting).trim().replace(',', ".");
        match decimal(&text) {
            Some(number) if (least..=greatest).contains(&number) => Ok(number),
            _ => Err(Unusable { setting, least, greatest }),
        }
    }

    fn whole(&self, setting: Setting, least: f64, greatest: f64) -> Result<f64, Unusable> {
        let number = self.number(setting, least, greatest)?;
        if number.fract() == 0.0 { Ok(number) } else { Err(Unusable { setting, least, greatest }) }
    }
}

fn escape(stop: &str) -> String {
    stop.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescape(line: &str) -> String {
    let mut text = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_survives_the_panel() {
        let recipe = Decoding {
            temperature: 0.7,
            top_k: 40,
            top_p: 0.9,
            stop: vec!["\n".to_owned(), "a\\b".to_owned()],
            overflow: Overflow::TrimLeft,
            ..Decoding::default()
        };
        assert_eq!(SettingsForm::from(&recipe).decoding(), Ok(recipe));
    }

    #[test]
    fn nan_and_words_are_refused_by_name_and_kept() {
        for text in ["NaN", "inf", "hot", "", "-1"] {
            let mut form = SettingsForm::from(&Decoding::default());
            form.set(Setting::Temperature, text.to_owned());
            let refused = form.decoding().expect_err(text);
            assert_eq!(refused.setting, Setting::Temperature);
            assert_eq!(form.text(Setting::Temperature), text);
        }
    }

    #[test]
    fn a_decimal_comma_is_understood_and_half_a_token_is_not() {
        let mut form = SettingsForm::from(&Decoding::default());
        form.set(Setting::Temperature, "0,5".to_owned());
        assert_eq!(form.decoding().map(|decoding| decoding.temperature), Ok(0.5));
        form.set(Setting::TopK, "2.5".to_owned());
        assert_eq!(form.decoding().map_err(|refused| refused.setting), Err(Setting::TopK));
    }
}
