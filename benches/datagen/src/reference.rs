//! A human-like sequence: a first-order Markov background with human dinucleotide frequencies, old repeat copies in
//! lower case, microsatellites and homopolymers of realistic length, runs of N.

use crate::rng::Rng;

/// Human dinucleotide frequencies (ACGT x ACGT); CpG is the rare one.
const DINUCLEOTIDES: [[f64; 4]; 4] = [
    [0.0977, 0.0503, 0.0700, 0.0772],
    [0.0725, 0.0521, 0.0099, 0.0700],
    [0.0594, 0.0427, 0.0521, 0.0504],
    [0.0656, 0.0594, 0.0727, 0.0979],
];
const BASES: [u8; 4] = *b"ACGT";

/// Next base for each previous base and random byte.
type Chain = [[u8; 256]; 4];

/// What all contigs share: the background at three GC levels and the repeat families.
pub struct Library {
    chains: [Chain; 3],
    alus: Vec<Vec<u8>>,
    lines: Vec<Vec<u8>>,
    others: Vec<Vec<u8>>,
}

impl Library {
    /// The repeat families of `seed`.
    pub fn new(seed: u64) -> Self {
        // Isochores: C and G made rarer or more common than the genome's mean of 41 %.
        let chains = [0.90, 1.03, 1.34].map(chain);
        let mut rng = Rng::new(seed, "families", 0);
        let mut family = |count: usize, low: usize, high: usize, level: usize| {
            (0..count)
                .map(|_| {
                    let mut text = Vec::new();
                    let len = rng.between(low, high);
                    background(&mut rng, &chains[level], len, &mut text);
                    text
                })
                .collect::<Vec<_>>()
        };
        let (alus, lines, others) = (family(12, 270, 300, 2), family(12, 3000, 6000, 0), family(40, 120, 450, 1));
        Self { chains, alus, lines, others }
    }

    /// The sequence of one contig: exactly `len` bases, N over `gaps` (0-based start, length).
    pub fn sequence(&self, seed: u64, index: usize, len: usize, gaps: &[(usize, usize)]) -> Vec<u8> {
        let mut rng = Rng::new(seed, "reference", index as u64);
        let mut out = Vec::with_capacity(len + 8192);
        let (mut level, mut level_end) = (1, 0);
        while out.len() < len {
            if out.len() >= level_end {
                level = *rng.weighted(&[(0.45, 0), (0.35, 1), (0.20, 2)]);
                level_end = out.len() + rng.between(100_000, 400_000).min(len / 4 + 1000);
            }
            let stretch = 40 + rng.geometric(520.0);
            background(&mut rng, &self.chains[level], stretch, &mut out);
            match rng.below(100) {
                0..33 => self.alu(&mut rng, &mut out),
                33..58 => self.line(&mut rng, &mut out),
                58..78 => {
                    let family = rng.pick(&self.others);
                    copy(&mut rng, family, 0.18, &mut out);
                }
                _ => microsatellite(&mut rng, &mut out),
            }
        }
        out.truncate(len);
        for &(start, run) in gaps {
            let end = (start + run).min(len);
            out[start.min(len)..end].fill(b'N');
        }
        out
    }

    fn alu(&self, rng: &mut Rng, out: &mut Vec<u8>) {
        let family = rng.pick(&self.alus);
        let divergence = 0.02 + 0.16 * rng.unit();
        let tail = 8 + rng.geometric(10.0).min(40);
        if rng.chance(0.5) {
            copy(rng, family, divergence, out);
            out.resize(out.len() + tail, b'a');
        } else {
            out.resize(out.len() + tail, b't');
            copy(rng, family, divergence, out);
        }
    }

    fn line(&self, rng: &mut Rng, out: &mut Vec<u8>) {
        let family = rng.pick(&self.lines);
        let len = (300 + rng.geometric(800.0)).min(family.len());
        // L1 copies are cut at their 5' end.
        let divergence = 0.03 + 0.15 * rng.unit();
        copy(rng, &family[family.len() - len..], divergence, out);
    }
}

fn chain(gc: f64) -> Chain {
    let mut chain = [[0; 256]; 4];
    for (row, next) in DINUCLEOTIDES.iter().zip(&mut chain) {
        let weights = [row[0], row[1] * gc, row[2] * gc, row[3]];
        let total: f64 = weights.iter().sum();
        let (mut base, mut edge) = (0, weights[0]);
        for (byte, slot) in next.iter_mut().enumerate() {
            while base < 3 && (byte as f64 + 0.5) / 256.0 * total > edge {
                base += 1;
                edge += weights[base];
            }
            *slot = base as u8;
        }
    }
    chain
}

/// Appends `len` upper-case background bases.
pub fn background(rng: &mut Rng, chain: &Chain, len: usize, out: &mut Vec<u8>) {
    let mut base = rng.below(4) as u8;
    let mut left = len;
    while left > 0 {
        let bits = rng.bits().to_le_bytes();
        for &byte in &bits[..left.min(8)] {
            base = chain[usize::from(base)][usize::from(byte)];
            out.push(BASES[usize::from(base)]);
        }
        left = left.saturating_sub(8);
    }
}

/// Appends a diverged lower-case copy, in either orientation.
fn copy(rng: &mut Rng, family: &[u8], divergence: f64, out: &mut Vec<u8>) {
    let start = out.len();
    let threshold = (divergence * 256.0) as u8;
    for group in family.chunks(8) {
        for (&base, &byte) in group.iter().zip(&rng.bits().to_le_bytes()) {
            let base = if byte < threshold { BASES[usize::from(byte & 3)] } else { base };
            out.push(base.to_ascii_lowercase());
        }
    }
    if rng.chance(0.5) {
        out[start..].reverse();
        for base in &mut out[start..] {
            *base = match *base {
                b'a' => b't',
                b'c' => b'g',
                b'g' => b'c',
                _ => b'a',
            };
        }
    }
}

/// Appends a homopolymer, microsatellite or (rarely) minisatellite; lower case where a masker would notice it.
pub fn microsatellite(rng: &mut Rng, out: &mut Vec<u8>) {
    let (unit, copies): (Vec<u8>, usize) = match rng.below(100) {
        0..44 => ((*rng.pick(&[b"A", b"T"])).to_vec(), 7 + rng.geometric(7.0).min(50)),
        44..47 => ((*rng.pick(&[b"C", b"G"])).to_vec(), 6 + rng.geometric(3.0).min(15)),
        47..75 => {
            let units: [&[u8]; 6] = [b"AC", b"TG", b"AT", b"TA", b"AG", b"CT"];
            (rng.pick(&units).to_vec(), 5 + rng.geometric(7.0).min(35))
        }
        75..99 => {
            let len = *rng.weighted(&[(0.4, 3), (0.45, 4), (0.1, 5), (0.05, 6)]);
            ((0..len).map(|_| *rng.pick(b"AATTACGT")).collect(), 3 + rng.geometric(5.0).min(25))
        }
        _ => {
            let len = rng.between(10, 60);
            ((0..len).map(|_| *rng.pick(&BASES)).collect(), 3 + rng.geometric(6.0).min(20))
        }
    };
    let masked = unit.len() * copies >= 20;
    for _ in 0..copies {
        out.extend(unit.iter().map(|b| if masked { b.to_ascii_lowercase() } else { *b }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn human_like() {
        let library = Library::new(3);
        let seq = library.sequence(3, 0, 2_000_000, &[(0, 1000)]);
        assert_eq!(seq.len(), 2_000_000);
        assert!(seq[..1000].iter().all(|&b| b == b'N') && seq[1000] != b'N');
        assert_eq!(seq, Library::new(3).sequence(3, 0, 2_000_000, &[(0, 1000)]));
        let gc = seq.iter().filter(|b| b"GCgc".contains(b)).count() as f64 / seq.len() as f64;
        assert!((0.38..0.44).contains(&gc), "GC {gc}");
        let lower = seq.iter().filter(|b| b.is_ascii_lowercase()).count() as f64 / seq.len() as f64;
        assert!((0.3..0.6).contains(&lower), "masked {lower}");
    }
}
