//! Codes of the shortest total length, none longer than allowed.

/// The most symbols of a code.
const MOST: usize = 288;
/// The most bits of a code.
const DEEPEST: usize = 15;

/// The length of each symbol's code, 0 for those that do not occur. A code is complete, as some decoders ask: where fewer
/// than two symbols occur, others get a code, too.
///
/// `counts` are below 2^20 each, `limit` is at most 15, and the symbols fit into so many bits.
pub(crate) fn lengths(counts: &[u32], limit: usize, lengths: &mut [u8]) {
    lengths.fill(0);
    // Count and symbol in one number, to be sorted at once.
    let mut keys = [0; MOST];
    let mut used = 0;
    for (symbol, count) in counts.iter().enumerate() {
        keys[used] = count << 9 | symbol as u32;
        used += usize::from(*count != 0);
    }
    let keys = &mut keys[..used];
    match keys {
        [] => lengths[..2].fill(1),
        [only] => {
            let symbol = (*only & 511) as usize;
            lengths[symbol] = 1;
            lengths[usize::from(symbol == 0)] = 1;
        }
        _ => {
            keys.sort_unstable();
            let mut depths = [0; DEEPEST + 1];
            if !huffman(keys, limit, &mut depths) {
                package_merge(keys, limit, &mut depths);
            }
            // The rarest symbols get the longest codes.
            let mut by_count = keys.iter();
            for (depth, symbols) in depths.iter().enumerate().rev() {
                for key in by_count.by_ref().take(*symbols) {
                    lengths[(key & 511) as usize] = depth as u8;
                }
            }
        }
    }
}

/// How many codes have each length in the best code for the sorted `keys`; false where one is longer than `limit`.
fn huffman(keys: &[u32], limit: usize, depths: &mut [usize; DEEPEST + 1]) -> bool {
    // The two lightest trees are joined until one is left. Joined ones are made in the order of their weight, so two
    // queues do: symbols and joined ones.
    let mut weights = [0; MOST];
    let mut parents = [0_u16; MOST];
    let mut leaf_parents = [0_u16; MOST];
    let joins = keys.len() - 1;
    let (mut leaf, mut tree) = (0, 0);
    for made in 0..joins {
        for _ in 0..2 {
            let weight = keys.get(leaf).map_or(u32::MAX, |key| key >> 9);
            if tree == made || weight <= weights[tree] {
                weights[made] += weight;
                leaf_parents[leaf] = made as u16;
                leaf += 1;
            } else {
                weights[made] += weights[tree];
                parents[tree] = made as u16;
                tree += 1;
            }
        }
    }
    // The last one is the root; each is one below its parent.
    let mut below = [0_u16; MOST];
    for tree in (0..joins - 1).rev() {
        below[tree] = below[usize::from(parents[tree])] + 1;
    }
    for parent in &leaf_parents[..keys.len()] {
        let depth = usize::from(below[usize::from(*parent)]) + 1;
        if depth > limit {
            return false;
        }
        depths[depth] += 1;
    }
    true
}

/// The same within `limit` (Larmore and Hirschberg 1990).
fn package_merge(keys: &[u32], limit: usize, depths: &mut [usize; DEEPEST + 1]) {
    let symbols = keys.len();
    // From the deepest level up: the symbols merged with pairs of the level below. Only which is which is remembered.
    let mut is_symbol = [[false; 2 * MOST]; DEEPEST];
    let mut weights = [0_u64; 2 * MOST];
    let mut len = 0;
    for level in is_symbol.iter_mut().take(limit) {
        let pairs: Vec<u64> = weights[..len].chunks_exact(2).map(|pair| pair[0] + pair[1]).collect();
        let (mut symbol, mut pair) = (0, 0);
        len = symbols + pairs.len();
        for at in 0..len {
            let weight = keys.get(symbol).map_or(u64::MAX, |key| u64::from(key >> 9));
            level[at] = pairs.get(pair).is_none_or(|pair| weight <= *pair);
            if level[at] {
                weights[at] = weight;
                symbol += 1;
            } else {
                weights[at] = pairs[pair];
                pair += 1;
            }
        }
    }
    // A symbol's length is the number of levels at which it is among those taken.
    depths.fill(0);
    let mut taken = 2 * symbols - 2;
    let mut longer = 0;
    let mut lengths_of = [0_usize; DEEPEST];
    for (at, level) in is_symbol[..limit].iter().enumerate().rev() {
        lengths_of[at] = level[..taken].iter().filter(|symbol| **symbol).count();
        taken = 2 * (taken - lengths_of[at]);
    }
    for (at, symbols) in lengths_of[..limit].iter().enumerate() {
        // So many of the rarest are taken at this level and all above.
        depths[limit - at] = symbols - longer;
        longer = *symbols;
    }
}

/// The codes that belong to `lengths`, their first bit lowest (RFC 1951, section 3.2.2).
pub(crate) fn codes(lengths: &[u8], codes: &mut [u16]) {
    let mut count = [0_u16; DEEPEST + 1];
    for length in lengths {
        count[usize::from(*length)] += 1;
    }
    count[0] = 0;
    let mut next = [0_u16; DEEPEST + 2];
    for length in 1..=DEEPEST {
        next[length + 1] = (next[length] + count[length]) << 1;
    }
    for (code, length) in codes.iter_mut().zip(lengths) {
        let next = &mut next[usize::from(*length)];
        *code = if *length == 0 { 0 } else { next.reverse_bits() >> (16 - u16::from(*length)) };
        *next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vdx_testkit::Random;

    fn lengths_of(counts: &[u32], limit: usize) -> Vec<u8> {
        let mut found = vec![9; counts.len()];
        lengths(counts, limit, &mut found);
        found
    }

    fn cost(counts: &[u32], lengths: &[u8]) -> u64 {
        counts.iter().zip(lengths).map(|(count, length)| u64::from(*count) * u64::from(*length)).sum()
    }

    /// Of 2^15 words of the longest code, how many the codes take.
    fn taken(lengths: &[u8]) -> u32 {
        lengths.iter().filter(|length| **length != 0).map(|length| 1 << (DEEPEST - usize::from(*length))).sum()
    }

    /// The least cost of any code, by trying all lengths.
    fn least(counts: &[u32], limit: usize, left: i32) -> Option<u64> {
        let Some((count, others)) = counts.split_first() else { return (left >= 0).then_some(0) };
        let with = |length: usize| {
            let rest = least(others, limit, left - (1 << (DEEPEST - length)))?;
            Some(rest + u64::from(*count) * length as u64)
        };
        (1..=limit).filter_map(with).min()
    }

    #[test]
    fn codes_are_complete_and_the_shortest_there_are() {
        let mut random = Random(8);
        for round in 0..60 {
            let symbols = 2 + random.below(4) as usize;
            let skew = random.below(16);
            let counts: Vec<u32> =
                (0..symbols).map(|_| 1 + (random.below(1 << 15) >> random.below(skew + 1))).collect();
            for limit in 3..6 {
                let found = lengths_of(&counts, limit);
                assert_eq!(Some(cost(&counts, &found)), least(&counts, limit, 1 << DEEPEST), "{counts:?} in {limit}");
                assert_eq!(taken(&found), 1 << DEEPEST, "round {round}");
            }
        }
    }

    #[test]
    fn both_ways_agree_where_no_code_is_too_long() {
        let mut random = Random(2);
        for symbols in [2, 3, 19, 30, 100, MOST] {
            let counts: Vec<u32> = (0..symbols).map(|_| 1 + random.below(4000)).collect();
            let mut keys: Vec<u32> =
                counts.iter().enumerate().map(|(symbol, count)| count << 9 | symbol as u32).collect();
            keys.sort_unstable();
            let (mut one, mut other) = ([0; DEEPEST + 1], [0; DEEPEST + 1]);
            assert!(huffman(&keys, DEEPEST, &mut one));
            package_merge(&keys, DEEPEST, &mut other);
            // Ties may be broken otherwise: what counts is the sum.
            let cost = |depths: &[usize]| {
                let mut keys = keys.iter();
                let mut of = |depth: usize, symbols: usize| {
                    keys.by_ref().take(symbols).map(|key| u64::from(key >> 9) * depth as u64).sum::<u64>()
                };
                depths.iter().enumerate().rev().map(|(depth, symbols)| of(depth, *symbols)).sum::<u64>()
            };
            assert_eq!(cost(&one), cost(&other), "{symbols}");
        }
    }

    #[test]
    fn no_code_is_longer_than_allowed() {
        // Fibonacci's numbers make the deepest trees.
        let mut counts = vec![1, 1];
        while counts.len() < 24 {
            counts.push(counts[counts.len() - 1] + counts[counts.len() - 2]);
        }
        for limit in [5, 7, 14, 15] {
            let found = lengths_of(&counts, limit);
            assert_eq!(found.iter().max(), Some(&(limit as u8)));
            assert_eq!(taken(&found), 1 << DEEPEST);
        }
    }

    #[test]
    fn a_code_of_one_symbol_or_none_is_complete_too() {
        assert_eq!(lengths_of(&[0, 0, 0], 15), [1, 1, 0]);
        assert_eq!(lengths_of(&[0, 0, 7], 15), [1, 0, 1]);
        assert_eq!(lengths_of(&[7, 0, 0], 15), [1, 1, 0]);
    }

    /// The example of RFC 1951, section 3.2.2.
    #[test]
    fn codes_are_those_of_the_standard() {
        let mut found = [0; 8];
        codes(&[3, 3, 3, 3, 3, 2, 4, 4], &mut found);
        let written = [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111_u16];
        let bits = [3, 3, 3, 3, 3, 2, 4, 4];
        let expected: Vec<u16> =
            written.iter().zip(bits).map(|(code, bits)| code.reverse_bits() >> (16 - bits)).collect();
        assert_eq!(found[..], expected);
    }
}
