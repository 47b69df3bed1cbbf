//! What is said of records names file, line and locus, wherever they went; of many the first ones.

use std::io::Write;
use std::sync::{Arc, Mutex};

use clap::Parser;
use vdx_cli::log::LogStyle;
use vdx_cli::{Context, Logger};
use vdx_normalize::{Args, TOOL, run};

use crate::world::{World, sampled};

/// What is logged of a run that may fail, the folder left out.
fn log(world: &World, words: &[&str], verbose: bool) -> Vec<String> {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (written, path) = (Log::default(), |name: &str| world.path(name).to_str().unwrap().to_owned());
    let mut context = Context::silent(TOOL);
    context.log = Logger::to(TOOL, LogStyle { verbose, ..LogStyle::default() }, Box::new(written.clone()));
    let mut all = vec!["vdx-normalize".to_owned(), "--threads=1".into(), "-o".into(), path("out.vcf")];
    all.extend(words.iter().map(|word| if word.ends_with(".fa") { path(word) } else { (*word).to_owned() }));
    all.push(path("in.vcf"));
    if let Err(error) = run(Args::parse_from(all), &context) {
        context.log.error(&error.to_string());
    }
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let text = text.replace(&path(""), "").replace("vdx-normalize: ", "");
    text.lines()
        .filter(|line| line.starts_with("warning: ") || line.starts_with("error: "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn joins_name_the_record_that_they_fail_on() {
    // The header has 8 lines.
    for (records, words, said) in [
        (
            &["3 G A AC=1 GT 0/1 0/1", "5 A C AC=1 GT 0/1 0/1", "5 A G AC=1,2 GT 0/1 0/1"][..],
            &["-m", "+any"][..],
            "error: in.vcf:11 chr1:5: INFO/AC: ",
        ),
        (
            &["5 A C AC=1 GT 0/x 0/1", "5 A G AC=1 GT 0/1 0/1", "9 A G AC=1 GT 0/1 0/1"],
            &["-m", "+"],
            "error: in.vcf:9 chr1:5: FORMAT/GT of sample a: ",
        ),
        (
            &["5 A C . GT 0/1 0/1", "5 AC G . GT 0/1 0/1", "5 T G . GT 0/1 0/1"],
            &["-m", "+any"],
            "error: in.vcf:11 chr1:5: record: expected records of one POS to have the same bases in REF",
        ),
        // Aligned to an earlier POS, from another chunk.
        (
            &["3 G A AC=1 GT 0/1 0/1", "5 A C . GT 0/1 0/1", "8 CAC C AC=1,2 GT 0/1 0/1"],
            &["-f", "ref.fa", "-m", "+any"],
            "error: in.vcf:11 chr1:3: INFO/AC: ",
        ),
        (
            &["3 G A AC=1 GT 0/1 0/1", "5 A C . GT 0/1 0/1", "5 A G AC=1,2 GT 0/1 0/1"],
            &["-m", "+any", "-t", "chr1:5"],
            "error: in.vcf:11 chr1:5: INFO/AC: ",
        ),
    ] {
        let world = sampled(records);
        for chunk in ["--chunk-size=1", "--chunk-size=9"] {
            let log = log(&world, &[words, &[chunk]].concat(), false);
            assert_eq!(log.len(), 1, "{log:?}");
            assert!(log[0].starts_with(said), "{words:?} {chunk}: {log:?}");
        }
    }
}

#[test]
fn setting_ref_names_the_record_that_it_fails_on() {
    for (record, words, said) in [
        ("5 C A AC=1,2 GT 0/1 0/1", &["-c", "s"][..], "error: in.vcf:10 chr1:5: INFO/AC: "),
        ("5 C A . GT:AD 0/1:1,2 0/1:1,2,3", &["-N", "-c", "s"], "error: in.vcf:10 chr1:5: FORMAT/AD of sample b: "),
        ("5 C A . GT 0/1 0/1", &["-c", "sw"], "warning: in.vcf:10 chr1:5: C>A becomes A>C, REF as ref.fa has it"),
    ] {
        let world = sampled(&["3 G A AC=1 GT 0/1 0/1", record]);
        let log = log(&world, &[&["-f", "ref.fa"], words].concat(), false);
        assert!(log.len() == 1 && log[0].starts_with(said), "{log:?}");
    }
}

#[test]
fn alleles_that_find_no_place_are_named_and_counted() {
    let mut records = vec!["1 G A . GT 0/1 0/1".to_owned()];
    for pos in 2..=13 {
        records.push(format!("{pos} A C . GT 1/1 0/1"));
        records.push(format!("{pos} A G . GT 1/1 0/1"));
    }
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    let world = sampled(&records);
    for chunk in ["--chunk-size=1", "--chunk-size=99"] {
        let told = log(&world, &["-m", "+any", chunk], false);
        assert_eq!(told.len(), 12, "{told:?}");
        assert!(told[0].starts_with("warning: in.vcf:10 chr1:2: 2 alleles of genotypes are lost "), "{told:?}");
        assert!(told[9].starts_with("warning: in.vcf:28 chr1:11: "), "{told:?}");
        assert_eq!(told[10], "warning: in.vcf: and 2 more records like these, which -v names");
        assert!(told[11].starts_with("warning: -m +: 24 alleles of genotypes are lost"), "{told:?}");
        let all = log(&world, &["-m", "+any", chunk], true);
        assert_eq!(all.iter().filter(|line| line.contains("are lost where")).count(), 12, "{all:?}");
    }
}

#[test]
fn a_reference_of_another_build_is_told_once() {
    // Every base of `other` and of `chrM` is another than REF here.
    let records = |contig: &str, count: usize, reference: &str, alt: &str| {
        let line = |pos| format!("{contig}\t{pos}\t.\t{reference}\t{alt}\t.\t.\t.\n");
        (0..count).map(|at| line(at * 4 + 1)).collect::<String>()
    };
    let contigs = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let world = World::new("");
    let wrong = records("chrM", 120, "T", "G") + &records("other", 1, "C", "G");
    world.write(&format!("{contigs}{wrong}"));
    for check in ["w", "wx", "sw"] {
        let told = log(&world, &["-f", "ref.fa", "-c", check], false);
        assert_eq!(told.len(), 12, "{check}: {told:?}");
        assert!(told[0].starts_with("warning: in.vcf:3 chrM:1: "), "{told:?}");
        assert_eq!(told[10], "warning: in.vcf: and 111 more records like these, which -v names");
        let closing = "warning: in.vcf: REF of 121 of 121 records is not what ref.fa has there, on 2 contigs: is it of \
                       another build? chrM (120 of 120), other (1 of 1)";
        assert_eq!(told[11], closing);
        let all = log(&world, &["-f", "ref.fa", "-c", check], true);
        assert_eq!(all.iter().filter(|line| line.contains("in.vcf:")).count(), 122, "{check}");
    }
    // Dropped without a word, but not without that one.
    assert_eq!(log(&world, &["-f", "ref.fa", "-c", "x"], false).len(), 1);
    // One contig alone may be another sequence.
    world.write(&format!("{contigs}{}", records("chrM", 120, "T", "G") + &records("other", 1, "A", "G")));
    assert_eq!(log(&world, &["-f", "ref.fa", "-c", "w"], false).len(), 11);
    world.write(&format!("{contigs}{}", records("chrM", 20, "T", "G") + &records("other", 1, "C", "G")));
    assert_eq!(log(&world, &["-f", "ref.fa", "-c", "w"], false).len(), 11, "too few to tell");
}
