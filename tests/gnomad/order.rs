//! Sources out of order: an error wherever a look-up passes, and never `absent` for what stands in the file.

use std::path::{Path, PathBuf};

use vdx_hts::bgzf::{Deflater, EOF_BLOCK};

use crate::made::{CHR1, gnomad};
use crate::support::{annotate, body, gunzip, run, vcf};

/// Line number `at` of a source that is in order.
fn line(at: u32) -> String {
    format!("chr1 {} A C PASS AC={at};AF=0.1;AN=7", 1000 + at * 11)
}

/// The blocks of a source of that text, not packed: the header, ten lines each, the end.
fn blocks(text: &str) -> Vec<Vec<u8>> {
    let mut deflater = Deflater::new(0);
    let (header, records): (Vec<&str>, Vec<&str>) = text.split_inclusive('\n').partition(|line| line.starts_with('#'));
    let parts = std::iter::once(&header[..]).chain(records.chunks(10));
    let mut blocks: Vec<Vec<u8>> = parts
        .map(|lines| {
            let mut block = Vec::new();
            deflater.deflate(lines.concat().as_bytes(), &mut block);
            block
        })
        .collect();
    blocks.push(EOF_BLOCK.to_vec());
    blocks
}

/// A source whose blocks of these numbers are in each other's place, with the index of the one in order.
fn swapped(folder: &Path, first: usize, second: usize) -> PathBuf {
    let lines: Vec<String> = (0..600).map(line).collect();
    let path = gnomad(folder, "any.vcf.gz", CHR1, &lines);
    let mut blocks = blocks(&gunzip(&path));
    std::fs::write(&path, blocks.concat()).unwrap();
    annotate(&["-q", "--db", path.to_str().unwrap()], &vcf(&["chr1 5 A C"])).ok();
    blocks.swap(first, second);
    let changed = std::fs::metadata(&path).unwrap().modified().unwrap();
    std::fs::write(&path, blocks.concat()).unwrap();
    std::fs::File::options().append(true).open(&path).unwrap().set_modified(changed).unwrap();
    path
}

#[test]
fn swapped_blocks_are_an_error_in_a_look_up_and_in_a_sweep() {
    for (first, second) in [(20, 21), (20, 40), (1, 60), (59, 60)] {
        let folder = tempfile::tempdir().unwrap();
        let path = swapped(folder.path(), first, second);
        let db = path.to_str().unwrap();
        let all: Vec<String> = (0..600).map(|at| line(at).rsplitn(3, ' ').last().unwrap().to_owned()).collect();
        let query = vcf(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let output = folder.path().join("out.vcf");
        for threads in ["-@1", "-@2"] {
            let ran = annotate(&["--db", db, threads, "-o", output.to_str().unwrap()], &query);
            let said = ran.fails(1);
            assert!(said.contains("any.vcf.gz chr1:") && said.contains("found this one behind chr1:"), "{said}");
            assert!(said.contains("sort the file and index it again"), "{said}");
            assert!(!output.exists());
        }
        // Block number 1 holds the lines from 0 to 9.
        for at in [first, second].into_iter().flat_map(|block| (block as u32 - 1) * 10..block as u32 * 10) {
            let word = format!("chr1-{}-A-C", 1000 + at * 11);
            let ran = run(&["lookup", "-q", "--db", db, "--fields", "AC,status", &word], "");
            match ran.status {
                Some(0) => assert!(ran.text().ends_with(&format!("\t{at}\tfound\n")), "{}", ran.text()),
                _ => assert!(ran.fails(1).contains("expected records in order of position"), "{word}"),
            }
        }
        // What is elsewhere is found; what may change a position stands up to 1,000 bases before it.
        let elsewhere = line(350);
        let query = vcf(&[elsewhere.rsplitn(3, ' ').last().unwrap()]);
        let found = annotate(&["-q", "--db", db, "--fields", "AC"], &query).ok();
        assert!(body(&found).next().unwrap().ends_with("gnomad_AC=350"), "{found}");
    }
}

#[test]
fn a_contig_that_comes_again_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let of = |contig: &str, at: u32| line(at).replace("chr1", contig);
    let mut lines: Vec<String> = ["chr1", "chr2"].iter().flat_map(|chr| (0..20).map(move |at| of(chr, at))).collect();
    let path = folder.path().join("any.vcf.gz");
    let write = |lines: &[String]| {
        let text = gunzip(&gnomad(folder.path(), "any.vcf.gz", CHR1, lines));
        std::fs::write(&path, blocks(&text).concat()).unwrap();
    };
    write(&lines);
    let db = path.to_str().unwrap();
    let ask = |query: &str| annotate(&["-q", "--db", db, "--fields", "AC,status"], &vcf(&[query]));
    ask("chr1 5 A C").ok();
    // A record of each contig among those of the other, and all others where the index has them.
    lines.swap(15, 35);
    write(&lines);
    let tbi = folder.path().join("any.vcf.gz.tbi");
    std::fs::File::options().append(true).open(tbi).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
    let said = ask("chr1 1165 A C").fails(1);
    assert!(said.contains("any.vcf.gz chr2:1165: expected all records of chr1 where the index has them"), "{said}");
    assert!(said.contains("sort the file and index it again"), "{said}");
    assert!(ask("chr1 1110 A C").ok().contains("gnomad_AC=10;"));
}

/// The end block of BGZF shows that nothing is missing behind a last line without its end.
#[test]
fn the_last_line_of_a_source_may_lack_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (0..600).map(line).collect();
    let path = gnomad(folder.path(), "any.vcf.gz", CHR1, &lines);
    let text = gunzip(&path);
    let query = vcf(&["chr1 1011 A C", "chr1 7589 A C", "chr1 7590 A C"]);
    let ask = || annotate(&["-q", "--db", path.to_str().unwrap(), "--fields", "AC,status"], &query);
    let whole = ask().ok();
    assert!(whole.contains("gnomad_AC=599"), "{whole}");
    std::fs::remove_file(path.with_extension("gz.tbi")).unwrap();
    std::fs::write(&path, vdx_testkit::bgzf(text.trim_end().as_bytes(), 5000)).unwrap();
    // The index is made, and then found.
    for _ in 0..2 {
        assert_eq!(ask().ok(), whole);
    }
    let packed = std::fs::read(&path).unwrap();
    std::fs::write(&path, &packed[..packed.len() - EOF_BLOCK.len()]).unwrap();
    assert!(ask().fails(1).contains("cut"));
}
