//! One run of a pipeline: a tool that moves records about, and all that can be set.

use std::cell::Cell;
use std::io::{Cursor, Read};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::Mutex;

use vdx_hts::atomic::Mode;
use vdx_hts::index::IndexKind;
use vdx_hts::source::Source;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::{Input, Options};
use vdx_pipeline::ordered::{ByPosition, InOrder, Settle, Tied};
use vdx_pipeline::{Chunk, Encoding, Limits, Message, NoFeed, Output, Run, Sink, Work};
use vdx_vcf::Line;

/// Moves each record left by the bases its ID says (right where that is negative), drops `gone`; fails on `bad`, warns on
/// `odd`, panics on `bug`.
struct Shift;

impl Work for Shift {
    type Scratch = ();
    type Side = ();
    type Note = u64;

    fn scratch(&self) -> Result<()> {
        Ok(())
    }

    fn process(&self, (): &mut (), chunk: &Chunk<()>, out: &mut Output<u64>) -> Result<()> {
        let (mut start, mut before) = (0, (Vec::new(), 0));
        for text in chunk.records().split_inclusive(|&byte| byte == b'\n') {
            out.line();
            out.note += 1;
            let end = start + text.len();
            let line = Line::parse(text).map_err(|error| Error::caused_by(error).at_line(out.lines()))?;
            let contig = out.contig(line.chrom());
            match line.id() {
                b"bad" => {
                    return Err(Error::data("bad record")
                        .at_line(out.lines())
                        .at_locus(line.chrom(), line.pos().into()));
                }
                b"bug" => panic!("a bug"),
                b"odd" => out.warn(line.chrom(), line.pos().into(), "odd record"),
                b"gone" => {
                    start = end;
                    continue;
                }
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

/// Of the records of one POS, only the last in the order of their text stays. Fails on `late-bad`, panics on `late-bug`.
#[derive(Default)]
struct Greatest {
    /// Records whose line was known, and right.
    placed: u64,
    warned: u64,
}

impl Settle for Greatest {
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[Tied], out: &mut Vec<u8>) -> Result<()> {
        assert!(records.len() > 1);
        for record in records {
            let line = Line::parse(record.line).unwrap();
            match line.id() {
                b"late-bad" => return Err(Error::data("bad records").at_locus(contig, pos.into())),
                b"late-bug" => panic!("a bug"),
                _ => {}
            }
            assert_eq!((line.chrom(), line.pos()), (contig, pos));
            let said =
                line.rest().unwrap().info.split(|&byte| byte == b';').find_map(|entry| entry.strip_prefix(b"LINE="));
            if let (Some(said), Some(read)) = (said, record.read_from) {
                assert_eq!(String::from_utf8_lossy(said), read.to_string(), "{contig:?}:{pos}");
                self.placed += 1;
            }
        }
        out.extend_from_slice(records.iter().map(|record| record.line).max().unwrap());
        Ok(())
    }

    /// Says how many records were placed since the last time.
    fn warnings(&mut self) -> Vec<Error> {
        let new = self.placed - std::mem::replace(&mut self.warned, self.placed);
        if new == 0 { Vec::new() } else { vec![Error::data(format!("placed {new}")).at_input_line(7)] }
    }

    fn another(&self) -> Self {
        Self::default()
    }

    fn add(&mut self, other: Self) {
        self.placed += other.placed;
    }
}

/// One run of [`Shift`] over `bytes`, to the file `to`.
pub struct Case<'a> {
    bytes: &'a [u8],
    pub options: Options,
    pub limits: Limits,
    pub window: Option<u32>,
    pub settling: bool,
    pub encoding: Encoding,
    pub index: Option<IndexKind>,
    to: &'a Path,
    /// Blocks that the last run copied.
    pub copied: Cell<u64>,
}

impl<'a> Case<'a> {
    pub fn new(bytes: &'a [u8], to: &'a Path) -> Self {
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

    /// The output, and the warnings.
    pub fn go(&self) -> (Result<Vec<u8>>, Vec<String>) {
        let warnings = Mutex::new(Vec::new());
        let report = |message: Message| {
            if let Message::Record(text) | Message::Warning(text) = message {
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

    /// The same into a pipe: how the run ended, and what came through.
    pub fn go_into_a_pipe(bytes: &[u8], set: impl FnOnce(&mut Case)) -> (Result<()>, Vec<u8>) {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let reading = std::thread::spawn(move || {
            let mut read = Vec::new();
            reader.read_to_end(&mut read).map(|_| read)
        });
        let to = format!("/dev/fd/{}", writer.as_raw_fd());
        let mut case = Case::new(bytes, Path::new(&to));
        set(&mut case);
        let result = case.run(&|_| {}, &mut 0).map(drop);
        drop(writer);
        (result, reading.join().unwrap().unwrap())
    }

    /// Records and copied blocks.
    fn run(&self, report: &(dyn Fn(Message) + Sync), records: &mut u64) -> Result<(u64, u64)> {
        let reader = Box::new(Cursor::new(self.bytes.to_vec()));
        let source = Source::from_reader(reader, "in.vcf".into(), None, self.options.allow_truncated)?;
        let mut input = Input::new(source, self.options);
        let header = input.read_vcf_header()?.to_bytes();
        let mut sink = Sink::open(Some(self.to), self.encoding, Mode::Usual, "vdx-test")?;
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
        let settle = self.settling.then(Greatest::default);
        let order = ByPosition::new(window, limits.reserve_bytes, settle, note);
        let done = Run { input, prologue, work, feed, order, sink, limits, report }.go()?;
        Ok((done.records, done.copied_blocks))
    }
}
