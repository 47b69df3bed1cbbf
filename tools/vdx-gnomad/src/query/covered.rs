//! Absent, or not seen: what gnomAD's allele numbers of all sites say of a variant that it does not have.

use vdx_hts::Result;

use crate::fields::Field;
use crate::query::alleles::Status;
use crate::query::look_up::{Answer, Question};
use crate::query::scan::Values;
use crate::source::Db;
use crate::store::SitesCursor;

/// What is said of an absent variant at a site that was called, by the place of the field.
#[derive(Debug, Default)]
pub struct Absence {
    /// AN: the site's.
    numbers: Vec<usize>,
    /// AC, AF, nhomalt: 0.
    zeros: Vec<usize>,
}

impl Absence {
    /// For these fields.
    pub fn new(fields: &[Field]) -> Self {
        let places = |names: &[&str]| {
            let fields = fields.iter().enumerate();
            fields.filter(|(_, field)| names.contains(&field.name.as_str())).map(|(at, _)| at).collect()
        };
        Self { numbers: places(&["AN"]), zeros: places(&["AC", "AF", "nhomalt"]) }
    }

    /// Gives absent variants the AN of their site, and those at sites where nobody was called their status. Nothing
    /// changes on contigs whose sites the source does not have. `questions` are in order of place.
    ///
    /// # Errors
    /// A file cannot be read or is damaged.
    pub fn judge(
        &self,
        db: &Db,
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
            let Some(sites) = db.sites(question.contig) else { continue };
            let Some(an) = cursor.an_at(db.file_of(question.contig), sites, question.variant.pos)? else {
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
