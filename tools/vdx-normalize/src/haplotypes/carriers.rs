//! Which haplotypes of which samples carry a record's ALTs, as far as GT and PS tell.

/// A sample's haplotypes that carry an ALT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Carrier {
    sample: u32,
    /// The phase set; `None` where it is all haplotypes, which needs no phase.
    set: Option<u64>,
    /// Haplotypes of that set, a bit each.
    haplotypes: u64,
}

/// The samples that are known to carry a record's ALTs on certain haplotypes, in their order.
///
/// Four bytes each as a rule: the records of a window, or of one POS, may wait with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carriers {
    /// The number of the sample, times four, and which haplotypes of it.
    samples: Box<[u32]>,
    /// Phase set and haplotypes of those that are [`OTHER`], in their order.
    others: Box<[(u64, u64)]>,
}

/// All haplotypes; the first or the second of calls without PS; what neither says.
const ALL: u32 = 0;
const FIRST: u32 = 1;
const SECOND: u32 = 2;
const OTHER: u32 = 3;

impl Carriers {
    /// Reads FORMAT and the sample columns (as in [`vdx_vcf::line::Rest`]). `counts` tells of allele numbers whether they
    /// are ALTs that are carried; `*` is not.
    ///
    /// A call of nothing but such ALTs, haploid ones among them, is on every haplotype of its sample. In a phased call
    /// (`|` throughout) each is on its own haplotype of the phase set that PS names, or of the one set of calls without
    /// PS. Of an unphased heterozygous call nothing is known.
    #[must_use]
    pub(crate) fn read(samples: &[u8], counts: impl Fn(usize) -> bool) -> Self {
        let mut columns = samples.split(|&byte| byte == b'\t');
        let format = columns.next().unwrap_or_default();
        let place = |wanted: &[u8]| format.split(|&byte| byte == b':').position(|key| key == wanted);
        let Some(gt) = place(b"GT") else { return Self::default() };
        let ps = place(b"PS");
        let carrier = |(number, sample): (usize, &[u8])| {
            let field = |at: usize| sample.split(|&byte| byte == b':').nth(at);
            let genotype = field(gt)?;
            let genotype = genotype.strip_prefix(b"/").or(genotype.strip_prefix(b"|")).unwrap_or(genotype);
            let mut haplotypes = 0u64;
            let mut all = true;
            for (at, allele) in genotype.split(|byte| matches!(byte, b'/' | b'|')).enumerate() {
                let number = std::str::from_utf8(allele).ok().and_then(|allele| allele.parse().ok());
                match number.is_some_and(&counts) {
                    true => haplotypes |= 1u64.checked_shl(at as u32).unwrap_or(1 << 63),
                    false => all = false,
                }
            }
            // All of a sample's haplotypes carry it then: on which of them it is needs no phase.
            let set = match all {
                true => None,
                false if haplotypes == 0 || genotype.contains(&b'/') => return None,
                false => Some(ps.and_then(field).filter(|set| *set != b".").map_or(0, name)),
            };
            Some(Carrier { sample: number as u32, set, haplotypes })
        };
        let mut others = Vec::new();
        let stored = |Carrier { sample, set, haplotypes }: Carrier| {
            let which = match (set, haplotypes) {
                (None, _) => ALL,
                (Some(0), 1) => FIRST,
                (Some(0), 2) => SECOND,
                (Some(set), _) => {
                    others.push((set, haplotypes));
                    OTHER
                }
            };
            sample << 2 | which
        };
        let samples = columns.enumerate().filter_map(carrier).map(stored).collect();
        Self { samples, others: others.into() }
    }

    /// The samples as they were read; of those with all haplotypes it is not told which these are.
    fn carriers(&self) -> impl Iterator<Item = Carrier> {
        let mut others = self.others.iter();
        self.samples.iter().map(move |stored| {
            let (set, haplotypes) = match stored & 3 {
                ALL => (None, 0),
                FIRST => (Some(0), 1),
                SECOND => (Some(0), 2),
                _ => others.next().map_or((None, 0), |&(set, haplotypes)| (Some(set), haplotypes)),
            };
            Carrier { sample: stored >> 2, set, haplotypes }
        })
    }

    /// Whether nothing is known.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Whether both are on one haplotype of some sample.
    #[must_use]
    pub(crate) fn share(&self, other: &Self) -> bool {
        let mut theirs = other.carriers().peekable();
        self.carriers().any(|our| {
            while theirs.next_if(|their| their.sample < our.sample).is_some() {}
            // Samples in order on both sides: a cohort's lists are walked over once.
            theirs.next_if(|their| their.sample == our.sample).is_some_and(|their| match (our.set, their.set) {
                (Some(our_set), Some(their_set)) => our_set == their_set && our.haplotypes & their.haplotypes != 0,
                _ => true,
            })
        })
    }
}

/// A number for the name of a phase set: FNV-1a, never that of calls without one.
fn name(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(first: &str, second: &str) -> bool {
        let read = |text: &str| Carriers::read(text.as_bytes(), |allele| allele > 0);
        let (first, second) = (read(first), read(second));
        assert_eq!(first.share(&second), second.share(&first));
        first.share(&second)
    }

    #[test]
    fn phase_sets_tell_haplotypes_apart() {
        assert!(share("GT\t0|1", "GT\t0|1"));
        assert!(!share("GT\t0|1", "GT\t1|0"));
        assert!(!share("GT\t0|1", "GT\t0/1"));
        assert!(!share("GT\t0/1", "GT\t0/1"));
        assert!(share("GT:PS\t0|1:5", "PS:GT\t5:2|1"));
        assert!(!share("GT:PS\t0|1:5", "GT:PS\t0|1:6"));
        assert!(!share("GT:PS\t0|1:5", "GT:PS\t0|1:."));
        assert!(share("GT:PS\t|0|1", "GT:PS\t0|1:."));
    }

    #[test]
    fn what_is_on_all_haplotypes_needs_no_phase() {
        assert!(share("GT\t1/1", "GT\t0|1"));
        assert!(!share("GT\t1/1", "GT\t0/1"));
        assert!(share("GT\t1", "GT\t1/2"));
        assert!(!share("GT\t1", "GT\t0"));
        assert!(!share("GT\t1/.", "GT\t1/1"));
        assert!(!share("GT\t1/1\t0/0", "GT\t0/0\t1/1"));
        assert!(share("GT\t./.\t0/0\t1|0", "GT\t1/1\t.\t1/1"));
        assert!(!share("DP\t1", "GT\t1/1"));
    }

    #[test]
    fn a_carrier_takes_four_bytes() {
        let all = format!("GT{}", "\t1|1\t0|1\t1|0".repeat(1000));
        let carriers = Carriers::read(all.as_bytes(), |allele| allele > 0);
        assert_eq!((carriers.samples.len(), carriers.others.len()), (3000, 0));
        let read: Vec<_> = carriers.carriers().take(3).map(|carrier| (carrier.sample, carrier.set)).collect();
        assert_eq!(read, [(0, None), (1, Some(0)), (2, Some(0))]);
    }

    #[test]
    fn only_alleles_that_count_are_carried() {
        assert!(Carriers::read(b"GT\t2|0", |allele| allele == 1).is_empty());
        assert!(!Carriers::read(b"GT\t2|0", |allele| allele == 2).is_empty());
    }
}
