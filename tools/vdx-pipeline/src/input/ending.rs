//! What becomes of a last record whose end is not there.

use vdx_hts::error::{Error, Result};
use vdx_hts::records::unclosed;
use vdx_hts::source::Proof;
use vdx_vcf::{Columns, Form, Header};

use super::Options;

/// All that is known of an input before its end is read, so that whoever reads it can tell whether that is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending {
    pub options: Options,
    pub proof: Proof,
    /// Of a VCF.
    pub columns: Option<Columns>,
    /// The header says that a tool of the suite wrote it, and those never end a good run without a line end.
    pub ours: bool,
}

/// A last record without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Last {
    /// It is whole but for its line end; a VCF's user is told why it was taken.
    Whole(Option<String>),
    /// It is left out, as the user allowed; what to tell.
    Dropped(&'static str),
}

impl Ending {
    /// What the header says of the end.
    pub(crate) fn learn(&mut self, header: &Header) {
        self.columns = Some(Columns::of(header));
        // A tool of the suite holds the last line end of a write back until the next write or the good end: where it
        // is missing, the writer was killed.
        self.ours = header.meta_lines().any(|line| line.starts_with(b"##vdx_"));
    }

    /// What becomes of `tail`, the start of a record of `form` at the end of the input; `truncated` where more than a line
    /// end is missing, as the user allowed.
    ///
    /// # Errors
    /// It cannot be told from one that was cut.
    pub(crate) fn judge(&self, form: &Form, tail: &[u8], truncated: bool) -> Result<Last> {
        if !form.is_bcf() {
            if self.options.open_end {
                let has_end = form.record_len(&[tail, b"\n"].concat()).is_ok_and(|len| len.is_some());
                return if has_end { Ok(Last::Whole(None)) } else { Err(unclosed(tail)) };
            }
            if let Some(why) = self.shows_whole(tail).filter(|_| !truncated && !is_mark(tail)) {
                let note = format!("the last line has no line end; it is taken for whole, as {why}");
                return Ok(Last::Whole(Some(note)));
            }
        }
        if !self.options.allow_truncated {
            return Err(unterminated(form, tail));
        }
        Ok(Last::Dropped(if form.is_bcf() {
            "dropped a last record without its end"
        } else {
            "dropped a last line without line end"
        }))
    }

    /// Why nothing can be missing behind `tail`.
    fn shows_whole(&self, tail: &[u8]) -> Option<&'static str> {
        match self.proof {
            Proof::EndBlock => Some("the file has its end-of-file block"),
            Proof::Checksum => Some("the checksum of the gzip shows that the text ends there"),
            // A file that was copied or edited; a pipe ends so when its writer is killed.
            // 3.5 % of 1,559 public VCFs end without a line end: to refuse them all would be to refuse whole files.
            Proof::File => {
                let all_there = self.columns.is_some_and(|columns| columns.check(tail).is_ok());
                (all_there && !self.ours).then_some("it has all columns and this is a file, not a pipe")
            }
            Proof::None => None,
        }
    }
}

/// Whether it is the word of a tool of the suite that failed.
fn is_mark(tail: &[u8]) -> bool {
    tail.starts_with(b"#vdx-")
}

/// The error for a last record without its end. Text that a failed tool of the suite wrote ends with its own word for it.
fn unterminated(form: &Form, tail: &[u8]) -> Error {
    if form.is_bcf() {
        return Error::data(
            "truncated BCF: it ends inside a record; make the file again, or use --allow-truncated to drop that record",
        );
    }
    if is_mark(tail) {
        let said = String::from_utf8_lossy(tail).into_owned();
        return Error::data(format!(
            "the tool before this one failed and said '{said}'; see its error, then run again"
        ));
    }
    // Contig and position; what stands behind them may be about a person.
    let end = memchr::memchr_iter(b'\t', tail).nth(1).unwrap_or(tail.len()).min(40);
    let shown = String::from_utf8_lossy(&tail[..end]).into_owned();
    Error::data(format!(
        "truncated: the last line has no line end ('{shown}'); make the file again, or use --allow-truncated to drop that line"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    const TAIL: &[u8] = b"1\t5\t.\tA\tC\t.\t.\t.";

    fn ending(proof: Proof, header: &str) -> Ending {
        let mut ending = Ending { proof, ..Ending::default() };
        ending.learn(&Header::parse(header.as_bytes()).unwrap());
        ending
    }

    #[test]
    fn a_last_line_is_whole_where_the_container_or_the_kind_of_file_shows_it() {
        let judge = |proof, header: &str, tail: &[u8]| ending(proof, header).judge(&Form::Text, tail, false);
        let ours = HEADER.replace("#CHROM", "##vdx_normalizeVersion=1\n#CHROM");
        for (proof, header, tail, whole) in [
            (Proof::EndBlock, HEADER, TAIL, true),
            (Proof::Checksum, &ours, TAIL, true),
            (Proof::File, HEADER, TAIL, true),
            (Proof::File, HEADER, &TAIL[..TAIL.len() - 2], false),
            (Proof::File, &ours, TAIL, false),
            (Proof::None, HEADER, TAIL, false),
            (Proof::EndBlock, HEADER, b"#vdx-normalize: incomplete", false),
        ] {
            let judged = judge(proof, header, tail);
            assert_eq!(judged.is_ok(), whole, "{proof:?}");
            if let Ok(last) = judged {
                assert!(matches!(last, Last::Whole(Some(_))), "{proof:?}");
            }
        }
    }

    #[test]
    fn an_allowed_cut_is_dropped_and_the_word_of_a_failed_tool_is_recognised() {
        let mut ending = ending(Proof::EndBlock, HEADER);
        ending.options.allow_truncated = true;
        assert!(matches!(ending.judge(&Form::Text, TAIL, true), Ok(Last::Dropped(_))));
        let said = |tail: &[u8]| unterminated(&Form::Text, tail).to_string();
        assert!(said(b"#vdx-normalize: incomplete").contains("tool before"));
        assert!(said(b"1\t66").contains("truncated"));
    }
}
