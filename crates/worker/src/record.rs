//! What stands beside a kept model: where it came from, how far it has come, and how to find
//! damage. Read as something that anyone may have changed.

use serde::{Deserialize, Serialize};
use zeroshot_protocol::{ModelSource, ModelSummary, StoredModel};

use crate::{
    key::is_key,
    ledger::{is_digest, pieces},
};

/// Raised when records or kept files come to mean something else: what an older page kept is then
/// fetched anew.
const VERSION: u32 = 2;

/// No model is this large; a greater number is damage.
const MOST_BYTES: u64 = 1 << 40;

/// The most bytes of a record: it has a digest for each piece of a file.
pub const MAX_RECORD: u64 = 4 << 20;

/// A kept model's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    version: u32,
    /// Names the model.
    pub key: String,
    /// As it was called when it was kept.
    pub title: String,
    /// Where it came from.
    pub source: ModelSource,
    /// The server's name for what was in the source's weights.
    pub etag: Option<String>,
    /// Bytes of the kept file that are there.
    pub length: u64,
    /// Bytes of the whole kept file.
    pub total: u64,
    /// The digest of each piece of what is there.
    pub pieces: Vec<String>,
    /// What it is, once it is complete.
    pub model: Option<ModelSummary>,
    /// How far the digests of the source's weights have come: with the bytes that became what is
    /// there. Empty if they are not taken.
    pub digest: String,
    /// When it was used last, in milliseconds since 1970.
    pub last_used: f64,
}

impl Record {
    /// Of a model of which nothing is there yet.
    pub fn new(key: &str, title: &str, source: &ModelSource, total: u64, now: f64) -> Self {
        Self {
            version: VERSION,
            key: key.to_owned(),
            title: title.to_owned(),
            source: source.clone(),
            etag: None,
            length: 0,
            total,
            pieces: Vec::new(),
            model: None,
            digest: String::new(),
            last_used: now,
        }
    }

    /// Reads the record of the model of this key; `None` if it is none, of another release, or
    /// says what cannot be.
    pub fn read(json: &str, key: &str) -> Option<Self> {
        let record: Self = serde_json::from_str(json).ok()?;
        let complete = record.model.is_some();
        let sound = record.version == VERSION
            && is_key(key)
            && record.key == key
            && record.total <= MOST_BYTES
            && record.length <= record.total
            && record.pieces.len() as u64 == pieces(record.length)
            && record.pieces.iter().all(|digest| is_digest(digest))
            && (!complete || record.length == record.total)
            && record.last_used.is_finite();
        sound.then_some(record)
    }

    /// The record as it is written.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether the model can be loaded without its source.
    pub fn is_complete(&self) -> bool {
        self.model.is_some()
    }

    /// Whether this is the model that is asked for: a catalogue may come to list another file
    /// under the same name, or one where none was listed. What is complete and was held to no digest
    /// can be held to none any more.
    pub fn is_of(&self, source: &ModelSource) -> bool {
        let found = self.model.as_ref().map_or("", |model| model.sha256.as_str());
        let (listed, before) = (source.sha256.as_str(), self.source.sha256.as_str());
        let same = |a: &str, b: &str| a.is_empty() || b.is_empty() || a.eq_ignore_ascii_case(b);
        let unchecked = self.is_complete() && found.is_empty() && !listed.is_empty();
        same(listed, found) && same(listed, before) && !unchecked
    }

    /// For the list of what is kept.
    pub fn into_stored(self) -> StoredModel {
        StoredModel {
            key: self.key,
            title: self.title,
            source: self.source,
            bytes: self.length,
            total: self.total,
            model: self.model,
            last_used: self.last_used,
        }
    }
}

/// The list of what is kept, the one used last first.
pub fn listed(records: Vec<Record>) -> Vec<StoredModel> {
    let mut models: Vec<_> = records.into_iter().map(Record::into_stored).collect();
    models.sort_by(|a, b| b.last_used.total_cmp(&a.last_used).then_with(|| a.key.cmp(&b.key)));
    models
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{key, ledger::PIECE};
    use zeroshot_protocol::{Place, Quantization};

    fn source() -> ModelSource {
        ModelSource {
            weights: "m.gguf".to_owned(),
            bytes: 10,
            quantization: Some(Quantization::Q4),
            keep: Some("Mine".to_owned()),
            ..ModelSource::at(Place::Picked)
        }
    }

    fn partial() -> Record {
        let key = key::of(&source(), "");
        let total = 3 * PIECE as u64;
        let mut record = Record::new(&key, "Mine", &source(), total, 1.5e12);
        record.length = PIECE as u64 + 1;
        record.pieces = vec!["0a".repeat(16); 2];
        record
    }

    fn complete() -> Record {
        let model = ModelSummary {
            architecture: "gpt2".to_owned(),
            n_positions: 1,
            n_layer: 1,
            n_head: 1,
            n_embd: 1,
            vocab_size: 1,
            parameters: 1,
            kind: "Q4_0".to_owned(),
            weight_bytes: 1,
            xxh64: String::new(),
            sha256: "AB".repeat(32),
        };
        let partial = partial();
        Record {
            length: partial.total,
            pieces: vec!["0a".repeat(16); 3],
            model: Some(model),
            ..partial
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for record in [partial(), complete()] {
            assert_eq!(Record::read(&record.to_json(), &record.key), Some(record.clone()));
        }
        assert!(complete().is_complete() && !partial().is_complete());
    }

    #[test]
    fn what_cannot_be_is_not_read() {
        let record = complete();
        let key = record.key.clone();
        let changed = |change: fn(&mut Record)| {
            let mut record = complete();
            change(&mut record);
            record.to_json()
        };
        for json in [
            String::new(),
            "null".to_owned(),
            "{}".to_owned(),
            "[1,2".to_owned(),
            "\u{0}".to_owned(),
            record.to_json().replace("\"version\":2", "\"version\":1"),
            record.to_json().replace("1500000000000.0", "null"),
            changed(|record| record.key.push('x')),
            changed(|record| record.length += 1),
            changed(|record| record.length -= 1),
            changed(|record| record.total = u64::MAX),
            changed(|record| drop(record.pieces.pop())),
            changed(|record| record.pieces[1].replace_range(..2, "zz")),
        ] {
            assert_eq!(Record::read(&json, &key), None, "{json}");
        }
        assert_eq!(Record::read(&record.to_json(), "another-key-0123456789abcdef"), None);
    }

    #[test]
    fn a_catalogue_that_lists_another_file_is_not_served_the_old_one() {
        let asked = |sha256: String| ModelSource { sha256, ..source() };
        assert!(complete().is_of(&asked(String::new())));
        assert!(complete().is_of(&asked("ab".repeat(32))));
        assert!(!complete().is_of(&asked("ac".repeat(32))));
        let record = Record { source: asked("ab".repeat(32)), ..partial() };
        assert!(!record.is_of(&asked("ac".repeat(32))));
    }

    /// It was kept when nothing was listed, so no SHA-256 of it was taken.
    #[test]
    fn what_was_not_checked_is_not_served_where_a_digest_is_listed() {
        let asked = |sha256: String| ModelSource { sha256, ..source() };
        let mut record = complete();
        record.model.as_mut().expect("complete").sha256.clear();
        assert!(record.is_of(&asked(String::new())));
        assert!(!record.is_of(&asked("ab".repeat(32))));
        // A part still can be: whether it goes on is up to what was noted of it.
        assert!(partial().is_of(&asked("ab".repeat(32))));
    }

    #[test]
    fn the_one_used_last_comes_first() {
        let old = Record { last_used: 1.0, title: "old".to_owned(), ..complete() };
        let listed = listed(vec![old, partial()]);
        let titles: Vec<_> = listed.iter().map(|model| model.title.as_str()).collect();
        assert_eq!(titles, ["Mine", "old"]);
        assert_eq!(listed[0].bytes, PIECE as u64 + 1);
        assert!(!listed[0].is_complete() && listed[1].is_complete());
    }
}
