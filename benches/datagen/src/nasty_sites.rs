//! The loci and alleles of the nasty case.

use crate::rng::Rng;
use crate::variant::{Class, Edit, Variant};

/// Which classes may be made.
pub struct Rules {
    pub symbolic: bool,
    pub multiallelic: bool,
    pub alt_n: bool,
}

/// A record's locus and alleles.
pub struct Site {
    /// 1-based.
    pub pos: u32,
    pub reference: Vec<u8>,
    pub alternates: Vec<Vec<u8>>,
    /// Last base of a symbolic deletion or reference block.
    pub end: Option<u32>,
    /// Word for the statistics.
    pub kind: &'static str,
}

/// A REF longer than this is not written.
const LONGEST: usize = 400;

impl Site {
    /// A site near the 0-based `at`, or `None` if what was drawn does not fit there.
    pub fn draw(rng: &mut Rng, seq: &[u8], at: usize, rules: &Rules) -> Option<Self> {
        if seq[at] == b'N' && rng.chance(0.7) {
            return None;
        }
        match rng.below(100) {
            0..3 => {
                let len = rng.between(1, 4).min(seq.len() - at);
                return Some(Self::new(at, seq[at..at + len].to_vec(), vec![b".".to_vec()], "no_alt"));
            }
            3..6 if rules.symbolic => return Some(Self::block(rng, seq, at, b"<DEL>", "symbolic_del")),
            6..8 if rules.symbolic => return Some(Self::block(rng, seq, at, b"<NON_REF>", "reference_block")),
            _ => {}
        }
        let count = match rng.below(100) {
            _ if !rules.multiallelic => 1,
            0..60 => 1,
            60..80 => 2,
            _ => rng.between(3, 5),
        };
        let edits = (0..count).map(|_| edit(rng, seq, at, count == 1)).collect::<Option<Vec<_>>>()?;
        let mut site = Self::from_edits(rng, seq, &edits)?;
        if rules.alt_n && rng.chance(0.01) {
            let alt = &mut site.alternates[0];
            let last = alt.len() - 1;
            alt[last] = b'N';
        }
        if rules.symbolic && rules.multiallelic && site.alternates.len() < 5 && rng.chance(0.07) {
            let (extra, kind): (&[u8], _) =
                if rng.chance(0.5) { (b"*", "with_star") } else { (b"<NON_REF>", "with_non_ref") };
            let place = if extra == b"*" { rng.below(site.alternates.len() + 1) } else { site.alternates.len() };
            site.alternates.insert(place, extra.to_vec());
            site.kind = kind;
        }
        let mut alleles: Vec<_> = site.alternates.iter().chain([&site.reference]).collect();
        alleles.sort();
        alleles.dedup();
        (alleles.len() == site.alternates.len() + 1).then_some(site)
    }

    fn new(start: usize, reference: Vec<u8>, alternates: Vec<Vec<u8>>, kind: &'static str) -> Self {
        Self { pos: start as u32 + 1, reference, alternates, end: None, kind }
    }

    fn block(rng: &mut Rng, seq: &[u8], at: usize, alt: &[u8], kind: &'static str) -> Self {
        let end = (at + 1 + rng.between(1, 30)).min(seq.len()) as u32;
        Self { end: Some(end), ..Self::new(at, vec![seq[at]], vec![alt.to_vec()], kind) }
    }

    /// Writes all edits over one REF that spans them, with an anchor where an allele would be empty, and some padding.
    fn from_edits(rng: &mut Rng, seq: &[u8], edits: &[Edit]) -> Option<Self> {
        let mut from = edits.iter().map(|e| e.start).min()?;
        let mut to = edits.iter().map(|e| e.start + e.del).max()?;
        if rng.chance(0.25) {
            from = from.saturating_sub(rng.between(0, 3));
            to = (to + rng.between(0, 3)).min(seq.len());
        }
        let empty = |from: usize, to: usize| {
            from == to || edits.iter().any(|e| e.ins.is_empty() && e.start == from && e.start + e.del == to)
        };
        let unanchored = edits.iter().any(|e| e.start == from && (e.del == 0 || e.ins.is_empty()));
        // Now and then an indel keeps only the base after it: legal, and every normaliser has to move it.
        let anchor_before = unanchored && (empty(from, to) || rng.chance(0.9));
        if anchor_before && from > 0 {
            from -= 1;
        } else if empty(from, to) {
            to += 1;
        }
        if to > seq.len() || to - from > LONGEST {
            return None;
        }
        let alternate = |e: &Edit| [&seq[from..e.start], &e.ins, &seq[e.start + e.del..to]].concat();
        let kind = match edits {
            [one] if one.del == one.ins.len() && one.del == 1 => "snv",
            [one] if one.del == one.ins.len() => "mnv",
            [one] if one.ins.is_empty() => "deletion",
            [one] if one.del == 0 => "insertion",
            [_] => "delins",
            _ => "multiallelic",
        };
        Some(Self::new(from, seq[from..to].to_vec(), edits.iter().map(alternate).collect(), kind))
    }

    /// Whether every allele is one base.
    pub fn is_snv(&self) -> bool {
        let one = |allele: &Vec<u8>| matches!(allele[..], [b'A' | b'C' | b'G' | b'T']);
        one(&self.reference) && self.alternates.iter().all(one)
    }

    /// How many bases a biallelic record's POS moves when it is normalised; `None` if nothing changes.
    pub fn shift(&self, seq: &[u8]) -> Option<u32> {
        let plain = |a: &[u8]| a.iter().all(u8::is_ascii_alphabetic);
        let [alternate] = &self.alternates[..] else { return None };
        if !plain(alternate) {
            return None;
        }
        let (reference, alternate) = (self.reference.clone().into(), alternate.clone().into());
        let variant = Variant { pos: self.pos, reference, alternate, class: Class::Indel, gene: 0 };
        let (pos, r, a) = variant.normalised(seq);
        ((pos, &r[..], &a[..]) != (variant.pos, &variant.reference, &variant.alternate)).then(|| pos.abs_diff(self.pos))
    }
}

/// One change near `at`. Indels of a record of their own may be shifted right as far as they go.
fn edit(rng: &mut Rng, seq: &[u8], at: usize, alone: bool) -> Option<Edit> {
    let start = at + if alone { 0 } else { rng.below(6) };
    let len = 1 + rng.geometric(2.5).min(60);
    let bases = |rng: &mut Rng, n: usize| (0..n).map(|_| *rng.pick(b"ACGT")).collect::<Vec<u8>>();
    let mut edit = match rng.below(100) {
        0..30 => Edit { start, del: 1, ins: bases(rng, 1) },
        30..58 => Edit { start, del: len, ins: Vec::new() },
        58..72 => Edit { start, del: 0, ins: seq.get(start..start + len)?.to_vec() },
        72..84 => Edit { start, del: 0, ins: bases(rng, len) },
        84..92 => Edit { start, del: 1 + len.min(5), ins: bases(rng, 1 + len.min(5)) },
        _ => Edit { start, del: len.min(8), ins: bases(rng, 1 + len / 2) },
    };
    if edit.start + edit.del > seq.len() || edit.ins.contains(&b'N') {
        return None;
    }
    if alone && rng.chance(0.6) {
        edit.shift(seq, true);
    }
    Some(edit)
}
