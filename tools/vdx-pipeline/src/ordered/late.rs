//! Records that belong before what is written already: spilled, and merged into the file before it gets its name.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::FileExt;

use vdx_hts::error::{Error, Result};
use vdx_hts::spill::failed;

use crate::ordered::same_position::SamePosition;
use crate::ordered::settle::Settle;
use crate::sink::Sink;

/// The spill file has no name, so it is gone however the process ends, and nobody else can open it.
#[derive(Default)]
pub(super) struct LateRecords {
    spill: Option<BufWriter<File>>,
    records: Vec<LateRecord>,
    bytes: u64,
}

struct LateRecord {
    contig: Vec<u8>,
    pos: u32,
    /// Of the input.
    line: u64,
    offset: u64,
    len: usize,
}

impl LateRecords {
    /// Keeps `record`, read from `line`, for the place behind the records at or before 1-based `pos` of `contig`.
    pub(crate) fn push(&mut self, contig: &[u8], pos: u32, line: u64, record: &[u8]) -> Result<()> {
        let spill = match &mut self.spill {
            Some(spill) => spill,
            None => self.spill.insert(BufWriter::new(tempfile::tempfile().map_err(|error| failed(&error))?)),
        };
        spill.write_all(record).map_err(|error| failed(&error))?;
        self.records.push(LateRecord { contig: contig.to_vec(), pos, line, offset: self.bytes, len: record.len() });
        self.bytes += record.len() as u64;
        Ok(())
    }

    /// Writes the output anew with every late record in its place, if there is any. `sites` sees the records of a POS
    /// together once more.
    pub(crate) fn merge<S: Settle>(&mut self, sink: &mut Sink, mut sites: Option<&mut SamePosition<S>>) -> Result<()> {
        let Some(spill) = self.spill.take() else { return Ok(()) };
        let spill = spill.into_inner().map_err(|error| failed(error.error()))?;
        // Contigs come in the order of the output, as the late did; within one the sort is stable.
        let mut groups: Vec<Vec<LateRecord>> = Vec::new();
        for record in std::mem::take(&mut self.records) {
            match groups.last_mut() {
                Some(group) if group[0].contig == record.contig => group.push(record),
                _ => groups.push(vec![record]),
            }
        }
        groups.iter_mut().for_each(|group| group.sort_by_key(|record| record.pos));
        let mut waiting = groups.into_iter().flatten().peekable();
        let mut bytes = Vec::new();
        let mut write = |contig: &[u8], pos: u32, record: &[u8], late: Option<u64>, sink: &mut Sink| match &mut sites {
            None => sink.write_records(record),
            Some(sites) => sites.again(contig, pos, record, late, sink),
        };
        let mut put = |record: &LateRecord, write: &mut Write, sink: &mut Sink| {
            bytes.resize(record.len, 0);
            spill.read_exact_at(&mut bytes, record.offset).map_err(|error| failed(&error))?;
            write(&record.contig, record.pos, &bytes, Some(record.line), sink)
        };
        let form = sink.form().clone();
        sink.rewrite(|mut written, sink| {
            let mut contig = Vec::new();
            while let Some((record, number)) = written.next()? {
                let no_record = || Error::data("internal error: no record in what was written").at_line(number);
                let (chrom, pos) = form.locus(record).ok_or_else(no_record)?;
                if contig != chrom {
                    while let Some(next) = waiting.next_if(|next| next.contig == contig) {
                        put(&next, &mut write, sink)?;
                    }
                    contig = chrom.to_vec();
                }
                // Ties go behind what is written: that was read before the record, or held its place first.
                while let Some(next) = waiting.next_if(|next| next.contig == contig && next.pos < pos) {
                    put(&next, &mut write, sink)?;
                }
                write(&contig, pos, record, None, sink)?;
            }
            waiting.try_for_each(|record| put(&record, &mut write, sink))
        })?;
        if let Some(sites) = sites {
            sites.flush(sink)?;
        }
        Ok(())
    }
}

/// Writes a record: contig, 1-based POS, its bytes, the line that it was read from if it finds its place now.
type Write<'a> = dyn FnMut(&[u8], u32, &[u8], Option<u64>, &mut Sink) -> Result<()> + 'a;
