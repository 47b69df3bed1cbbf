//! The positions and alleles of a block.

use vdx_vcf::variant::Variant;

use super::codes;

/// The code of alleles that are not one base each.
const LONG: u8 = 16;

/// Keys in the order of the source.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    /// 1-based positions, never going down.
    pub(crate) positions: Vec<u32>,
    /// Pairs of bases below 16, places in `long` from 16 on.
    alleles: Vec<u32>,
    /// Ends in `letters` of REF and ALT.
    long: Vec<(usize, usize)>,
    letters: Vec<u8>,
}

impl Keys {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.positions.len()
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.positions.clear();
        self.alleles.clear();
        self.long.clear();
        self.letters.clear();
    }

    /// Adds a variant. Letters may be in any case; alleles that are not of letters stay as they are.
    pub(crate) fn push(&mut self, variant: &Variant<'_>) {
        self.positions.push(variant.pos);
        if let ([reference], [alt]) = (variant.reference, variant.alt)
            && let Some((reference, alt)) = base(*reference).zip(base(*alt))
        {
            self.alleles.push(u32::from(reference * 4 + alt));
            return;
        }
        self.alleles.push(u32::from(LONG) + self.long.len() as u32);
        self.letters.extend(variant.reference.iter().map(u8::to_ascii_uppercase));
        let middle = self.letters.len();
        if variant.alt.iter().all(u8::is_ascii_alphabetic) {
            self.letters.extend(variant.alt.iter().map(u8::to_ascii_uppercase));
        } else {
            self.letters.extend_from_slice(variant.alt);
        }
        self.long.push((middle, self.letters.len()));
    }

    /// The variant of a row.
    pub(crate) fn get(&self, row: usize) -> Variant<'_> {
        let (pos, code) = (self.positions[row], self.alleles[row] as usize);
        if code < usize::from(LONG) {
            let single = |at: usize| &b"ACGT"[at..=at];
            return Variant { pos, reference: single(code / 4), alt: single(code % 4) };
        }
        let at = code - usize::from(LONG);
        let start = at.checked_sub(1).map_or(0, |before| self.long[before].1);
        let (middle, end) = self.long[at];
        Variant { pos, reference: &self.letters[start..middle], alt: &self.letters[middle..end] }
    }

    /// The rows at a position. Questions mostly come in order, so the search starts at `near`, a row that is not behind
    /// the answer if it can be helped, in steps that double.
    pub(crate) fn rows_at(&self, pos: u32, near: usize) -> std::ops::Range<usize> {
        let positions = &self.positions;
        // Where the input goes back, `near` is behind the answer: then the whole block is searched.
        let from = if positions.get(near).is_some_and(|&other| other < pos) { near } else { 0 };
        let (mut low, mut step) = (from, if from == near { 1 } else { positions.len() });
        while positions.get(low + step).is_some_and(|&other| other < pos) {
            low += step;
            step *= 2;
        }
        let high = (low + step).min(positions.len());
        let start = low + positions[low..high].partition_point(|&other| other < pos);
        start..start + positions[start..].iter().take_while(|&&other| other == pos).count()
    }

    /// Appends them as they stand in a file.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let first = self.positions.first().copied().unwrap_or(0);
        out.extend_from_slice(&(self.len() as u32).to_le_bytes());
        out.extend_from_slice(&first.to_le_bytes());
        let before = std::iter::once(&first).chain(&self.positions);
        let steps: Vec<u64> = self.positions.iter().zip(before).map(|(pos, before)| u64::from(pos - before)).collect();
        codes::put(out, &steps);
        out.extend(self.alleles.iter().map(|&code| code.min(LONG.into()) as u8));
        out.extend_from_slice(&(self.long.len() as u32).to_le_bytes());
        let starts = std::iter::once(0).chain(self.long.iter().map(|&(_, end)| end));
        let (references, alts): (Vec<u64>, Vec<u64>) = self
            .long
            .iter()
            .zip(starts)
            .map(|(&(middle, end), start)| ((middle - start) as u64, (end - middle) as u64))
            .unzip();
        codes::put(out, &references);
        codes::put(out, &alts);
        out.extend_from_slice(&self.letters);
    }

    /// Reads them; `None`: damaged.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let count = codes::get_u32(&mut bytes)? as usize;
        let mut pos = u64::from(codes::get_u32(&mut bytes)?);
        let mut this = Self::default();
        for step in codes::get(&mut bytes, count)? {
            pos = pos.checked_add(step)?;
            this.positions.push(u32::try_from(pos).ok()?);
        }
        let mut long = 0;
        for &code in bytes.split_off(..count)? {
            this.alleles.push(u32::from(code) + if code == LONG { long } else { 0 });
            match code {
                LONG => long += 1,
                0..LONG => {}
                _ => return None,
            }
        }
        if codes::get_u32(&mut bytes)? != long {
            return None;
        }
        let references = codes::get(&mut bytes, long as usize)?;
        let alts = codes::get(&mut bytes, long as usize)?;
        let mut end = 0usize;
        for (reference, alt) in references.into_iter().zip(alts) {
            let middle = end.checked_add(usize::try_from(reference).ok()?)?;
            end = middle.checked_add(usize::try_from(alt).ok()?)?;
            this.long.push((middle, end));
        }
        (bytes.len() == end).then(|| this.letters.extend_from_slice(bytes)).map(|()| this)
    }
}

fn base(letter: u8) -> Option<u8> {
    match letter.to_ascii_uppercase() {
        b'A' => Some(0),
        b'C' => Some(1),
        b'G' => Some(2),
        b'T' => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back() {
        let variants: [(u32, &[u8], &[u8]); 7] = [
            (5, b"A", b"t"),
            (5, b"g", b"GATTACA"),
            (9, b"CAA", b"C"),
            (9, b"T", b"A"),
            (400_000_000, b"AC", b"GT"),
            (400_000_002, b"N", b"<DEL>"),
            (400_000_002, b"A", b"R"),
        ];
        let mut keys = Keys::default();
        for (pos, reference, alt) in variants {
            keys.push(&Variant { pos, reference, alt });
        }
        let mut bytes = Vec::new();
        keys.encode(&mut bytes);
        let back = Keys::decode(&bytes).unwrap();
        assert_eq!(back, keys);
        for (row, (pos, reference, alt)) in variants.into_iter().enumerate() {
            let (reference, alt) = (reference.to_ascii_uppercase(), alt.to_ascii_uppercase());
            assert_eq!(back.get(row), Variant { pos, reference: &reference, alt: &alt });
        }
        for near in 0..7 {
            for (pos, rows) in [
                (1, 0..0),
                (5, 0..2),
                (6, 2..2),
                (9, 2..4),
                (400_000_000, 4..5),
                (400_000_001, 5..5),
                (400_000_002, 5..7),
            ] {
                assert_eq!(back.rows_at(pos, near), rows, "{pos} from {near}");
            }
        }
        assert!((0..bytes.len()).all(|end| Keys::decode(&bytes[..end]).is_none()));
    }
}
