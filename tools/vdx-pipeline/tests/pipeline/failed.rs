//! An output that failed is never taken for whole, whichever stage failed and however it did.

use vdx_pipeline::Encoding;
use vdx_testkit::EOF_BLOCK;

use super::case::Case;
use super::data::HEADER;

/// Records of which the one at `at` is called `id`, two at each POS.
fn records(id: &str, at: usize) -> String {
    let record =
        |number: usize| format!("1\t{}\t{}\tA\tC\t.\t.\t.\n", 1 + number / 2, if number == at { id } else { "." });
    format!("{HEADER}{}", (0..4000).map(record).collect::<String>())
}

#[test]
fn a_failure_in_any_stage_leaves_text_marked_and_bgzf_without_its_end() {
    let worker = [("bad", 100), ("bug", 100), ("bad", 3999), ("bug", 3999)];
    // Records of the last POS are settled when the input has ended.
    let ordered = [("late-bad", 100), ("late-bug", 100), ("late-bad", 3999), ("late-bug", 3999)];
    for (id, at) in [worker, ordered].concat() {
        let bytes = records(id, at).into_bytes();
        for threads in [1, 3] {
            let run = |encoding| {
                Case::go_into_a_pipe(&bytes, |case| {
                    (case.limits.threads, case.settling, case.encoding) = (threads, true, encoding);
                    (case.limits.chunk_bytes, case.limits.reserve_bytes) = (1 << 16, 1 << 20);
                })
            };
            let what = format!("{id} at {at} with {threads} threads");
            let (result, text) = run(Encoding::Plain);
            let error = result.unwrap_err().to_string();
            assert_eq!(error.contains("internal error"), id.ends_with("bug"), "{what}: {error}");
            assert_eq!(error.starts_with("in.vcf"), !error.starts_with("internal"), "{what}: {error}");
            assert!(text.ends_with(b"\n#vdx-test: incomplete"), "{what}");
            let (result, blocks) = run(Encoding::Bgzf(Some(6)));
            assert!(result.is_err() && !blocks.ends_with(&EOF_BLOCK), "{what}");
        }
    }
    let (result, text) = Case::go_into_a_pipe(records("late", 3999).as_bytes(), |case| case.settling = true);
    assert!(result.is_ok() && text.ends_with(b"\t.\n"));
}
