//! What a text is, seen from a part of it: how far to look for matches, or that another encoder does better.

/// Shorter texts gain nothing from long matches.
const SHORTEST_TEXT: usize = 4096;
/// Bytes that are looked at for columns.
const LOOKED_AT: usize = 8192;
/// Of so many bytes one is counted.
const STRIDE: usize = 64;

/// Steps along a chain.
const USUAL_DEPTH: u32 = 18;
/// Columns of samples are much alike: the best of their many matches is farther down the chain.
const SAMPLES_DEPTH: u32 = 40;

/// What to do with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Looked through along chains of so many steps. `binary`: only if its first matches are long.
    Usual { depth: u32, binary: bool },
    /// Too short, without anything to be found, or genotypes alone, which are all matches of a few bytes.
    Unfit,
}

impl Kind {
    pub(crate) fn of(text: &[u8]) -> Self {
        if text.len() < SHORTEST_TEXT {
            return Self::Unfit;
        }
        let mut counts = [0_u32; 256];
        text.iter().step_by(STRIDE).for_each(|byte| counts[usize::from(*byte)] += 1);
        let counted = text.len().div_ceil(STRIDE) as u32;
        // Random bytes come to 1/256 of the square, and once the number itself as it is a small one.
        let squares: u32 = counts.iter().map(|count| count * count).sum();
        if squares < counted + counted * counted / 200 {
            return Self::Unfit;
        }
        // BCF has lengths and small numbers, text has no bytes below a tab.
        let binary = counts[..usize::from(b'\t')].iter().sum::<u32>() > counted / 32;
        let looked_at = &text[..text.len().min(LOOKED_AT)];
        let (tabs, lines) = (count(looked_at, b'\t'), count(looked_at, b'\n'));
        let samples = !binary && tabs >= looked_at.len() / 80 && lines * 16 < tabs;
        if samples && tabs >= looked_at.len() / 8 {
            return Self::Unfit;
        }
        Self::Usual { depth: if samples { SAMPLES_DEPTH } else { USUAL_DEPTH }, binary }
    }
}

/// How often `byte` occurs.
fn count(text: &[u8], byte: u8) -> usize {
    // In sums of bytes, which the compiler makes vectors of.
    let sum = |part: &[u8]| part.iter().map(|found| u8::from(*found == byte)).sum::<u8>();
    text.chunks(255).map(|part| usize::from(sum(part))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(line: impl Fn(&mut vdx_testkit::Random) -> String) -> Vec<u8> {
        let mut random = vdx_testkit::Random(3);
        let mut text = Vec::new();
        while text.len() < 65_000 {
            text.extend_from_slice(line(&mut random).as_bytes());
        }
        text
    }

    const USUAL: Kind = Kind::Usual { depth: USUAL_DEPTH, binary: false };

    #[test]
    fn sites_are_usual_and_samples_deep() {
        let sites = lines(|random| format!("1\t{}\t.\tA\tC\t.\tPASS\tAC=3;AN=100;AF=0.03\n", random.next_u32()));
        assert_eq!(Kind::of(&sites), USUAL);
        let one = lines(|random| format!("1\t{}\t.\tA\tC\t.\t.\t.\tGT:GQ\t0/1:{}\n", random.next_u32(), random.below(99)));
        assert_eq!(Kind::of(&one), USUAL);
        let raw = lines(|random| format!("rs{}\t1\t{}\tAG\n", random.next_u32(), random.next_u32()));
        assert_eq!(Kind::of(&raw), USUAL);
        let many = lines(|random| "\t0/0:32,0:32:96:0,96,1440".repeat(random.below(9) as usize + 200) + "\n");
        assert_eq!(Kind::of(&many), Kind::Usual { depth: SAMPLES_DEPTH, binary: false });
    }

    #[test]
    fn genotypes_alone_random_bytes_and_little_text_are_unfit() {
        let genotypes = lines(|_| "\t0|0\t0|1".repeat(1000) + "\n");
        assert_eq!(Kind::of(&genotypes), Kind::Unfit);
        let mut random = vdx_testkit::Random(1);
        let bytes: Vec<u8> = (0..65_280).map(|_| random.below(256) as u8).collect();
        assert_eq!(Kind::of(&bytes), Kind::Unfit);
        assert_eq!(Kind::of(&bytes[..5000]), Kind::Unfit);
        assert_eq!(Kind::of(&[b'A'; SHORTEST_TEXT - 1]), Kind::Unfit);
        assert_eq!(Kind::of(&[b'A'; SHORTEST_TEXT]), USUAL);
        assert_eq!(Kind::of(&[0; 65_536]), Kind::Usual { depth: USUAL_DEPTH, binary: true });
    }
}
