//! The hot paths one by one, in this process: `cargo bench --bench core`. What they come to together, beside other tools, is
//! measured by `compare.sh`; this says which part became faster or slower.
//!
//! The data are made here, of the shapes that cost: ClinVar's records of 400 bytes, a gnomAD record of 3 kB and a hundred
//! INFO keys, a record of 100 samples and three ALTs, indels in repeats.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench is no library, and fails by panicking")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use vdx_cli::Context;
use vdx_genome::align::Aligner;
use vdx_testkit::{Random, World, bases};
use vdx_vcf::alleles::{Overlaps, Rewriter, Splits};
use vdx_vcf::{Header, Line, info};

const RECORDS: usize = 2_000;

/// Records as ClinVar has them.
fn clinvar() -> Vec<String> {
    let mut random = Random(7);
    let mut line = |at: usize| {
        format!(
            "1\t{}\t{at}\tG\tA\t.\t.\tALLELEID={at};CLNDISDB=MONDO:MONDO:0011{at},MedGen:C{at},OMIM:{at};CLNDN=Hereditary_\
             condition_of_number_{at}|not_provided;CLNHGVS=NC_000001.10:g.{at}G>A;CLNREVSTAT=criteria_provided,_multiple_\
             submitters,_no_conflicts;CLNSIG=Likely_benign;CLNVC=single_nucleotide_variant;CLNVCSO=SO:0001483;GENEINFO=\
             GENE{at}:{at};MC=SO:0001583|missense_variant;ORIGIN=1;RS={at}",
            1_000 + at * 10,
            at = at + random.below(3) as usize
        )
    };
    (0..RECORDS).map(&mut line).collect()
}

/// One INFO as gnomAD has them: a hundred keys, those that are wanted among the others.
fn gnomad_info() -> String {
    let mut text = "AC=17;AN=251306;AF=6.76466e-05;popmax=nfe;faf95=3.9e-05".to_owned();
    for group in ["afr", "amr", "asj", "eas", "fin", "nfe", "oth", "sas"] {
        for prefix in ["", "controls_", "non_neuro_", "non_topmed_"] {
            for key in ["AC", "AN", "AF"] {
                write!(text, ";{prefix}{key}_{group}=1.23456e-05").unwrap();
            }
        }
    }
    text.push_str(";vep=A|missense_variant|MODERATE|GENE|ENSG00000000001|Transcript|ENST00000000001|protein_coding");
    text
}

fn line_view(criterion: &mut Criterion) {
    let lines = clinvar();
    let mut group = criterion.benchmark_group("line view");
    group.throughput(Throughput::Bytes(lines.iter().map(|line| line.len() as u64).sum()));
    group.bench_function("ClinVar", |bench| {
        bench.iter(|| {
            let fields = lines.iter().map(|line| Line::parse(line.as_bytes()).unwrap());
            fields.map(|line| line.pos() as usize + line.rest().unwrap().info.len()).sum::<usize>()
        });
    });
    group.finish();
}

fn scan(criterion: &mut Criterion) {
    let text = gnomad_info();
    let mut group = criterion.benchmark_group("scan");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("gnomAD's INFO for four keys", |bench| {
        bench.iter(|| {
            let value = |key: &str| info::value(black_box(text.as_bytes()), key.as_bytes()).map_or(0, <[u8]>::len);
            value("AC") + value("AF") + value("AF_sas") + value("vep")
        });
    });
    group.finish();
}

fn split(criterion: &mut Criterion) {
    let header = "##fileformat=VCFv4.2\n##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n\
                  ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n\
                  ##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n";
    let header = Arc::new(Header::parse(header.as_bytes()).unwrap());
    let mut random = Random(11);
    let mut samples = "GT:AD:PL".to_owned();
    for _ in 0..100 {
        let number = |random: &mut Random| random.below(90);
        write!(samples, "\t0/{}:{},{},{},{}", number(&mut random) % 4, 30, 12, 0, 3).unwrap();
        let lists: Vec<String> = (0..10).map(|_| number(&mut random).to_string()).collect();
        write!(samples, ":{}", lists.join(",")).unwrap();
    }
    let mut rewriter = Rewriter::new(&header, &[], false);
    let mut splits = Splits::new(Overlaps::Reference, false);
    let mut group = criterion.benchmark_group("split");
    group.throughput(Throughput::Bytes(samples.len() as u64));
    group.bench_function("three ALTs, 100 samples", |bench| {
        let mut out = Vec::new();
        bench.iter(|| {
            out.clear();
            let fields = rewriter.read(b"AC=1,2,3", Some(samples.as_bytes()), 4, None).unwrap();
            for alt in 0..3 {
                let map = splits.one_of(alt, 3);
                rewriter.info(map, &fields, &mut out).unwrap();
                rewriter.samples(map, &fields, &mut out).unwrap();
            }
            out.len()
        });
    });
    group.finish();
}

fn align(criterion: &mut Criterion) {
    // A base a hundred times, then what is no repeat.
    let held = [vec![b'C'], vec![b'A'; 100], bases(1_000)].concat();
    let mut contig = held.as_slice();
    let mut aligner = Aligner::default();
    let mut group = criterion.benchmark_group("align");
    group.bench_function("a SNV", |bench| {
        bench.iter(|| aligner.align(black_box(500), &[b"A", b"C"], &mut contig).unwrap().is_some());
    });
    group.bench_function("a deletion, 90 bases to the left", |bench| {
        bench.iter(|| aligner.align(black_box(91), &[b"AA", b"A"], &mut contig).unwrap().map(|aligned| aligned.pos));
    });
    group.finish();
}

fn deflate(criterion: &mut Criterion) {
    let text: Vec<u8> = clinvar().join("\n").into_bytes()[..60_000].to_vec();
    let mut group = criterion.benchmark_group("deflate");
    group.throughput(Throughput::Bytes(text.len() as u64));
    let mut encoder = vdx_deflate::Encoder::new();
    group.bench_function("a block of ClinVar", |bench| {
        let mut out = Vec::new();
        bench.iter(|| {
            out.clear();
            encoder.encode(&text, &mut out)
        });
    });
    let mut libdeflate = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(7).unwrap());
    group.bench_function("the same by libdeflate", |bench| {
        let mut out = vec![0; libdeflate.deflate_compress_bound(text.len())];
        bench.iter(|| libdeflate.deflate_compress(&text, &mut out).unwrap());
    });
    group.finish();
}

/// Runs a tool in this process; nothing is said.
fn call<A: Parser>(tool: &'static str, words: &[&str], run: impl Fn(A, &Context) -> vdx_hts::Result<vdx_cli::Outcome>) {
    run(A::parse_from(std::iter::once(&tool).chain(words)), &Context::silent(tool)).unwrap();
}

fn whole(criterion: &mut Criterion) {
    let world = World::new(20_000);
    let path = |name: &str| world.path(name).display().to_string();
    let (vcf, files, store, out) = (path("in.vcf"), path("gnomad"), path("store"), path("out.vcf"));
    call("vdx-gnomad", &["build", "--db", &files, "-o", &store], vdx_gnomad::run);
    let mut group = criterion.benchmark_group("whole runs, one thread");
    group.sample_size(20).throughput(Throughput::Elements(20_000));
    let annotate = |db: &str| call("vdx-gnomad", &["annotate", "-@1", "--db", db, &vcf, "-o", &out], vdx_gnomad::run);
    group.bench_function("store decode: annotate", |bench| bench.iter(|| annotate(&store)));
    let (raw, fasta) = (path("raw.txt"), path("ref.fa"));
    let words = ["match", "-@1", "--sample", &raw, "-f", &fasta, &vcf, "-o", &out];
    group.bench_function("join: match", |bench| bench.iter(|| call("vdx-merge", &words, vdx_merge::run)));
    group.finish();
    assert!(Path::new(&out).exists());
}

criterion_group!(core, line_view, scan, split, align, deflate, whole);
criterion_main!(core);
