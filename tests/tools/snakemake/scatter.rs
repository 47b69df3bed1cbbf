//! Normalising by contig and by chunks gives the bytes of one process, with records that move over the edges; a store of
//! gnomAD that is built by contig gives the same table.

use std::fmt::Write as _;

use vdx_testkit::Random;

use super::Workflow;

/// Contigs full of repeats, and a VCF of insertions, deletions, SNVs and doubles on them: many records move, and some over
/// the edges of chunks, past records of the chunk before or onto their position.
fn make_repeats(workflow: &Workflow) {
    let mut random = Random(11);
    let mut fasta = String::new();
    let mut vcf = "##fileformat=VCFv4.2\n##INFO=<ID=N,Number=1,Type=Integer,Description=\"x\">\n\
                   #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        .to_owned();
    let mut number = 0;
    for contig in ["1", "HLA-A*01:01"] {
        let mut bases: Vec<u8> = Vec::new();
        while bases.len() < 300_000 {
            let unit: Vec<u8> = (0..=random.below(3)).map(|_| b"ACGT"[random.below(4) as usize]).collect();
            // Runs of bases, and what breaks them; long ones where the windows of an index meet, and so the chunks.
            let edge = bases.len() % 16_384 > 16_384 - 500;
            let copies = if edge { 1000 } else { random.below(40) };
            (0..=copies).for_each(|_| bases.extend_from_slice(&unit));
            (0..random.below(30)).for_each(|_| bases.push(b"ACGT"[random.below(4) as usize]));
        }
        writeln!(fasta, ">{contig}").unwrap();
        for line in bases.chunks(60) {
            writeln!(fasta, "{}", std::str::from_utf8(line).unwrap()).unwrap();
        }
        let mut at = 1;
        while at + 40 < bases.len() {
            let take = |from: usize, len: usize| String::from_utf8(bases[from..from + len].to_vec()).unwrap();
            let other = |base: u8| char::from(if base == b'A' { b'C' } else { b'A' });
            let first = take(at, 1);
            let (reference, alt) = match random.below(5) {
                0 => (first, other(bases[at]).to_string()),
                1 => (take(at, 4), first),
                2 => (first.clone(), take(at, 1 + random.below(6) as usize + 1)),
                3 => (take(at, 3), format!("{first},{}", take(at, 2))),
                _ => (take(at, 7), first),
            };
            if reference != alt {
                // Some lines twice: a double is not lost.
                for _ in 0..=u32::from(random.below(20) == 0) {
                    number += 1;
                    let id = if random.below(10) == 0 { ".".to_owned() } else { number.to_string() };
                    writeln!(vcf, "{contig}\t{}\t{id}\t{reference}\t{alt}\t.\t.\tN=1", at + 1).unwrap();
                }
            }
            let gap = if random.below(3000) == 0 { 40_000 } else { 60 };
            at += 1 + random.below(gap) as usize;
        }
    }
    // A contig that has no records has its place in the header.
    fasta.push_str(">0\nACGT\n");
    // A contig that the FASTA lacks goes through as it is.
    vcf.push_str("GL000\t5\t.\tA\tT\t.\t.\tN=1\n");
    workflow.world.write("reference.fa", fasta.as_bytes());
    std::fs::remove_file(workflow.world.path("reference.fa.fai")).unwrap();
    workflow.world.write("repeats.vcf", vcf.as_bytes());
}

#[test]
fn contigs_and_chunks_give_the_bytes_of_one_process() {
    let Some(workflow) = Workflow::new() else { return };
    make_repeats(&workflow);
    let whole = workflow.world.bash(
        "mkdir one; cp reference.fa one; vdx-normalize -f one/reference.fa -m -any -c w --no-version repeats.vcf -o one.vcf.gz",
    );
    assert_eq!(whole.status, Some(0), "{}", whole.stderr);
    let expected = workflow.read("one.vcf.gz");
    for (scatter, chunks) in [("contig", 3), ("100000", 7)] {
        workflow.world.write(
            "my.yaml",
            format!("reference: reference.fa\nclinvar: repeats.vcf\nsamples: {{a: raw files/first.txt}}\nscatter: {scatter}\nresults: by.{scatter}\nthreads: 1\n")
                .as_bytes(),
        );
        workflow.done(&format!("--configfile my.yaml -- by.{scatter}/clinvar.norm.vcf.gz"));
        assert!(workflow.read(&format!("by.{scatter}/clinvar.norm.vcf.gz")) == expected, "{scatter}: other bytes");
        let regions = workflow.world.bash(&format!("ls by.{scatter}/scatter/regions/*.tsv | wc -l"));
        let made: u32 = String::from_utf8_lossy(&regions.stdout).trim().parse().unwrap();
        assert!((chunks - 1..=chunks).contains(&made), "{scatter}: {made} chunks");
        assert!(
            workflow
                .done(&format!("-n --configfile my.yaml -- by.{scatter}/clinvar.norm.vcf.gz"))
                .contains("Nothing to be done")
        );
    }
    // Records did move over the edges, or nothing has been shown: chunk by chunk, one behind the other, is not sorted.
    let cut = workflow.world.bash(
        "for region in by.100000/scatter/regions/*.tsv; do \
             vdx-normalize -q -f one/reference.fa -m -any -c w --no-version -R $region --regions-overlap 0 \
                 by.100000/index/clinvar.vcf.gz | grep -v '^#'; \
         done | awk -F'\\t' '$1 == contig && $2 < at { moved++ } { contig = $1; at = $2 } END { print moved + 0 }'",
    );
    let moved: u32 = String::from_utf8_lossy(&cut.stdout).trim().parse().unwrap();
    assert!(moved >= 3, "records moved over {moved} edges: {}", cut.stderr);
}

#[test]
fn parts_that_begin_in_another_order_are_refused() {
    let Some(workflow) = Workflow::new() else { return };
    let part = |name: &str, pos: u32| {
        let text = format!(
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t{pos}\t.\tA\tC\t.\t.\t.\n"
        );
        workflow.world.write(name, &vdx_testkit::bgzf(text.as_bytes(), 1000));
    };
    part("1.vcf.gz", 95);
    part("2.vcf.gz", 90);
    let script = super::folder().join("scripts/regions.py");
    let check = |names: &str| workflow.world.bash(&format!("python3 '{}' check {names}", script.display()));
    let ran = check("1.vcf.gz 2.vcf.gz");
    assert!(ran.status == Some(1) && ran.stderr.contains("take larger chunks"), "{}", ran.stderr);
    assert_eq!(check("2.vcf.gz 1.vcf.gz").status, Some(0));
}

#[test]
fn a_store_built_by_contig_and_an_index_made_once_give_the_same_table() {
    let Some(workflow) = Workflow::new() else { return };
    let listed = || {
        let listed = workflow.world.bash("ls gnomad reference.fa*; cksum gnomad/* | head -n 3");
        String::from_utf8_lossy(&listed.stdout).into_owned()
    };
    std::fs::remove_file(workflow.world.path("reference.fa.fai")).unwrap();
    workflow.world.bash("rm -f gnomad/*.tbi; chmod a-w gnomad");
    let before = listed();
    // A folder that --db, in which NAME= has a meaning, must not take for a name.
    for (results, more) in [("by=store", "store: true\nscatter: contig\n"), ("by=index", "dataset: exomes\n")] {
        workflow.configure(
            "my.yaml",
            &format!("gnomad: gnomad\nsamples: {{first: raw files/first.txt, second: raw files/second.txt}}\nresults: {results}\n{more}threads: 1\n"),
        );
        workflow.done("--configfile my.yaml");
        assert_eq!(listed(), before, "{results}: something was written beside the shared files");
        assert!(workflow.done("-n --configfile my.yaml").contains("Nothing to be done"), "{results}");
    }
    assert!(workflow.world.path("by=store/gnomad.store/X.vdxg").exists());
    // The same asked for on the command line, where Snakemake takes true for text and 2026 for a number.
    let said = workflow.done("-n --configfile my.yaml --config store=true results=2026");
    assert!(said.contains("2026/gnomad.store/X.vdxg"), "{said}");
    assert!(workflow.world.path("by=index/index/gnomad/gnomad.exomes.r2.1.1.sites.X.vcf.bgz.tbi").exists());
    assert!(workflow.world.path("by=index/index/reference.fa.fai").exists());
    workflow.world.bash("chmod u+w gnomad");
    for person in ["first", "second"] {
        let expected = workflow.piped(person, true);
        for results in ["by=store", "by=index"] {
            assert!(workflow.read(&format!("{results}/{person}.findings.tsv")) == expected, "{results}, {person}");
        }
    }
    assert!(workflow.read("by=store/clinvar.norm.vcf.gz") == workflow.read("by=index/clinvar.norm.vcf.gz"));
}
