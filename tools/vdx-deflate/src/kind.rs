//! What a text is, seen from a part of it: how far to look for matches, or that another encoder does better.

/// Shorter texts gain nothing from long matches.
const SHORTEST_TEXT: usize = 4096;
/// Bytes that are looked at for columns.
const LOOKED_AT: usize = 8192;
/// Of so many bytes one is counted.
const STRIDE: usize = 64;

/// How matches are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// Bytes of the shortest match, 4 or 6.
    pub(crate) shortest: usize,
    /// Steps along a chain.
    pub(crate) depth: u32,
    /// How many bytes later than where one is found a match may begin that is taken instead, 1 or 2.
    pub(crate) later: usize,
}

/// Sites as text.
const SITES: Search = Search { shortest: 6, depth: 18, later: 2 };
/// Columns of samples are much alike: the best of their many matches is farther down the chain.
const SAMPLES: Search = Search { shortest: 6, depth: 40, later: 2 };
/// A number of BCF is one to four bytes: matches are short, and one that begins two bytes later is seldom better: what it
/// costs to look there is better spent on steps.
const BCF_NUMBERS: Search = Search { shortest: 4, depth: 8, later: 1 };
/// Sites whose INFO is more of words.
const BCF_SITES: Search = Search { shortest: 4, depth: 13, later: 1 };
/// The numbers of samples, likewise.
const BCF_SAMPLES: Search = Search { shortest: 4, depth: 36, later: 1 };
/// The alleles of samples, a byte each, which are more alike than their numbers.
const BCF_GENOTYPES: Search = Search { shortest: 6, depth: 18, later: 2 };

/// How to look through `text`; `None`: not at all. It is too short, or nothing is to be found in it, or it is of genotypes
/// alone, which are all matches of a few bytes.
pub(crate) fn of(text: &[u8]) -> Option<Search> {
    if text.len() < SHORTEST_TEXT {
        return None;
    }
    let mut counts = [0_u32; 256];
    text.iter().step_by(STRIDE).for_each(|byte| counts[usize::from(*byte)] += 1);
    let counted = text.len().div_ceil(STRIDE) as u32;
    // Random bytes come to 1/256 of the square, and once the number itself as it is a small one.
    let squares: u32 = counts.iter().map(|count| count * count).sum();
    if squares < counted + counted * counted / 200 {
        return None;
    }
    // BCF has lengths and small numbers, text has no bytes below a tab.
    let small: u32 = counts[..usize::from(b'\t')].iter().sum();
    if small > counted / 32 {
        return Some(match small * 100 / counted {
            0..13 => BCF_SITES,
            13..35 => BCF_NUMBERS,
            35..80 => BCF_SAMPLES,
            _ => BCF_GENOTYPES,
        });
    }
    let looked_at = &text[..text.len().min(LOOKED_AT)];
    let (tabs, lines) = (count(looked_at, b'\t'), count(looked_at, b'\n'));
    if tabs < looked_at.len() / 80 || lines * 16 >= tabs {
        return Some(SITES);
    }
    (tabs < looked_at.len() / 8).then_some(SAMPLES)
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

    #[test]
    fn sites_and_samples_are_told_apart() {
        let sites = lines(|random| format!("1\t{}\t.\tA\tC\t.\tPASS\tAC=3;AN=100;AF=0.03\n", random.next_u32()));
        assert_eq!(of(&sites), Some(SITES));
        let one =
            lines(|random| format!("1\t{}\t.\tA\tC\t.\t.\t.\tGT:GQ\t0/1:{}\n", random.next_u32(), random.below(99)));
        assert_eq!(of(&one), Some(SITES));
        let raw = lines(|random| format!("rs{}\t1\t{}\tAG\n", random.next_u32(), random.next_u32()));
        assert_eq!(of(&raw), Some(SITES));
        let many = lines(|random| "\t0/0:32,0:32:96:0,96,1440".repeat(random.below(9) as usize + 200) + "\n");
        assert_eq!(of(&many), Some(SAMPLES));
    }

    #[test]
    fn genotypes_alone_random_bytes_and_little_text_are_unfit() {
        let genotypes = lines(|_| "\t0|0\t0|1".repeat(1000) + "\n");
        assert_eq!(of(&genotypes), None);
        let mut random = vdx_testkit::Random(1);
        let bytes: Vec<u8> = (0..65_280).map(|_| random.below(256) as u8).collect();
        assert_eq!(of(&bytes), None);
        assert_eq!(of(&bytes[..5000]), None);
        assert_eq!(of(&[b'A'; SHORTEST_TEXT - 1]), None);
        assert_eq!(of(&[b'A'; SHORTEST_TEXT]), Some(SITES));
        assert_eq!(of(&[0; 65_536]), Some(BCF_GENOTYPES));
    }
}
