//! gnomAD headers: every field that is written, in the wording of the releases.

use crate::gnomad::Style;

/// The header of one chromosome's file; `contigs` are `(name, length)`.
pub fn header(style: Style, contigs: &[(String, usize)]) -> String {
    let mut text = String::from("##fileformat=VCFv4.2\n");
    text.push_str(match style {
        Style::V2 => "##hailversion=0.2.7-fff3c70bdaf7\n",
        Style::V4 => "##hailversion=0.2.128-eead8100a1c1\n",
    });
    text.push_str("##FILTER=<ID=AC0,Description=\"Allele count is zero after filtering out low-confidence genotypes (GQ < 20; DP < 10; and AB < 0.2 for het calls)\">\n");
    text.push_str("##FILTER=<ID=InbreedingCoeff,Description=\"InbreedingCoeff < -0.3\">\n");
    text.push_str("##FILTER=<ID=PASS,Description=\"Passed all variant filters\">\n");
    text.push_str(match style {
        Style::V2 => "##FILTER=<ID=RF,Description=\"Failed random forest filtering thresholds\">\n",
        Style::V4 => "##FILTER=<ID=AS_VQSR,Description=\"Failed VQSR filtering thresholds\">\n",
    });
    let mut info = |id: &str, number: &str, kind: &str, what: &str| {
        text.push_str(&format!("##INFO=<ID={id},Number={number},Type={kind},Description=\"{what}\">\n"));
    };
    info("AC", "A", "Integer", "Alternate allele count for samples");
    info("AN", "1", "Integer", "Total number of alleles in samples");
    info("AF", "A", "Float", "Alternate allele frequency in samples");
    info("nhomalt", "A", "Integer", "Count of homozygous individuals in samples");
    let max = style.max();
    let sexes = style.sexes();
    let mut suffixes: Vec<(String, String)> = vec![
        ("_raw".into(), "samples, before removing low-confidence genotypes".into()),
        (format!("_{max}"), "samples of the group with the maximum allele frequency".into()),
    ];
    suffixes.extend(sexes.iter().map(|s| ((*s).to_string(), format!("{} samples", &s[1..]))));
    for group in style.groups() {
        suffixes.push((format!("_{}", group.name), format!("samples of {} ancestry", group.title)));
        for sex in sexes {
            suffixes
                .push((format!("_{}{sex}", group.name), format!("{} samples of {} ancestry", &sex[1..], group.title)));
        }
    }
    for (suffix, who) in &suffixes {
        // AN of the maximum group depends on the allele.
        let an = if suffix[1..] == *max { "A" } else { "1" };
        info(&format!("AC{suffix}"), "A", "Integer", &format!("Alternate allele count for {who}"));
        info(&format!("AN{suffix}"), an, "Integer", &format!("Total number of alleles in {who}"));
        info(&format!("AF{suffix}"), "A", "Float", &format!("Alternate allele frequency in {who}"));
        info(&format!("nhomalt{suffix}"), "A", "Integer", &format!("Count of homozygous individuals in {who}"));
    }
    info(max, "A", "String", "Group with the maximum allele frequency");
    for level in ["95", "99"] {
        let what = format!("Filtering allele frequency (using Poisson {level}% CI)");
        info(&format!("faf{level}"), "A", "Float", &what);
        for group in style.groups().iter().filter(|g| g.in_max) {
            let who = format!("{what} for samples of {} ancestry", group.title);
            info(&format!("faf{level}_{}", group.name), "A", "Float", &who);
        }
    }
    let (site, flags): (&[&str], &[&str]) = match style {
        Style::V2 => (
            &["rf_tp_probability", "FS", "InbreedingCoeff", "MQ", "MQRankSum", "QD", "ReadPosRankSum", "SOR", "VQSLOD"],
            &["segdup", "lcr", "decoy", "nonpar"],
        ),
        Style::V4 => (
            &["FS", "MQ", "QD", "SOR", "AS_VQSLOD", "cadd_phred", "phylop"],
            &["segdup", "lcr", "non_par", "fail_interval_qc"],
        ),
    };
    for tag in site {
        info(tag, if tag.starts_with("AS_") { "A" } else { "1" }, "Float", "Site quality measure");
    }
    for flag in flags {
        info(flag, "0", "Flag", "Variant falls within such a region");
    }
    if style == Style::V2 {
        info("DP", "1", "Integer", "Depth of informative coverage for each sample");
        info("VQSR_culprit", "1", "String", "Worst-performing annotation in the VQSR Gaussian mixture model");
        info("pab_max", "A", "Float", "Maximum p-value over callset for binomial test of observed allele balance");
    } else {
        info(
            "fafmax_faf95_max",
            "A",
            "Float",
            "Maximum filtering allele frequency (using Poisson 95% CI) across groups",
        );
        info("fafmax_faf95_max_gen_anc", "A", "String", "Group with maximum filtering allele frequency");
    }
    info("variant_type", "1", "String", "Variant type (snv, indel, multi-snv, multi-indel, or mixed)");
    info("allele_type", "A", "String", "Allele type (snv, ins, del, or mixed)");
    info("n_alt_alleles", if style == Style::V2 { "A" } else { "1" }, "Integer", "Alternate alleles observed at locus");
    info(
        "vep",
        ".",
        "String",
        "Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|cDNA_position|CDS_position|Protein_position",
    );
    end(style, contigs, text)
}

/// The header of lean records, see [`crate::gnomad_text::Text::lean`].
pub fn lean(style: Style, contig: (String, usize)) -> String {
    let mut text = String::from(
        "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"Passed all variant filters\">\n\
         ##FILTER=<ID=AC0,Description=\"Allele count is zero\">\n\
         ##FILTER=<ID=InbreedingCoeff,Description=\"InbreedingCoeff < -0.3\">\n\
         ##FILTER=<ID=RF,Description=\"Failed random forest\">\n##FILTER=<ID=AS_VQSR,Description=\"Failed VQSR\">\n\
         ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Alternate allele count\">\n\
         ##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Total number of alleles\">\n\
         ##INFO=<ID=nhomalt,Number=A,Type=Integer,Description=\"Count of homozygous individuals\">\n",
    );
    for suffix in ["", "_afr", "_nfe", "_sas", &format!("_{}", style.max())] {
        text.push_str(&format!(
            "##INFO=<ID=AF{suffix},Number=A,Type=Float,Description=\"Alternate allele frequency\">\n"
        ));
    }
    end(style, &[contig], text)
}

fn end(style: Style, contigs: &[(String, usize)], mut text: String) -> String {
    for (name, len) in contigs {
        text.push_str(&format!("##contig=<ID={name},length={len},assembly=gnomAD_{}>\n", style.build()));
    }
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    text
}
