//! The pipeline as a whole: the same bytes however it runs, records put in order, damage told where it is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Mutex;

use vdx_stream::bgzf::{Deflater, EOF_BLOCK};
use vdx_stream::input::{Input, Options};
use vdx_stream::order::{ByPosition, InOrder, Settle, Tied};
use vdx_stream::source::Source;
use vdx_stream::tabix::{self, Cursor as Places, IndexKind, Kept};
use vdx_stream::{Chunk, Encoding, Error, Limits, Message, NoFeed, Out, Result, Run, Sink, Work};
use vdx_vcf::Line;

const HEADER: &str = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// Moves each record left by the bases its ID says (right where that is negative); fails on `bad`, warns on `odd`, panics on `bug`.
struct Shift;

impl Work for Shift {
    type Scratch = ();
    type Side = ();
    type Note = u64;

    fn scratch(&self) -> Result<()> {
        Ok(())
    }

    fn process(&self, (): &mut (), chunk: &Chunk<()>, out: &mut Out<u64>) -> Result<()> {
        let (mut start, mut before) = (0, (Vec::new(), 0));
        for text in chunk.records().split_inclusive(|&byte| byte == b'\n') {
            out.line();
            out.note += 1;
            let end = start + text.len();
            let line = Line::parse(text).map_err(|error| Error::data(error.to_string()).at_line(out.lines()))?;
            let contig = out.contig(line.chrom());
            match line.id() {
                b"bad" => {
                    return Err(Error::data("bad record")
                        .at_line(out.lines())
                        .at_locus(line.chrom(), line.pos().into()));
                }
                b"bug" => panic!("a bug"),
                b"odd" => out.warn(line.chrom(), line.pos().into(), "odd record"),
                _ => {}
            }
            match std::str::from_utf8(line.id()).ok().and_then(|id| id.parse::<i32>().ok()) {
                Some(by) => {
                    let from = out.fresh().len();
                    let pos = line.pos().checked_add_signed(-by).unwrap();
                    out.fresh().extend_from_slice(line.chrom());
                    out.fresh().extend_from_slice(format!("\t{pos}").as_bytes());
                    out.fresh().extend_from_slice(&text[line.offset_of(line.id()) - 1..]);
                    out.push_fresh_at(from, contig, line.pos(), pos);
                }
                None if before == (line.chrom().to_vec(), line.pos()) => {
                    out.keep_apart_at(start..end, contig, line.pos());
                }
                None => out.keep_at(start..end, contig, line.pos()),
            }
            before = (line.chrom().to_vec(), line.pos());
            start = end;
        }
        Ok(())
    }
}

/// Of the records of one POS, only the last in the order of their text stays.
struct Greatest;

impl Settle for Greatest {
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[Tied], out: &mut Vec<u8>) -> Result<()> {
        assert!(records.len() > 1);
        for record in records {
            let line = Line::parse(record.line).unwrap();
            assert_eq!((line.chrom(), line.pos()), (contig, pos));
        }
        out.extend_from_slice(records.iter().map(|record| record.line).max().unwrap());
        Ok(())
    }
}

fn bgzf(text: &[u8], block: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut deflater = Deflater::new(1);
    text.chunks(block).for_each(|part| deflater.deflate(part, &mut bytes).unwrap());
    bytes.extend_from_slice(&EOF_BLOCK);
    bytes
}

fn gzip(text: &[u8], member: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in text.chunks(member) {
        let mut encoder = flate2::write::GzEncoder::new(&mut bytes, flate2::Compression::fast());
        encoder.write_all(part).unwrap();
        encoder.finish().unwrap();
    }
    bytes
}

struct Case<'a> {
    bytes: &'a [u8],
    options: Options,
    limits: Limits,
    window: Option<u32>,
    settling: bool,
    encoding: Encoding,
    index: Option<IndexKind>,
    to: &'a Path,
    /// Blocks that the last run copied.
    copied: Cell<u64>,
}

impl<'a> Case<'a> {
    fn new(bytes: &'a [u8], to: &'a Path) -> Self {
        let limits = Limits { reserve_bytes: 0, ..Limits::default() };
        Self {
            bytes,
            options: Options::default(),
            limits,
            window: Some(10_000),
            settling: false,
            encoding: Encoding::Plain,
            index: None,
            to,
            copied: Cell::new(0),
        }
    }

    fn go(&self) -> (Result<Vec<u8>>, Vec<String>) {
        let warnings = Mutex::new(Vec::new());
        let report = |message: Message| {
            if let Message::Warning(text) = message {
                warnings.lock().unwrap().push(text);
            }
        };
        let mut records = 0;
        let result = self.run(&report, &mut records).map(|(counted, copied)| {
            assert_eq!(counted, records, "every record is counted once");
            self.copied.set(copied);
            std::fs::read(self.to).unwrap()
        });
        (result, warnings.into_inner().unwrap())
    }

    /// Records and copied blocks.
    fn run(&self, report: &(dyn Fn(Message) + Sync), records: &mut u64) -> Result<(u64, u64)> {
        let reader = Box::new(Cursor::new(self.bytes.to_vec()));
        let source = Source::from_reader(reader, "in.vcf".into(), None, self.options.allow_truncated)?;
        let mut input = Input::new(source, self.options);
        let header = input.read_vcf_header()?.to_bytes();
        let mut sink = Sink::open(Some(self.to), self.encoding, "vdx-test")?;
        if let Some(kind) = self.index {
            sink = sink.indexed(kind)?;
        }
        let note = |note: &mut u64| {
            *records += *note;
            Ok(())
        };
        let (limits, prologue, work, feed) = (&self.limits, &header[..], &Shift, NoFeed);
        let Some(window) = self.window else {
            let done = Run { input, prologue, work, feed, order: InOrder(note), sink, limits, report }.go()?;
            return Ok((done.records, done.copied_blocks));
        };
        let mut order = ByPosition::new(window, limits.reserve_bytes, note);
        if self.settling {
            order = order.settling(Greatest);
        }
        let done = Run { input, prologue, work, feed, order, sink, limits, report }.go()?;
        Ok((done.records, done.copied_blocks))
    }
}

/// A sorted VCF in which every seventh record moves left by up to `most` bases and every eleventh right by up to
/// a tenth of that, and the stable sort of the result.
fn vcf(records: u32, most: u32) -> (String, String) {
    let (mut text, mut moved) = (HEADER.to_owned(), Vec::new());
    let mut state = 7u32;
    let mut random = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below.max(1)
    };
    for contig in ["1", "2", "X"] {
        let mut pos = 5;
        let mut on_contig = Vec::new();
        for at in 0..records {
            pos += random(4);
            let by = match () {
                () if at % 7 == 3 => random(most.min(pos - 1) + 1) as i32,
                () if at % 11 == 3 => -(random(most / 10 + 1) as i32),
                () => 0,
            };
            let id = if by == 0 { ".".into() } else { by.to_string() };
            let rest = format!("\t{id}\tA\tC\t.\t.\tN={contig}.{at};PAD={}\n", "x".repeat(random(40) as usize));
            text += &format!("{contig}\t{pos}{rest}");
            let moved = pos.checked_add_signed(-by).unwrap();
            on_contig.push((moved, format!("{contig}\t{moved}{rest}")));
        }
        on_contig.sort_by_key(|(pos, _)| *pos);
        moved.extend(on_contig.into_iter().map(|(_, line)| line));
    }
    let sorted = HEADER.to_owned() + &moved.concat();
    (text, sorted)
}

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
        case.encoding = Encoding::Bgzf(6);
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
    plain.encoding = Encoding::Bgzf(6);
    plain.go().0.unwrap();
    assert_eq!(plain.copied.get(), 0);
    for (block, most) in [(65_000, 2.0), (40_000, 2.0), (9_000, 0.0)] {
        let input = bgzf(text.as_bytes(), block);
        let all = text.len() as f64 / block as f64;
        let mut seen: Option<Vec<u8>> = None;
        for (threads, chunk_bytes, chunk_records) in [(1, 1 << 20, None), (3, 1, None), (2, 1 << 17, Some(1000))] {
            let mut case = Case::new(&input, &to);
            case.limits = Limits { threads, chunk_bytes, chunk_records, ..Limits::default() };
            case.encoding = Encoding::Bgzf(6);
            let found = case.go().0.unwrap();
            let share = case.copied.get() as f64 / all * 3.0;
            assert!(share <= most && (most == 0.0 || share > most - 0.5), "{share} of {most} thirds copied");
            assert!(seen.get_or_insert_with(|| found.clone()) == &found, "{threads} threads differ");
            let mut back = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&found[..]), &mut back).unwrap();
            assert!(back == expected, "blocks of {block}");
        }
        let mut stored = Case::new(&input, &to);
        stored.encoding = Encoding::Bgzf(0);
        stored.go().0.unwrap();
        assert_eq!(stored.copied.get(), 0, "level 0 asks for stored blocks");
    }
}

#[test]
fn records_beyond_what_is_held_back_are_merged_into_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("out.vcf");
    let (text, expected) = vcf(3000, 4000);
    for encoding in [Encoding::Plain, Encoding::Bgzf(1)] {
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
fn an_index_finds_every_record_of_the_file_it_was_written_with() {
    // Everything in place at once, stragglers that have the file written anew, and blocks that go out as they came in.
    for (most, window, threads, kind) in [
        (4000, 10_000, 1, IndexKind::Csi),
        (4000, 100, 2, IndexKind::Csi),
        (4000, 100, 3, IndexKind::Tbi),
        (0, 100, 1, IndexKind::Csi),
        (0, 100, 3, IndexKind::Tbi),
    ] {
        let (text, expected) = vcf(3000, most);
        let bytes = if most == 0 { bgzf(text.as_bytes(), 50_000) } else { text.into_bytes() };
        let directory = tempfile::tempdir().unwrap();
        let to = directory.path().join("out.vcf.gz");
        let mut case = Case::new(&bytes, &to);
        case.limits = Limits { threads, chunk_records: Some(50), reserve_bytes: 0, ..Limits::default() };
        (case.window, case.encoding, case.index) = (Some(window), Encoding::Bgzf(1), Some(kind));
        case.go().0.unwrap();
        assert_eq!(case.copied.get() > 0, most == 0);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "the file and its index");
        let opened = tabix::open(&to, &tabix::Options::default()).unwrap();
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
    (case.window, case.encoding, case.index) = (None, Encoding::Bgzf(1), Some(IndexKind::Csi));
    let error = case.go().0.unwrap_err().to_string();
    assert!(error.contains("1:19: expected sorted records to index, found this one behind 1:20"), "{error}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    case.encoding = Encoding::Plain;
    assert!(case.go().0.unwrap_err().to_string().contains("-W: only a BGZF-compressed VCF"));
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
        for (threads, chunk_records, reserve_bytes) in [(1, None, 1 << 20), (1, Some(1), 0), (3, Some(37), 0)] {
            let mut case = Case::new(text.as_bytes(), &to);
            case.limits = Limits { threads, chunk_records, reserve_bytes, ..Limits::default() };
            (case.window, case.settling) = (Some(window), true);
            assert!(case.go().0.unwrap() == expected.as_bytes(), "{most} {threads} threads, {chunk_records:?} records");
        }
    }
}

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
