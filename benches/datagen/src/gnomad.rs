//! gnomAD-like frequencies: counts per group and sex are drawn independently, everything else is summed from them.

use crate::rng::Rng;

/// Which release's names, numbers and file names are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Style {
    /// gnomAD v2.1.1 exomes: contig `1`, popmax, `_male`/`_female`, `%.5e`.
    V2,
    /// gnomAD v4.1 exomes: contig `chr1`, grpmax, `_XX`/`_XY`, `%#.6g`.
    V4,
}

/// A group: its name, its alleles if every sample is called, and whether it counts for popmax/grpmax.
pub struct Group {
    pub name: &'static str,
    pub title: &'static str,
    pub alleles: u32,
    pub in_max: bool,
}

const fn group(name: &'static str, title: &'static str, alleles: u32, in_max: bool) -> Group {
    Group { name, title, alleles, in_max }
}

const V2_GROUPS: [Group; 8] = [
    group("afr", "African-American/African", 16_256, true),
    group("amr", "Latino", 34_592, true),
    group("asj", "Ashkenazi Jewish", 10_080, false),
    group("eas", "East Asian", 18_394, true),
    group("fin", "Finnish", 21_648, false),
    group("nfe", "Non-Finnish European", 113_760, true),
    group("oth", "Other", 6_140, false),
    group("sas", "South Asian", 30_616, true),
];

const V4_GROUPS: [Group; 9] = [
    group("afr", "African/African-American", 33_480, true),
    group("amr", "Admixed American", 44_724, true),
    group("asj", "Ashkenazi Jewish", 26_136, false),
    group("eas", "East Asian", 39_700, true),
    group("fin", "Finnish", 53_420, false),
    group("mid", "Middle Eastern", 5_768, true),
    group("nfe", "Non-Finnish European", 1_111_960, true),
    group("remaining", "Remaining individuals", 60_396, false),
    group("sas", "South Asian", 86_258, true),
];

impl Style {
    /// The release's groups, in file order.
    pub fn groups(self) -> &'static [Group] {
        match self {
            Self::V2 => &V2_GROUPS,
            Self::V4 => &V4_GROUPS,
        }
    }

    /// The release's name of a chromosome.
    pub fn contig(self, name: &str) -> String {
        match self {
            Self::V2 => name.to_string(),
            Self::V4 => format!("chr{name}"),
        }
    }

    /// What fields of the group with the highest frequency are called by.
    pub fn max(self) -> &'static str {
        match self {
            Self::V2 => "popmax",
            Self::V4 => "grpmax",
        }
    }

    /// Official file name of one chromosome.
    pub fn file_name(self, contig: &str) -> String {
        match self {
            Self::V2 => format!("gnomad.exomes.r2.1.1.sites.{contig}.vcf.bgz"),
            Self::V4 => format!("gnomad.exomes.v4.1.sites.chr{contig}.vcf.bgz"),
        }
    }

    /// Suffixes of the female and the male counts.
    pub fn sexes(self) -> [&'static str; 2] {
        match self {
            Self::V2 => ["_female", "_male"],
            Self::V4 => ["_XX", "_XY"],
        }
    }

    /// The build the release is on.
    pub fn build(self) -> &'static str {
        match self {
            Self::V2 => "GRCh37",
            Self::V4 => "GRCh38",
        }
    }
}

/// Allele count, allele number, homozygotes.
#[derive(Clone, Copy, Default, Debug)]
pub struct Count {
    pub ac: u32,
    pub an: u32,
    pub hom: u32,
}

impl std::ops::Add for Count {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { ac: self.ac + other.ac, an: self.an + other.an, hom: self.hom + other.hom }
    }
}

impl Count {
    /// AC/AN, or `None` if AN is 0: gnomAD leaves AF out then.
    pub fn frequency(self) -> Option<f64> {
        (self.an > 0).then(|| f64::from(self.ac) / f64::from(self.an))
    }

    /// A lower bound of the frequency in the manner of faf95 (z = 1.645) or faf99 (z = 2.326), to four digits.
    pub fn filtering(self, z: f64) -> f64 {
        let ac = f64::from(self.ac);
        if self.ac < 2 || self.an == 0 {
            return 0.0;
        }
        let bound = (ac - z * ac.sqrt()).max(0.04) / f64::from(self.an);
        let digits = 10f64.powf(3.0 - bound.log10().floor());
        (bound * digits).round() / digits
    }
}

/// The counts of one variant.
pub struct Frequencies {
    /// Female and male of each group.
    pub groups: Vec<[Count; 2]>,
    /// Before low-quality genotypes were removed.
    pub raw: Count,
    /// The FILTER column.
    pub filter: String,
}

impl Frequencies {
    /// Draws one variant's counts. `sex` is `Some('X')` or `Some('Y')` outside the PARs.
    pub fn draw(rng: &mut Rng, style: Style, sex: Option<char>) -> Self {
        let common = 10f64.powf(-4.9 + 4.6 * rng.unit().powi(4));
        let call_rate = match rng.below(1000) {
            0..4 => 0.0,
            4..120 => 0.02 + 0.8 * rng.unit(),
            _ => 1.0 - 0.15 * rng.unit() * rng.unit(),
        };
        let mut groups = Vec::with_capacity(style.groups().len());
        for group in style.groups() {
            let absent = common < 1e-3 && rng.chance(0.3);
            let frequency = if absent { 0.0 } else { (common * (1.1 * rng.normal()).exp()).min(0.98) };
            let rate = if rng.chance(0.004) { 0.0 } else { call_rate * (1.0 - 0.1 * rng.unit()) };
            let female = 0.40 + 0.2 * rng.unit();
            let samples = f64::from(group.alleles / 2) * rate;
            let counts = [(samples * female) as u32, (samples * (1.0 - female)) as u32];
            groups.push([
                draw_count(rng, counts[0], if sex == Some('Y') { 0 } else { 2 }, frequency),
                draw_count(rng, counts[1], if sex.is_some() { 1 } else { 2 }, frequency),
            ]);
        }
        let total = sum(&groups);
        let raw = Count {
            ac: total.ac + u32::from(total.ac == 0) + rng.poisson(0.4),
            an: total.an + 2 * rng.poisson(f64::from(total.an) * 0.02 + 2.0),
            hom: total.hom,
        };
        let failed = match style {
            Style::V2 => "RF",
            Style::V4 => "AS_VQSR",
        };
        let mut filters = Vec::new();
        if total.ac == 0 {
            filters.push("AC0");
        }
        if rng.chance(if total.ac == 0 { 0.4 } else { 0.07 }) {
            filters.push(failed);
        }
        if rng.chance(0.004) {
            filters.push("InbreedingCoeff");
        }
        filters.sort_unstable();
        let filter = if filters.is_empty() { "PASS".into() } else { filters.join(";") };
        Self { groups, raw, filter }
    }

    /// All groups and sexes together.
    pub fn total(&self) -> Count {
        sum(&self.groups)
    }

    /// All groups of one sex: 0 female, 1 male.
    pub fn sex(&self, sex: usize) -> Count {
        self.groups.iter().fold(Count::default(), |all, g| all + g[sex])
    }

    /// The group with the highest frequency of those that count, if any has the allele.
    pub fn max_group(&self, style: Style) -> Option<(&'static str, Count)> {
        let counts = self.groups.iter().map(|g| g[0] + g[1]);
        style
            .groups()
            .iter()
            .zip(counts)
            .filter(|(group, count)| group.in_max && count.ac > 0)
            .max_by(|a, b| a.1.frequency().unwrap_or(0.0).total_cmp(&b.1.frequency().unwrap_or(0.0)))
            .map(|(group, count)| (group.name, count))
    }
}

fn sum(groups: &[[Count; 2]]) -> Count {
    groups.iter().fold(Count::default(), |all, g| all + g[0] + g[1])
}

fn draw_count(rng: &mut Rng, samples: u32, ploidy: u32, frequency: f64) -> Count {
    let an = samples * ploidy;
    let ac = rng.poisson(f64::from(an) * frequency).min(an);
    let expected = if ploidy == 2 { f64::from(ac) * f64::from(ac) / (4.0 * f64::from(an.max(1))) } else { 0.0 };
    // No more homozygotes than pairs of alleles, no fewer than the alleles that find no heterozygote.
    let hom = rng.poisson(expected).clamp(ac.saturating_sub(samples), ac / 2);
    Count { ac, an, hom: if ploidy == 2 { hom } else { 0 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_vary_independently_and_add_up() {
        let mut rng = Rng::new(5, "test", 0);
        let (mut no_an, mut differing) = (0, 0);
        for _ in 0..5000 {
            let f = Frequencies::draw(&mut rng, Style::V2, None);
            let total = f.total();
            assert_eq!(f.sex(0).ac + f.sex(1).ac, total.ac);
            assert!(f.groups.iter().flatten().all(|c| c.ac <= c.an && 2 * c.hom <= c.ac && c.an % 2 == 0));
            assert_eq!(f.filter.contains("AC0"), total.ac == 0);
            assert_eq!(
                f.max_group(Style::V2).is_some(),
                [0, 1, 3, 5, 7].iter().any(|&i| f.groups[i][0].ac + f.groups[i][1].ac > 0)
            );
            no_an += u32::from(total.an == 0);
            differing += u32::from(f.groups[0][0].an != f.groups[1][0].an);
        }
        assert!((5..60).contains(&no_an), "{no_an} of 5000 with AN=0");
        assert!(differing > 4900);
    }
}
