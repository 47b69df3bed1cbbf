//! What order the records have in the output, and what those of one position become.

use vdx_pipeline::input::{Input, Options};
use vdx_pipeline::{Encoding, Limits};

use super::case::Case;
use super::data::vcf;

#[test]
fn input_order_is_kept_where_nothing_sorts() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf");
    let (text, _) = vcf(3000, 0);
    let mut case = Case::new(text.as_bytes(), &to);
    case.limits = Limits { threads: 3, chunk_records: Some(7), ..Limits::default() };
    case.window = None;
    assert!(case.go().0.unwrap() == text.as_bytes());
}

#[test]
fn records_beyond_what_is_held_back_are_merged_into_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf");
    let (text, expected) = vcf(3000, 4000);
    for encoding in [Encoding::Plain, Encoding::Bgzf(Some(1))] {
        let mut case = Case::new(text.as_bytes(), &to);
        case.limits = Limits { threads: 2, chunk_records: Some(50), reserve_bytes: 0, ..Limits::default() };
        case.window = Some(100);
        case.encoding = encoding;
        let mut found = case.go().0.unwrap();
        if encoding != Encoding::Plain {
            let mut lines = Input::open(Some(&to), Options::default()).unwrap().into_lines();
            found.clear();
            while let Some((line, _)) = lines.next().unwrap() {
                found.extend_from_slice(line);
            }
        }
        assert!(found == expected.as_bytes());
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn records_of_one_position_are_settled_together() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf");
    for (most, window) in [(0, 10_000), (60, 10_000), (4000, 100)] {
        let (text, sorted) = vcf(1500, most);
        let mut expected: Vec<&str> = Vec::new();
        let locus = |line: &str| line.split('\t').take(2).map(str::to_owned).collect::<Vec<_>>();
        for line in sorted.split_inclusive('\n') {
            match expected.last_mut() {
                Some(last) if !line.starts_with('#') && locus(last) == locus(line) => *last = line.max(last),
                _ => expected.push(line),
            }
        }
        let expected = expected.concat();
        assert!(expected.len() < sorted.len());
        let shapes =
            [(1, None, 1 << 20), (1, Some(1), 0), (3, Some(37), 0), (3, Some(37), 1 << 15), (2, Some(1), 1 << 12)];
        for (threads, chunk_records, reserve_bytes) in shapes {
            let mut case = Case::new(text.as_bytes(), &to);
            case.limits = Limits { threads, chunk_records, reserve_bytes, ..Limits::default() };
            (case.window, case.settling) = (Some(window), true);
            let (result, warnings) = case.go();
            assert!(result.unwrap() == expected.as_bytes(), "{most} {threads} threads, {chunk_records:?} records");
            // The lines that records were read from are known, wherever they went.
            let placed = warnings.iter().map(|told| told.strip_prefix("in.vcf:7: placed ").unwrap());
            let placed: usize = placed.map(|count| count.parse::<usize>().unwrap()).sum();
            assert!(placed > 1000, "{placed} were placed");
        }
    }
}
