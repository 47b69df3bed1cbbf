//! Are the lines that a look-up reads where they should be?

use std::ops::Range;

use super::super::check;
use super::super::find::Indexed;
use crate::error::Error;

/// How far the lines of the contig that is asked for have come. They must stand in order of position, and be there until
/// the index says that the contig ends, and nowhere else: else a look-up would stop too early and miss lines.
///
/// What a look-up reads is checked: every line that it walks over, the line that it stops at, the last line of each block
/// that it inflates, and the beginnings of blocks that it looks at (`search`). Where it stops between two blocks,
/// it looks at those around (`Cursor`), so that of two blocks in each other's place one is seen. What is not read is
/// not seen: several blocks in a row that are in the wrong place, and lines of a block between the one that a look-up stops
/// at and the last. Only reading a file from start to end tells that it is in order, as what makes its index does.
#[derive(Default)]
pub(super) struct Order {
    /// The contig's name.
    pub(super) name: Vec<u8>,
    /// The virtual offsets of its first line, and behind its last.
    pub(super) place: Range<u64>,
    /// Virtual offset and POS of the last line that was walked over, which no line stands before that is seen later: a walk
    /// goes forward.
    pub(super) near: (u64, u32),
    /// The same of the last line in the block furthest on of those that were inflated.
    pub(super) far: (u64, u32),
}

impl Order {
    /// Whether a line may be where it is; `ours`: it is of the contig.
    #[inline]
    pub(super) fn fits(&self, offset: u64, ours: bool, pos: u32) -> bool {
        let (far, before) = self.far;
        let in_order = pos >= self.near.1 && if offset >= far { pos >= before } else { pos <= before };
        ours == self.place.contains(&offset) && (in_order || !ours)
    }

    /// Why a line that does not fit does not.
    pub(super) fn error(&self, db: &Indexed, offset: u64, (chrom, pos): (&[u8], u32)) -> Error {
        let ours = chrom == self.name;
        for seen in [self.near, self.far].into_iter().filter(|_| ours) {
            let line = (offset, pos);
            let (before, behind) = if offset >= seen.0 { (seen.1, line.1) } else { (line.1, seen.1) };
            if behind < before {
                return check::unsorted(&db.file, (chrom, behind), (chrom, before));
            }
        }
        let place = match (ours, offset < self.place.start) {
            (false, _) => "among",
            (true, true) => "before",
            (true, false) => "behind",
        };
        let what = format!("expected all records of {} where the index has them", String::from_utf8_lossy(&self.name));
        check::out_of_place(&db.file, (chrom, pos), &format!("{what}, found this one {place} them"))
    }
}
