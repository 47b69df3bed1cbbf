//! Bytes of text per second, beside libdeflate's level 7: `cargo bench -p vdx-deflate`.

#![allow(missing_docs, reason = "what the macros of criterion make")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use libdeflater::{CompressionLvl, Compressor};

use vdx_deflate::Encoder;
use vdx_testkit::Random;
use vdx_testkit::texts::Kind;

/// Text of a BGZF block.
const BLOCK: usize = 0xff00;
/// Blocks of one measurement.
const BLOCKS: usize = 16;

fn pack(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pack");
    group.throughput(Throughput::Bytes((BLOCKS * BLOCK) as u64));
    for kind in [Kind::Clinvar, Kind::Annotated, Kind::Gnomad, Kind::Cohort, Kind::Bcf, Kind::BcfCohort, Kind::Raw] {
        let text = kind.text(BLOCKS * BLOCK, &mut Random(1));
        let mut encoder = Encoder::new();
        group.bench_with_input(BenchmarkId::new("vdx-deflate", format!("{kind:?}")), &text, |bencher, text| {
            let mut packed = Vec::new();
            bencher.iter(|| {
                packed.clear();
                text.chunks(BLOCK).for_each(|block| {
                    black_box(encoder.encode(block, &mut packed));
                });
                packed.len()
            });
        });
        let mut compressor = Compressor::new(CompressionLvl::new(7).unwrap_or_default());
        group.bench_with_input(BenchmarkId::new("libdeflate-7", format!("{kind:?}")), &text, |bencher, text| {
            let mut packed = vec![0; 2 * BLOCK];
            bencher.iter(|| {
                text.chunks(BLOCK)
                    .filter_map(|block| compressor.deflate_compress(block, &mut packed).ok())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, pack);
criterion_main!(benches);
