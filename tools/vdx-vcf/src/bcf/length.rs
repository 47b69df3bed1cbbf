//! What a BCF record says of where it ends.

use super::{BcfError, Dictionaries, Record};
use crate::extent::{Extent, has_length_on_reference, is_block};

impl Record<'_> {
    /// What REF, INFO and the samples tell of the record's end, whatever it has stored.
    ///
    /// # Errors
    /// INFO or the samples are damaged.
    pub fn extent(&self, dictionaries: &Dictionaries) -> Result<Extent, BcfError> {
        let mut extent = Extent::of_reference(self.pos(), self.reference());
        let end_key = dictionaries.string_number(b"END");
        let svlen_key =
            self.alts().any(has_length_on_reference).then(|| dictionaries.string_number(b"SVLEN")).flatten();
        for info in self.info() {
            let info = info?;
            if Some(info.key) == end_key {
                extent.set_end(info.value.ints().next().flatten().map_or(0, |end| end.max(0) as u64));
            } else if Some(info.key) == svlen_key {
                let lengths =
                    info.value.ints().map(|length| length.map_or(0, |length| u64::from(length.unsigned_abs())));
                self.alts().zip(lengths).for_each(|(alt, length)| extent.add_svlen(alt, length));
            }
        }
        let len_key = self.alts().any(is_block).then(|| dictionaries.string_number(b"LEN")).flatten();
        for format in self.formats().take_while(|_| len_key.is_some()) {
            let format = format?;
            if Some(format.key) == len_key {
                let lengths = (0..self.n_samples()).flat_map(|sample| format.sample(sample).ints().flatten());
                lengths.for_each(|length| extent.add_block(length.max(0) as u64));
            }
        }
        Ok(extent)
    }

    /// The last base, 1-based: what is stored, and what symbolic alleles say where a tool wrote it by other rules.
    #[inline]
    pub fn last_base(&self, dictionaries: &Dictionaries) -> u64 {
        let stored = u64::from(self.fixed().last_base());
        match self.alts().any(|alt| alt.starts_with(b"<")).then(|| self.extent(dictionaries)) {
            Some(Ok(extent)) => stored.max(extent.last()),
            _ => stored,
        }
    }
}
