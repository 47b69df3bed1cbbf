//! The header of `clinvar.vcf.gz`, with the fields of a 2024 release.

/// The header as NCBI ships it: VCFv4.1 and no `##contig` lines.
pub fn header(build: &str) -> String {
    let mut text = format!(
        "##fileformat=VCFv4.1\n##fileDate=2026-01-01\n##source=ClinVar\n##reference={build}\n\
         ##ID=<Description=\"ClinVar Variation ID\">\n"
    );
    for (id, number, kind, description) in FIELDS {
        text.push_str(&format!("##INFO=<ID={id},Number={number},Type={kind},Description=\"{description}\">\n"));
    }
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    text
}

const FIELDS: [(&str, &str, &str, &str); 29] = [
    ("AF_ESP", "1", "Float", "allele frequencies from GO-ESP"),
    ("AF_EXAC", "1", "Float", "allele frequencies from ExAC"),
    ("AF_TGP", "1", "Float", "allele frequencies from TGP"),
    ("ALLELEID", "1", "Integer", "the ClinVar Allele ID"),
    (
        "CLNDN",
        ".",
        "String",
        "ClinVar's preferred disease name for the concept specified by disease identifiers in CLNDISDB",
    ),
    (
        "CLNDISDB",
        ".",
        "String",
        "Tag-value pairs of disease database name and identifier submitted for germline classifications, e.g. OMIM:NNNNNN",
    ),
    ("CLNHGVS", ".", "String", "Top-level (primary assembly, alt, or patch) HGVS expression."),
    ("CLNREVSTAT", ".", "String", "ClinVar review status of germline classification for the Variation ID"),
    (
        "CLNSIG",
        ".",
        "String",
        "Aggregate germline classification for this single variant; multiple values are separated by a vertical bar",
    ),
    (
        "CLNSIGCONF",
        ".",
        "String",
        "Conflicting germline classification for this single variant; multiple values are separated by a vertical bar",
    ),
    (
        "CLNSIGINCL",
        ".",
        "String",
        "Germline classification for a haplotype or genotype that includes this variant. Reported as pairs of VariationID:classification; multiple values are separated by a vertical bar",
    ),
    ("CLNVC", "1", "String", "Variant type"),
    ("CLNVCSO", "1", "String", "Sequence Ontology id for variant type"),
    (
        "CLNVI",
        ".",
        "String",
        "the variant's clinical sources reported as tag-value pairs of database and variant identifier",
    ),
    ("DBVARID", ".", "String", "nsv accessions from dbVar for the variant"),
    (
        "GENEINFO",
        "1",
        "String",
        "Gene(s) for the variant reported as gene symbol:gene id. The gene symbol and id are delimited by a colon (:) and each pair is delimited by a vertical bar (|)",
    ),
    (
        "MC",
        ".",
        "String",
        "comma separated list of molecular consequence in the form of Sequence Ontology ID|molecular_consequence",
    ),
    (
        "ONC",
        ".",
        "String",
        "Aggregate oncogenicity classification for this single variant; multiple values are separated by a vertical bar",
    ),
    (
        "ONCCONF",
        ".",
        "String",
        "Conflicting oncogenicity classification for this single variant; multiple values are separated by a vertical bar",
    ),
    (
        "ONCDISDB",
        ".",
        "String",
        "Tag-value pairs of disease database name and identifier submitted for oncogenicity classifications, e.g. MedGen:NNNNNN",
    ),
    (
        "ONCDN",
        ".",
        "String",
        "ClinVar's preferred disease name for the concept specified by disease identifiers in ONCDISDB",
    ),
    ("ONCREVSTAT", ".", "String", "ClinVar review status of oncogenicity classification for the Variation ID"),
    (
        "ORIGIN",
        ".",
        "String",
        "Allele origin. One or more of the following values may be added: 0 - unknown; 1 - germline; 2 - somatic; 4 - inherited; 8 - paternal; 16 - maternal; 32 - de-novo; 64 - biparental; 128 - uniparental; 256 - not-tested; 512 - tested-inconclusive; 1073741824 - other",
    ),
    ("RS", ".", "String", "dbSNP ID (i.e. rs number)"),
    (
        "SCI",
        ".",
        "String",
        "Aggregate somatic clinical impact for this single variant; multiple values are separated by a vertical bar",
    ),
    (
        "SCIDISDB",
        ".",
        "String",
        "Tag-value pairs of disease database name and identifier submitted for somatic clinical impact classifications, e.g. MedGen:NNNNNN",
    ),
    (
        "SCIDN",
        ".",
        "String",
        "ClinVar's preferred disease name for the concept specified by disease identifiers in SCIDISDB",
    ),
    ("SCIREVSTAT", ".", "String", "ClinVar review status of somatic clinical impact for the Variation ID"),
    (
        "SSR",
        "1",
        "Integer",
        "Variant Suspect Reason Codes. One or more of the following values may be added: 0 - unspecified, 1 - Paralog, 2 - byEST, 4 - oldAlign, 8 - Para_EST, 16 - 1kg_failed, 1024 - other",
    ),
];
