//! What is wrong with the input or its records, and where.

use vdx_pipeline::Limits;
use vdx_testkit::{bgzf, gzip};

use super::case::Case;
use super::data::{HEADER, vcf};

#[test]
fn the_first_error_in_input_order_is_the_one_told() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf");
    let record = |pos: u32, id: &str| format!("1\t{pos}\t{id}\tA\tC\t.\t.\t.\n");
    let mut text = HEADER.to_owned();
    for pos in 1..=2000 {
        text += &record(
            pos,
            if [777, 900, 1500].contains(&pos) {
                "bad"
            } else if pos == 5 {
                "odd"
            } else {
                "."
            },
        );
    }
    let mut cut = bgzf(text.as_bytes(), 999);
    cut.truncate(cut.len() - 40);
    for bytes in [text.as_bytes(), &cut] {
        for threads in [1, 4] {
            let mut case = Case::new(bytes, &to);
            case.limits = Limits { threads, permits: 8, chunk_records: Some(10), ..Limits::default() };
            let (result, warnings) = case.go();
            assert_eq!(result.unwrap_err().to_string(), "in.vcf:779 1:777: bad record");
            assert_eq!(warnings, ["in.vcf:7 1:5: odd record"]);
            assert!(!to.exists(), "nothing under the final name");
        }
    }
    let bug = format!("{HEADER}{}{}", record(1, "."), record(2, "bug"));
    let error = Case::new(bug.as_bytes(), &to).go().0.unwrap_err().to_string();
    assert!(error.starts_with("in.vcf:4: internal error"), "{error}");
}

#[test]
fn every_damage_is_an_error_and_an_allowed_cut_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf");
    let (text, _) = vcf(500, 0);
    let whole = bgzf(text.as_bytes(), 5000);
    let first = usize::from(u16::from_le_bytes([whole[16], whole[17]])) + 1;
    let zipped = gzip(text.as_bytes(), 5000);
    let mut flipped = whole.clone();
    flipped[first + 60] ^= 0xff;
    let mut marked = text.clone().into_bytes();
    marked.extend_from_slice(b"#vdx-normalize: incomplete");
    let cases: [(&str, &[u8], &str, bool); 9] = [
        ("no EOF block", &whole[..whole.len() - 28], "end-of-file block", true),
        ("cut at a block edge", &whole[..first], "end-of-file block", true),
        ("cut inside a block header", &whole[..first + 7], "inside a block header", true),
        ("cut inside the extra field", &whole[..first + 15], "inside a block header", true),
        ("cut inside a block", &whole[..first + 100], "inside a block", true),
        ("a flipped byte", &flipped, "damaged BGZF", false),
        ("gzip cut inside a member", &zipped[..zipped.len() - 9], "truncated gzip", true),
        ("cut in the last line", &text.as_bytes()[..text.len() - 5], "no line end", true),
        ("the word of a failed tool", &marked, "tool before this one failed", true),
    ];
    for (what, bytes, expected, allowed) in cases {
        for threads in [1, 3] {
            let mut case = Case::new(bytes, &to);
            case.limits.threads = threads;
            let error = case.go().0.unwrap_err().to_string();
            assert!(error.contains(expected) && error.starts_with("in.vcf:"), "{what}: {error}");
            assert!(!to.exists(), "{what}: nothing under the final name");
            case.options.allow_truncated = true;
            let (result, warnings) = case.go();
            assert_eq!(result.is_ok(), allowed, "{what}");
            if let Ok(found) = result {
                assert!(!warnings.is_empty(), "{what}");
                let found = String::from_utf8(found).unwrap();
                assert!(found.ends_with('\n') && text.starts_with(&found), "{what}");
                std::fs::remove_file(&to).unwrap();
            }
        }
    }
}
