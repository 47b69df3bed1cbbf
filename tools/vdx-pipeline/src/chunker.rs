//! Cuts decoded batches into chunks of whole records, whatever the batches' edges.

use std::ops::Range;
use std::sync::Arc;

use vdx_hts::batch::{Batch, HEADROOM};
use vdx_hts::error::{Error, Result};
use vdx_hts::records::Records as _;
use vdx_vcf::Form;

use crate::regions::RegionFilter;

/// Whole records of one batch, the left-over of the batch before in front.
#[derive(Clone)]
pub struct Cut {
    /// The bytes; shared by the chunks that were cut from one batch.
    pub batch: Arc<Batch>,
    /// The chunk's records within [`Batch::text`].
    pub range: Range<usize>,
}

/// Joins what one batch left over with the next. Batches come in input order.
pub struct Chunker {
    /// The start of a record whose end has not been seen.
    carry: Vec<u8>,
    form: Form,
    chunk_records: Option<usize>,
    max_record: usize,
    /// Drops records before chunks are made of the others.
    pub(crate) filter: Option<Box<RegionFilter>>,
}

impl Chunker {
    /// At most `chunk_records` records a chunk, where given, and at most `max_record` bytes a record.
    pub fn new(form: Form, chunk_records: Option<usize>, max_record: usize) -> Self {
        Self { carry: Vec::new(), form, chunk_records, max_record, filter: None }
    }

    /// Gives out the chunks that `batch` completes: none while a long record goes on, several under `--chunk-size`.
    pub fn push(&mut self, mut batch: Box<Batch>) -> Result<Vec<Cut>> {
        let data = &batch.text[batch.data..batch.end];
        let Some(len) = self.form.last_edge(&self.carry, data)? else {
            self.grow(data)?;
            return Ok(Vec::new());
        };
        let start = if self.carry.len() <= batch.data {
            let start = batch.data - self.carry.len();
            batch.text[start..batch.data].copy_from_slice(&self.carry);
            start
        } else {
            // The left-over does not fit the headroom: it becomes the front of a longer buffer.
            let carried = self.carry.len();
            let mut text = std::mem::take(&mut self.carry);
            reserve(&mut text, batch.end - batch.data)?;
            text.extend_from_slice(&batch.text[batch.data..batch.end]);
            batch.text = text;
            return Ok(self.split(batch, 0, carried, len));
        };
        let data = batch.data;
        Ok(self.split(batch, start, data, len))
    }

    /// Takes over what stands behind the last whole record and shares out the rest: records from `start`, the batch's own
    /// bytes from `data`, of which `len` end a record.
    fn split(&mut self, mut batch: Box<Batch>, start: usize, data: usize, len: usize) -> Vec<Cut> {
        let end = data + (batch.end - batch.data);
        let mut cut = data + len;
        self.carry.clear();
        self.carry.extend_from_slice(&batch.text[cut..end]);
        batch.data = data;
        batch.end = end;
        if let Some(filter) = &mut self.filter {
            let kept = start + filter.compact(&self.form, &mut batch.text[start..cut]);
            batch.compacted = kept < cut;
            cut = kept;
            if start == cut {
                return Vec::new();
            }
        }
        let batch: Arc<Batch> = Arc::from(batch);
        let Some(records) = self.chunk_records else { return vec![Cut { batch, range: start..cut }] };
        let mut cuts = Vec::new();
        let (mut from, mut to) = (start, start);
        for (at, record) in self.form.records(&batch.text[start..cut]).enumerate() {
            to += record.len();
            if (at + 1) % records.max(1) == 0 {
                cuts.push(Cut { batch: Arc::clone(&batch), range: from..to });
                from = to;
            }
        }
        if from < cut {
            cuts.push(Cut { batch, range: from..cut });
        }
        cuts
    }

    fn grow(&mut self, data: &[u8]) -> Result<()> {
        if self.carry.len() + data.len() > self.max_record {
            let message = format!(
                "expected a record of at most {} bytes, found one that goes on; is this {}? (a larger --memory allows \
                 longer records)",
                self.max_record,
                if self.form.is_bcf() { "a BCF, and not damaged" } else { "a text file with line ends" }
            );
            return Err(Error::data(message));
        }
        reserve(&mut self.carry, data.len())?;
        self.carry.extend_from_slice(data);
        Ok(())
    }

    /// What is left at the end of input: the start of a record without its end.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.carry)
    }
}

fn reserve(bytes: &mut Vec<u8>, more: usize) -> Result<()> {
    // One spare allocation of the size of the headroom keeps a growing record from being copied for every batch.
    bytes.try_reserve(more.max(HEADROOM)).map_err(|_| {
        Error::memory(format!("no memory for a record of more than {} bytes; give the process more", bytes.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use vdx_hts::batch::{Pool, Taken};

    fn batch(text: &[u8], room: usize) -> Box<Batch> {
        let Taken::Batch(mut batch) = Pool::new(1, room).take() else { panic!("no batch") };
        batch.load(text, 0);
        batch
    }

    fn lines(cuts: &[Cut]) -> Vec<String> {
        cuts.iter().map(|cut| String::from_utf8(cut.batch.text[cut.range.clone()].to_vec()).unwrap()).collect()
    }

    #[test]
    fn records_join_across_batches_of_any_size() {
        let text = b"one\ntwo two\n\nthree three three\nfour\nrest";
        for size in 1..text.len() {
            let mut chunker = Chunker::new(Form::Text, None, 100);
            let mut whole = String::new();
            for part in text.chunks(size) {
                whole += &lines(&chunker.push(batch(part, size)).unwrap()).concat();
            }
            assert_eq!(
                (whole.as_bytes(), chunker.finish().as_slice()),
                (&text[..text.len() - 4], &b"rest"[..]),
                "size {size}"
            );
        }
    }

    #[test]
    fn a_left_over_beyond_the_headroom_is_joined_too() {
        let long = vec![b'x'; HEADROOM + 10];
        let mut chunker = Chunker::new(Form::Text, None, 1 << 20);
        assert!(chunker.push(batch(&long, long.len())).unwrap().is_empty());
        let cuts = chunker.push(batch(b"y\nz", 10)).unwrap();
        assert_eq!(lines(&cuts)[0].len(), long.len() + 2);
        assert_eq!(cuts[0].batch.data, long.len());
        assert_eq!(chunker.finish(), b"z");
    }

    #[test]
    fn chunks_hold_at_most_the_records_asked_for() {
        let mut chunker = Chunker::new(Form::Text, Some(2), 100);
        assert_eq!(lines(&chunker.push(batch(b"a\nb\nc\nd", 10)).unwrap()), ["a\nb\n", "c\n"]);
    }

    #[test]
    fn a_record_beyond_the_limit_is_an_error() {
        let mut chunker = Chunker::new(Form::Text, None, 8);
        chunker.push(batch(b"12345", 10)).unwrap();
        assert!(chunker.push(batch(b"6789", 10)).is_err());
    }
}
