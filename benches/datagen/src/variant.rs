//! Variants and where they can be placed: shifting of pure insertions and deletions, and the general trim-and-shift that
//! defines the left-aligned minimal form (Tan et al. 2015, Bioinformatics 31:2202).

/// What ClinVar calls the variant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Class {
    Snv,
    Deletion,
    Duplication,
    Insertion,
    Indel,
    Mnv,
    Microsatellite,
    /// ALT is `.`
    NoAlt,
}

/// A variant as written in a VCF.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variant {
    /// 1-based.
    pub pos: u32,
    pub reference: Box<[u8]>,
    pub alternate: Box<[u8]>,
    pub class: Class,
    /// Index of the gene, or `u32::MAX`.
    pub gene: u32,
}

/// A change of the sequence without padding: `del` bases from the 0-based `start` become `ins`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub start: usize,
    pub del: usize,
    pub ins: Vec<u8>,
}

/// The base at `at` in upper case.
pub fn base(seq: &[u8], at: usize) -> u8 {
    seq[at].to_ascii_uppercase()
}

/// Whether all of `seq[from..to]` is there and is A, C, G or T.
pub fn is_acgt(seq: &[u8], from: usize, to: usize) -> bool {
    to <= seq.len() && seq[from..to].iter().all(|b| matches!(b.to_ascii_uppercase(), b'A' | b'C' | b'G' | b'T'))
}

fn upper(seq: &[u8], from: usize, to: usize) -> Vec<u8> {
    seq[from..to].to_ascii_uppercase()
}

impl Edit {
    /// Moves a pure insertion or deletion as far left (or right) as the haplotype stays the same. N stops it.
    pub fn shift(&mut self, seq: &[u8], right: bool) {
        if (self.del > 0) != self.ins.is_empty() {
            return;
        }
        let same = |a: u8, b: u8| a == b && a != b'N';
        let step = self.ins.len().min(1);
        loop {
            let moves = match (right, self.del) {
                (false, _) if self.start == 0 => false,
                (false, 0) => same(base(seq, self.start - 1), self.ins[self.ins.len() - 1]),
                (false, del) => same(base(seq, self.start - 1), base(seq, self.start + del - 1)),
                (true, del) if self.start + del >= seq.len() => false,
                (true, 0) => same(base(seq, self.start), self.ins[0]),
                (true, del) => same(base(seq, self.start), base(seq, self.start + del)),
            };
            if !moves {
                return;
            }
            if right {
                self.start += 1;
                self.ins.rotate_left(step);
            } else {
                self.start -= 1;
                self.ins.rotate_right(step);
            }
        }
    }

    /// The VCF form: a base before is added to pure insertions and deletions (after, at the contig's start), and `pad`
    /// more bases on each side.
    pub fn variant(&self, seq: &[u8], pad: (usize, usize), class: Class, gene: u32) -> Variant {
        let anchored = self.del == 0 || self.ins.is_empty();
        let before = (pad.0 + usize::from(anchored && self.start > 0)).min(self.start);
        let end = self.start + self.del;
        let after = (pad.1 + usize::from(anchored && self.start == 0)).min(seq.len() - end);
        let from = self.start - before;
        let mut alternate = upper(seq, from, self.start);
        alternate.extend_from_slice(&self.ins);
        alternate.extend_from_slice(&upper(seq, end, end + after));
        Variant {
            pos: from as u32 + 1,
            reference: upper(seq, from, end + after).into(),
            alternate: alternate.into(),
            class,
            gene,
        }
    }
}

impl Variant {
    /// Order of records in a file: position, then alleles.
    pub fn file_order(&self, other: &Self) -> std::cmp::Ordering {
        (self.pos, &self.reference, &self.alternate).cmp(&(other.pos, &other.reference, &other.alternate))
    }

    /// Whether the alleles differ in length, as far as an I/D call can tell.
    pub fn changes_length(&self) -> bool {
        self.class != Class::NoAlt && self.reference.len() != self.alternate.len()
    }

    /// The left-aligned minimal form `(pos, ref, alt)`; the variant itself for ALT `.`
    pub fn normalised(&self, seq: &[u8]) -> (u32, Vec<u8>, Vec<u8>) {
        let (mut pos, mut r, mut a) = (self.pos as usize, self.reference.to_vec(), self.alternate.to_vec());
        if self.class == Class::NoAlt || (r.len() == 1 && a.len() == 1) {
            return (self.pos, r, a);
        }
        loop {
            if !r.is_empty() && !a.is_empty() && r[r.len() - 1] == a[a.len() - 1] && (r.len() > 1 || a.len() > 1) {
                r.pop();
                a.pop();
                if (r.is_empty() || a.is_empty()) && pos > 1 {
                    pos -= 1;
                    let before = base(seq, pos - 1);
                    r.insert(0, before);
                    a.insert(0, before);
                    continue;
                }
                if r.is_empty() || a.is_empty() {
                    // At the contig's first base there is nothing before, so the base after is the anchor.
                    let after = base(seq, pos - 1 + r.len());
                    r.push(after);
                    a.push(after);
                    break;
                }
            } else {
                break;
            }
        }
        while r.len() > 1 && a.len() > 1 && r[0] == a[0] {
            r.remove(0);
            a.remove(0);
            pos += 1;
        }
        (pos as u32, r, a)
    }

    /// The pure insertion or deletion under this variant, left-aligned, or `None` if it is something else.
    pub fn edit(&self, seq: &[u8]) -> Option<Edit> {
        if !self.changes_length() {
            return None;
        }
        let (pos, r, a) = self.normalised(seq);
        let start = pos as usize;
        if a.len() == 1 && r[0] == a[0] {
            Some(Edit { start, del: r.len() - 1, ins: Vec::new() })
        } else if r.len() == 1 && r[0] == a[0] {
            Some(Edit { start, del: 0, ins: a[1..].to_vec() })
        } else {
            None
        }
    }

    /// First and last 1-based position over which the variant can be placed or which it spans: for an insertion or
    /// deletion from the anchor of the leftmost form to the first changed base of the rightmost.
    pub fn reach(&self, seq: &[u8]) -> (u32, u32) {
        match self.edit(seq) {
            Some(left) => {
                let mut right = left.clone();
                right.shift(seq, true);
                (left.start as u32, right.start as u32 + 1)
            }
            None => (self.pos, self.pos + self.reference.len() as u32 - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEQ: &[u8] = b"GGTCACACACATTTTG";

    fn made(start: usize, del: usize, ins: &[u8], pad: (usize, usize)) -> Variant {
        Edit { start, del, ins: ins.to_vec() }.variant(SEQ, pad, Class::Deletion, 0)
    }

    #[test]
    fn right_aligned_deletion_normalises_left() {
        let mut edit = Edit { start: 3, del: 2, ins: vec![] };
        edit.shift(SEQ, true);
        assert_eq!(edit.start, 9);
        let variant = edit.variant(SEQ, (0, 0), Class::Deletion, 0);
        assert_eq!((variant.pos, &*variant.reference, &*variant.alternate), (9, &b"ACA"[..], &b"A"[..]));
        assert_eq!(variant.normalised(SEQ), (3, b"TCA".to_vec(), b"T".to_vec()));
        assert_eq!(variant.reach(SEQ), (3, 10));
    }

    #[test]
    fn padding_is_trimmed() {
        let padded = made(11, 0, b"T", (2, 2));
        assert_eq!((padded.pos, &*padded.reference, &*padded.alternate), (9, &b"ACATT"[..], &b"ACATTT"[..]));
        assert_eq!(padded.normalised(SEQ), (11, b"A".to_vec(), b"AT".to_vec()));
    }

    #[test]
    fn contig_start() {
        let first = made(0, 1, b"", (0, 0));
        assert_eq!((first.pos, &*first.reference, &*first.alternate), (1, &b"GG"[..], &b"G"[..]));
        assert_eq!(first.normalised(SEQ), (1, b"GG".to_vec(), b"G".to_vec()));
    }
}
