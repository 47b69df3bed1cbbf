use std::collections::HashMap;

use super::super::blocks::BgzfFile;
use super::super::find::{Options, open};
use super::super::testing;
use super::*;
use crate::bgzf::{Deflater, EOF_BLOCK};

type Expected<'a> = HashMap<(&'a str, u32), Vec<&'a str>>;

/// All lines by contig and position.
fn expected(text: &str) -> Expected<'_> {
    let mut lines = Expected::new();
    for line in text.split_inclusive('\n').filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (contig, pos) = (fields.next().unwrap(), fields.next().unwrap().parse().unwrap());
        lines.entry((contig, pos)).or_default().push(line);
    }
    lines
}

fn found(cursor: &mut Cursor, db: &Indexed, contig: &str, pos: u32) -> Vec<String> {
    let mut lines = Vec::new();
    let contig = db.index.contig(contig.as_bytes()).unwrap();
    let mut each = |line: &[u8]| {
        lines.push(String::from_utf8(line.to_vec()).unwrap());
        Ok(())
    };
    cursor.lines_at(db, contig, pos, &mut each).unwrap();
    lines
}

fn positions(expected: &Expected<'_>) -> Vec<u32> {
    let mut positions: Vec<u32> = expected.keys().flat_map(|&(_, pos)| [pos - 1, pos, pos + 1]).collect();
    positions.sort_unstable();
    positions.dedup();
    positions.push(40_000_000);
    positions
}

#[test]
fn ranges_give_every_line_once() {
    let text = testing::vcf_of(2000, 200);
    let expected = expected(&text);
    let dir = tempfile::tempdir().unwrap();
    let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), 997);
    let db = open(&path, &Options::default()).unwrap().indexed;
    for contig in ["1", "2", "X"] {
        let number = db.index.contig(contig.as_bytes()).unwrap();
        for (gap, width) in [(0, 400), (50, 10), (0, 0), (9000, 1000)] {
            let mut cursor = Cursor::new();
            let mut start = 1;
            while start < 60_000 {
                let range = start..=start + width;
                let mut found = Vec::new();
                let each = |line: &[u8]| {
                    found.push(String::from_utf8(line.to_vec()).unwrap());
                    Ok(())
                };
                cursor.lines_within(&db, number, range.clone(), each).unwrap();
                let mut all: Vec<(u32, &Vec<&str>)> = expected
                    .iter()
                    .filter(|((name, pos), _)| *name == contig && range.contains(pos))
                    .map(|((_, pos), lines)| (*pos, lines))
                    .collect();
                all.sort_by_key(|(pos, _)| *pos);
                assert_eq!(
                    found,
                    all.into_iter().flat_map(|(_, lines)| lines.clone()).collect::<Vec<_>>(),
                    "{range:?}"
                );
                start += width + gap + 1;
            }
            cursor.settle(&db).unwrap();
        }
    }
}

#[test]
fn every_position_is_found_forward_backward_and_by_jumps() {
    // Lines that are shorter than a look, that are longer, and that are longer than a block.
    for (records, longest) in [(4000, 300), (300, 9000), (30, 150_000)] {
        let text = testing::vcf_of(records, longest);
        let expected = expected(&text);
        let positions = positions(&expected);
        for block in [997, 60_000] {
            let dir = tempfile::tempdir().unwrap();
            let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), block);
            let db = open(&path, &Options::default()).unwrap().indexed;
            for step in [1, 7, 400] {
                let mut cursor = Cursor::new();
                let mut check = |contig: &'static str, pos: u32| {
                    let lines = expected.get(&(contig, pos)).cloned().unwrap_or_default();
                    let found = found(&mut cursor, &db, contig, pos);
                    assert!(found == lines, "{contig}:{pos} of {longest} in {block}, step {step}");
                };
                for contig in ["1", "X", "2"] {
                    positions.iter().step_by(step).for_each(|&pos| check(contig, pos));
                    positions.iter().rev().step_by(step.max(30)).for_each(|&pos| check(contig, pos));
                }
            }
        }
    }
}

#[test]
fn a_scattered_position_costs_little_more_than_its_block() {
    let text = testing::vcf(4000);
    let dir = tempfile::tempdir().unwrap();
    let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), 5000);
    let db = open(&path, &Options::default()).unwrap().indexed;
    let mut cursor = Cursor::new();
    let positions = positions(&expected(&text));
    let asked = positions.iter().step_by(170);
    asked.clone().for_each(|&pos| drop(found(&mut cursor, &db, "2", pos)));
    let effort = cursor.take_effort();
    let asked = asked.count() as u64;
    assert!(effort.blocks * 4 < asked * 5 && effort.jumps < asked * 10, "{asked}: {effort:?}");
}

#[test]
fn wrong_hints_change_no_answer() {
    let text = testing::vcf(4000);
    let dir = tempfile::tempdir().unwrap();
    let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), 3000);
    let db = open(&path, &Options::default()).unwrap().indexed;
    let expected = expected(&text);
    for believed in [1, 20_000, u32::MAX] {
        let mut cursor = Cursor::new();
        for &pos in positions(&expected).iter().step_by(29) {
            cursor.search.believe(&db, believed);
            let lines = expected.get(&("2", pos)).cloned().unwrap_or_default();
            assert!(found(&mut cursor, &db, "2", pos) == lines, "{pos}, believing {believed}");
        }
    }
}

/// The text as a file whose blocks, that of the header and the last aside, hold `lines` whole lines each; those with as
/// much text are of one size.
fn blocks_of(text: &str, lines: usize) -> Vec<Vec<u8>> {
    let mut deflater = Deflater::new(0);
    let mut block = |text: String| {
        let mut block = Vec::new();
        deflater.deflate(text.as_bytes(), &mut block);
        block
    };
    let (header, records): (Vec<&str>, Vec<&str>) = text.split_inclusive('\n').partition(|line| line.starts_with('#'));
    let mut blocks = vec![block(header.concat())];
    blocks.extend(records.chunks(lines).map(|lines| block(lines.concat())));
    blocks.push(EOF_BLOCK.to_vec());
    blocks
}

/// What a new cursor finds at each of these places, or the error's message.
fn asked(db: &Indexed, places: &[(&str, u32)]) -> std::result::Result<Vec<Vec<String>>, String> {
    let mut cursor = Cursor::new();
    let mut all = Vec::new();
    for places in places.chunk_by(|a, b| a.0 == b.0) {
        for (contig, pos) in places {
            let mut lines = Vec::new();
            let each = |line: &[u8]| {
                lines.push(String::from_utf8(line.to_vec()).unwrap());
                Ok(())
            };
            let contig = db.index.contig(contig.as_bytes()).unwrap();
            cursor.lines_at(db, contig, *pos, each).map_err(|error| error.to_string())?;
            all.push(lines);
        }
        cursor.settle(db).map_err(|error| error.to_string())?;
    }
    Ok(all)
}

#[test]
fn two_blocks_in_each_others_place_are_an_error_and_never_a_wrong_answer() {
    let mut text = String::from("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    for contig in ["1", "2", "X"] {
        for at in 0..230u32 {
            // Some positions have two lines, and contigs span windows of the index.
            let pos = at / 4 * 3 * 99 + at % 4 / 2;
            text.push_str(&format!("{contig}\t{pos:06}\t.\tA\tC\t.\t.\tN={at:03}\n"));
        }
    }
    let expected = expected(&text);
    let mut places: Vec<(&str, u32)> = expected.keys().copied().collect();
    places.sort_unstable();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.vcf.gz");
    for (lines, step) in [(10, 5), (3, 211)] {
        let blocks = blocks_of(&text, lines);
        std::fs::write(&path, blocks.concat()).unwrap();
        let index = open(&path, &Options::default()).unwrap().indexed.index;
        std::fs::remove_file(dir.path().join("a.vcf.gz.tbi")).unwrap();
        let (mut refused, mut right) = (0, 0);
        let last = blocks.len() - 1;
        let pairs = (1..last).flat_map(|first| (first + 1..last).map(move |second| (first, second)));
        for (first, second) in pairs.step_by(step) {
            let mut swapped = blocks.clone();
            swapped.swap(first, second);
            std::fs::write(&path, swapped.concat()).unwrap();
            let db = Indexed::new(BgzfFile::open(&path, false).unwrap(), index.clone());
            for place in &places {
                match asked(&db, std::slice::from_ref(place)) {
                    Ok(found) => {
                        assert!(
                            found == [expected[place].clone()],
                            "{place:?}, {first} and {second} swapped: {found:?}"
                        );
                        right += 1;
                    }
                    Err(message) => {
                        assert!(message.contains("sort the file and index it again"), "{message}");
                        refused += 1;
                    }
                }
            }
            for step in [1, 3, 50] {
                let places: Vec<(&str, u32)> = places.iter().copied().step_by(step).collect();
                let right: Vec<Vec<&str>> = places.iter().map(|place| expected[place].clone()).collect();
                let found = asked(&db, &places);
                assert!(
                    found.is_err() || (step > 1 && found.unwrap() == right),
                    "every {step}, {first} and {second} swapped"
                );
            }
        }
        assert!(refused > 1000 && right > 1000, "{refused} {right}");
    }
}

#[test]
fn a_walk_over_lines_out_of_order_names_both() {
    let line = |contig: &str, pos: u32| format!("{contig}\t{pos}\t.\tA\tC\t.\t.\t.\n");
    let header = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let text =
        |lines: &[(&str, u32)]| lines.iter().fold(header.to_owned(), |text, &(contig, pos)| text + &line(contig, pos));
    let dir = tempfile::tempdir().unwrap();
    let sorted = text(&[("1", 10), ("1", 20), ("1", 30), ("1", 40), ("2", 10), ("2", 20)]);
    let path = testing::write(dir.path(), "a.vcf.gz", sorted.as_bytes(), 5000);
    let index = open(&path, &Options::default()).unwrap().indexed.index;
    let cases = [
        (
            vec![("1", 10), ("1", 30), ("1", 20), ("1", 40), ("2", 10), ("2", 20)],
            "1",
            30,
            "1:20: expected records in order",
            "behind 1:30",
        ),
        (
            vec![("1", 10), ("1", 20), ("2", 10), ("1", 40), ("1", 30), ("2", 20)],
            "1",
            30,
            "2:10: expected all records of 1",
            "among them",
        ),
        (
            vec![("1", 10), ("1", 20), ("1", 30), ("1", 40), ("2", 20), ("2", 10)],
            "2",
            20,
            "2:10: expected records in order",
            "behind 2:20",
        ),
    ];
    for (lines, contig, pos, place, other) in cases {
        testing::write(dir.path(), "a.vcf.gz", text(&lines).as_bytes(), 5000);
        let db = Indexed::new(BgzfFile::open(&path, false).unwrap(), index.clone());
        let message = asked(&db, &[(contig, pos)]).unwrap_err();
        assert!(message.contains("a.vcf.gz ") && message.contains(place) && message.contains(other), "{message}");
        assert!(message.contains("sort the file and index it again"), "{message}");
    }
}
