//! One record as the page shows it.

use std::collections::HashMap;

use vdx_hts::{Error, Result};
use vdx_vcf::{Line, info};

use super::class::Class;
use super::words;
use crate::clinvar::vocabulary;
use crate::table::genes::is_recessive;
use crate::table::{Cell, Columns, words as readable};

/// Letters of an allele that are kept; a link to gnomAD needs them all, a page does not.
const ALLELE_LETTERS: usize = 40;

/// What a record is for the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// The person carries the allele.
    Carried(Box<Finding>),
    /// They do not, or it cannot be told: counted by verdict, not shown.
    NotCarried(String),
}

/// A ClinVar record whose allele the person carries. [`row`](super::row) writes it for the page's script, and says how
/// the two are kept in step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Finding {
    /// As the record names it.
    pub(crate) chromosome: String,
    /// 1-based.
    pub(crate) position: u32,
    /// REF and ALT; what is longer than 40 letters is cut, with its length.
    pub(crate) alleles: [String; 2],
    /// Letters such as `A/G`; cut likewise.
    pub(crate) genotype: String,
    /// `heterozygous`, `homozygous`, `hemizygous`.
    pub(crate) zygosity: String,
    /// GENEINFO as it is: `SYMBOL:id|SYMBOL:id`.
    pub(crate) genes: String,
    /// CLNSIG in readable form, and its group, where it is a class.
    pub(crate) significance: (String, Option<Class>),
    /// CLNREVSTAT in readable form, and its stars; nothing for an unknown one.
    pub(crate) review: (String, Option<u8>),
    /// Terms joined by `|`.
    pub(crate) consequences: String,
    /// CLNDN and CLNDISDB, without those that were not provided.
    pub(crate) conditions: Vec<Condition>,
    /// CLNHGVS.
    pub(crate) hgvs: String,
    /// Gene, inheritance and note of the user's list.
    pub(crate) listed: [String; 3],
    /// VariationID.
    pub(crate) variation: String,
    /// rsIDs joined by `|`.
    pub(crate) rsid: String,
    /// `VDX_MATCH`
    pub(crate) found: String,
    /// `VDX_CONF`
    pub(crate) confidence: String,
    /// `VDX_FLAGS` joined by `|`.
    pub(crate) flags: String,
    /// `trust` and `trust_reasons` of the table.
    pub(crate) trust: [String; 2],
    /// ID, position and genotype in the person's file.
    pub(crate) raw: [String; 3],
    /// One for each source of the [`Guide`]; `None` where gnomAD has nothing.
    pub(crate) frequencies: Vec<Option<Frequency>>,
    /// What ClinVar says that is no germline class of the allele itself.
    pub(crate) apart: Apart,
}

impl Finding {
    /// Whether a condition's name or the user's list says that one copy does not make ill.
    pub(crate) fn is_recessive(&self) -> bool {
        is_recessive(&self.listed[1]) || self.conditions.iter().any(|condition| is_recessive(&condition.name))
    }
}

/// A condition and where to read about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Condition {
    /// In readable form.
    pub(crate) name: String,
    /// Identifiers in MedGen, OMIM and MONDO, without the names of these; empty where there is none.
    pub(crate) ids: [String; 3],
}

impl Condition {
    /// Those of CLNDN (`name|name`) with the identifiers of CLNDISDB (`base:id,base:id|...`, in the same order).
    fn all(names: &[u8], ids: &[u8]) -> Vec<Self> {
        let ids: Vec<&[u8]> = ids.split(|&byte| byte == b'|').collect();
        let names: Vec<&[u8]> = names.split(|&byte| byte == b'|').collect();
        let in_step = names.len() == ids.len();
        let known = |name: &[u8]| !matches!(name, b"not_provided" | b"not_specified" | b"." | b"");
        let with_place = names.iter().enumerate().filter(|(_, name)| known(name));
        with_place
            .map(|(at, name)| {
                let of = |base: &str| {
                    let all = if in_step { ids[at] } else { b"" };
                    let mut entries = all.split(|&byte| byte == b',');
                    string(entries.find_map(|entry| entry.strip_prefix(base.as_bytes())).unwrap_or_default())
                };
                // ClinVar writes MONDO's identifiers with its name twice.
                let ids = [of("MedGen:"), of("OMIM:"), of("MONDO:MONDO:")];
                Self { name: string(&readable(Some(name))), ids }
            })
            .collect()
    }
}

/// gnomAD's numbers from one source, as text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frequency {
    /// AF over all.
    pub(crate) overall: String,
    /// One for each group of the source.
    pub(crate) groups: Vec<String>,
    /// The group with the largest AF, by gnomAD's own account.
    pub(crate) largest: String,
    /// People with two copies.
    pub(crate) homozygotes: String,
    /// FILTER.
    pub(crate) filters: String,
    /// Why there is no frequency, in words; empty where there is one or nothing tells.
    pub(crate) missing: &'static str,
}

/// Classifications that stand apart from germline ones, in readable form; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Apart {
    /// ONC, ONCREVSTAT, ONCDN: oncogenicity.
    pub(crate) oncogenicity: [String; 3],
    /// SCI, SCIREVSTAT, SCIDN: clinical impact in tumours.
    pub(crate) impact: [String; 3],
    /// CLNSIGINCL, ONCINCL, SCIINCL: `VariationID:class` of haplotypes and genotypes that include the allele.
    pub(crate) included: String,
}

impl Apart {
    fn of(info: &[u8]) -> Self {
        let text = |key: &str| string(&readable(info::value(info, key.as_bytes()).filter(|value| *value != b".")));
        let class = |keys: [&str; 3]| {
            let is_one = info::value(info, keys[0].as_bytes()).is_some_and(vocabulary::is_class);
            if is_one { keys.map(text) } else { <[String; 3]>::default() }
        };
        let included = ["CLNSIGINCL", "ONCINCL", "SCIINCL"].map(text);
        let included: Vec<String> = included.into_iter().filter(|value| !value.is_empty()).collect();
        Self {
            oncogenicity: class(["ONC", "ONCREVSTAT", "ONCDN"]),
            impact: class(["SCI", "SCIREVSTAT", "SCIDN"]),
            included: included.join("|"),
        }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.oncogenicity[0].is_empty() && self.impact[0].is_empty() && self.included.is_empty()
    }
}

/// Where the columns of a table are that the page takes from it.
#[derive(Clone, Debug)]
pub(crate) struct Guide {
    places: HashMap<String, usize>,
    /// gnomAD's sources in order.
    pub(crate) sources: Vec<FrequencySource>,
}

/// One source of frequencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrequencySource {
    /// `gnomad`, or with the name that `--db NAME=PATH` gave.
    pub(crate) name: String,
    /// Codes of its groups.
    pub(crate) groups: Vec<String>,
}

impl Guide {
    /// Finds the sources among the columns: `gnomad_af` and `gnomad_NAME_af`, with `..._af_GROUP`.
    pub(crate) fn of(columns: &Columns) -> Self {
        let names: Vec<String> = columns.names().map(str::to_owned).collect();
        let mut sources = Vec::new();
        for stem in names.iter().filter_map(|name| name.strip_suffix("_af")).filter(|stem| stem.starts_with("gnomad")) {
            let prefix = format!("{stem}_af_");
            let groups = names.iter().filter_map(|name| name.strip_prefix(&prefix));
            let groups = groups.filter(|code| words::population(code).is_some()).map(str::to_owned).collect();
            sources.push(FrequencySource { name: stem.to_owned(), groups });
        }
        let mut places = HashMap::new();
        for (at, name) in names.into_iter().enumerate() {
            places.entry(name).or_insert(at);
        }
        Self { places, sources }
    }

    /// Reads one record, whose table cells are `cells`.
    ///
    /// # Errors
    /// A line that is no record.
    pub(crate) fn entry(&self, text: &[u8], cells: &[Cell]) -> Result<Entry> {
        let get = |name: &str| {
            let at = self.places.get(name);
            at.and_then(|&at| cells.get(at)).map(|cell| string(cell.bytes())).unwrap_or_default()
        };
        let verdict = get("verdict");
        if !matches!(verdict.as_str(), "het" | "hom" | "hemizygous") {
            return Ok(Entry::NotCarried(verdict));
        }
        let bad = |error: vdx_vcf::line::LineError| Error::caused_by(error);
        let line = Line::parse(text).map_err(bad)?;
        let info = line.rest().map_err(bad)?.info;
        let value = |key: &str| info::value(info, key.as_bytes()).filter(|value| *value != b".");
        let genotype = get("genotype").split('/').map(shortened).collect::<Vec<_>>().join("/");
        Ok(Entry::Carried(Box::new(Finding {
            chromosome: get("chromosome"),
            position: line.pos(),
            alleles: [shortened(&get("ref_allele")), shortened(&get("alt_allele"))],
            genotype,
            zygosity: get("zygosity"),
            genes: string(value("GENEINFO").unwrap_or_default()),
            significance: (
                get("clinical_significance"),
                value("CLNSIG").filter(|value| vocabulary::is_class(value)).map(Class::of),
            ),
            review: (get("review_status"), value("CLNREVSTAT").and_then(vocabulary::stars)),
            consequences: get("molecular_consequence"),
            conditions: Condition::all(value("CLNDN").unwrap_or_default(), value("CLNDISDB").unwrap_or_default()),
            hgvs: shortened(&string(value("CLNHGVS").unwrap_or_default())),
            listed: [get("listed_gene"), get("listed_inheritance"), get("listed_note")],
            variation: get("variation_id"),
            rsid: get("rsid"),
            found: get("match_type"),
            confidence: get("confidence"),
            flags: get("flags"),
            trust: [get("trust"), get("trust_reasons")],
            raw: [get("raw_id"), get("raw_position"), shortened(&get("raw_genotype"))],
            frequencies: self.sources.iter().map(|source| frequency(source, &get)).collect(),
            apart: Apart::of(info),
        })))
    }
}

fn frequency(source: &FrequencySource, get: &impl Fn(&str) -> String) -> Option<Frequency> {
    let of = |field: &str| get(&format!("{}_{field}", source.name));
    let either = |one: &str, other: &str| Some(of(one)).filter(|text| !text.is_empty()).unwrap_or_else(|| of(other));
    let found = Frequency {
        overall: of("af"),
        groups: source.groups.iter().map(|group| of(&format!("af_{group}"))).collect(),
        largest: either("grpmax", "popmax"),
        homozygotes: of("nhomalt"),
        filters: of("filters"),
        missing: words::missing(&of("status")).unwrap_or_default(),
    };
    let any = !found.missing.is_empty()
        || !found.overall.is_empty()
        || !found.filters.is_empty()
        || found.groups.iter().any(|af| !af.is_empty());
    any.then_some(found)
}

/// An allele as a page shows it.
fn shortened(allele: &str) -> String {
    match allele.char_indices().nth(ALLELE_LETTERS) {
        None => allele.to_owned(),
        Some(_) => {
            let first: String = allele.chars().take(12).collect();
            format!("{first}\u{2026}({} letters)", allele.chars().count())
        }
    }
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vdx_vcf::Header;

    const HEADER: &str = "##INFO=<ID=VDX_VERDICT,Number=1,Type=String,Description=\"\">\n\
        ##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description=\"\">\n\
        ##INFO=<ID=gnomad_AF_nfe,Number=A,Type=Float,Description=\"\">\n\
        ##INFO=<ID=gnomad_AF_nfe_XX,Number=A,Type=Float,Description=\"\">\n\
        ##INFO=<ID=gnomad_x_AF,Number=A,Type=Float,Description=\"\">\n\
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n";

    fn entry(info: &str) -> Entry {
        let columns = Columns::of(&Header::parse(HEADER.as_bytes()).unwrap()).unwrap();
        let guide = Guide::of(&columns);
        assert_eq!(guide.sources.len(), 2);
        assert_eq!(guide.sources[0], FrequencySource { name: "gnomad".into(), groups: vec!["nfe".into()] });
        let line = format!("1\t5\t7\tC\t{}\t.\t.\t{info}\tGT\t0/1\n", "G".repeat(41));
        let cells = columns.cells(line.as_bytes()).unwrap();
        guide.entry(line.as_bytes(), &cells).unwrap()
    }

    #[test]
    fn a_carried_allele_is_a_finding() {
        let Entry::Carried(finding) = entry(
            "CLNSIG=Pathogenic/Likely_pathogenic;GENEINFO=A:1;ONC=Oncogenic;ONCREVSTAT=reviewed_by_expert_panel;\
             CLNSIGINCL=9:Likely_benign;VDX_VERDICT=het;VDX_CONF=0.9;gnomad_AF=1e-05;gnomad_AF_nfe=2e-05",
        ) else {
            panic!("not carried");
        };
        assert_eq!(finding.significance, ("Pathogenic/Likely pathogenic".into(), Some(Class::Pathogenic)));
        assert_eq!(finding.alleles[1], "GGGGGGGGGGGG\u{2026}(41 letters)");
        assert_eq!(finding.frequencies[0].as_ref().unwrap().groups, ["2e-05"]);
        assert_eq!(finding.frequencies[1], None);
        assert_eq!(finding.apart.oncogenicity[1], "reviewed by expert panel");
        assert_eq!(finding.apart.included, "9:Likely benign");
        assert_eq!(finding.review, (String::new(), None));
    }

    #[test]
    fn conditions_have_their_own_identifiers() {
        let all = Condition::all(
            b"not_provided|Deafness,_autosomal_recessive_1|Spasm|not_specified",
            b"MedGen:C3661900|MONDO:MONDO:0033613,MedGen:C5436628,OMIM:PS619026,Orphanet:210141|MeSH:D1|.",
        );
        let ids = ["C5436628", "PS619026", "0033613"].map(str::to_owned);
        assert_eq!(all[0], Condition { name: "Deafness, autosomal recessive 1".into(), ids });
        assert_eq!(all[1..], [Condition { name: "Spasm".into(), ..Condition::default() }]);
        // Lists that are not in step say nothing of each other.
        assert_eq!(Condition::all(b"A|B", b"MedGen:C1")[0].ids[0], "");
        assert!(Condition::all(b"", b"").is_empty());
    }

    #[test]
    fn a_class_of_others_is_none_of_the_allele() {
        let none = "no_classification_for_the_single_variant";
        let Entry::Carried(finding) = entry(&format!(
            "CLNREVSTAT={none};CLNSIG={none};ONC={none};ONCREVSTAT={none};SCI={none};CLNSIGINCL=9:Pathogenic;\
             VDX_VERDICT=het"
        )) else {
            panic!("not carried");
        };
        assert_eq!(finding.significance.1, None);
        assert_eq!(finding.apart, Apart { included: "9:Pathogenic".into(), ..Apart::default() });
    }

    #[test]
    fn all_else_is_counted() {
        assert_eq!(entry("VDX_VERDICT=reference"), Entry::NotCarried("reference".into()));
    }
}
