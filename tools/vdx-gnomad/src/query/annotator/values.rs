//! What the answers give a record: whether it stays, and its values.

use vdx_hts::{Error, Result};

use super::{Annotator, Asked, Scratch};
use crate::query::batch::{Alts, Batch};
use crate::query::settings::Keep;
use crate::source::{Answer, Db, Status};

impl Annotator<'_> {
    /// Whether a record stays.
    ///
    /// # Errors
    /// An AF that `--max-af` limits is no number.
    pub(crate) fn stays(&self, scratch: &Scratch<'_>, batch: &Batch<'_>, alts: Alts) -> Result<bool> {
        let has = |at: usize| batch.of(at, alts).iter().any(|answer| self.has(answer));
        let wanted = match self.settings.keep {
            Keep::All => true,
            Keep::Found => (0..self.sources.len()).any(has),
            Keep::Absent => !(0..self.sources.len()).any(has),
        };
        let Some(most) = self.settings.max_af.filter(|_| wanted && !alts.is_empty()) else { return Ok(wanted) };
        // An ALT is common where any source says so.
        for alt in 0..alts.len() {
            let mut is_common = false;
            for (at, source) in self.sources.iter().enumerate() {
                let record = self.record(&batch.of(at, alts)[alt]).zip(source.af);
                let af = record.and_then(|(record, field)| scratch.sources[at].values.get(record, field));
                is_common |= af.map_or(Ok(None), |af| number(af, source.db).map(Some))?.is_some_and(|af| af > most);
            }
            if !is_common {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a record may have values to write.
    pub(crate) fn has_values(&self, batch: &Batch<'_>, alts: Alts) -> bool {
        let may = |(at, source): (usize, &Asked<'_>)| {
            source.status.is_some() || batch.of(at, alts).iter().any(|answer| self.record(answer).is_some())
        };
        self.sources.iter().enumerate().any(may)
    }

    /// Appends `key` and the values of column number `column`, one per ALT, joined by `,` with `.` where an ALT has none.
    /// Appends nothing where no ALT has one.
    pub(crate) fn write(
        &self,
        scratch: &Scratch<'_>,
        batch: &Batch<'_>,
        alts: Alts,
        (column, key): (usize, &[u8]),
        out: &mut Vec<u8>,
    ) {
        let (source, field) = self.columns[column];
        let answers = batch.of(source, alts);
        let value = |answer: &Answer| self.value(scratch, source, answer, field);
        if let [answer] = answers {
            if let Some(text) = value(answer) {
                out.extend_from_slice(key);
                out.extend_from_slice(text);
            }
            return;
        }
        if self.sources[source].wanted.fields[field].whole {
            return write_whole(answers.iter().map(value), key, out);
        }
        let present = answers.iter().enumerate().find_map(|(at, answer)| Some((at, value(answer)?)));
        let Some((first, text)) = present else { return };
        out.extend_from_slice(key);
        (0..first).for_each(|_| out.extend_from_slice(b".,"));
        out.extend_from_slice(text);
        for answer in &answers[first + 1..] {
            out.push(b',');
            out.extend_from_slice(value(answer).unwrap_or(b"."));
        }
    }

    /// The value of column number `column` for one of a record's ALTs.
    pub(crate) fn value_of<'s>(
        &self,
        scratch: &'s Scratch<'_>,
        batch: &Batch<'_>,
        (alts, alt): (Alts, usize),
        column: usize,
    ) -> Option<&'s [u8]> {
        let (source, field) = self.columns[column];
        self.value(scratch, source, batch.of(source, alts).get(alt)?, field)
    }

    /// Bytes of all values that the answers took.
    pub(crate) fn footprint(&self, scratch: &Scratch<'_>) -> usize {
        scratch.sources.iter().map(|looked| looked.values.footprint()).sum()
    }

    fn value<'s>(&self, scratch: &'s Scratch<'_>, source: usize, answer: &Answer, field: usize) -> Option<&'s [u8]> {
        if self.sources[source].status == Some(field) {
            return Some(answer.status.name().as_bytes());
        }
        scratch.sources[source].values.get(self.record(answer)?, field)
    }

    /// Whether gnomAD has an ALT, as far as it is wanted.
    fn has(&self, answer: &Answer) -> bool {
        matches!(answer.status, Status::Found | Status::Filtered) && self.record(answer).is_some()
    }

    /// The record that an ALT takes its values from.
    fn record(&self, answer: &Answer) -> Option<u32> {
        answer.record.filter(|_| !(self.settings.pass_only && answer.status == Status::Filtered))
    }
}

/// Texts that may hold commas, one for each ALT: where there are several ALTs, those are written as `%2C` (VCF 4.5, section
/// 1.2), so that commas part ALTs.
fn write_whole<'t>(texts: impl Iterator<Item = Option<&'t [u8]>> + Clone, key: &[u8], out: &mut Vec<u8>) {
    if !texts.clone().any(|text| text.is_some()) {
        return;
    }
    out.extend_from_slice(key);
    for (at, text) in texts.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        for (at, part) in text.unwrap_or(b".").split(|&byte| byte == b',').enumerate() {
            if at > 0 {
                out.extend_from_slice(b"%2C");
            }
            out.extend_from_slice(part);
        }
    }
}

/// The AF that a source has.
fn number(text: &[u8], db: &Db) -> Result<f64> {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or_else(|| {
        let found = String::from_utf8_lossy(text);
        Error::data(format!(
            "expected the AF of gnomAD {} as a number, found '{found}'; leave --max-af out, or mend the source",
            db.title
        ))
    })
}
