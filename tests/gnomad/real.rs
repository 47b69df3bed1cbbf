//! Real slices: each record asked for by its own CHROM POS REF ALT comes back with the very text of its source.

use std::path::{Path, PathBuf};

use crate::support::{Record, annotate, bgzip, body, gunzip};

/// The folder of real slices, unless this machine does not have it, which the test says.
#[track_caller]
pub fn data() -> Option<PathBuf> {
    Some(vdx_testkit::data()?.join("gnomad"))
}

pub fn slices(data: &Path) -> Vec<PathBuf> {
    let mut slices: Vec<PathBuf> = ["GRCh37", "GRCh38"]
        .iter()
        .flat_map(|build| std::fs::read_dir(data.join(build)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "bgz"))
        .collect();
    slices.sort();
    assert!(slices.len() >= 10, "{slices:?}");
    slices
}

/// Tag and INFO key of everything the default writes, FILTER aside, written down by hand per release.
fn expected_fields(path: &Path) -> Vec<(String, String)> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |tag: &str, key: &str| pairs.push((format!("gnomad_{tag}"), key.to_owned()));
    if name.contains("chrM") {
        for (tag, key) in [
            ("AF", "AF_hom"),
            ("AC", "AC_hom"),
            ("AN", "AN"),
            ("AF_het", "AF_het"),
            ("AC_het", "AC_het"),
            ("max_hl", "max_hl"),
        ] {
            add(tag, key);
        }
        return pairs;
    }
    let (max, groups) = if name.contains("exomes.r2.1.1") {
        ("popmax", vec!["afr", "amr", "asj", "eas", "fin", "nfe", "oth", "sas"])
    } else if name.contains("genomes.r2.1.1") {
        ("popmax", vec!["afr", "amr", "asj", "eas", "fin", "nfe", "oth"])
    } else if name.contains("v3.1.2") {
        ("popmax", vec!["afr", "ami", "amr", "asj", "eas", "fin", "mid", "nfe", "oth", "sas"])
    } else if name.contains("exomes.v4.0") {
        ("grpmax", vec!["afr", "amr", "asj", "eas", "fin", "mid", "nfe", "remaining", "sas"])
    } else {
        ("grpmax", vec!["afr", "ami", "amr", "asj", "eas", "fin", "mid", "nfe", "remaining", "sas"])
    };
    for key in ["AF", "AC", "AN", "nhomalt", max] {
        add(key, key);
    }
    let max_af = format!("AF_{max}");
    add(&max_af, &max_af);
    for group in groups {
        let key = format!("AF_{group}");
        add(&key, &key);
    }
    pairs
}

fn other_name(chrom: &str) -> String {
    match chrom {
        "MT" => "chrM".to_owned(),
        _ => chrom.strip_prefix("chr").map_or_else(|| format!("chr{chrom}"), str::to_owned),
    }
}

#[test]
fn every_record_of_every_release_comes_back_by_vcf() {
    let Some(data) = data() else { return };
    for slice in slices(&data) {
        let source: Vec<Record> = body(&gunzip(&slice)).map(Record::parse).collect();
        let fields = expected_fields(&slice);
        for rename in [false, true] {
            let mut query = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
            for record in &source {
                let c = &record.columns;
                let chrom = if rename { other_name(&c[0]) } else { c[0].clone() };
                query.push_str(&format!("{chrom}\t{}\t.\t{}\t{}\t.\tq1\tX=1\n", c[1], c[3], c[4]));
            }
            let found = annotate(&["--db", slice.to_str().unwrap()], &query).ok();
            let found: Vec<Record> = body(&found).map(Record::parse).collect();
            assert_eq!(found.len(), source.len());
            for (found, source) in found.iter().zip(&source) {
                let place = format!("{} {}", slice.display(), source.columns[..5].join(" "));
                for (tag, key) in &fields {
                    assert_eq!(found.value(tag), source.value(key), "{place} {tag}");
                }
                assert_eq!(found.value("gnomad_FILTER"), Some(source.columns[6].replace(';', "|").as_str()), "{place}");
                assert_eq!(
                    found.info.len(),
                    2 + fields.iter().filter(|(_, key)| source.value(key).is_some()).count(),
                    "{place}"
                );
                assert_eq!((&found.columns[6][..], found.value("X")), ("q1", Some("1")), "{place}");
            }
        }
    }
}

#[test]
fn every_record_of_every_release_comes_back_by_table() {
    let Some(data) = data() else { return };
    for slice in slices(&data) {
        let source: Vec<Record> = body(&gunzip(&slice)).map(Record::parse).collect();
        let fields = expected_fields(&slice);
        for delimiter in ['\t', ','] {
            let line = |cells: &[&str]| cells.join(&delimiter.to_string());
            let mut query = line(&["Chromosome", "Position", "note", "ref_allele", "alt_allele"]) + "\n";
            for record in &source {
                let c = &record.columns;
                query.push_str(&(line(&[&other_name(&c[0]), &c[1], "n", &c[3], &c[4]]) + "\r\n"));
            }
            let found = annotate(&["--db", slice.to_str().unwrap()], &query).ok();
            let mut lines = found.split_inclusive('\n');
            let header: Vec<&str> = lines.next().unwrap().trim_end().split(delimiter).collect();
            let tags: Vec<String> =
                fields.iter().map(|(tag, _)| tag.to_lowercase()).chain(["gnomad_filters".to_owned()]).collect();
            assert_eq!(header[5..], tags);
            for (row, source) in lines.zip(&source) {
                let row: Vec<&str> = row.strip_suffix("\r\n").unwrap().split(delimiter).collect();
                let filter = source.columns[6].replace(';', "|");
                let values =
                    fields.iter().map(|(_, key)| source.value(key).unwrap_or_default()).chain([filter.as_str()]);
                assert_eq!(row[5..], values.collect::<Vec<_>>(), "{} {}", slice.display(), source.columns[1]);
            }
        }
    }
}

#[test]
fn sites_with_several_alts_get_one_value_per_alt() {
    let Some(data) = data() else { return };
    let slice = data.join("GRCh37/gnomad.exomes.r2.1.1.sites.1.vcf.bgz");
    let source: Vec<Record> = body(&gunzip(&slice)).map(Record::parse).collect();
    let mut joined = 0;
    for pair in source.windows(2) {
        let [a, b] = pair else { continue };
        if a.columns[1] != b.columns[1] || a.columns[3] != b.columns[3] {
            continue;
        }
        joined += 1;
        let c = &a.columns;
        // A longer REF, lower case, and alleles that nobody has, among them.
        let query = format!(
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t{}\t.\t{}acgt\t*,{}acgt,<DEL>,{}ACGT\t.\t.\t.\n",
            c[1],
            c[3].to_lowercase(),
            b.columns[4],
            c[4].to_lowercase(),
        );
        let found = annotate(&["--db", slice.to_str().unwrap(), "--fields", "AC,AF,status"], &query).ok();
        let found = Record::parse(body(&found).next().unwrap());
        let of = |record: &Record, key: &str| record.value(key).unwrap_or(".").to_owned();
        for key in ["AC", "AF"] {
            let expected = format!(".,{},.,{}", of(b, key), of(a, key));
            assert_eq!(found.value(&format!("gnomad_{key}")), Some(expected.as_str()), "{}", c[1]);
        }
    }
    assert!(joined > 5, "{joined}");
}

#[test]
fn a_folder_of_several_releases_needs_a_choice() {
    let Some(data) = data() else { return };
    let folder = data.join("GRCh38");
    let folder = folder.to_str().unwrap();
    let query = crate::support::vcf(&["chr1 55039894 G C", "chrY 2781511 C G", "chrM 3 T C", "chr2 5 A C"]);
    let message = annotate(&["--db", folder], &query).fails(1);
    for known in ["exomes 4.0", "genomes 3.1.2", "genomes 4.0", "--dataset"] {
        assert!(message.contains(known), "{message}");
    }
    let ran = annotate(&["--db", folder, "--dataset", "genomes", "--release", "v4.0", "--fields", "AF,status"], &query);
    assert!(ran.stderr.contains("chr2 (1)") && ran.stderr.contains("not_covered=1"), "{}", ran.stderr);
    let found: Vec<String> = body(&ran.ok()).map(|line| line.split('\t').nth(7).unwrap().to_owned()).collect();
    assert_eq!(
        found,
        [
            "gnomad_AF=5.25465e-05;gnomad_status=found",
            "gnomad_AF=0.00000;gnomad_status=filtered",
            "gnomad_AF=0.000336676;gnomad_status=found",
            "gnomad_status=not_covered"
        ]
    );
}

#[test]
fn a_missing_index_of_a_real_file_is_made_and_finds_the_same() {
    let Some(data) = data() else { return };
    for slice in slices(&data) {
        let text = gunzip(&slice);
        let mut query = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
        for line in body(&text) {
            let c: Vec<&str> = line.splitn(6, '\t').collect();
            query.push_str(&format!("{}\t{}\t.\t{}\t{}\t.\t.\t.\n", c[0], c[1], c[3], c[4]));
        }
        let expected = annotate(&["--db", slice.to_str().unwrap()], &query).ok();
        let folder = tempfile::tempdir().unwrap();
        // Other blocks than the source's.
        let copy = bgzip(&folder.path().join(slice.file_name().unwrap()), &text);
        let ran = annotate(&["--db", copy.to_str().unwrap()], &query);
        assert!(ran.stderr.contains("no index is there, making one"), "{}", ran.stderr);
        assert_eq!(ran.ok(), expected);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}

#[test]
fn the_same_fields_work_on_every_release() {
    let Some(data) = data() else { return };
    let fields = "AF,AC,AN,nhomalt,popmax,AF_popmax,grpmax,AF_grpmax,faf95_popmax,AF_afr,AF_ami,AF_mid,AF_oth,AF_remaining,\
                  AF_XX,AF_female,AF_afr_XY,faf95_nfe,FILTER,status";
    let mut columns = Vec::new();
    for slice in slices(&data) {
        let source = slice.to_str().unwrap();
        let text = gunzip(&slice);
        let first: Vec<&str> = body(&text).next().unwrap().split('\t').collect();
        let table = format!("chrom\tpos\tref\talt\n{}\t{}\t{}\t{}\n", first[0], first[1], first[3], first[4]);
        let ran = annotate(&["--db", source, "--fields", fields], &table);
        let missing = ran.stderr.lines().find(|line| line.contains("which other releases have"));
        assert_eq!(
            missing.is_some_and(|line| line.contains("AF_mid")),
            source.contains("2.1.1") || source.contains("chrM")
        );
        let out = ran.ok();
        let lines: Vec<&str> = out.lines().collect();
        columns.push(lines[0].to_owned());
        assert!(lines[1].ends_with("found") || lines[1].ends_with("filtered"), "{source}: {out}");
        let said = annotate(&["--db", source, "--fields", "AF_midd"], &table).fails(2);
        assert!(said.contains("no such field"), "{said}");
    }
    columns.dedup();
    assert_eq!(columns.len(), 1);
}
