//! Literals and a match behind them, and the symbols that stand for a match (RFC 1951, section 3.2.5).

/// Some literals and the match that follows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sequence {
    pub(crate) literals: u32,
    /// 0: none, the text or the block ends.
    pub(crate) len: u16,
    pub(crate) distance: u16,
}

impl Sequence {
    pub(crate) fn new(literals: usize, len: usize, distance: u16) -> Self {
        Self { literals: literals as u32, len: len as u16, distance }
    }
}

/// The symbols of literals, of the end, of lengths.
pub(crate) const LITERALS: usize = 288;
/// The symbol that ends a block.
pub(crate) const END: usize = 256;
/// Symbols of lengths follow that of the end.
pub(crate) const FIRST_LENGTH: usize = 257;
/// How many there are.
pub(crate) const LENGTHS: usize = 29;
/// The symbols of distances; two more are in the static code and never used.
pub(crate) const DISTANCES: usize = 30;

/// The bits that follow the symbol of a length.
pub(crate) const LENGTH_EXTRA: [u8; LENGTHS] =
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

/// The shortest length of each symbol.
pub(crate) const LENGTH_BASE: [u16; LENGTHS] = {
    let mut base = [3; LENGTHS];
    let mut symbol = 1;
    while symbol < LENGTHS {
        base[symbol] = base[symbol - 1] + (1 << LENGTH_EXTRA[symbol - 1]);
        symbol += 1;
    }
    // The longest has a symbol of its own, though the one before reaches it, too.
    base[LENGTHS - 1] = 258;
    base
};

/// The symbol of each length, counted from [`FIRST_LENGTH`]; lengths below 3 have none.
pub(crate) const LENGTH_SYMBOL: [u8; 259] = {
    let mut symbols = [0; 259];
    let (mut len, mut symbol) = (3, 0);
    while len < 259 {
        while symbol + 1 < LENGTHS && len >= LENGTH_BASE[symbol + 1] as usize {
            symbol += 1;
        }
        symbols[len] = symbol as u8;
        len += 1;
    }
    symbols
};

/// The symbol of a distance from 1 to 32,768 and how many of its lowest bits, less one, follow.
#[inline(always)]
pub(crate) fn distance_symbol(distance: u16) -> (usize, u32) {
    let less = u32::from(distance - 1);
    if less < 4 {
        return (less as usize, 0);
    }
    let extra = less.ilog2() - 1;
    // The two highest bits, one set and one not known, stand above twice the number of the others.
    ((2 * extra + (less >> extra)) as usize, extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 1951's table.
    #[test]
    fn symbols_are_those_of_the_standard() {
        for (len, symbol, extra) in
            [(3, 257, 0), (10, 264, 0), (11, 265, 1), (12, 265, 1), (18, 268, 1), (115, 280, 4), (131, 281, 5)]
        {
            assert_eq!(FIRST_LENGTH + usize::from(LENGTH_SYMBOL[len]), symbol, "{len}");
            assert_eq!(LENGTH_EXTRA[symbol - FIRST_LENGTH], extra, "{len}");
        }
        assert_eq!((LENGTH_SYMBOL[257], LENGTH_SYMBOL[258], LENGTH_BASE[27]), (27, 28, 227));
        for (distance, symbol, extra) in [
            (1, 0, 0),
            (2, 1, 0),
            (4, 3, 0),
            (5, 4, 1),
            (7, 5, 1),
            (9, 6, 2),
            (257, 16, 7),
            (384, 16, 7),
            (385, 17, 7),
            (24_576, 28, 13),
            (24_577, 29, 13),
            (32_768, 29, 13),
        ] {
            assert_eq!(distance_symbol(distance), (symbol, extra), "{distance}");
        }
    }
}
