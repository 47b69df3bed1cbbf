//! Random numbers that are the same on every machine: xoshiro256++ seeded by splitmix64.
//!
//! Every stream is named by (seed, purpose, number), so the bytes of one contig do not depend on which thread made it or
//! on what was made before it.

/// One stream of random numbers.
pub struct Rng {
    state: [u64; 4],
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream for `purpose` number `index` under `seed`.
    pub fn new(seed: u64, purpose: &str, index: u64) -> Self {
        let mut mix = seed ^ 0x5851_f42d_4c95_7f2d;
        for &byte in purpose.as_bytes() {
            mix = splitmix(&mut mix) ^ u64::from(byte);
        }
        mix = splitmix(&mut mix) ^ index;
        Self { state: std::array::from_fn(|_| splitmix(&mut mix)) }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number in `0..n`; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A number in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// One of `items` by weight; the last one if the weights are all zero.
    pub fn weighted<'a, T>(&mut self, items: &'a [(f64, T)]) -> &'a T {
        let mut left = self.unit() * items.iter().map(|i| i.0).sum::<f64>();
        for (weight, item) in items {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &items[items.len() - 1].1
    }

    /// A geometric number (0, 1, 2, ...) with this mean.
    pub fn geometric(&mut self, mean: f64) -> usize {
        ((1.0 - self.unit()).ln() / (mean / (mean + 1.0)).ln()) as usize
    }

    /// A standard normal number (Box-Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A Poisson number; by the normal approximation for a mean of 12 and more.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        if mean >= 12.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u32;
        }
        let limit = (-mean).exp();
        let (mut product, mut count) = (self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let take = |mut r: Rng| (0..4).map(|_| r.bits()).collect::<Vec<_>>();
        assert_eq!(take(Rng::new(1, "a", 0)), take(Rng::new(1, "a", 0)));
        assert_ne!(take(Rng::new(1, "a", 0)), take(Rng::new(1, "a", 1)));
        assert_ne!(take(Rng::new(1, "a", 0)), take(Rng::new(1, "b", 0)));
        assert_ne!(take(Rng::new(1, "a", 0)), take(Rng::new(2, "a", 0)));
    }

    #[test]
    fn means_are_near() {
        let mut rng = Rng::new(7, "mean", 0);
        let geometric: usize = (0..20_000).map(|_| rng.geometric(8.0)).sum();
        assert!((geometric as f64 / 20_000.0 - 8.0).abs() < 0.4);
        let poisson: u32 = (0..20_000).map(|_| rng.poisson(3.0)).sum();
        assert!((f64::from(poisson) / 20_000.0 - 3.0).abs() < 0.1);
    }
}
