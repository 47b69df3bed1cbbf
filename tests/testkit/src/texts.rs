//! Texts of the kinds that are packed, as long as one likes, drawn by chance.

use crate::Random;

/// What a text is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sites with words in INFO, as ClinVar has them.
    Clinvar,
    /// The same with numbers behind them, as an annotation writes them.
    Annotated,
    /// Long INFO of numbers and consequences, as gnomAD has it.
    Gnomad,
    /// Columns of samples with depths and likelihoods.
    Cohort,
    /// Columns of genotypes alone.
    Genotypes,
    /// Sites as BCF.
    Bcf,
    /// Samples as BCF.
    BcfCohort,
    /// Rows of a raw genotype file.
    Raw,
    /// Lines of bases.
    Fasta,
    /// Bytes without any order.
    Random,
    /// One byte again and again.
    Equal,
    /// Copies over all distances, runs, bytes as rare as powers of two, all mixed.
    Adversarial,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Clinvar,
        Self::Annotated,
        Self::Gnomad,
        Self::Cohort,
        Self::Genotypes,
        Self::Bcf,
        Self::BcfCohort,
        Self::Raw,
        Self::Fasta,
        Self::Random,
        Self::Equal,
        Self::Adversarial,
    ];

    /// A text of so many bytes.
    pub fn text(self, len: usize, random: &mut Random) -> Vec<u8> {
        let mut text = Vec::with_capacity(len + 4096);
        let mut pos = 10_000;
        if self == Self::Equal {
            text.resize(len, random.below(256) as u8);
        }
        while text.len() < len {
            pos += 1 + random.below(900);
            self.more(pos, random, &mut text);
        }
        text.truncate(len);
        text
    }

    fn more(self, pos: u32, random: &mut Random, text: &mut Vec<u8>) {
        match self {
            Self::Clinvar | Self::Annotated => {
                let mut line = site(pos, random);
                clinvar(random, &mut line);
                if self == Self::Annotated {
                    numbers("gnomad_", random, &mut line);
                }
                text.extend_from_slice(line.as_bytes());
                text.push(b'\n');
            }
            Self::Gnomad => {
                let mut line = site(pos, random);
                for group in ["", "afr_", "amr_", "nfe_", "eas_female_", "controls_", "non_topmed_fin_"] {
                    numbers(group, random, &mut line);
                }
                for _ in 0..1 + random.below(8) {
                    let (gene, exon) = (random.below(40), random.below(20));
                    line += &format!(
                        ",A|missense_variant|MODERATE|GENE{gene}|ENSG{:011}|Transcript|ENST{:011}|protein_coding|{exon}/{}||||||{pos}",
                        gene * 7919,
                        gene * 104_729,
                        exon + 3
                    );
                }
                text.extend_from_slice(line.as_bytes());
                text.push(b'\n');
            }
            Self::Cohort | Self::Genotypes => {
                text.extend_from_slice(site(pos, random).as_bytes());
                let rare = 1 + random.below(200);
                for _ in 0..400 {
                    let genotype = if random.below(rare) == 0 { "0/1" } else { "0/0" };
                    let (depth, quality) = (20 + random.below(20), random.below(99));
                    let column = if self == Self::Genotypes {
                        format!("\t{genotype}")
                    } else {
                        format!("\t{genotype}:{depth},0:{depth}:{quality}:0,{},{}", depth * 3, depth * 45)
                    };
                    text.extend_from_slice(column.as_bytes());
                }
                text.push(b'\n');
            }
            Self::Bcf | Self::BcfCohort => {
                text.extend_from_slice(&(200 + random.below(99)).to_le_bytes());
                for value in [1, pos, 1, 0x7f80_0001, 0x2_0000 + random.below(40), 5] {
                    text.extend_from_slice(&value.to_le_bytes());
                }
                for key in 0..random.below(20) as u8 {
                    text.extend_from_slice(&[0x11, key, 0x15]);
                    text.extend_from_slice(&(random.next_u32() as f32 / 1e9).to_le_bytes());
                    text.extend_from_slice(&[0x12, random.below(256) as u8, random.below(4) as u8]);
                }
                if self == Self::BcfCohort {
                    bcf_samples(random, text);
                }
            }
            Self::Raw => {
                let letters = [random.base(), random.base()].map(char::from);
                let line = format!("rs{}\t1\t{pos}\t{}{}\n", random.below(90_000_000), letters[0], letters[1]);
                text.extend_from_slice(line.as_bytes());
            }
            Self::Fasta => {
                text.extend((0..60).map(|_| random.base()));
                text.push(b'\n');
            }
            Self::Random | Self::Equal => text.extend_from_slice(&random.next_u32().to_le_bytes()),
            Self::Adversarial => adversarial(random, text),
        }
    }
}

fn site(pos: u32, random: &mut Random) -> String {
    let bases = [random.base(), random.base()].map(char::from);
    format!("1\t{pos}\t{}\t{}\t{}\t.\tPASS\t", random.below(3_000_000), bases[0], bases[1])
}

fn clinvar(random: &mut Random, line: &mut String) {
    const MEANT: [&str; 4] = ["Pathogenic", "Benign", "Uncertain_significance", "Likely_benign"];
    const STATUS: [&str; 3] =
        ["criteria_provided,_single_submitter", "no_assertion_criteria_provided", "reviewed_by_expert_panel"];
    let (allele, gene) = (random.below(900_000), random.below(60));
    *line += &format!(
        "ALLELEID={allele};CLNDISDB=MedGen:C{:07},OMIM:{};CLNDN=not_provided|Disease_{gene};CLNHGVS=NC_000001.10:g.{}A>G;\
         CLNREVSTAT={};CLNSIG={};CLNVC=single_nucleotide_variant;GENEINFO=GENE{gene}:{};MC=SO:0001583|missense_variant;\
         ORIGIN=1;RS={}",
        gene * 7919,
        600_000 + gene,
        random.below(249_000_000),
        STATUS[random.below(3) as usize],
        MEANT[random.below(4) as usize],
        gene * 31,
        random.next_u32()
    );
}

fn numbers(group: &str, random: &mut Random, line: &mut String) {
    let (count, all) = (random.below(300), 200_000 + random.below(50_000));
    let frequency = f64::from(count) / f64::from(all);
    *line += &format!(";AC_{group}={count};AN_{group}={all};AF_{group}={frequency:.5e};nhomalt_{group}={}", count / 9);
}

/// Genotypes, depths, qualities and likelihoods of 400 samples, a field behind the other.
fn bcf_samples(random: &mut Random, text: &mut Vec<u8>) {
    let rare = 1 + random.below(200);
    let depths: Vec<u8> = (0..400).map(|_| 20 + random.below(20) as u8).collect();
    text.extend_from_slice(&[0x11, 1, 0x21]);
    depths.iter().for_each(|_| text.extend_from_slice(&[2, if random.below(rare) == 0 { 4 } else { 2 }]));
    text.extend_from_slice(&[0x11, 2, 0x11]);
    text.extend_from_slice(&depths);
    text.extend_from_slice(&[0x11, 3, 0x11]);
    depths.iter().for_each(|depth| text.push(99.min(depth * 3)));
    text.extend_from_slice(&[0x11, 4, 0x32]);
    for depth in depths.into_iter().map(u16::from) {
        [0, depth * 3, depth * 45].iter().for_each(|value| text.extend_from_slice(&value.to_le_bytes()));
    }
}

fn adversarial(random: &mut Random, text: &mut Vec<u8>) {
    let len = random.below(400) as usize;
    match random.below(6) {
        0 => text.extend((0..len).map(|_| random.below(256) as u8)),
        // Half of them one byte, a quarter the next, and so on: codes as long as they get.
        1 => text.extend((0..8 * len).map(|_| random.next_u32().trailing_zeros() as u8 * 7)),
        2 => text.resize(text.len() + len, random.below(4) as u8),
        3 => text.extend((0..len).map(|_| b"=\t|,"[random.below(4) as usize])),
        _ if text.is_empty() => {}
        kind => {
            // As far as a match may be and one byte farther, or anywhere.
            let distance = match kind {
                4 => 32_766 + random.below(4) as usize,
                _ => 1 + random.below(text.len() as u32) as usize,
            };
            let Some(from) = text.len().checked_sub(distance) else { return };
            for at in from..from + len {
                text.push(text[at]);
            }
        }
    }
}
