//! The INFO keys of records that are joined: looked up in the header once, not for each record.

use super::apart::TELLING;
use crate::alleles::consequences::Consequences;
use crate::alleles::list::List;
use crate::alleles::numbers::{Declared, NumberRules};
use crate::info;

/// As many keys are kept: more than records have, and as many as a set of keys has bits.
const MOST: usize = u128::BITS as usize;

/// What is to be known of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct InfoKey {
    pub(super) declared: Declared,
    /// Its values may be listed by allele, or nobody declares what they are.
    pub(super) may_be_list: bool,
    /// Which consequences these are, if it is theirs.
    pub(super) consequences: Option<usize>,
    /// It is END.
    pub(super) is_end: bool,
    /// It tells what keeps records apart.
    pub(super) tells: bool,
}

impl InfoKey {
    pub(super) fn of(key: &[u8], numbers: &NumberRules, consequences: &[Consequences]) -> Self {
        let declared = numbers.info(key);
        Self {
            declared,
            may_be_list: declared.nowhere || List::of(declared.number).is_some() || key.starts_with(b"AS_"),
            consequences: consequences.iter().position(|consequences| consequences.key == key),
            is_end: key == b"END",
            tells: TELLING.contains(&key),
        }
    }

    /// Whether the first record that has it is heard, whatever the other one says.
    pub(super) fn is_copied(&self) -> bool {
        !self.may_be_list && self.consequences.is_none() && !self.is_end
    }
}

/// An entry of INFO.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// As it is written.
    pub(super) whole: &'a [u8],
    key_len: u32,
    /// Where its key is among the known ones.
    known: Option<u8>,
}

impl<'a> Entry<'a> {
    /// Whether both have one key.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        self.known == other.known && (self.known.is_some() || self.key() == other.key())
    }

    /// Where it stands in the INFO that it is of.
    pub(super) fn offset_in(&self, info: &[u8]) -> usize {
        self.whole.as_ptr() as usize - info.as_ptr() as usize
    }

    /// The bit of its key in a set of keys; 0 of one that is not known.
    pub(super) fn bit(&self) -> u128 {
        self.known.map_or(0, |at| 1 << at)
    }

    pub(super) fn key(&self) -> &'a [u8] {
        &self.whole[..self.key_len as usize]
    }

    /// Its value; a flag has none.
    pub(super) fn value(&self) -> Option<&'a [u8]> {
        self.whole.get(self.key_len as usize + 1..)
    }
}

/// The keys of the records before.
#[derive(Debug, Default)]
pub(super) struct InfoKeys {
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    key: Vec<u8>,
    is: InfoKey,
    /// Which key came behind it when it was last there: records mostly have theirs in one order.
    next: usize,
}

impl Known {
    fn is_of(&self, entry: &[u8]) -> bool {
        // Of a key of another length nothing needs be compared.
        entry.get(self.key.len()).is_none_or(|&byte| byte == b'=') && entry.starts_with(&self.key)
    }
}

impl InfoKeys {
    /// The entries of INFO; `of` tells what is to be known of a key that is new.
    pub(super) fn entries<'a>(&mut self, info: &'a [u8], of: impl Fn(&[u8]) -> InfoKey) -> Vec<Entry<'a>> {
        // Of a size that the allocator has at hand.
        let mut entries = Vec::with_capacity(16);
        let (mut before, mut next): (Option<usize>, _) = (None, 0);
        for whole in info::whole_entries(info) {
            let likely = self.known.get(next).is_some_and(|known| known.is_of(whole));
            let known = if likely { Some(next) } else { self.find(whole, &of) };
            let key_len = known.map_or_else(|| info::parted(whole).0.len(), |at| self.known[at].key.len()) as u32;
            if let Some(at) = known {
                if let Some(before) = before.filter(|_| !likely) {
                    self.known[before].next = at;
                }
                (before, next) = (known, self.known[at].next);
            }
            entries.push(Entry { whole, key_len, known: known.map(|at| at as u8) });
        }
        entries
    }

    /// Where the key of an entry is among those that are known, from now on at least; `None` where there is no room.
    fn find(&mut self, entry: &[u8], of: impl Fn(&[u8]) -> InfoKey) -> Option<usize> {
        let last = self.known.len();
        let found = self.known.iter().position(|known| known.is_of(entry));
        if found.is_none() && last < MOST {
            let key = info::parted(entry).0;
            self.known.push(Known { key: key.to_vec(), is: of(key), next: last + 1 });
            return Some(last);
        }
        found
    }

    /// What is to be known of the key of an entry, where it is known.
    pub(super) fn known(&self, entry: &Entry) -> Option<&InfoKey> {
        entry.known.map(|at| &self.known[usize::from(at)].is)
    }
}
