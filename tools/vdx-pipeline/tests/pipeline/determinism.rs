//! The same bytes for any form of the input, any threads, chunks and reserve; compressed ones, too.

use vdx_hts::bgzf::EOF_BLOCK;
use vdx_pipeline::input::{Input, Options};
use vdx_pipeline::{Encoding, Limits};
use vdx_testkit::{bgzf, gzip};

use super::case::Case;
use super::data::vcf;

#[test]
fn the_same_bytes_for_any_input_threads_chunks_and_reserve() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf");
    let (text, expected) = vcf(1500, 60);
    let inputs = [
        text.clone().into_bytes(),
        bgzf(text.as_bytes(), 700),
        bgzf(text.as_bytes(), 65_000),
        gzip(text.as_bytes(), 9000),
    ];
    for (which, bytes) in inputs.iter().enumerate() {
        for threads in [1, 3] {
            for (chunk_bytes, chunk_records, reserve_bytes) in
                [(1 << 20, None, 1 << 20), (777, None, 0), (9999, Some(1), 0), (500, Some(37), 5000)]
            {
                let mut case = Case::new(bytes, &to);
                case.limits = Limits {
                    threads,
                    permits: threads,
                    chunk_bytes,
                    chunk_records,
                    reserve_bytes,
                    ..Limits::default()
                };
                let found = case.go().0.unwrap();
                assert!(
                    found == expected.as_bytes(),
                    "input {which}, {threads} threads, {chunk_bytes} bytes, {chunk_records:?} records"
                );
            }
        }
    }
}

#[test]
fn compressed_output_is_cut_the_same_for_any_threads() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf.gz");
    let (text, expected) = vcf(20_000, 60);
    let mut seen: Option<Vec<u8>> = None;
    for (threads, chunk_bytes) in [(1, 1 << 20), (3, 1000), (3, 1 << 17)] {
        let mut case = Case::new(text.as_bytes(), &to);
        case.limits = Limits { threads, chunk_bytes, ..Limits::default() };
        case.encoding = Encoding::Bgzf(None);
        let found = case.go().0.unwrap();
        assert!(found.ends_with(&EOF_BLOCK));
        assert!(seen.get_or_insert_with(|| found.clone()) == &found);
        let mut lines = Input::open(Some(&to), Options::default()).unwrap().into_lines();
        let mut back = Vec::new();
        while let Some((line, _)) = lines.next().unwrap() {
            back.extend_from_slice(line);
        }
        assert!(back == expected.as_bytes());
    }
}
