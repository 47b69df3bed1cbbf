//! Taking the wanted values out of one gnomAD record, whose INFO has hundreds of keys in 2 to 20 kB.

use std::sync::Arc;

use memchr::memchr;
use vdx_vcf::Header;
use vdx_vcf::line::Rest;

use crate::fields::{self, Part, Per};
use crate::values::{LeftOutValue, Values, WrongLength, expected};

/// Finds the wanted keys of one file's records in one pass over INFO.
#[derive(Debug)]
pub(crate) struct Scanner {
    wanted: Vec<Wanted>,
    /// Bit n: a wanted key is n bytes long (63: or longer).
    lengths: u64,
    /// Slots of FILTER.
    filter: Vec<usize>,
    /// Slots of flags, which have a value even where the key is absent.
    flags: Vec<usize>,
    width: usize,
    /// `--force`: values of lists of the wrong length are left out.
    force: bool,
}

#[derive(Debug)]
struct Wanted {
    key: Vec<u8>,
    /// Likewise, for messages.
    name: Arc<str>,
    /// Its first bytes.
    word: u64,
    per: Per,
    slot: usize,
}

impl Scanner {
    /// For records under `header`; the slots are those of the fields of these names, and what the file lacks stays empty.
    /// With `force`, so do values of lists that have the wrong length.
    pub(crate) fn new(names: &[&str], header: &Header, force: bool) -> Self {
        let mut this =
            Self { wanted: Vec::new(), lengths: 0, filter: Vec::new(), flags: Vec::new(), width: names.len(), force };
        for (slot, name) in names.iter().enumerate() {
            match fields::part(name, header) {
                Some(Part::Info { key, per }) => {
                    this.lengths |= length_bit(key.len());
                    if per == Per::Flag {
                        this.flags.push(slot);
                    }
                    let name = String::from_utf8_lossy(&key).into();
                    this.wanted.push(Wanted { name, word: word(&key), key, per, slot });
                }
                Some(Part::Filter) => this.filter.push(slot),
                // The status is not in the record.
                Some(Part::Status) | None => {}
            }
        }
        this
    }

    /// Appends the values that belong to ALT number `alt` (0-based) of a record that has `alts` of them, and returns the
    /// record's number.
    ///
    /// # Errors
    /// A list has another length than it should have; `.` stands for a list of any.
    pub(crate) fn scan(
        &self,
        rest: &Rest<'_>,
        alts: (usize, usize),
        values: &mut Values,
    ) -> Result<u32, Box<WrongLength>> {
        let record = self.take(rest, alts, values);
        match values.left_out.first() {
            // Of this record: there is no next after an error.
            Some(first) if !self.force => Err(Box::new(with_list(&first.wrong, rest.info))),
            _ => Ok(record),
        }
    }

    /// Takes what can be taken.
    #[inline(never)]
    fn take(&self, rest: &Rest<'_>, (alt, alts): (usize, usize), values: &mut Values) -> u32 {
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
            let end = first_entry(info);
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
                    Per::Alt | Per::Site if alts == 1 && !has_comma(entry) => value,
                    _ => wanted.by_place(record, value, (alt, alts), &mut values.left_out),
                };
                values.put(record, wanted.slot, value);
                if wanted.per == Per::Filters {
                    let from = values.text.len() - value.len();
                    values.text[from..].iter_mut().filter(|byte| **byte == b',').for_each(|byte| *byte = b'|');
                }
            }
        }
        record
    }
}

/// What is wrong with a list, and what it is in a record with that INFO.
#[cold]
fn with_list(wrong: &WrongLength, info: &[u8]) -> WrongLength {
    let key = wrong.key.as_bytes();
    let value = info.split(|&byte| byte == b';').find_map(|entry| entry.strip_prefix(key)?.strip_prefix(b"="));
    wrong.clone().with_value(value.unwrap_or_default())
}

/// Whether a value is missing as a whole, however many it should be (VCF 4.5, section 1.6.1, field 8).
fn is_missing(value: &[u8]) -> bool {
    value.is_empty() || value == b"."
}

fn nth(value: &[u8], at: usize) -> &[u8] {
    value.split(|&byte| byte == b',').nth(at).unwrap_or_default()
}

impl Wanted {
    /// Whether a key with the same first word is this one: a call to compare bytes only where there are more.
    fn is(&self, key: &[u8]) -> bool {
        self.key.len() == key.len() && (key.len() <= 8 || self.key[8..] == key[8..])
    }

    /// The value of ALT number `alt` of `alts` in a list; `.`, and a word about it, where the list has the wrong length.
    #[inline(never)]
    fn by_place<'v>(
        &self,
        record: u32,
        list: &'v [u8],
        (alt, alts): (usize, usize),
        left_out: &mut Vec<LeftOutValue>,
    ) -> &'v [u8] {
        let Some(expected) = expected(self.per, alts) else { return list };
        if is_missing(list) {
            return list;
        }
        let found = 1 + memchr::memchr_iter(b',', list).count();
        if found == expected {
            return match self.per {
                Per::Alt => nth(list, alt),
                Per::Allele => nth(list, alt + 1),
                Per::Site | Per::Filters | Per::Text | Per::Flag => list,
            };
        }
        let wrong = WrongLength { key: self.name.clone(), per: self.per, expected, found, value: None };
        left_out.push(LeftOutValue { record, wrong });
        b"."
    }
}

/// Where the first entry of `info` ends. Most are a few words long, for which a call to memchr takes longer.
fn first_entry(info: &[u8]) -> usize {
    let (words, _) = info[..info.len().min(32)].as_chunks();
    for (at, word) in words.iter().enumerate() {
        if let Some(end) = find(b';', u64::from_le_bytes(*word)) {
            return 8 * at + end;
        }
    }
    let behind = 8 * words.len();
    memchr(b';', &info[behind..]).map_or(info.len(), |at| behind + at)
}

/// Whether there is a comma in an entry, whose key has none; likewise.
fn has_comma(entry: &[u8]) -> bool {
    let (words, _) = entry.as_chunks();
    let is_there = |word: &[u8; 8]| find(b',', u64::from_le_bytes(*word)).is_some();
    match entry.last_chunk() {
        Some(last) if words.len() <= 4 => is_there(last) || words.iter().any(is_there),
        Some(_) => memchr(b',', entry).is_some(),
        None => find(b',', word(entry)).is_some(),
    }
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

    fn scan_with(
        force: bool,
        (info, filter): (&str, &str),
        alts: (usize, usize),
        names: &[&str],
    ) -> Result<(Vec<Option<String>>, Vec<String>), String> {
        let header = Header::parse(
            b"##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n##INFO=<ID=AN,Number=1,Type=Integer,Description=\"\">\n\
              ##INFO=<ID=VRS,Number=R,Type=String,Description=\"\">\n##INFO=<ID=lcr,Number=0,Type=Flag,Description=\"\">\n\
              ##INFO=<ID=exomes_filters,Number=.,Type=String,Description=\"\">\n##INFO=<ID=MC,Number=.,Type=String,Description=\"\">\n\
              #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        )
        .unwrap();
        let mut values = Values::default();
        values.reset(names.len());
        let rest = Rest { qual: b".", filter: filter.as_bytes(), info: info.as_bytes(), samples: None };
        let scanner = Scanner::new(names, &header, force);
        let record = scanner.scan(&rest, alts, &mut values).map_err(|error| error.to_string())?;
        let text = |at| values.get(record, at).map(|v| String::from_utf8(v.to_vec()).unwrap());
        let left_out = values.left_out_of(record).iter().map(|found| found.wrong.to_string());
        Ok(((0..names.len()).map(text).collect(), left_out.collect()))
    }

    fn scan(info: &str, filter: &str, alts: (usize, usize), names: &[&str]) -> Vec<Option<String>> {
        scan_with(false, (info, filter), alts, names).unwrap().0
    }

    #[test]
    fn values_are_the_text_of_the_source() {
        let names = ["AN", "AC", "VRS", "lcr", "FILTER", "status"];
        let some = |text: &str| Some(text.to_owned());
        let only = (0, 1);
        assert_eq!(
            scan("XAC=9;AC=1,2;vep=a|b,c;lcr;AN=007;VRS=r,a,b", "AC0;AS_VQSR", (1, 2), &names),
            [some("007"), some("2"), some("b"), some("1"), some("AC0|AS_VQSR"), None]
        );
        assert_eq!(scan("AC=1", "PASS", only, &names), [None, some("1"), None, some("0"), some("PASS"), None]);
        assert_eq!(scan(".", ".", only, &["AC", "FILTER"]), [None, None]);
        assert_eq!(
            scan("exomes_filters=AC0,RF;AC=1", ".", only, &["AC", "exomes_filters"]),
            [some("1"), some("AC0|RF")]
        );
        assert_eq!(scan("MC=SO:1|a,SO:2|b;AC=1,2", ".", (1, 2), &["MC", "AC"]), [some("SO:1|a,SO:2|b"), some("2")]);
        // Entries and keys around whole words, and longer than what is searched without memchr.
        for size in (0..50).chain([5000]) {
            let noise = format!("{}={};ANX=1;AC={size};", "k".repeat(size), ".".repeat(size));
            assert_eq!(scan(&format!("{noise}AN=7"), ".", only, &["AN", "AC"]), [some("7"), some(&size.to_string())]);
        }
        for zeros in (0..40).map(|size| "0".repeat(size)) {
            let list = format!("k={zeros};AC=1{zeros},2{zeros},3;AN=7");
            let [first, second] = [1, 2].map(|number| some(&format!("{number}{zeros}")));
            assert_eq!([0, 1, 2].map(|alt| scan(&list, ".", (alt, 3), &["AC"])), [[first], [second], [some("3")]]);
        }
        let long = |key: &str| scan("exomes_filterz=1;exomes_filters=2;exomes_f=3", ".", only, &[key]);
        assert_eq!(long("exomes_filters"), [some("2")]);
        assert_eq!(scan("AC=1;AC=2;lcr;lcr;AN=3", ".", only, &["AC", "AN", "lcr"]), [some("1"), some("3"), some("1")]);
    }

    #[test]
    fn a_list_of_the_wrong_length_is_never_read_by_its_place() {
        let cases = [
            ("AC=2,1", 1, "AC: expected 1 value (Number=A), found 2 (2,1)"),
            ("AC=1", 2, "AC: expected 2 values (Number=A), found 1 (1)"),
            ("AC=1,2,3", 2, "AC: expected 2 values (Number=A), found 3 (1,2,3)"),
            ("AN=5,6", 1, "AN: expected 1 value (Number=1), found 2 (5,6)"),
            ("AN=5,6", 2, "AN: expected 1 value (Number=1), found 2 (5,6)"),
            ("VRS=r,a,b", 1, "VRS: expected 2 values (Number=R), found 3 (r,a,b)"),
            ("VRS=a", 1, "VRS: expected 2 values (Number=R), found 1 (a)"),
        ];
        for (info, alts, expected) in cases {
            let key = info.split('=').next().unwrap();
            for padding in ["", "k=0123456789012345678901234567890;"] {
                let info = format!("{padding}{info};x=1,2");
                let error = scan_with(false, (&info, "."), (0, alts), &[key]).unwrap_err();
                assert_eq!(error, expected);
                let (values, left_out) = scan_with(true, (&info, "."), (0, alts), &[key, "FILTER"]).unwrap();
                assert_eq!((values, left_out.len()), (vec![None, None], 1));
                assert!(expected.starts_with(&left_out[0]), "{left_out:?}");
            }
            // What is not asked for may be as it likes.
            assert_eq!(scan(info, ".", (0, alts), &["lcr"]), [Some("0".to_owned())]);
        }
        // One point is a missing list of any length.
        for alts in 1..4 {
            assert_eq!(scan("AC=.;VRS=.;AN=.", ".", (alts - 1, alts), &["AC", "VRS", "AN"]), [None, None, None]);
        }
        assert_eq!(scan("AC=.,3;VRS=.,.,.", ".", (1, 2), &["AC", "VRS"]), [Some("3".to_owned()), None]);
    }
}
