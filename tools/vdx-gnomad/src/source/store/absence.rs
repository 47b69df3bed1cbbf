//! Absent, or not seen: what gnomAD's allele numbers of all sites say of a variant that it does not have.

use vdx_hts::Result;

use crate::fields::Field;
use crate::source::{Answer, Question, Status};
use crate::store::SitesCursor;
use crate::store::side::SideFile;
use crate::values::Values;

/// What is said of an absent variant at a site that was called, by the place of the field.
#[derive(Debug, Default)]
pub(crate) struct Absence {
    /// AN: the site's.
    numbers: Vec<usize>,
    /// AC, AF, nhomalt: 0.
    zeros: Vec<usize>,
}

impl Absence {
    /// For these fields.
    pub(crate) fn new(fields: &[Field]) -> Self {
        let places = |names: &[&str]| {
            let fields = fields.iter().enumerate();
            fields.filter(|(_, field)| names.contains(&field.name.as_str())).map(|(at, _)| at).collect()
        };
        Self { numbers: places(&["AN"]), zeros: places(&["AC", "AF", "nhomalt"]) }
    }

    /// Gives absent variants the AN of their site, and those at sites where nobody was called their status. `sites` are those
    /// of file number `number`; `questions` are in order of position.
    ///
    /// # Errors
    /// A file cannot be read or is damaged.
    pub(crate) fn judge(
        &self,
        number: usize,
        sites: &SideFile,
        cursor: &mut SitesCursor,
        questions: &[Question<'_>],
        answers: &mut [Answer],
        values: &mut Values,
    ) -> Result<()> {
        for question in questions {
            let answer = &mut answers[question.slot as usize];
            if answer.status != Status::Absent {
                continue;
            }
            let Some(an) = cursor.an_at(number, sites, question.variant.pos)? else {
                answer.status = Status::NotCovered;
                continue;
            };
            let record = values.push();
            let an = an.to_string();
            self.numbers.iter().for_each(|&at| values.put(record, at, an.as_bytes()));
            self.zeros.iter().for_each(|&at| values.put(record, at, b"0"));
            answer.record = Some(record);
        }
        Ok(())
    }
}
