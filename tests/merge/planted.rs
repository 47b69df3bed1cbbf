//! On the generator's data, where the truth is known, and on a slice of a real ClinVar.

use std::collections::BTreeMap;
use std::process::Command;

use crate::support::{MERGE, NORMALIZE, World, expect, ok, rows, run, stderr, text, verdicts};

/// The generator's small data set, with `more` on its command line.
fn made(more: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut datagen = Command::new(env!("CARGO"));
    datagen.args(["run", "-q", "--locked", "-p", "datagen", "--", "demo"]).args(more).arg("-o").arg(folder.path());
    let made = datagen.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

#[test]
fn every_allele_of_a_genome_is_found_and_nothing_else() {
    let folder = made(&["--only", "reference,clinvar,genome"]);
    let truth = std::fs::read_to_string(folder.path().join("genome.truth.tsv")).unwrap();
    let planted: BTreeMap<String, String> = truth
        .lines()
        .skip(1)
        .map(|line| {
            let values: Vec<&str> = line.split('\t').collect();
            (values[0].to_owned(), values[5].to_owned())
        })
        .collect();
    assert!(planted.len() > 50, "too little is planted to say anything");
    let find = |more: &[&str], stdin: &[u8]| {
        let arguments = ["match", "--sample", "genome.vcf.gz", "-f", "reference.fa", "-O", "json"];
        verdicts(&ok(run(folder.path(), MERGE, &[&arguments, more].concat(), stdin)))
    };
    assert_eq!(find(&["clinvar.vcf.gz"], b""), planted, "as ClinVar ships it");
    assert_eq!(find(&["-@1", "--chunk-size", "100", "clinvar.vcf.gz"], b""), planted, "in small chunks");
    let normalise = ["-f", "reference.fa", "-m", "-any", "-c", "w", "clinvar.vcf.gz"];
    let normalised = ok(run(folder.path(), NORMALIZE, &normalise, b""));
    assert_eq!(find(&[], &normalised), planted, "normalised before");
}

#[test]
fn every_planted_genotype_is_found_and_nothing_else() {
    let folder = made(&[]);
    let truth = std::fs::read_to_string(folder.path().join("truth.tsv")).unwrap();
    let mut lines = truth.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let mut planted = BTreeMap::new();
    let mut moved_records = 0;
    for line in lines {
        let value = |name: &str| line.split('\t').nth(names.iter().position(|known| *known == name).unwrap()).unwrap();
        moved_records += u32::from(value("pos") != value("norm_pos"));
        // What fits two records equally well must not be reported as found.
        if value("match") != "unresolved" {
            planted.insert(value("clinvar_id").to_owned(), value("zygosity").to_owned());
        }
    }
    assert!(planted.len() > 100 && moved_records > 5, "too little is planted to say anything");

    let arguments = ["match", "--sample", "sample.23andme.txt", "-f", "reference.fa", "--no-version"];
    let find = |more: &[&str], stdin: &[u8]| run(folder.path(), MERGE, &[&arguments, more].concat(), stdin);
    let straight = ok(find(&["-O", "json", "clinvar.vcf.gz"], b""));
    assert_eq!(verdicts(&straight), planted, "as ClinVar ships it");
    let normalised =
        ok(run(folder.path(), NORMALIZE, &["-f", "reference.fa", "-m", "-any", "-c", "w", "clinvar.vcf.gz"], b""));
    assert_eq!(verdicts(&ok(find(&["-O", "json"], &normalised))), planted, "normalised before");

    // The table of `match` is that of `report`, whatever the layout, threads and chunks.
    let vcf = ok(find(&["clinvar.vcf.gz"], b""));
    for layout in ["tsv", "csv", "json"] {
        let direct = ok(find(&["-O", layout, "-@3", "--chunk-size", "7", "clinvar.vcf.gz"], b""));
        let piped = ok(run(folder.path(), MERGE, &["report", "-O", layout], &vcf));
        assert!(direct == piped, "{layout} differs");
    }
}

#[test]
fn a_real_clinvar_passes_and_is_understood() {
    let Some(data) = vdx_testkit::data() else { return };
    let clinvar = data.join("clinvar/clinvar_20191007.slice.GRCh37.vcf.gz");
    let mut lines = String::new();
    let file = std::fs::File::open(&clinvar).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut lines).unwrap();
    let records: Vec<Vec<&str>> =
        lines.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    assert_eq!(records.len(), 72);
    // Heterozygous for everything: one row for each position.
    let mut calls = BTreeMap::new();
    for record in &records {
        let [chrom, pos, id, reference, alt] = record[..5] else { panic!() };
        let call = match (reference.len(), alt.len()) {
            (1, 1) => format!("{reference}{alt}"),
            (one, other) if one != other => "DI".to_owned(),
            _ => continue,
        };
        calls.entry((chrom, pos)).or_insert_with(|| format!("i{id} {chrom} {pos} {call}"));
    }
    let world = World::new("", &calls.into_values().collect::<Vec<_>>().join("\n"));
    let arguments = ["match", "--sample", "raw.txt", "--all", "--no-version", clinvar.to_str().unwrap()];
    let output = run(world.directory(), MERGE, &arguments, b"");
    assert!(!stderr(&output).contains("not a word of ClinVar"), "{}", stderr(&output));
    let vcf = ok(output);
    let table = rows(&ok(run(world.directory(), MERGE, &["report", "-O", "json"], &vcf)));
    assert_eq!(table.len(), 72);
    for (row, record) in table.iter().zip(&records) {
        assert_eq!((text(row, "variation_id"), text(row, "ref_allele")), (record[2], record[3]));
        for key in ["clinical_significance", "review_status", "gene", "molecular_consequence", "disease"] {
            assert!(row[key].is_string(), "{key} of {}", record[2]);
        }
        assert!(row["review_stars"].is_u64());
    }
    let found: BTreeMap<String, String> = verdicts(&ok(run(world.directory(), MERGE, &["report", "-O", "json"], &vcf)));
    // A locus of two ALTs, an insertion, a deletion, and two bases for two at the position of a substitution.
    expect(
        &found,
        &[
            ("648609", "het"),
            ("161454", "other_allele"),
            ("161455", "het"),
            ("474163", "het"),
            ("541157", "not_assayed"),
            ("377270", "het"),
        ],
    );
    // The record's own bytes are untouched.
    let text = String::from_utf8(vcf).unwrap();
    for record in &records {
        assert!(text.contains(&format!("\n{};VDX_VERDICT=", record.join("\t"))), "{}", record[2]);
    }
}
