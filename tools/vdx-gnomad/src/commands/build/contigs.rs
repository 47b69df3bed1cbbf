//! The ordered stage: a file of the store for each contig that comes.

use std::path::Path;

use vdx_hts::Result;
use vdx_hts::sorted::unsorted;
use vdx_pipeline::ordered::Order;
use vdx_pipeline::sink::Sink;
use vdx_pipeline::{Output, Threads};

use super::Built;
use super::job::{Job, Wanted, names_of};
use crate::query::annotator::LeftOut;
use crate::store::file::End;
use crate::store::folder::beside;
use crate::store::rows::{FILE, Rows};
use crate::store::rsid::{self, Gatherer};
use crate::store::write::ContigWriter;

/// The ordered stage: a file of the store for each contig that comes.
pub(super) struct Contigs<'j, 'b> {
    job: &'j Job<'j>,
    pub(super) built: &'b mut Built,
    /// What has not come yet.
    wanted: Vec<Wanted>,
    open: Option<Making>,
    /// The contigs that came, the last of them at hand.
    seen: Vec<Vec<u8>>,
    /// POS of the last record of that one.
    last: u32,
    threads: Option<Threads>,
    /// The file that is read.
    source: &'j Path,
}

/// A contig that is being built.
struct Making {
    writer: ContigWriter,
    names: Option<Gatherer>,
}

impl Making {
    fn append(&mut self, rows: &Rows) -> Result<()> {
        self.writer.append(rows)?;
        let Some(names) = &mut self.names else { return Ok(()) };
        (0..rows.keys.len())
            .try_for_each(|row| names.add(rows.ids.get(row as u32, 0).unwrap_or(b"."), &rows.keys.get(row)))
    }
}

impl<'j, 'b> Contigs<'j, 'b> {
    pub(super) fn new(job: &'j Job<'j>, built: &'b mut Built, wanted: Vec<Wanted>, source: &'j Path) -> Self {
        Self { job, built, wanted, open: None, seen: Vec::new(), last: 0, threads: None, source }
    }

    fn append(&mut self, rows: &Rows) -> Result<()> {
        if self.seen.last() != Some(&rows.contig) {
            if let Some(making) = self.open.take() {
                self.close(making)?;
            }
            if self.seen.contains(&rows.contig) {
                let before = (self.seen.last().map_or(&[][..], Vec::as_slice), self.last);
                return Err(rows.place(unsorted(FILE, (&rows.contig, rows.first), before)));
            }
            self.seen.push(rows.contig.clone());
            if let Some(at) = self.wanted.iter().position(|wanted| wanted.contig == rows.contig) {
                let wanted = self.wanted.swap_remove(at);
                self.open = Some(self.start(wanted)?);
            }
        }
        self.last = rows.last;
        let Some(making) = &mut self.open else { return Ok(()) };
        if let Some(first) = rows.values.left_out().first() {
            let (path, chrom) = (self.source.display(), String::from_utf8_lossy(&rows.contig));
            let pos = rows.keys.get(first.record as usize).pos;
            let first = Some(format!("{path} {chrom}:{pos}: {}", first.wrong));
            self.built.left_out.add(LeftOut { count: rows.values.left_out().len() as u64, first });
        }
        making.append(rows)
    }

    fn start(&self, Wanted { contig, description, target }: Wanted) -> Result<Making> {
        let names = beside(self.job.folder, &contig, rsid::SUFFIX);
        let names = self.job.args.rsid.then(|| Gatherer::new(&names, names_of(&description)));
        let writer = ContigWriter::new(&target, description.clone(), self.threads.clone())?;
        // Another build may have made one with other fields before this one had the lock.
        self.job.is_there(&target, &description)?;
        Ok(Making { writer, names })
    }

    fn close(&mut self, Making { writer, names }: Making) -> Result<()> {
        if let Some(names) = names {
            names.finish()?;
        }
        let contig = writer.contig().to_owned();
        let (End { records, left_out, .. }, size) = writer.finish()?;
        self.job.context.log.debug(&format!("{contig}: {records} records in {size} bytes"));
        self.built.files.push((contig, records, left_out, size));
        Ok(())
    }
}

impl Order<Vec<Rows>> for Contigs<'_, '_> {
    fn accept(&mut self, mut out: Output<Vec<Rows>>, _: &mut Sink) -> Result<()> {
        std::mem::take(&mut out.note).iter().try_for_each(|rows| self.append(rows))
    }

    fn work_on(&mut self, threads: &Threads) {
        self.threads = Some(threads.clone());
    }

    fn finish(&mut self, _: &mut Sink) -> Result<()> {
        if let Some(making) = self.open.take() {
            self.close(making)?;
        }
        // A file without records still covers its contig.
        for wanted in std::mem::take(&mut self.wanted) {
            let making = self.start(wanted)?;
            self.close(making)?;
        }
        Ok(())
    }
}
