//! Any VCF as a source: what stands in it is found by its own text, and every field comes back to the letter.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::made::{CHR1, gnomad};
use crate::support::{annotate, bgzip, body, gunzip, run, vcf};

/// The declared INFO keys of a header with their Number, but those with values per genotype.
fn declared(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("##INFO=<ID="));
    let keys = lines.filter_map(|line| {
        let (key, rest) = line.split_once(',')?;
        let number = rest.split(',').find_map(|part| part.strip_prefix("Number="))?;
        let flag = rest.contains("Type=Flag");
        Some((key.to_owned(), if flag { "0" } else { number }.to_owned()))
    });
    keys.filter(|(_, number)| number != "G").collect()
}

/// What INFO, by key, says of one for one of `alts` ALTs, `None` where nothing; read by its Number.
fn value(info: &HashMap<&str, &str>, (key, number): &(String, String), at: usize, alts: usize) -> Option<String> {
    let found = info.get(key.as_str()).copied();
    if number == "0" {
        return Some(if found.is_some() { "1" } else { "0" }.to_owned());
    }
    let list = found.filter(|list| !list.is_empty() && *list != ".")?;
    let parts: Vec<&str> = list.split(',').collect();
    let part = match number.as_str() {
        // A list of another length is left out.
        "A" => (parts.len() == alts).then(|| parts[at])?,
        "R" => (parts.len() == alts + 1).then(|| parts[at + 1])?,
        "1" => (parts.len() == 1).then_some(list)?,
        _ if key.ends_with("filters") => return Some(list.replace(',', "|")),
        _ if alts > 1 => return Some(list.replace(',', "%2C")),
        _ => list,
    };
    (part != ".").then(|| part.to_owned())
}

/// INFO that tells alleles which are not of letters from each other.
fn extent(info: &str) -> String {
    let is_told = |entry: &&str| ["END=", "SVLEN=", "CHR2=", "POS2=", "END2="].iter().any(|key| entry.starts_with(key));
    let parts: Vec<&str> = info.split(';').filter(is_told).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join(";") }
}

/// Asks for every record of a VCF by its own text, in the file and in a store, and compares every field with an independent
/// reading of the file. Returns how many ALTs there are.
fn every_alt_is_found(path: &Path, folder: &Path) -> usize {
    let store = folder.join("store");
    run(
        &["build", "-q", "--force", "--fields", "all", "--db", path.to_str().unwrap(), "-o", store.to_str().unwrap()],
        "",
    )
    .ok();
    let text = gunzip(path);
    let alts = every_alt_comes_back(path, &text);
    assert_eq!(every_alt_comes_back(&store, &text), alts);
    alts
}

/// Asks a source that holds all of the VCF `text` for each of its ALTs by its own text, and compares every field with an
/// independent reading. Returns how many ALTs there are.
pub fn every_alt_comes_back(db: &Path, text: &str) -> usize {
    let keys = declared(text);
    let mut query = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
    // A record without ALT asks nothing.
    let records: Vec<&str> = body(text).filter(|line| line.split('\t').nth(4) != Some(".")).collect();
    for line in &records {
        let c: Vec<&str> = line.split('\t').collect();
        query.push_str(&format!("{}\t{}\t.\t{}\t{}\t.\t.\t{}\n", c[0], c[1], c[3], c[4], extent(c[7])));
    }
    let flags = ["-q", "--force", "--db", db.to_str().unwrap(), "--fields", "all,status", "--prefix", "x_"];
    let out = annotate(&flags, &query).ok();
    let mut alts = 0;
    for (asked, line) in body(&out).zip(&records) {
        let c: Vec<&str> = line.split('\t').collect();
        let info = asked.split('\t').nth(7).unwrap();
        let found: HashMap<&str, &str> =
            info.split(';').filter_map(|entry| entry.strip_prefix("x_")?.split_once('=')).collect();
        let own: Vec<&str> = c[4].split(',').collect();
        let own_info: HashMap<&str, &str> =
            c[7].split(';').map(|entry| entry.split_once('=').unwrap_or((entry, ""))).collect();
        alts += own.len();
        let status = if matches!(c[6], "PASS" | ".") { "found" } else { "filtered" };
        let place = format!("{}: {}:{} {} {}", db.display(), c[0], c[1], c[3], c[4]);
        assert_eq!(found["status"], vec![status; own.len()].join(","), "{place}");
        let filter = (c[6] != ".").then(|| vec![c[6].replace(';', "|"); own.len()].join(","));
        assert_eq!(found.get("FILTER").map(|text| (*text).to_owned()), filter, "{place}");
        for key in &keys {
            let values: Vec<Option<String>> = (0..own.len()).map(|at| value(&own_info, key, at, own.len())).collect();
            let expected = values
                .iter()
                .any(Option::is_some)
                .then(|| values.iter().map(|value| value.as_deref().unwrap_or(".")).collect::<Vec<_>>().join(","));
            assert_eq!(found.get(key.0.as_str()).map(|text| (*text).to_owned()), expected, "{place}: {}", key.0);
        }
    }
    assert_eq!(body(&out).count(), records.len());
    alts
}

#[test]
fn every_alt_of_real_files_is_found_with_every_field() {
    let Some(data) = vdx_testkit::data() else { return };
    let mut alts = HashMap::new();
    for part in ["gnomad", "clinvar", "calls"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(data.join("real").join(part)).unwrap().map(|entry| entry.unwrap().path()).collect();
        let is_vcf = |name: &str| [".vcf", ".vcf.gz", ".vcf.bgz"].iter().any(|suffix| name.ends_with(suffix));
        files.retain(|file| is_vcf(file.to_str().unwrap()));
        files.sort();
        for file in files {
            let folder = tempfile::tempdir().unwrap();
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            // Column 9 of one line more than the header has.
            let text = if std::fs::read(&file).unwrap().starts_with(&[0x1f, 0x8b]) {
                gunzip(&file)
            } else {
                std::fs::read_to_string(&file).unwrap()
            };
            let text = if name.contains("trailing_tab") { text.replace("\t\n", "\n") } else { text };
            let name = if name.ends_with("gz") { name } else { format!("{name}.gz") };
            let copy = bgzip(&folder.path().join(&name), &text);
            alts.insert(name, every_alt_is_found(&copy, folder.path()));
        }
    }
    assert!(alts.len() >= 25, "{alts:?}");
    assert!(alts["illumina.hc.varsonly.vcf.gz"] > 4700 && alts["gnomad.v4.0.sv.chr1.vcf.gz"] == 262, "{alts:?}");
}

/// A source of records that gnomAD would not write.
fn odd(folder: &Path) -> (String, String) {
    let lines = [
        "chr1 100 CTAT CACT PASS AC=1;AF=0.1;AN=10",
        "chr1 101 TA AC PASS AC=2;AF=0.1;AN=10",
        "chr1 200 GG G,GA PASS AC=3,4;AF=0.1,0.2;AN=10",
        "chr1 300 N <DEL> PASS AC=5;AF=0.1;AN=10;END=400",
        "chr1 300 N <DEL> RF AC=6;AF=0.1;AN=10;END=500",
        "chr1 300 N <INS:ME:ALU> PASS AC=7;AF=0.1;AN=10;SVLEN=280;END=300",
        "chr1 600 AR AN PASS AC=8;AF=0.1;AN=10",
        "chr1 600 A R PASS AC=9;AF=0.1;AN=10",
        "chr1 700 A A[chr2:5[,* PASS AC=10,11;AF=0.1,0.2;AN=10",
        "chr1 800 CAAAG CAAG PASS AC=12;AF=0.1;AN=10",
    ];
    let path = gnomad(folder, "odd.vcf.gz", ("chr1", 1000), &lines.map(str::to_owned));
    let store = folder.join("store").to_str().unwrap().to_owned();
    let path = path.to_str().unwrap().to_owned();
    run(&["build", "-q", "--db", &path, "-o", &store], "").ok();
    (path, store)
}

#[test]
fn text_comes_first_then_the_minimal_form_then_placement() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = odd(folder.path());
    let fasta = folder.path().join("ref.fa");
    let mut bases = vec![b'C'; 1000];
    bases[799..810].copy_from_slice(b"CAAAGCCCCCC");
    bases[199..201].copy_from_slice(b"GG");
    std::fs::write(&fasta, format!(">chr1\n{}\n", String::from_utf8(bases).unwrap())).unwrap();
    // Input, and the AC that answers to each ALT.
    let cases = [
        ("chr1 100 CTAT CACT", "1"),
        ("chr1 101 TA AC", "2"),
        // In no record's own letters: the first record that changes the same.
        ("chr1 100 ctat cact", "1"),
        ("chr1 101 TAT ACT", "2"),
        ("chr1 200 GG G,GA", "3,4"),
        ("chr1 201 G A", "4"),
        ("chr1 200 GG GT,GA", ".,4"),
        ("chr1 300 N <DEL> END=500", "6"),
        ("chr1 300 N <DEL> END=400;SVLEN=-100", "5"),
        ("chr1 300 N <DEL> END=401", "-"),
        ("chr1 300 N <DEL>", "5"),
        ("chr1 300 N <INS:ME:ALU> SVLEN=280", "7"),
        ("chr1 300 N <INS:ME:ALU> SVLEN=281", "-"),
        ("chr1 300 N <INS>", "-"),
        ("chr1 601 R N", "8"),
        ("chr1 600 A r,C", "9,."),
        ("chr1 700 A *,A[chr2:5[", "11,10"),
        ("chr1 800 CA C", "12"),
        ("chr1 801 AA A", "-"),
    ];
    let query = vcf(&cases.map(|(line, _)| line));
    let acs = |db: &str, more: &[&str]| -> Vec<String> {
        let out = annotate(&[&["-q", "--db", db, "--fields", "AC"], more].concat(), &query).ok();
        let ac = |line: &str| {
            let info = line.split('\t').nth(7).unwrap().split(';').find_map(|entry| entry.strip_prefix("gnomad_AC="));
            info.unwrap_or("-").to_owned()
        };
        body(&out).map(ac).collect()
    };
    let expected: Vec<&str> = cases.iter().map(|(_, ac)| *ac).collect();
    for db in [&path, &store] {
        for more in [&["-@1"][..], &["-@2", "--chunk-size", "1"]] {
            assert_eq!(acs(db, more), expected, "{db}");
        }
        // Where a reference lets indels move, the last is found, too.
        let mut placed = expected.clone();
        placed[18] = "12";
        assert_eq!(acs(db, &["-f", fasta.to_str().unwrap()]), placed, "{db}");
    }
    // Words and tables say no END.
    for db in [&path, &store] {
        let rows =
            run(&["lookup", "-q", "--db", db, "--fields", "AC,status", "chr1-300-N-<DEL>", "1:101:TAT:ACT"], "").ok();
        let cells: Vec<&str> = rows.lines().skip(1).map(|row| row.rsplit('\t').next().unwrap()).collect();
        assert_eq!(cells, ["found", "found"], "{rows}");
    }
}

#[test]
fn a_release_is_stored_as_ever_and_other_files_by_a_version_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (_, store) = odd(folder.path());
    let lines = ["chr1 100 A C PASS AC=1;AF=0.1;AN=10".to_owned()];
    let release = gnomad(folder.path(), "gnomad.exomes.v4.1.sites.chr1.vcf.bgz", CHR1, &lines);
    let plain = folder.path().join("plain");
    run(&["build", "-q", "--db", release.to_str().unwrap(), "-o", plain.to_str().unwrap()], "").ok();
    let version = |folder: &Path| std::fs::read(folder.join("chr1.vdxg")).unwrap()[8];
    assert_eq!((version(&plain), version(Path::new(&store))), (1, 2));
    let mut future = std::fs::read(plain.join("chr1.vdxg")).unwrap();
    future[8] = 3;
    std::fs::write(plain.join("chr1.vdxg"), future).unwrap();
    let said = run(&["info", "--db", plain.to_str().unwrap()], "").fails(1);
    assert!(said.contains("of version 1 to 2, found version 3"), "{said}");
}

#[test]
fn clinvar_is_a_source_as_bcftools_reads_it() {
    let (Some(program), Some(data)) = (vdx_testkit::installed("BCFTOOLS", "bcftools"), vdx_testkit::data()) else {
        return;
    };
    let source = data.join("real/clinvar/clinvar_20230710.chr1.GRCh37.vcf.gz");
    let folder = tempfile::tempdir().unwrap();
    let text = gunzip(&source).replace("#CHROM", "##contig=<ID=1>\n#CHROM");
    let copy = bgzip(&folder.path().join("clinvar.vcf.gz"), &text);
    let mut query = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
    for line in body(&text) {
        let c: Vec<&str> = line.split('\t').collect();
        query.push_str(&format!("{}\t{}\t.\t{}\t{}\t.\t.\t.\n", c[0], c[1], c[3], c[4]));
    }
    let fields = "CLNSIG,CLNREVSTAT,CLNDN,MC,RS";
    let ours = annotate(&["-q", "--db", copy.to_str().unwrap(), "--fields", fields, "--prefix", ""], &query).ok();
    let file = bgzip(&folder.path().join("q.vcf.gz"), &query);
    let bcftools = |arguments: &[&str]| {
        let output = std::process::Command::new(&program).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for path in [&copy, &file] {
        bcftools(&["index", "-f", "-t", path.to_str().unwrap()]);
    }
    let columns: Vec<String> = fields.split(',').map(|key| format!("INFO/{key}")).collect();
    let theirs =
        bcftools(&["annotate", "-a", copy.to_str().unwrap(), "-c", &columns.join(","), file.to_str().unwrap()]);
    let by_key = |text: &str| -> HashMap<String, Vec<String>> {
        let record = |line: &str| {
            let c: Vec<&str> = line.split('\t').collect();
            let mut info: Vec<String> = c[7].split(';').filter(|entry| *entry != ".").map(str::to_owned).collect();
            info.sort();
            (c[..5].join("\t"), info)
        };
        // bcftools cannot find a record without ALT.
        body(text).filter(|line| line.split('\t').nth(4) != Some(".")).map(record).collect()
    };
    let (ours, theirs) = (by_key(&ours), by_key(&theirs));
    assert_eq!(ours.len(), theirs.len());
    for (key, info) in &theirs {
        assert_eq!(&ours[key], info, "{key}");
    }
}

#[test]
fn chromosomes_have_numbers_and_letters() {
    let folder = tempfile::tempdir().unwrap();
    let source = |name: &str, contigs: &[&str]| {
        let lines: Vec<String> =
            contigs.iter().map(|contig| format!("{contig} 100 A C PASS AC=1;AF=0.1;AN=10")).collect();
        gnomad(folder.path(), name, ("other", 1000), &lines).to_str().unwrap().to_owned()
    };
    let status = |db: &str, contig: &str| {
        let out = annotate(&["-q", "--db", db, "--fields", "status"], &vcf(&[&format!("{contig} 100 A C")])).ok();
        body(&out).next().unwrap().rsplit_once('=').unwrap().1.to_owned()
    };
    let numbers = source("numbers.vcf.gz", &["1", "23", "24", "26"]);
    for (contig, expected) in [
        ("X", "found"),
        ("chrX", "found"),
        ("Y", "found"),
        ("MT", "found"),
        ("25", "not_covered"),
        ("chrM", "not_covered"),
    ] {
        assert_eq!(status(&numbers, contig), expected, "{contig}");
    }
    let letters = source("letters.vcf.gz", &["1", "MT", "X", "Y"]);
    for contig in ["23", "24", "25", "26", "M"] {
        assert_eq!(status(&letters, contig), "found", "{contig}");
    }
    assert_eq!(status(&source("m.vcf.gz", &["1", "M"]), "MT"), "found");
    // A dog's.
    assert_eq!(status(&source("dog.vcf.gz", &["1", "23", "27"]), "X"), "not_covered");
}

#[test]
fn a_long_contig_has_an_index_that_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["1 100 A C PASS AC=1;AF=0.1;AN=10", "1 700000000 A C PASS AC=2;AF=0.1;AN=10"].map(str::to_owned);
    let path = gnomad(folder.path(), "wheat.vcf.gz", ("1", 800_000_000), &lines);
    let ask = || run(&["lookup", "-q", "--db", path.to_str().unwrap(), "--fields", "AC", "1-700000000-A-C"], "").ok();
    let made = ask();
    assert!(made.ends_with("\t2\n"), "{made}");
    assert!(folder.path().join("wheat.vcf.gz.csi").exists());
    assert_eq!(ask(), made);
}
