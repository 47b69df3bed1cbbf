//! The bins of tabix and CSI: level by level, the whole contig as bin 0, then eight bins for each bin of the level above,
//! down to windows of 2^14 bases (SAM specification, section 5.3; CSIv1 specification).

use std::ops::Range;

/// The smallest bin of both formats as they are used for VCF: 2^14 bases.
pub(super) const SHIFT: u8 = 14;

/// The smallest bin that holds the 0-based bases `first` to `last` (`reg2bin`).
pub(super) fn bin_of(first: u64, last: u64, depth: u8) -> usize {
    for level in (1..=depth).rev() {
        let shift = SHIFT + 3 * (depth - level);
        if first >> shift == last >> shift {
            return first_bin(level).unwrap_or(0) + (first >> shift) as usize;
        }
    }
    0
}

/// The smallest bins that a bin covers. `None` where `depth` levels have no such bin: the number behind the last one, under
/// which both formats keep counts of records, and what a damaged index says.
pub(super) fn windows_of(bin: usize, depth: u8) -> Option<Range<usize>> {
    let bounds = |level| Some((level, first_bin(level)?, first_bin(level + 1)?));
    let (level, first, _) = (0..=depth).map_while(bounds).find(|&(.., behind)| bin < behind)?;
    // A file may claim any depth: no shift is trusted.
    let width = 1usize.checked_shl(3 * u32::from(depth - level))?;
    let at = bin - first;
    Some(at.checked_mul(width)?..(at + 1).checked_mul(width)?)
}

/// The first bin of a level; `None` where there cannot be so many.
fn first_bin(level: u8) -> Option<usize> {
    Some((1usize.checked_shl(3 * u32::from(level))? - 1) / 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_those_of_the_specification() {
        assert_eq!(bin_of(0, 0, 5), 4681);
        assert_eq!(bin_of(16_383, 16_384, 5), 585);
        assert_eq!(bin_of(0, (1 << 29) - 1, 5), 0);
        assert_eq!(bin_of((1 << 29) - 1, (1 << 29) - 1, 5), 37_448);
        assert_eq!(bin_of(1 << 30, 1 << 30, 6), first_bin(6).unwrap() + (1 << 16));
    }

    #[test]
    fn a_bin_ends_where_the_next_one_of_its_level_starts() {
        assert_eq!(windows_of(0, 5), Some(0..1 << 15));
        assert_eq!(windows_of(4681, 5), Some(0..1));
        assert_eq!(windows_of(4682, 5), Some(1..2));
        assert_eq!(windows_of(4681 + 7, 5), Some(7..8));
        assert_eq!(windows_of(585, 5), Some(0..8));
        assert_eq!(windows_of(585 + 2, 5), Some(16..24));
        assert_eq!(windows_of(37_448, 5), Some(32_767..32_768));
        assert_eq!(windows_of(37_449, 5), None);
    }

    #[test]
    fn a_depth_that_no_index_has_is_no_bin() {
        assert_eq!((windows_of(0, 200), windows_of(usize::MAX, u8::MAX)), (None, None));
    }
}
