//! Numbers that look random and are the same in every run.

/// A linear congruential generator (Knuth's MMIX constants); its upper bits are given out.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// The next 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        (self.next_u32() >> 1) % limit
    }

    /// A base.
    pub fn base(&mut self) -> u8 {
        b"ACGT"[self.next_u32() as usize >> 28 & 3]
    }
}
