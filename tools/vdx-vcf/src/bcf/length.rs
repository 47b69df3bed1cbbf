//! How many bases of the reference a record is about: `rlen`, by the rules of htslib 1.23.

use super::typed::Typed;
use super::{BcfError, Dictionaries, Record};

impl Record<'_> {
    /// The bases from POS on that REF, INFO/END, INFO/SVLEN of `<DEL>`, `<DUP>`, `<INV>` and `<CNV>`, and FORMAT/LEN of
    /// `<*>` and `<NON_REF>` reach: the most of them.
    ///
    /// # Errors
    /// INFO or the samples are damaged.
    pub(super) fn length_on_reference(&self, dictionaries: &Dictionaries) -> Result<u32, BcfError> {
        let mut measured = Vec::with_capacity(self.n_alleles());
        let mut blocks = false;
        for alt in self.alts() {
            measured.push(has_svlen(alt));
            blocks |= alt == b"<*>" || alt == b"<NON_REF>";
        }
        let svlen_key = if measured.contains(&true) { dictionaries.string_number(b"SVLEN") } else { None };
        let end_key = dictionaries.string_number(b"END");
        let (mut end, mut svlen) = (0, 0);
        for info in self.info() {
            let info = info?;
            if Some(info.key) == end_key {
                end = info.value.ints().next().flatten().map_or(0, i64::from);
            } else if Some(info.key) == svlen_key {
                let lengths = values(info.value).zip(&measured).filter(|(_, measured)| **measured);
                svlen = lengths.map(|(length, _)| length.abs()).max().unwrap_or(0);
            }
        }
        let mut block = 0;
        if let Some(key) = dictionaries.string_number(b"LEN").filter(|_| blocks) {
            for format in self.formats() {
                let format = format?;
                if format.key == key {
                    let lengths = (0..self.n_samples()).flat_map(|sample| values(format.sample(sample)));
                    block = lengths.max().unwrap_or(0);
                }
            }
        }
        // 0-based, as the field is stored; SVLEN does not count the base before the event.
        let pos = i64::from(self.pos()) - 1;
        let by_svlen = if svlen > 0 { svlen + 1 } else { 0 };
        let length = [self.reference().len() as i64, end - pos, by_svlen, block].into_iter().max().unwrap_or(0);
        Ok(i32::try_from(length).unwrap_or(i32::MAX) as u32)
    }
}

/// The integers of a value, 0 for missing ones.
fn values(value: Typed<'_>) -> impl Iterator<Item = i64> {
    value.ints().map(|value| value.map_or(0, i64::from))
}

/// Whether SVLEN of this ALT is a length on the reference.
fn has_svlen(alt: &[u8]) -> bool {
    let kind = [&b"<DEL"[..], b"<DUP", b"<INV", b"<CNV"].iter().any(|kind| alt.starts_with(kind));
    kind && matches!(alt.get(4), Some(b'>' | b':')) && alt.ends_with(b">")
}
