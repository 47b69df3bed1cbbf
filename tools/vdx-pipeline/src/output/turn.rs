//! Lines of an output turned over into records of another form.

use vdx_hts::error::Result;
use vdx_vcf::Form;
use vdx_vcf::bcf::Encoder;

use super::pieces::{At, Pieces};
use super::{GIVEN_BACK_AT_ONCE, Output, Place, Span};
use crate::convert::to_records;

impl<N> Output<N> {
    /// Turns lines over into records of `form`. Spans that make up one line become one.
    ///
    /// # Errors
    /// A line that cannot be turned over.
    pub(crate) fn turn(&mut self, form: &Form, encoder: &mut Encoder) -> Result<()> {
        let (mut kept, mut fresh) = (Vec::new(), Pieces::new(self.most));
        let mut spans = Vec::with_capacity(self.spans.len());
        let mut parts: Option<(Span, Vec<u8>)> = None;
        let mut read = 0;
        for span in &self.spans {
            read += span.len();
            if read >= GIVEN_BACK_AT_ONCE {
                self.give_back();
                read = 0;
            }
            let bytes = self.bytes(span);
            let (first, line) = match parts.take() {
                None => (*span, None),
                Some((first, mut line)) => {
                    line.extend_from_slice(bytes);
                    (first, Some(line))
                }
            };
            let lines = line.as_deref().unwrap_or(bytes);
            if !lines.ends_with(b"\n") {
                parts = Some((first, line.unwrap_or_else(|| bytes.to_vec())));
                continue;
            }
            let records = if first.place == Place::Kept {
                &mut kept
            } else {
                fresh.make_room(lines.len())?;
                fresh.open()
            };
            let start = records.len();
            to_records(form, lines, encoder, records)?;
            let range = start..records.len();
            let at = if first.place == Place::Kept { At::of_chunk(range) } else { fresh.at(range) };
            spans.push(Span { at, ..first });
            fresh.seal()?;
        }
        self.own.turn(kept);
        (self.fresh, self.spans, self.form) = (fresh, spans, form.clone());
        Ok(())
    }
}
