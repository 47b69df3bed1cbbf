//! ClinVar's vocabulary with about the shares of a 2024 release, and made-up genes and conditions.

use crate::rng::Rng;

/// Aggregate germline classifications.
pub const SIGNIFICANCE: [(f64, &str); 32] = [
    (470.0, "Uncertain_significance"),
    (252.0, "Likely_benign"),
    (62.0, "Benign"),
    (24.0, "Benign/Likely_benign"),
    (46.0, "Conflicting_classifications_of_pathogenicity"),
    (66.0, "Pathogenic"),
    (36.0, "Likely_pathogenic"),
    (22.0, "Pathogenic/Likely_pathogenic"),
    (4.0, "not_provided"),
    (0.8, "drug_response"),
    (0.4, "risk_factor"),
    (0.3, "association"),
    (0.15, "protective"),
    (0.15, "Affects"),
    (0.1, "confers_sensitivity"),
    (0.7, "other"),
    (0.15, "Uncertain_risk_allele"),
    (0.15, "Likely_risk_allele"),
    (0.03, "Established_risk_allele"),
    (0.1, "Pathogenic,_low_penetrance"),
    (0.1, "Likely_pathogenic,_low_penetrance"),
    (0.05, "Pathogenic/Likely_pathogenic,_low_penetrance"),
    (0.1, "Pathogenic/Likely_risk_allele"),
    (0.2, "Pathogenic|other"),
    (0.1, "Pathogenic|drug_response"),
    (0.1, "Pathogenic|risk_factor"),
    (0.1, "Likely_pathogenic|risk_factor"),
    (0.2, "Benign|other"),
    (0.1, "Benign/Likely_benign|association"),
    (0.2, "Uncertain_significance|association"),
    (0.2, "Conflicting_classifications_of_pathogenicity|risk_factor"),
    (0.6, "no_classifications_from_unflagged_records"),
];

/// Review states of a record with one classification.
pub const REVIEW: [(f64, &str); 5] = [
    (780.0, "criteria_provided,_single_submitter"),
    (170.0, "criteria_provided,_multiple_submitters,_no_conflicts"),
    (38.0, "no_assertion_criteria_provided"),
    (12.0, "reviewed_by_expert_panel"),
    (0.05, "practice_guideline"),
];

/// Molecular consequences of a single base.
pub const CONSEQUENCE: [(f64, &str); 10] = [
    (560.0, "SO:0001583|missense_variant"),
    (220.0, "SO:0001819|synonymous_variant"),
    (90.0, "SO:0001627|intron_variant"),
    (50.0, "SO:0001587|nonsense"),
    (18.0, "SO:0001575|splice_donor_variant"),
    (15.0, "SO:0001574|splice_acceptor_variant"),
    (20.0, "SO:0001624|3_prime_UTR_variant"),
    (10.0, "SO:0001623|5_prime_UTR_variant"),
    (12.0, "SO:0001619|non-coding_transcript_variant"),
    (5.0, "SO:0001582|initiator_codon_variant"),
];

/// Consequences of an insertion or deletion.
pub const CONSEQUENCE_INDEL: [(f64, &str); 4] = [
    (650.0, "SO:0001589|frameshift_variant"),
    (120.0, "SO:0001822|inframe_deletion"),
    (70.0, "SO:0001821|inframe_insertion"),
    (160.0, "SO:0001627|intron_variant"),
];

/// A condition: preferred name and identifiers, as in CLNDN and CLNDISDB.
pub struct Condition {
    pub name: String,
    pub ids: String,
}

/// Conditions that are not one disease.
pub fn general_conditions() -> Vec<(f64, Condition)> {
    [
        (0.62, "not_provided", "MedGen:C3661900"),
        (0.10, "not_specified", "MedGen:CN169374"),
        (0.16, "Inborn_genetic_diseases", "MeSH:D030342,MedGen:C0950123"),
        (0.07, "Hereditary_cancer-predisposing_syndrome", "MONDO:MONDO:0015356,MeSH:D009386,MedGen:C0027672"),
        (0.05, "Cardiovascular_phenotype", "MedGen:CN230736"),
    ]
    .map(|(weight, name, ids)| (weight, Condition { name: name.into(), ids: ids.into() }))
    .into()
}

/// `count` made-up conditions named in ClinVar's manner.
pub fn conditions(seed: u64, count: usize) -> Vec<Condition> {
    const BEFORE: [&str; 14] = [
        "Familial",
        "Autosomal_recessive",
        "Autosomal_dominant",
        "Early-onset",
        "Congenital",
        "Hereditary",
        "X-linked",
        "Juvenile",
        "Progressive",
        "Isolated",
        "Severe",
        "Atypical",
        "Primary",
        "Infantile",
    ];
    const WHAT: [&str; 20] = [
        "spastic_paraplegia",
        "cardiomyopathy",
        "retinal_dystrophy",
        "epileptic_encephalopathy",
        "muscular_dystrophy",
        "hearing_loss",
        "intellectual_disability",
        "ciliary_dyskinesia",
        "nephrotic_syndrome",
        "immunodeficiency",
        "long_QT_syndrome",
        "ataxia",
        "neuropathy",
        "skeletal_dysplasia",
        "lysosomal_storage_disease",
        "mitochondrial_complex_deficiency",
        "hypogonadism",
        "anemia",
        "glycogen_storage_disease",
        "polycystic_kidney_disease",
    ];
    const AFTER: [&str; 6] = ["", ",_type_1", ",_with_dysmorphic_features", ",_and_brain_anomalies", "", ""];
    let mut rng = Rng::new(seed, "conditions", 0);
    (0..count)
        .map(|_| {
            let mut name = format!("{}_{}", *rng.pick(&BEFORE), *rng.pick(&WHAT));
            if rng.chance(0.7) {
                name.push_str(&format!("_{}", rng.between(1, 99)));
            }
            let after = *rng.pick(&AFTER);
            name.push_str(after);
            let mut ids = String::new();
            if rng.chance(0.8) {
                ids.push_str(&format!("MONDO:MONDO:{:07},", rng.below(1_000_000)));
            }
            ids.push_str(&format!("MedGen:C{:07}", rng.below(6_000_000)));
            if rng.chance(0.8) {
                ids.push_str(&format!(",OMIM:{}", rng.between(100_000, 620_999)));
            }
            if rng.chance(0.4) {
                ids.push_str(&format!(",Orphanet:{}", rng.between(100, 600_000)));
            }
            Condition { name, ids }
        })
        .collect()
}

/// The symbol and NCBI-like id of gene number `gene` on contig number `contig`; made up.
pub fn gene(seed: u64, contig: usize, gene: u32) -> (String, u32) {
    let mut rng = Rng::new(seed, "gene", (contig as u64) << 32 | u64::from(gene));
    let mut symbol: String = (0..rng.between(3, 5)).map(|_| char::from(b'A' + rng.below(26) as u8)).collect();
    if rng.chance(0.8) {
        symbol.push_str(&rng.between(1, 29).to_string());
    }
    (symbol, (contig as u32 + 1) * 100_000 + gene)
}
