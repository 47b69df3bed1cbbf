//! Where the sample and the ClinVar stream stand among their contigs, and how the one is read on to where the other is.

use std::collections::HashSet;

use vdx_hts::sorted::unsorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::Lines;
use vdx_vcf::{Line, contig};

use super::slice::LineSpan;
use crate::sample::vcf;

/// Where sample and stream stand among their contigs.
#[derive(Default)]
pub(crate) struct Contigs {
    /// The sample, for messages.
    pub(crate) file: String,
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
    /// Before the first contig of the sample `file`.
    pub(crate) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// The stream is at `name`; `true` where it has just come there.
    pub(crate) fn enter(&mut self, name: &[u8]) -> Result<bool> {
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
    pub(crate) fn leave(&mut self) {
        self.streamed.push(std::mem::take(&mut self.contig));
    }

    /// The sample comes to a contig, with a record at `pos`; `last` is that of the record before.
    fn come_to(&mut self, (chrom, pos): (&[u8], u32), last: u32) -> Result<()> {
        let shown = String::from_utf8_lossy(chrom);
        if self.passed.contains(chrom) {
            return Err(unsorted("the sample", (chrom, pos), (&self.current, last)));
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
    pub(crate) fn walk(
        &mut self,
        lines: &mut Lines,
        pos: &mut u32,
        wanted: Option<(&[u8], u32)>,
        mut found: impl FnMut(LineSpan, &[u8]),
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
                        self.come_to((line.chrom(), line.pos()), *pos)
                            .map_err(|error| error.in_file(file).at_line(number))?;
                        standing = self.standing(name);
                        *pos = 0;
                    }
                    if line.pos() < *pos {
                        let found = (line.chrom(), line.pos());
                        let error = unsorted("the sample", found, (line.chrom(), *pos));
                        return Err(error.in_file(&self.file).at_line(number));
                    }
                    stopped = standing == Standing::Here && line.pos() > last;
                    if !stopped {
                        *pos = line.pos();
                    }
                    if standing == Standing::Here && !stopped {
                        let end = vcf::end(&line).map_err(|error| error.in_file(&self.file).at_line(number))?;
                        found(LineSpan { pos: *pos, end, line: number }, text);
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

/// POS of a line that begins with it.
fn pos_at_start(text: &[u8]) -> Option<u32> {
    vdx_vcf::line::parse_pos(&text[..memchr::memchr(b'\t', text)?])
}

/// Whether two names are one contig of the human genome, or the same name.
fn same(one: &[u8], other: &[u8]) -> bool {
    one == other || contig::number(one).is_some_and(|number| contig::number(other) == Some(number))
}
