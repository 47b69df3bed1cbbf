//! The file names gnomAD publishes, and which files of a folder make up one source.

use std::fmt;

use vdx_vcf::assembly::Assembly;
use vdx_vcf::contig;

/// What was sequenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dataset {
    /// Exomes.
    Exomes,
    /// Genomes.
    Genomes,
    /// Exomes and genomes together (v4.1).
    Joint,
}

impl Dataset {
    /// As it stands in names.
    const fn word(self) -> &'static str {
        match self {
            Self::Exomes => "exomes",
            Self::Genomes => "genomes",
            Self::Joint => "joint",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Exomes, Self::Genomes, Self::Joint].into_iter().find(|dataset| dataset.word() == word)
    }
}

impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What an official file name says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Official {
    /// What was sequenced.
    pub(crate) dataset: Dataset,
    /// `2.1.1`, `4.1`; lifted files have `-liftover_grch38` behind it, because they are another source.
    pub(crate) release: String,
    /// The chromosome as the name has it (`1`, `chrX`); `None`: all of them in one file.
    pub(crate) contig: Option<String>,
}

/// The names that [`parse`] takes, for messages.
pub(crate) const PATTERNS: [&str; 4] = [
    "gnomad.{exomes,genomes}.r2.1.1.sites.{1..22,X,Y}.vcf.bgz",
    "gnomad.genomes.v3.1.2.sites.chr{1..22,X,Y}.vcf.bgz",
    "gnomad.genomes.v3.1.sites.chrM.vcf.bgz",
    "gnomad.{exomes,genomes,joint}.v4.1.sites.chr{1..22,X,Y}.vcf.bgz",
];

const LIFTED: &str = "liftover_grch38";

/// Reads a file name; `None` for any other file.
pub(crate) fn parse(name: &str) -> Option<Official> {
    let (dataset, rest) = behind_dataset(name)?;
    let rest = rest.strip_suffix(".vcf.bgz").or_else(|| rest.strip_suffix(".vcf.gz"))?;
    let (release, rest) = rest.split_once(".sites")?;
    let mut release = release_number(release)?.to_owned();
    let mut contig = None;
    for part in rest.split('.').skip(1) {
        if part == LIFTED {
            release = format!("{release}-{LIFTED}");
        } else if contig.is_none() && contig::number(part.as_bytes()).is_some() {
            contig = Some(part.to_owned());
        } else {
            return None;
        }
    }
    (rest.is_empty() || rest.starts_with('.')).then_some(Official { dataset, release, contig })
}

/// `gnomad.exomes.` at the start of a name, and what follows.
fn behind_dataset(name: &str) -> Option<(Dataset, &str)> {
    let (word, rest) = name.strip_prefix("gnomad.")?.split_once('.')?;
    Some((Dataset::of_word(word)?, rest))
}

/// The data set of any file of gnomAD's, by its official name: a VCF or a table.
pub(crate) fn dataset_of_file(name: &str) -> Option<Dataset> {
    behind_dataset(name).map(|(dataset, _)| dataset)
}

/// The data set and the release in the title of a source: `exomes 2.1.1`.
fn in_title(title: &str) -> Option<(Dataset, &str)> {
    let (word, release) = title.split_once(' ')?;
    Some((Dataset::of_word(word)?, release))
}

/// The data set in the title of a source.
pub(crate) fn dataset_of_title(title: &str) -> Option<Dataset> {
    in_title(title).map(|(dataset, _)| dataset)
}

/// `r2.1.1`, `v4.0` -> `2.1.1`, `4.0`.
fn release_number(text: &str) -> Option<&str> {
    let number = text.strip_prefix(['r', 'v'])?;
    let is_number = number.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    is_number.then_some(number)
}

/// The build of a data set and release, as the title of a source has them: `exomes 2.1.1`.
pub(crate) fn build(title: &str) -> Option<Assembly> {
    let Some((_, release)) = in_title(title) else { return build_by_word(title) };
    let (number, lifted) = release.strip_suffix(&format!("-{LIFTED}")).map_or((release, false), |rest| (rest, true));
    let major = number.split('.').next()?.parse::<u8>().ok()?;
    Some(if major <= 2 && !lifted { Assembly::Grch37 } else { Assembly::Grch38 })
}

/// The build of another file of gnomAD's by the release in its name: `gnomad.v4.1.sv.sites.vcf.gz`, `gnomad_v2.1_sv.vcf.gz`.
fn build_by_word(title: &str) -> Option<Assembly> {
    let title = title.to_ascii_lowercase();
    let mut words = title.split(['.', '_', '-', ' ']);
    words.clone().find(|word| word.starts_with("gnomad"))?;
    if title.contains("liftover") {
        return None;
    }
    let number = words.find_map(|word| word.strip_prefix(['r', 'v'])?.parse::<u8>().ok())?;
    Some(if number <= 2 { Assembly::Grch37 } else { Assembly::Grch38 })
}

/// What the user picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The data set, where the folder has several.
    pub(crate) dataset: Option<Dataset>,
    /// Likewise: 2.1.1, v4.1.
    pub(crate) release: Option<String>,
    /// What the columns of a table of scores are called.
    pub(crate) columns: Vec<(String, String)>,
}

impl Choice {
    /// Whether it is one among the files of a folder.
    pub(crate) fn is_of_files(&self) -> bool {
        self.dataset.is_some() || self.release.is_some()
    }
}

/// The files of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// What was sequenced.
    pub(crate) dataset: Dataset,
    /// `4.1`
    pub(crate) release: String,
    /// The file names with what they say, by chromosome. A mitochondrial file of another release may be among them.
    pub(crate) files: Vec<(Official, String)>,
}

/// All files of one data set and release.
struct Group<'a> {
    dataset: Dataset,
    release: &'a str,
    files: Vec<&'a (Official, String)>,
}

impl Group<'_> {
    /// gnomAD has one release of the mitochondrion, v3.1, which goes with every other.
    fn is_mitochondrial(&self) -> bool {
        self.files.iter().all(|(official, _)| is_mitochondrial(official))
    }
}

fn is_mitochondrial(official: &Official) -> bool {
    official.contig.as_ref().and_then(|contig| contig::number(contig.as_bytes())) == Some(contig::MT)
}

/// Picks one data set of one release among the files of a folder. Where the choice leaves several data sets, a source
/// `called` after one of them is that one.
///
/// # Errors
/// No file has an official name, none fits the choice, or several sources do; the message lists what there is.
pub(crate) fn choose(
    names: impl IntoIterator<Item = String>,
    choice: &Choice,
    called: Option<&str>,
) -> Result<Chosen, String> {
    let mut files: Vec<(Official, String)> =
        names.into_iter().filter_map(|name| parse(&name).map(|official| (official, name))).collect();
    files.sort();
    let groups = groups(&files);
    if groups.is_empty() {
        return Err(format!(
            "expected gnomAD files by their official names, found none; names are like {}; any other file can be given itself",
            PATTERNS.join(", ")
        ));
    }
    let wanted = choice.release.as_deref().map(|text| text.trim_start_matches(['v', 'r']));
    let mut fitting: Vec<&Group<'_>> = groups
        .iter()
        .filter(|group| choice.dataset.is_none_or(|dataset| group.dataset == dataset))
        .filter(|group| wanted.is_none_or(|release| group.release == release))
        .collect();
    if fitting.iter().any(|group| !group.is_mitochondrial()) {
        fitting.retain(|group| !group.is_mitochondrial());
    }
    let is_called = |group: &&Group<'_>| called.is_some_and(|name| name == group.dataset.to_string());
    if choice.dataset.is_none() && fitting.iter().any(is_called) {
        fitting.retain(is_called);
    }
    match fitting[..] {
        [group] => chosen(group, &groups),
        [] => Err(format!("no files of the wanted --dataset and --release; there are {}", list(groups.iter()))),
        _ => Err(format!(
            "several data sets or releases fit, choose with --dataset and --release; there are {}",
            list(fitting.iter().copied())
        )),
    }
}

fn groups(files: &[(Official, String)]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for file in files {
        let Official { dataset, release, .. } = &file.0;
        match groups.iter_mut().find(|group| group.dataset == *dataset && group.release == release) {
            Some(group) => group.files.push(file),
            None => groups.push(Group { dataset: *dataset, release, files: vec![file] }),
        }
    }
    groups
}

fn chosen(group: &Group<'_>, groups: &[Group<'_>]) -> Result<Chosen, String> {
    let mut files: Vec<(Official, String)> = group.files.iter().map(|file| (*file).clone()).collect();
    if files.iter().any(|(official, _)| official.contig.is_some()) {
        // Where there are both, the file of all chromosomes holds nothing more.
        files.retain(|(official, _)| official.contig.is_some());
    } else if let [(_, first), (_, second), ..] = &files[..] {
        return Err(format!("{first} and {second} are the same release; leave one of them"));
    }
    let number = |official: &Official| official.contig.as_ref().and_then(|contig| contig::number(contig.as_bytes()));
    if !files.iter().any(|(official, _)| is_mitochondrial(official)) {
        let companion = groups.iter().find(|other| other.is_mitochondrial());
        files.extend(companion.and_then(|group| group.files.first()).map(|file| (*file).clone()));
    }
    files.sort_by_key(|(official, _)| number(official));
    for pair in files.windows(2) {
        if pair[0].0.contig.is_some() && number(&pair[0].0) == number(&pair[1].0) {
            return Err(format!("{} and {} are the same chromosome; leave one of them", pair[0].1, pair[1].1));
        }
    }
    Ok(Chosen { dataset: group.dataset, release: group.release.to_owned(), files })
}

fn list<'a>(groups: impl Iterator<Item = &'a Group<'a>>) -> String {
    let describe = |group: &Group<'_>| {
        let count = group.files.len();
        format!("{} {} ({count} file{})", group.dataset, group.release, if count == 1 { "" } else { "s" })
    };
    groups.map(describe).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_names_are_read() {
        let cases = [
            ("gnomad.exomes.r2.1.1.sites.1.vcf.bgz", (Dataset::Exomes, "2.1.1", Some("1"))),
            ("gnomad.genomes.r2.1.1.sites.vcf.bgz", (Dataset::Genomes, "2.1.1", None)),
            (
                "gnomad.exomes.r2.1.1.sites.X.liftover_grch38.vcf.bgz",
                (Dataset::Exomes, "2.1.1-liftover_grch38", Some("X")),
            ),
            ("gnomad.genomes.r3.0.sites.chr9.vcf.bgz", (Dataset::Genomes, "3.0", Some("chr9"))),
            ("gnomad.genomes.v3.1.2.sites.chr22.vcf.bgz", (Dataset::Genomes, "3.1.2", Some("chr22"))),
            ("gnomad.genomes.v3.1.sites.chrM.vcf.bgz", (Dataset::Genomes, "3.1", Some("chrM"))),
            ("gnomad.exomes.v4.0.sites.chrY.vcf.bgz", (Dataset::Exomes, "4.0", Some("chrY"))),
            ("gnomad.joint.v4.1.sites.chr1.vcf.bgz", (Dataset::Joint, "4.1", Some("chr1"))),
            ("gnomad.exomes.v4.1.1.sites.chr1.vcf.gz", (Dataset::Exomes, "4.1.1", Some("chr1"))),
        ];
        for (name, (dataset, release, contig)) in cases {
            let expected = Official { dataset, release: release.into(), contig: contig.map(str::to_owned) };
            assert_eq!(parse(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn names_and_titles_tell_the_data_set() {
        assert_eq!(dataset_of_file("gnomad.exomes.v4.1.allele_number_all_sites.tsv.bgz"), Some(Dataset::Exomes));
        assert_eq!((dataset_of_file("an.tsv"), dataset_of_file("gnomad.any.vcf.gz")), (None, None));
        assert_eq!((dataset_of_title("genomes 4.1"), dataset_of_title("any.vcf.gz")), (Some(Dataset::Genomes), None));
    }

    #[test]
    fn releases_have_builds() {
        assert_eq!(build("exomes 2.1.1"), Some(Assembly::Grch37));
        for title in ["exomes 2.1.1-liftover_grch38", "genomes 3.0", "genomes 3.1.2", "joint 4.1", "exomes 4.1.1"] {
            assert_eq!(build(title), Some(Assembly::Grch38), "{title}");
        }
        assert_eq!(build("gnomad_v2.1_sv.sites.vcf.gz"), Some(Assembly::Grch37));
        assert_eq!(build("gnomad.v4.1.cnv.all.vcf.gz"), Some(Assembly::Grch38));
        for title in [
            "gnomad.vcf.gz",
            "gnomad.r2.1.1.liftover.vcf.gz",
            "x.v4.vcf.gz",
            "any.vcf.gz",
            "exomes",
            "my exomes",
            "exomes x",
            "my 2.1",
        ] {
            assert_eq!(build(title), None, "{title}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in [
            "gnomad.exomes.r2.1.1.sites.1.vcf.bgz.tbi",
            "gnomad.genomes.v3.1.2.hgdp_tgp.chr1.vcf.bgz",
            "gnomad.exomes.v4.1.allele_number_all_sites.tsv.bgz",
            "gnomad.exomes.x4.1.sites.chr1.vcf.bgz",
            "gnomad.exomes.v4..sites.chr1.vcf.bgz",
            "gnomad.exomes.v4.1.sites.chr1.chr2.vcf.bgz",
            "gnomad.exomes.v4.1.sitesX.vcf.bgz",
            "gnomad.exomes.v4.1.sites.chr99.vcf.bgz",
            "clinvar.vcf.gz",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| format!("gnomad.{name}.vcf.bgz")).collect()
    }

    fn pick(list: &[&str], dataset: Option<Dataset>, release: Option<&str>) -> Result<Vec<String>, String> {
        let choice = Choice { dataset, release: release.map(str::to_owned), ..Choice::default() };
        choose(names(list), &choice, None).map(|chosen| chosen.files.into_iter().map(|(_, name)| name).collect())
    }

    const MIXED: [&str; 5] = [
        "exomes.v4.0.sites.chr1",
        "genomes.v3.1.2.sites.chr1",
        "genomes.v3.1.sites.chrM",
        "genomes.v4.0.sites.chr1",
        "genomes.v4.0.sites.chrY",
    ];

    #[test]
    fn several_sources_need_a_choice_and_are_listed() {
        let error = pick(&MIXED, None, None).unwrap_err();
        assert!(error.contains("exomes 4.0 (1 file), genomes 3.1.2 (1 file), genomes 4.0 (2 files)"), "{error}");
        let error = pick(&MIXED, Some(Dataset::Genomes), None).unwrap_err();
        assert!(error.contains("genomes 3.1.2") && !error.contains("exomes"), "{error}");
        let error = pick(&MIXED, Some(Dataset::Joint), None).unwrap_err();
        assert!(error.contains("no files of the wanted"), "{error}");
        assert!(pick(&[], None, None).unwrap_err().contains("r2.1.1.sites"));
    }

    #[test]
    fn the_name_of_a_source_chooses_the_data_set() {
        let pick = |called: &str, release: Option<&str>| {
            let choice = Choice { release: release.map(str::to_owned), ..Choice::default() };
            choose(names(&MIXED), &choice, Some(called))
        };
        assert_eq!(pick("exomes", None).unwrap().release, "4.0");
        assert!(pick("genomes", None).unwrap_err().contains("genomes 3.1.2 (1 file), genomes 4.0"));
        assert_eq!(pick("genomes", Some("4.0")).unwrap().dataset, Dataset::Genomes);
        assert!(pick("mine", Some("4.0")).is_err());
    }

    #[test]
    fn the_mitochondrion_goes_with_any_release() {
        let files = pick(&MIXED, Some(Dataset::Genomes), Some("v4.0")).unwrap();
        assert_eq!(files, names(&["genomes.v4.0.sites.chr1", "genomes.v4.0.sites.chrY", "genomes.v3.1.sites.chrM"]));
        let alone = pick(&MIXED, None, Some("3.1")).unwrap();
        assert_eq!(alone, names(&["genomes.v3.1.sites.chrM"]));
    }

    #[test]
    fn one_source_needs_no_choice() {
        assert_eq!(pick(&["exomes.r2.1.1.sites.2", "exomes.r2.1.1.sites"], None, None).unwrap().len(), 1);
        assert_eq!(pick(&["exomes.r2.1.1.sites"], None, None).unwrap().len(), 1);
        let twice = pick(&["exomes.v4.1.sites.1", "exomes.v4.1.sites.chr1"], None, None).unwrap_err();
        assert!(twice.contains("same chromosome"), "{twice}");
    }
}
