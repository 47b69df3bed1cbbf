//! A person's VCF that moves along with the ClinVar stream.
//!
//! A whole genome has more records than ClinVar, and few of them concern one of its records: the serial stage looks at
//! contig, position and end of each line and copies those that do; workers read the rest of these lines when they ask.

pub mod place;

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use vdx_stream::{Error, Feed, Form, Lines, Result, Threads};
use vdx_vcf::{Line, contig};

use self::place::{Place, Slice};
use super::vcf;
use super::window::{self, MARGIN, Stretch};

/// Reads the sample along with the stream.
pub struct SampleFeed {
    lines: Lines,
    column: usize,
    contigs: Contigs,
    /// POS of the last record on the current contig.
    pos: u32,
    /// Lines that were read and that later chunks may need.
    kept: Vec<(Place, Box<[u8]>)>,
}

impl SampleFeed {
    /// `lines` stand behind the header; `column` is of [`choose_sample`](super::vcf::choose_sample).
    pub fn new(lines: Lines, column: usize) -> Self {
        let contigs = Contigs { file: lines.name().to_owned(), ..Contigs::default() };
        Self { lines, column, contigs, pos: 0, kept: Vec::new() }
    }

    /// Adds the lines that concern the records of `stretch`.
    fn take(&mut self, stretch: &Stretch, slice: &mut Slice) -> Result<()> {
        if self.contigs.enter(stretch.contig)? {
            self.kept.clear();
        }
        let mut meeting = stretch.meeting();
        slice.begin(stretch.contig);
        // The next chunk's windows begin at most so far before its first record.
        let may_reach_on = |place: &Place| place.end.saturating_add(MARGIN) >= stretch.last;
        self.kept.retain(|(place, text)| {
            if meeting.touches(place.pos, place.end) {
                slice.push(*place, text);
            }
            may_reach_on(place)
        });
        let kept = &mut self.kept;
        self.contigs.walk(&mut self.lines, &mut self.pos, Some((stretch.contig, stretch.end())), |place, text| {
            if meeting.touches(place.pos, place.end) {
                slice.push(place, text);
            }
            if may_reach_on(&place) {
                kept.push((place, text.into()));
            }
        })
    }

    /// Reads the sample to its end once the stream is at its own, without looking at genotypes: what lies behind the
    /// last record of the stream is inflated, held against its checksums and against the order of contigs and positions.
    ///
    /// # Errors
    /// Damage, a cut end, lines that are not sorted, contigs that the stream had and the sample has only now.
    pub fn finish_reading(&mut self) -> Result<()> {
        self.contigs.leave();
        self.contigs.walk(&mut self.lines, &mut self.pos, None, |_, _| {})
    }

    /// Where `--allow-truncated` let a cut sample pass: its name, and what was wrong. Known at the end.
    pub fn truncated(&self) -> Option<String> {
        self.lines.truncated().map(|what| format!("{}: {what}", self.contigs.file))
    }
}

impl Feed<Slice> for SampleFeed {
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<Slice> {
        let mut slice = Slice::new(self.contigs.file.clone(), self.column);
        window::stretches(records, form).iter().try_for_each(|stretch| self.take(stretch, &mut slice))?;
        Ok(slice)
    }

    fn work_on(&mut self, threads: &Threads) {
        self.lines.read_ahead(threads);
    }
}

/// Where sample and stream stand among their contigs.
#[derive(Default)]
struct Contigs {
    /// The sample, for messages.
    file: String,
    /// Contigs of the sample that were left behind, and the one it is at.
    passed: HashSet<Vec<u8>>,
    current: Vec<u8>,
    /// Contigs of the stream that were left behind, and the one it is at.
    streamed: Vec<Vec<u8>>,
    contig: Vec<u8>,
}

/// Where a contig of the sample stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is the stream's.
    Here,
    /// The stream will not come to it any more.
    Behind,
    /// The stream may come to it.
    Ahead,
}

impl Contigs {
    /// The stream is at `name`; `true` where it has just come there.
    fn enter(&mut self, name: &[u8]) -> Result<bool> {
        if self.contig == name {
            return Ok(false);
        }
        self.leave();
        self.contig = name.to_vec();
        if !same(&self.current, name) && self.passed.iter().any(|chrom| same(chrom, name)) {
            let (name, current) = (String::from_utf8_lossy(name), String::from_utf8_lossy(&self.current));
            return Err(Error::data(format!(
                "the sample has its contigs in another order than the ClinVar stream: the stream is at {name}, which \
                 the sample has before {current}; bring both into one order with 'bcftools sort'"
            ))
            .in_file(&self.file));
        }
        Ok(true)
    }

    /// The stream is through with its contig.
    fn leave(&mut self) {
        self.streamed.push(std::mem::take(&mut self.contig));
    }

    /// The sample comes to `chrom`.
    fn come_to(&mut self, chrom: &[u8]) -> Result<()> {
        let shown = String::from_utf8_lossy(chrom);
        if self.passed.contains(chrom) {
            return Err(Error::data(format!(
                "the sample is not sorted: contig {shown} comes in several pieces; sort it with 'bcftools sort'"
            )));
        }
        if self.streamed.iter().any(|name| same(name, chrom)) {
            let (before, now) = (String::from_utf8_lossy(&self.current), String::from_utf8_lossy(&self.contig));
            let order = if now.is_empty() {
                format!(
                    "the stream has {shown}, and the sample has it only behind {before}, when the stream is at its end"
                )
            } else {
                format!("the stream has {shown} before {now}")
            };
            return Err(Error::data(format!(
                "the sample has its contigs in another order than the ClinVar stream: {order}; bring both into one order \
                 with 'bcftools sort'"
            )));
        }
        let before = std::mem::replace(&mut self.current, chrom.to_vec());
        self.passed.insert(before);
        Ok(())
    }

    /// Where the sample's contig is, seen from the stream's `name`; `None` is the end of the stream.
    fn standing(&self, name: Option<&[u8]>) -> Standing {
        let Some(name) = name else { return Standing::Behind };
        if same(&self.current, name) {
            return Standing::Here;
        }
        // A chromosome that comes later in the usual order: the sample has none of this one, or another order.
        match (contig::number(&self.current), contig::number(name)) {
            (Some(theirs), Some(ours)) if theirs > ours => Standing::Ahead,
            (Some(_), None) => Standing::Ahead,
            _ => Standing::Behind,
        }
    }

    /// Reads on to the last base (1-based) that is wanted of a contig, or to the end of the sample, and hands out the
    /// lines on that contig. `pos` is that of the last record.
    fn walk(
        &mut self,
        lines: &mut Lines,
        pos: &mut u32,
        wanted: Option<(&[u8], u32)>,
        mut found: impl FnMut(Place, &[u8]),
    ) -> Result<()> {
        let (name, last) = wanted.map_or((None, u32::MAX), |(name, last)| (Some(name), last));
        let mut standing = self.standing(name);
        while let Some((block, first)) = lines.block()? {
            let (mut at, mut count, mut stopped) = (0, 0, false);
            while at < block.len() {
                let rest = &block[at..];
                let text = &rest[..memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)];
                let number = first + count;
                let located = |error: Error| error.in_file(&self.file).at_line(number);
                let stays = text.strip_prefix(&*self.current).and_then(|rest| rest.strip_prefix(b"\t"));
                // Off the stream's contigs a look at POS is enough.
                let passed_by = stays.filter(|_| standing != Standing::Here).and_then(pos_at_start);
                if let Some(next) = passed_by.filter(|next| next >= pos) {
                    *pos = next;
                } else {
                    let starts = stays.is_none();
                    let line = Line::parse(text).map_err(|error| located(Error::caused_by(error)))?;
                    if starts {
                        let file = self.file.clone();
                        self.come_to(line.chrom()).map_err(|error| error.in_file(file).at_line(number))?;
                        standing = self.standing(name);
                        *pos = 0;
                    }
                    if line.pos() < *pos {
                        return Err(unsorted(&line, *pos).in_file(&self.file).at_line(number));
                    }
                    stopped = standing == Standing::Here && line.pos() > last;
                    if !stopped {
                        *pos = line.pos();
                    }
                    if standing == Standing::Here && !stopped {
                        let end = vcf::end(&line).map_err(|error| error.in_file(&self.file).at_line(number))?;
                        found(Place { pos: *pos, end, line: number }, text);
                    }
                }
                stopped |= standing == Standing::Ahead;
                if stopped {
                    break;
                }
                at += text.len();
                count += 1;
            }
            lines.consume(at, count);
            if stopped {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The feed of `match`, held by the ordered stage as well, which ends it. A raw file is in memory and needs none.
#[derive(Clone, Default)]
pub struct Along(Option<Rc<RefCell<SampleFeed>>>);

impl Along {
    /// A sample that moves along.
    pub fn new(feed: SampleFeed) -> Self {
        Self(Some(Rc::new(RefCell::new(feed))))
    }

    /// See [`SampleFeed::finish_reading`].
    pub fn finish_reading(&mut self) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |feed| feed.borrow_mut().finish_reading())
    }

    /// See [`SampleFeed::truncated`].
    pub fn truncated(&self) -> Option<String> {
        self.0.as_ref().and_then(|feed| feed.borrow().truncated())
    }
}

impl Feed<Slice> for Along {
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<Slice> {
        self.0.as_ref().map_or_else(|| Ok(Slice::default()), |feed| feed.borrow_mut().slice(records, form))
    }

    fn work_on(&mut self, threads: &Threads) {
        if let Some(feed) = &self.0 {
            feed.borrow_mut().work_on(threads);
        }
    }
}

/// The error about a record of the sample behind one at `before` on its contig.
fn unsorted(line: &Line, before: u32) -> Error {
    let pos = line.pos();
    let message = format!(
        "the sample is not sorted: expected POS of at least {before}, found {pos}; sort it with 'bcftools sort'"
    );
    Error::data(message).at_locus(line.chrom(), u64::from(pos))
}

/// POS of a line that begins with it.
fn pos_at_start(text: &[u8]) -> Option<u32> {
    vdx_vcf::line::parse_pos(&text[..memchr::memchr(b'\t', text)?])
}

/// Whether two names are one contig of the human genome, or the same name.
fn same(one: &[u8], other: &[u8]) -> bool {
    one == other || contig::number(one).is_some_and(|number| contig::number(other) == Some(number))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use vdx_stream::input::{Input, Options};
    use vdx_stream::source::Source;

    use super::*;
    use crate::sample::vcf::choose_sample;

    fn feed(body: &str) -> SampleFeed {
        feed_of(text(body).into_bytes(), Options::default())
    }

    fn text(body: &str) -> String {
        let columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";
        format!("##fileformat=VCFv4.2\n{columns}{}", body.replace(' ', "\t"))
    }

    fn feed_of(bytes: Vec<u8>, options: Options) -> SampleFeed {
        let bytes = Box::new(Cursor::new(bytes));
        let source = Source::from_reader(bytes, "s.vcf".into(), None, options.allow_truncated).unwrap();
        let mut input = Input::new(source, options);
        let header = input.read_vcf_header().unwrap();
        let column = choose_sample(&header, Some("b"), "s.vcf").unwrap();
        SampleFeed::new(input.into_lines(), column)
    }

    fn chunk(records: &str) -> Vec<u8> {
        records.split(", ").map(|record| record.replace(' ', "\t") + "\t.\n").collect::<String>().into_bytes()
    }

    fn positions(slice: &Slice, name: &str) -> Vec<u32> {
        slice.on(name.as_bytes()).iter().map(|(place, _)| place.pos).collect()
    }

    #[test]
    fn slices_follow_the_stream_and_keep_what_reaches_on() {
        let mut feed = feed(
            "chr1 100 . A G . . . GT 0/1 0/1\nchr1 5000 . A <NON_REF> . . END=9000 GT 0/0 0/0\n\
             chr1 19500 . A G . . . GT 0/1 0/1\nchr1 20000 . A G . . . GT 0/1 0/1\nchr3 7 . A G . . . GT 0/1 0/1\n",
        );
        let slice = feed.slice(&chunk("1 90 . AC A, 1 4500 . AC A"), &Form::Text).unwrap();
        assert_eq!(positions(&slice, "1"), [100, 5000]);
        let slice = feed.slice(&chunk("1 8500 . A G, 1 8600 . A G"), &Form::Text).unwrap();
        assert_eq!(positions(&slice, "1"), [5000]);
        let slice = feed.slice(&chunk("1 9000 . A G, 1 9001 . A G"), &Form::Text).unwrap();
        assert_eq!(positions(&slice, "1"), [5000]);
        // Nothing but what a record's window touches.
        let slice = feed.slice(&chunk("1 19000 . A G, 1 20000 . A G, 2 1 . A G, 3 1 . AC A"), &Form::Text).unwrap();
        assert_eq!(
            (positions(&slice, "1"), positions(&slice, "2"), positions(&slice, "3")),
            (vec![20000], vec![], vec![7])
        );
        feed.finish_reading().unwrap();
    }

    #[test]
    fn another_order_of_contigs_names_both() {
        let mut feed = feed("chr1 1 . A G . . . GT 0/1 0/1\nchr2 1 . A G . . . GT 0/1 0/1\n");
        feed.slice(&chunk("2 1 . A G"), &Form::Text).unwrap();
        let error = feed.slice(&chunk("1 1 . A G"), &Form::Text).unwrap_err().to_string();
        assert!(
            error.starts_with("s.vcf: ") && error.contains("stream is at 1") && error.contains("before chr2"),
            "{error}"
        );
    }

    #[test]
    fn contigs_that_come_too_late_are_named() {
        let mut feed = feed("chr2 1 . A G . . . GT 0/1 0/1\nchr1 1 . A G . . . GT 0/1 0/1\n");
        feed.slice(&chunk("1 1 . A G"), &Form::Text).unwrap();
        let error =
            feed.slice(&chunk("2 1 . A G"), &Form::Text).and_then(|_| feed.finish_reading()).unwrap_err().to_string();
        assert!(error.starts_with("s.vcf:4: ") && error.contains("has chr1 before 2"), "{error}");
    }

    #[test]
    fn the_last_contig_of_the_stream_comes_too_late_too() {
        let mut feed = feed("chr2 1 . A G . . . GT 0/1 0/1\nchr1 1 . A G . . . GT 0/1 0/1\n");
        assert!(positions(&feed.slice(&chunk("1 1 . A G"), &Form::Text).unwrap(), "1").is_empty());
        let error = feed.finish_reading().unwrap_err().to_string();
        assert!(error.starts_with("s.vcf:4: ") && error.contains("has it only behind chr2"), "{error}");
    }

    /// Blocks of BGZF, whole, without its end block, cut within a block, with a wrong checksum.
    #[test]
    fn damage_behind_the_last_record_of_the_stream_is_found() {
        let body: String = (1..=20_000).map(|at| format!("1 {at} . A G . . . GT 0/1 0/1\n")).collect();
        let mut packed = Vec::new();
        let mut last = 0;
        for part in text(&body).into_bytes().chunks(60_000) {
            last = packed.len();
            vdx_stream::bgzf::Deflater::new(1).deflate(part, &mut packed).unwrap();
        }
        let whole = [&packed, &vdx_stream::bgzf::EOF_BLOCK[..]].concat();
        let mut flipped = whole.clone();
        flipped[packed.len() - 8] ^= 1;
        let cut = whole[..last + 100].to_vec();
        for (bytes, expected) in
            [(whole, ""), (packed, "end-of-file block"), (cut.clone(), "inside a block"), (flipped, "expected CRC")]
        {
            let mut feed = feed_of(bytes, Options::default());
            let slice = feed.slice(&chunk("1 5 . A G"), &Form::Text).unwrap();
            assert_eq!(positions(&slice, "1"), [5]);
            let found = feed.finish_reading().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{expected}: {found}");
        }
        let mut feed = feed_of(cut, Options { allow_truncated: true, ..Options::default() });
        feed.finish_reading().unwrap();
        assert!(feed.truncated().unwrap().starts_with("s.vcf: truncated BGZF"));
    }

    #[test]
    fn what_the_stream_does_not_reach_has_to_be_sorted_too() {
        let tail = |lines: &str| {
            let mut feed = feed(&format!("1 5 . A G . . . GT 0/1 0/1\n{lines}"));
            feed.slice(&chunk("1 5 . A G"), &Form::Text).unwrap();
            feed.finish_reading().err().map(|error| error.to_string()).unwrap_or_default()
        };
        let line = |place: &str| format!("{place} . A G . . . GT 0/1 0/1\n");
        assert_eq!(tail(&[line("1 9"), line("1 9"), line("3 2"), line("3 4")].concat()), "");
        let error = tail(&[line("1 9"), line("1 8")].concat());
        assert!(error.starts_with("s.vcf:5 1:8: ") && error.contains("at least 9"), "{error}");
        let error = tail(&[line("2 9"), line("2 8")].concat());
        assert!(error.starts_with("s.vcf:5 2:8: ") && error.contains("at least 9"), "{error}");
        let error = tail(&[line("2 9"), line("2 x")].concat());
        assert!(error.starts_with("s.vcf:5: ") && error.contains("'x'"), "{error}");
    }

    #[test]
    fn unsorted_samples_are_refused() {
        let mut unsorted = feed("1 9 . A G . . . GT 0/1 0/1\n1 5 . A G . . . GT 0/1 0/1\n");
        let error = unsorted.slice(&chunk("1 9 . A G"), &Form::Text).unwrap_err().to_string();
        assert!(error.starts_with("s.vcf:4 1:5: ") && error.contains("not sorted"), "{error}");
        let mut pieces = feed("1 9 . A G . . . GT 0/1 0/1\n2 5 . A G . . . GT 0/1 0/1\n1 9 . A G . . . GT 0/1 0/1\n");
        let error = pieces.slice(&chunk("3 9 . A G"), &Form::Text).unwrap_err().to_string();
        assert!(error.contains("several pieces"), "{error}");
    }
}
