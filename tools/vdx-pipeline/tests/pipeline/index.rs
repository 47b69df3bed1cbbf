//! The index that is written along with the output.

use vdx_hts::index::{self, Cursor as Places, IndexKind, Kept};
use vdx_pipeline::{Encoding, Limits};
use vdx_testkit::bgzf;

use super::case::Case;
use super::data::{HEADER, vcf};

#[test]
fn an_index_finds_every_record_of_the_file_it_was_written_with() {
    // Everything in place at once, stragglers that have the file written anew, and blocks that go out as they came in.
    for (most, window, threads, kind, level) in [
        (4000, 10_000, 1, IndexKind::Csi, 1),
        (4000, 100, 2, IndexKind::Csi, 1),
        (4000, 100, 3, IndexKind::Tbi, 0),
        (0, 100, 1, IndexKind::Csi, 1),
        (0, 100, 3, IndexKind::Tbi, 1),
        (0, 100, 1, IndexKind::Csi, 0),
        (0, 100, 3, IndexKind::Tbi, 0),
    ] {
        let (text, expected) = vcf(3000, most);
        let bytes = if most == 0 { bgzf(text.as_bytes(), 50_000) } else { text.into_bytes() };
        let directory = tempfile::tempdir().unwrap();
        let to = directory.path().join("out.vcf.gz");
        let mut case = Case::new(&bytes, &to);
        case.limits = Limits { threads, chunk_records: Some(50), reserve_bytes: 0, ..Limits::default() };
        (case.window, case.encoding, case.index) = (Some(window), Encoding::Bgzf(Some(level)), Some(kind));
        case.go().0.unwrap();
        assert_eq!(case.copied.get() > 0, most == 0 && level > 0);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "the file and its index");
        let opened = index::open(&to, &index::Options::default()).unwrap();
        assert_eq!(opened.kept, Kept::Found(directory.path().join(format!("out.vcf.gz{}", kind.suffix()))));
        assert!(opened.warnings.is_empty(), "{:?}", opened.warnings);
        let (mut places, mut found, mut last) = (Places::new(), HEADER.to_owned(), None);
        for line in expected.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let at = (fields.next().unwrap(), fields.next().unwrap().parse().unwrap());
            if last.replace(at) != Some(at) {
                let contig = opened.indexed.index.contig(at.0.as_bytes()).unwrap();
                let each = |line: &[u8]| {
                    found += std::str::from_utf8(line).unwrap();
                    Ok(())
                };
                places.lines_at(&opened.indexed, contig, at.1, each).unwrap();
            }
        }
        assert!(found == expected);
    }
}

#[test]
fn unsorted_output_has_no_index_and_no_file() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf.gz");
    let text = format!("{HEADER}1\t20\t.\tA\tC\t.\t.\t.\n1\t19\t.\tA\tC\t.\t.\t.\n");
    let mut case = Case::new(text.as_bytes(), &to);
    (case.window, case.encoding, case.index) = (None, Encoding::Bgzf(Some(1)), Some(IndexKind::Csi));
    let error = case.go().0.unwrap_err().to_string();
    assert!(error.contains("1:19: expected records in order of position, found this one behind 1:20"), "{error}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    case.encoding = Encoding::Plain;
    assert!(case.go().0.unwrap_err().to_string().contains("-W: only a BGZF-compressed VCF"));
}
