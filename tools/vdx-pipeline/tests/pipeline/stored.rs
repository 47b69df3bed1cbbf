//! BGZF at level 0: kept text is written from where it stands, and the bytes are those of whole blocks in a row.

use vdx_hts::bgzf::{BLOCK_TEXT, Deflater, EOF_BLOCK};
use vdx_pipeline::{Encoding, Limits};
use vdx_testkit::bgzf;

use super::case::Case;
use super::data::vcf;

#[test]
fn stored_blocks_follow_each_other_as_if_text_was_cut_in_one_piece() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf.gz");
    // Without a window nothing may move.
    for (window, most) in [(None, 0), (Some(10_000), 60)] {
        let (text, _) = vcf(30_000, most);
        let mut plain = Case::new(text.as_bytes(), &to);
        plain.window = window;
        let mut expected = Vec::new();
        let mut stored = Deflater::new(0);
        plain.go().0.unwrap().chunks(BLOCK_TEXT).for_each(|block| stored.deflate(block, &mut expected));
        expected.extend_from_slice(&EOF_BLOCK);
        for input in [text.as_bytes(), &bgzf(text.as_bytes(), 40_000)] {
            // With one permit nothing goes on before what is shared has given its own back.
            for (threads, permits, chunk_bytes, chunk_records) in
                [(1, 1, 1 << 16, None), (2, 1, 1 << 16, None), (3, 4, 1 << 20, None), (2, 4, 1 << 17, Some(100))]
            {
                let mut case = Case::new(input, &to);
                case.limits = Limits { threads, permits, chunk_bytes, chunk_records, ..Limits::default() };
                (case.window, case.encoding) = (window, Encoding::Bgzf(Some(0)));
                assert!(case.go().0.unwrap() == expected, "{window:?} {threads} {chunk_bytes} {chunk_records:?}");
            }
        }
    }
}
