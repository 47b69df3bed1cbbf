//! What happens to files.

use vdx_testkit::Random;

use super::formats::Format;

/// What kind of damage it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The end is missing, and what is left ends where a line, a member or a record does.
    CutAtAnEdge,
    /// The end is missing.
    Cut,
    /// One bit is another.
    Flip,
    /// Two ranges have changed places.
    Swapped,
    /// A range comes twice.
    Doubled,
    /// A range is zeros.
    Zeroed,
    /// A range is noise.
    Garbage,
    /// Noise stands behind the end.
    Appended,
}

/// A damaged file.
pub struct Damage {
    pub kind: Kind,
    /// With its place, for messages.
    pub what: String,
    pub bytes: Vec<u8>,
}

/// Damages of a file: all of the matrix, or a part of each kind.
pub fn of(whole: &[u8], format: Format, all: bool) -> Vec<Damage> {
    let mut random = Random(whole.len() as u64);
    let mut found = Vec::new();
    let mut add = |kind: Kind, at: usize, bytes: Vec<u8>| {
        if bytes != whole {
            found.push(Damage { kind, what: format!("{kind:?} at {at} of {}", whole.len()), bytes });
        }
    };
    let count = |all_of_them: usize, some: usize| if all { all_of_them } else { some };
    let edges = format.edges(whole);
    let step = edges.len() / if all { 200 } else { 3 } + 1;
    for &at in edges.iter().step_by(step) {
        add(Kind::CutAtAnEdge, at, whole[..at].to_vec());
    }
    let mut below = |limit: usize| random.below(u32::try_from(limit).unwrap().max(1)) as usize;
    for _ in 0..count(200, 3) {
        let at = below(whole.len());
        let kind = if edges.contains(&at) { Kind::CutAtAnEdge } else { Kind::Cut };
        add(kind, at, whole[..at].to_vec());
    }
    for _ in 0..count(500, 8) {
        let (at, bit) = (below(whole.len()), below(8));
        let mut bytes = whole.to_vec();
        bytes[at] ^= 1 << bit;
        add(Kind::Flip, at, bytes);
    }
    for _ in 0..count(50, 1) {
        let len = 1 + below((whole.len() / 3).min(5000));
        let (one, other) = (below(whole.len() - len), below(whole.len() - len));
        let mut swapped = whole.to_vec();
        swapped[one..one + len].copy_from_slice(&whole[other..other + len]);
        swapped[other..other + len].copy_from_slice(&whole[one..one + len]);
        add(Kind::Swapped, one, swapped);
        let (front, back) = whole.split_at(one + len);
        add(Kind::Doubled, one, [front, &whole[one..one + len], back].concat());
        let mut zeroed = whole.to_vec();
        zeroed[one..one + len].fill(0);
        add(Kind::Zeroed, one, zeroed);
        let mut garbage = whole.to_vec();
        garbage[other..other + len].iter_mut().for_each(|byte| *byte = below(256) as u8);
        add(Kind::Garbage, other, garbage);
        let noise = (0..len).map(|_| below(256) as u8).collect();
        add(Kind::Appended, whole.len(), [whole.to_vec(), noise].concat());
    }
    found
}
