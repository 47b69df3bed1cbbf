//! BGZF output: which blocks of the input go out as they came in.

use vdx_pipeline::{Encoding, Limits};
use vdx_testkit::bgzf;

use super::case::Case;
use super::data::{HEADER, vcf};

#[test]
fn blocks_that_do_not_change_are_copied_and_only_those() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf.gz");
    // Records that move in the middle third only.
    let (text, _) = vcf(20_000, 60);
    let third = text.len() / 3;
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut fields: Vec<&str> = line.split('\t').collect();
        if !line.starts_with('#') && !(third..2 * third).contains(&at) {
            fields[2] = ".";
        }
        lines.push(fields.join("\t"));
        at += line.len();
    }
    let text = lines.concat();
    let mut plain = Case::new(text.as_bytes(), &to);
    let expected = plain.go().0.unwrap();
    plain.encoding = Encoding::Bgzf(None);
    plain.go().0.unwrap();
    assert_eq!(plain.copied.get(), 0);
    for (block, most) in [(65_000, 2.0), (40_000, 2.0), (9_000, 0.0)] {
        let input = bgzf(text.as_bytes(), block);
        let all = text.len() as f64 / block as f64;
        let mut seen: Option<Vec<u8>> = None;
        for (threads, chunk_bytes, chunk_records) in [(1, 1 << 20, None), (3, 1, None), (2, 1 << 17, Some(1000))] {
            let mut case = Case::new(&input, &to);
            case.limits = Limits { threads, chunk_bytes, chunk_records, ..Limits::default() };
            case.encoding = Encoding::Bgzf(None);
            let found = case.go().0.unwrap();
            let share = case.copied.get() as f64 / all * 3.0;
            assert!(share <= most && (most == 0.0 || share > most - 0.5), "{share} of {most} thirds copied");
            assert!(seen.get_or_insert_with(|| found.clone()) == &found, "{threads} threads differ");
            let mut back = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&found[..]), &mut back).unwrap();
            assert!(back == expected, "blocks of {block}");
        }
        let mut stored = Case::new(&input, &to);
        stored.encoding = Encoding::Bgzf(Some(0));
        stored.go().0.unwrap();
        assert_eq!(stored.copied.get(), 0, "level 0 asks for stored blocks");
    }
}

/// Records longer than a block, longer than a batch, held back on disk or in memory: the blocks that go out as they came
/// are the same ones.
#[test]
fn blocks_of_long_records_are_copied_wherever_they_wait() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf.gz");
    let mut text = HEADER.to_owned();
    for at in 0..40 {
        // Every ninth moves left beyond what would be held in memory.
        let id = if at % 9 == 8 { "2000" } else { "." };
        text += &format!("1\t{}\t{id}\tA\tC\t.\t.\tPAD={}\n", 5000 + at * 100, "x".repeat(20_000 + at * 6000));
    }
    let input = bgzf(text.as_bytes(), 60_000);
    let mut seen: Option<Vec<u8>> = None;
    for (threads, chunk_bytes, reserve_bytes) in
        [(1, 1 << 20, 8 << 20), (1, 1 << 16, 0), (1, 1 << 18, 1 << 17), (3, 1 << 16, 0), (3, 1 << 20, 1 << 16)]
    {
        let mut case = Case::new(&input, &to);
        case.limits = Limits { threads, chunk_bytes, reserve_bytes, permits: 4, ..Limits::default() };
        (case.encoding, case.window) = (Encoding::Bgzf(None), Some(10_000));
        let found = case.go().0.unwrap();
        let (copied, all) = (case.copied.get() as usize, text.len() / 60_000);
        assert!(copied > all / 2 && copied < all, "{copied} of {all} blocks copied");
        assert!(seen.get_or_insert_with(|| found.clone()) == &found, "{threads} {chunk_bytes} {reserve_bytes}");
    }
    let mut back = String::new();
    let found = seen.unwrap_or_default();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&found[..]), &mut back).unwrap();
    let positions: Vec<u32> = back.lines().filter_map(|line| line.split('\t').nth(1)?.parse().ok()).collect();
    assert!(positions.is_sorted() && positions.len() == 40, "{positions:?}");
}

/// What goes and what comes in between leaves marks in the middle of blocks whose other bytes are all kept, one behind
/// the other: such a block is not what it was.
#[test]
fn a_block_of_kept_bytes_is_copied_only_where_nothing_went_or_came_between_them() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf.gz");
    let mut numbers = vdx_testkit::Random(11);
    let mut random = |below: u32| numbers.below(below);
    let (mut text, mut expected) = (HEADER.to_owned(), Vec::new());
    for at in 0..60_000u32 {
        // In every other 250 kB a record now and then is dropped, or moves into the middle of another block.
        let (pos, edited) = (10_000 + at, at / 10_000 % 2 == 1 && random(700) == 0);
        let id = match random(3) {
            _ if !edited => ".".to_owned(),
            0 => "gone".to_owned(),
            1 => (500 + random(1000)).to_string(),
            _ => format!("-{}", 500 + random(1000)),
        };
        let rest = format!("\t{id}\tA\tC\t.\t.\tN={at}\n");
        text += &format!("1\t{pos}{rest}");
        if id != "gone" {
            let moved = pos.checked_add_signed(-id.parse::<i32>().unwrap_or(0)).unwrap();
            expected.push((moved, format!("1\t{moved}{rest}")));
        }
    }
    expected.sort_by_key(|(pos, _)| *pos);
    let expected = HEADER.to_owned() + &expected.into_iter().map(|(_, line)| line).collect::<String>();
    for block in [36_000, 50_000, 65_000] {
        let input = bgzf(text.as_bytes(), block);
        for (threads, chunk_bytes, chunk_records) in [(1, 1 << 20, None), (1, 1, Some(1)), (2, 1 << 17, Some(1000))] {
            let mut case = Case::new(&input, &to);
            case.limits = Limits { threads, chunk_bytes, chunk_records, ..Limits::default() };
            case.encoding = Encoding::Bgzf(None);
            let found = case.go().0.unwrap();
            let mut back = String::new();
            std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&found[..]), &mut back).unwrap();
            assert!(back == expected, "blocks of {block}, {threads} threads, {chunk_records:?} records");
            let all = text.len() / block;
            let copied = case.copied.get() as usize;
            assert!(copied > all / 8 && copied < all, "{copied} of {all} blocks copied");
        }
    }
}
