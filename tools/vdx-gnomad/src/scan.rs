//! Taking the wanted values out of one gnomAD record, whose INFO has hundreds of keys in 2 to 20 kB.

use std::ops::Range;

use memchr::memchr;
use vdx_vcf::Header;
use vdx_vcf::line::Rest;

use crate::fields::{self, Per, Source};

/// The values of found records: per record one span of text for each field, empty where it has none.
#[derive(Debug, Default)]
pub struct Values {
    text: Vec<u8>,
    spans: Vec<Range<u32>>,
    width: usize,
}

impl Values {
    /// Forgets everything; from now on records have `width` values.
    pub fn reset(&mut self, width: usize) {
        self.text.clear();
        self.spans.clear();
        self.width = width;
    }

    /// The value of a field of record number `record`; `None` where the record has none.
    pub fn get(&self, record: u32, field: usize) -> Option<&[u8]> {
        let span = &self.spans[record as usize * self.width + field];
        let value = &self.text[span.start as usize..span.end as usize];
        (!value.is_empty() && value != b".").then_some(value)
    }

    /// Adds a record without values and returns its number.
    pub fn push(&mut self) -> u32 {
        let first = self.spans.len();
        self.spans.resize(first + self.width, 0..0);
        (first / self.width.max(1)) as u32
    }

    /// Gives a record its value of a field.
    pub fn put(&mut self, record: u32, field: usize, value: &[u8]) {
        let from = self.text.len() as u32;
        self.text.extend_from_slice(value);
        self.spans[record as usize * self.width + field] = from..self.text.len() as u32;
    }

    /// Adds a record with the values of `record` of others, which have as many.
    pub fn push_from(&mut self, other: &Self, record: u32) {
        let own = record as usize * self.width;
        let spans = &other.spans[own..own + self.width];
        // What one record's values were put into stands together.
        let present = || spans.iter().filter(|span| !span.is_empty());
        let start = present().map(|span| span.start).min().unwrap_or(0);
        let end = present().map(|span| span.end).max().unwrap_or(0);
        let to = self.text.len() as u32;
        self.text.extend_from_slice(&other.text[start as usize..end as usize]);
        self.spans.extend(spans.iter().map(|span| match span.is_empty() {
            true => 0..0,
            false => span.start - start + to..span.end - start + to,
        }));
    }

    /// Has `write` append a record's value of a field; false: there is none.
    pub fn put_by<E>(
        &mut self,
        record: u32,
        field: usize,
        write: impl FnOnce(&mut Vec<u8>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let from = self.text.len() as u32;
        if write(&mut self.text)? {
            self.spans[record as usize * self.width + field] = from..self.text.len() as u32;
        }
        Ok(())
    }

    /// Bytes that all this takes.
    pub fn footprint(&self) -> usize {
        self.text.len() + size_of_val(&self.spans[..])
    }
}

/// Finds the wanted keys of one file's records in one pass over INFO.
#[derive(Debug)]
pub struct Scanner {
    wanted: Vec<Wanted>,
    /// Bit n: a wanted key is n bytes long (63: or longer).
    lengths: u64,
    /// Slots of FILTER.
    filter: Vec<usize>,
    /// Slots of flags, which have a value even where the key is absent.
    flags: Vec<usize>,
    width: usize,
}

#[derive(Debug)]
struct Wanted {
    key: Vec<u8>,
    /// Its first bytes.
    word: u64,
    per: Per,
    slot: usize,
}

impl Scanner {
    /// For records under `header`; the slots are those of the fields of these names, and what the file lacks stays empty.
    pub fn new(names: &[&str], header: &Header) -> Self {
        let mut this =
            Self { wanted: Vec::new(), lengths: 0, filter: Vec::new(), flags: Vec::new(), width: names.len() };
        for (slot, name) in names.iter().enumerate() {
            match fields::source(name, header) {
                Some(Source::Info { key, per }) => {
                    this.lengths |= length_bit(key.len());
                    if per == Per::Flag {
                        this.flags.push(slot);
                    }
                    this.wanted.push(Wanted { word: word(&key), key, per, slot });
                }
                Some(Source::Filter) => this.filter.push(slot),
                // The status is not in the record.
                Some(Source::Status) | None => {}
            }
        }
        this
    }

    /// Appends the values that belong to ALT number `alt` (0-based) of a record and returns the record's number.
    pub fn scan(&self, rest: &Rest<'_>, alt: usize, values: &mut Values) -> u32 {
        let record = values.push();
        let first = record as usize * self.width;
        for &slot in &self.filter {
            let from = values.text.len();
            values.text.extend(rest.filter.iter().map(|&byte| if byte == b';' { b'|' } else { byte }));
            values.spans[first + slot] = from as u32..values.text.len() as u32;
        }
        for &slot in &self.flags {
            values.put(record, slot, b"0");
        }
        let mut left = self.wanted.len();
        let mut info = rest.info;
        while left > 0 && !info.is_empty() {
            let (end, has_comma) = first_entry(info);
            let entry = &info[..end];
            info = info.get(end + 1..).unwrap_or_default();
            let (key_end, start) = key_of(entry);
            if self.lengths & length_bit(key_end) == 0 {
                continue;
            }
            let key = &entry[..key_end];
            for wanted in self.wanted.iter().filter(|wanted| wanted.word == start && wanted.is(key)) {
                let found = &values.spans[first + wanted.slot];
                let found = &values.text[found.start as usize..found.end as usize];
                // A key that a broken record has twice counts once.
                if !found.is_empty() && (wanted.per != Per::Flag || found == b"1") {
                    continue;
                }
                left = left.saturating_sub(1);
                let value = entry.get(key_end + 1..).unwrap_or_default();
                let value = match wanted.per {
                    Per::Flag => b"1",
                    Per::Site | Per::List => value,
                    Per::Alt if alt == 0 && !has_comma => value,
                    Per::Alt => nth(value, alt),
                    Per::Allele => nth(value, alt + 1),
                };
                values.put(record, wanted.slot, value);
                if wanted.per == Per::List {
                    let from = values.text.len() - value.len();
                    values.text[from..].iter_mut().filter(|byte| **byte == b',').for_each(|byte| *byte = b'|');
                }
            }
        }
        record
    }
}

fn nth(value: &[u8], at: usize) -> &[u8] {
    value.split(|&byte| byte == b',').nth(at).unwrap_or_default()
}

impl Wanted {
    /// Whether a key with the same first word is this one: a call to compare bytes only where there are more.
    fn is(&self, key: &[u8]) -> bool {
        self.key.len() == key.len() && (key.len() <= 8 || self.key[8..] == key[8..])
    }
}

/// Where the first entry of `info` ends, and whether there may be a comma in it. Most are a few words long, for which a
/// call to memchr takes longer.
fn first_entry(info: &[u8]) -> (usize, bool) {
    let (words, _) = info[..info.len().min(32)].as_chunks();
    let mut has_comma = false;
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        has_comma |= find(b',', word).is_some();
        if let Some(end) = find(b';', word) {
            return (8 * at + end, has_comma);
        }
    }
    let behind = 8 * words.len();
    (memchr(b';', &info[behind..]).map_or(info.len(), |at| behind + at), true)
}

/// The length and first word of an entry's key.
fn key_of(entry: &[u8]) -> (usize, u64) {
    let Some((first, rest)) = entry.split_first_chunk() else {
        let end = entry.iter().position(|&byte| byte == b'=').unwrap_or(entry.len());
        return (end, word(&entry[..end]));
    };
    let first = u64::from_le_bytes(*first);
    match find(b'=', first) {
        Some(end) => (end, first & !(u64::MAX << (8 * end))),
        None => (8 + rest.iter().position(|&byte| byte == b'=').unwrap_or(rest.len()), first),
    }
}

/// Where the first of eight bytes, the lowest of the word, is `byte` (Hacker's Delight, section 6-1).
fn find(byte: u8, word: u64) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let other = word ^ (ONES * u64::from(byte));
    let found = other.wrapping_sub(ONES) & !other & (ONES << 7);
    (found != 0).then_some(found.trailing_zeros() as usize / 8)
}

/// The first eight bytes, zeros where there are fewer.
fn word(key: &[u8]) -> u64 {
    match key.first_chunk() {
        Some(first) => u64::from_le_bytes(*first),
        None => key.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(info: &str, filter: &str, alt: usize, names: &[&str]) -> Vec<Option<String>> {
        let header = Header::parse(
            b"##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n##INFO=<ID=AN,Number=1,Type=Integer,Description=\"\">\n\
              ##INFO=<ID=VRS,Number=R,Type=String,Description=\"\">\n##INFO=<ID=lcr,Number=0,Type=Flag,Description=\"\">\n\
              ##INFO=<ID=exomes_filters,Number=.,Type=String,Description=\"\">\n\
              #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        )
        .unwrap();
        let mut values = Values::default();
        values.reset(names.len());
        let rest = Rest { qual: b".", filter: filter.as_bytes(), info: info.as_bytes(), samples: None };
        let record = Scanner::new(names, &header).scan(&rest, alt, &mut values);
        (0..names.len()).map(|at| values.get(record, at).map(|v| String::from_utf8(v.to_vec()).unwrap())).collect()
    }

    #[test]
    fn values_are_the_text_of_the_source() {
        let names = ["AN", "AC", "VRS", "lcr", "FILTER", "status"];
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            scan("XAC=9;AC=1,2;vep=a|b,c;lcr;AN=007;VRS=r,a,b", "AC0;AS_VQSR", 1, &names),
            [some("007"), some("2"), some("b"), some("1"), some("AC0|AS_VQSR"), None]
        );
        assert_eq!(scan("AC=1", "PASS", 0, &names), [None, some("1"), None, some("0"), some("PASS"), None]);
        assert_eq!(scan(".", ".", 0, &["AC", "FILTER"]), [None, None]);
        assert_eq!(scan("AC=1", ".", 3, &["AC"]), [None]);
        assert_eq!(scan("exomes_filters=AC0,RF;AC=1", ".", 0, &["AC", "exomes_filters"]), [some("1"), some("AC0|RF")]);
        // Entries and keys around whole words, and longer than what is searched without memchr.
        for size in (0..50).chain([5000]) {
            let noise = format!("{}={};ANX=1;AC={size};", "k".repeat(size), ".".repeat(size));
            assert_eq!(scan(&format!("{noise}AN=7"), ".", 0, &["AN", "AC"]), [some("7"), some(&size.to_string())]);
        }
        for zeros in (0..40).map(|size| "0".repeat(size)) {
            let list = format!("k={zeros};AC=1{zeros},2{zeros},3;AN=7");
            let [first, second] = [1, 2].map(|number| some(&format!("{number}{zeros}")));
            assert_eq!([0, 1, 2].map(|alt| scan(&list, ".", alt, &["AC"])), [[first], [second], [some("3")]]);
        }
        let long = |key: &str| scan("exomes_filterz=1;exomes_filters=2;exomes_f=3", ".", 0, &[key]);
        assert_eq!(long("exomes_filters"), [some("2")]);
        assert_eq!(scan("AC=1;AC=2;lcr;lcr;AN=3", ".", 0, &["AC", "AN", "lcr"]), [some("1"), some("3"), some("1")]);
    }
}
