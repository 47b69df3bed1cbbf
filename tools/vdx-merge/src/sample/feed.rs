//! A person's VCF that moves along with the ClinVar stream.
//!
//! A whole genome has more records than ClinVar, and few of them concern one of its records: the serial stage looks at
//! contig, position and end of each line and copies those that do; workers read the rest of these lines when they ask.

pub(crate) mod contigs;
pub(crate) mod slice;
pub(crate) mod window;

use vdx_hts::Result;
use vdx_pipeline::{Feed, Form, Lines, Message, Threads};

use self::contigs::Contigs;
use self::slice::{LineSpan, Slice};
use self::window::{ContigWindows, MARGIN};

/// Reads the sample along with the stream.
pub(crate) struct SampleFeed {
    lines: Lines,
    column: usize,
    contigs: Contigs,
    /// POS of the last record on the current contig.
    pos: u32,
    /// Lines that were read and that later chunks may need.
    kept: Vec<(LineSpan, Box<[u8]>)>,
}

impl SampleFeed {
    /// `lines` stand behind the header; `column` is of [`choose_sample`](super::vcf::choose_sample).
    pub(crate) fn new(lines: Lines, column: usize) -> Self {
        let contigs = Contigs::of(lines.name());
        Self { lines, column, contigs, pos: 0, kept: Vec::new() }
    }

    /// Adds the lines that concern the records whose `windows` these are.
    fn take(&mut self, windows: &ContigWindows, slice: &mut Slice) -> Result<()> {
        if self.contigs.enter(windows.contig)? {
            self.kept.clear();
        }
        let mut meeting = windows.meeting();
        slice.begin(windows.contig);
        // The next chunk's windows begin at most so far before its first record.
        let may_reach_on = |place: &LineSpan| place.end.saturating_add(MARGIN) >= windows.last;
        self.kept.retain(|(place, text)| {
            if meeting.touches(place.pos, place.end) {
                slice.push(*place, text);
            }
            may_reach_on(place)
        });
        let kept = &mut self.kept;
        self.contigs.walk(&mut self.lines, &mut self.pos, Some((windows.contig, windows.end())), |place, text| {
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
    pub(crate) fn finish_reading(&mut self) -> Result<()> {
        self.contigs.leave();
        self.contigs.walk(&mut self.lines, &mut self.pos, None, |_, _| {})
    }
}

impl Feed<Slice> for SampleFeed {
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<Slice> {
        let mut slice = Slice::new(self.contigs.file.clone(), self.column);
        window::by_contig(records, form).iter().try_for_each(|windows| self.take(windows, &mut slice))?;
        Ok(slice)
    }

    fn finish(&mut self, report: &(dyn Fn(Message) + Sync)) -> Result<()> {
        self.finish_reading()?;
        self.lines.messages().into_iter().for_each(report);
        Ok(())
    }

    fn work_on(&mut self, threads: &Threads) {
        self.lines.read_ahead(threads);
    }
}

/// The feed of `match`. A raw file is in memory and needs none.
#[derive(Default)]
pub(crate) struct Along(Option<SampleFeed>);

impl Along {
    /// A sample that moves along.
    pub(crate) fn new(feed: SampleFeed) -> Self {
        Self(Some(feed))
    }
}

impl Feed<Slice> for Along {
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<Slice> {
        self.0.as_mut().map_or_else(|| Ok(Slice::default()), |feed| feed.slice(records, form))
    }

    fn finish(&mut self, report: &(dyn Fn(Message) + Sync)) -> Result<()> {
        self.0.as_mut().map_or(Ok(()), |feed| feed.finish(report))
    }

    fn work_on(&mut self, threads: &Threads) {
        if let Some(feed) = &mut self.0 {
            feed.work_on(threads);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use vdx_hts::source::Source;
    use vdx_pipeline::input::{Input, Options};

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
            vdx_hts::bgzf::Deflater::new(1).deflate(part, &mut packed);
        }
        let whole = [&packed, &vdx_hts::bgzf::EOF_BLOCK[..]].concat();
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
        let told = std::sync::Mutex::new(Vec::new());
        feed.finish(&|message| told.lock().unwrap().push(message)).unwrap();
        let told = told.into_inner().unwrap();
        assert!(matches!(&told[..], [Message::Warning(text)] if text.starts_with("s.vcf: truncated BGZF")), "{told:?}");
    }

    #[test]
    fn what_the_stream_does_not_reach_has_to_be_sorted_too() {
        let tail = |lines: &str| {
            let mut feed = feed(&format!("1 5 . A G . . . GT 0/1 0/1\n{lines}"));
            // Lines that are none are found with the others of their block.
            let read = feed.slice(&chunk("1 5 . A G"), &Form::Text).and_then(|_| feed.finish_reading());
            read.err().map(|error| error.to_string()).unwrap_or_default()
        };
        let line = |place: &str| format!("{place} . A G . . . GT 0/1 0/1\n");
        assert_eq!(tail(&[line("1 9"), line("1 9"), line("3 2"), line("3 4")].concat()), "");
        let error = tail(&[line("1 9"), line("1 8")].concat());
        assert!(
            error.starts_with("s.vcf:5 1:8: ") && error.contains("order of position, found this one behind "),
            "{error}"
        );
        let error = tail(&[line("2 9"), line("2 8")].concat());
        assert!(
            error.starts_with("s.vcf:5 2:8: ") && error.contains("order of position, found this one behind "),
            "{error}"
        );
        let error = tail(&[line("2 9"), line("2 x")].concat());
        assert!(error.starts_with("s.vcf:5: ") && error.contains("'x'"), "{error}");
    }

    #[test]
    fn unsorted_samples_are_refused() {
        let mut unsorted = feed("1 9 . A G . . . GT 0/1 0/1\n1 5 . A G . . . GT 0/1 0/1\n");
        let error = unsorted.slice(&chunk("1 9 . A G"), &Form::Text).unwrap_err().to_string();
        assert!(error.starts_with("s.vcf:4 1:5: ") && error.contains("behind 1:9; sort the sample first"), "{error}");
        let mut pieces = feed("1 9 . A G . . . GT 0/1 0/1\n2 5 . A G . . . GT 0/1 0/1\n1 9 . A G . . . GT 0/1 0/1\n");
        let error = pieces.slice(&chunk("3 9 . A G"), &Form::Text).unwrap_err().to_string();
        assert!(error.contains("behind 2:5 although 1 was there before; sort the sample first"), "{error}");
    }
}
