//! `-m -`: a record for each ALT of a site.

use vdx_genome::align::Aligner;
use vdx_hts::Result;
use vdx_vcf::alleles::Fields;

use super::align::reason_to_stay;
use super::{Site, Walk};
use crate::counts::Reason;
use crate::old_record::tell_old;
use crate::record::set_end;
use crate::site::Verdict;

impl Walk<'_, '_, '_> {
    /// A record of REF and ALT number `alt` (0-based).
    pub(super) fn one_of(
        &mut self,
        site: &Site,
        fields: &Fields,
        alt: usize,
        checked: bool,
        aligner: &mut Aligner,
    ) -> Result<()> {
        let Site { record, alleles: all, .. } = site;
        let alleles = [all[0], all[alt + 1]];
        let base;
        let mut end = None;
        let stays = record.at(record.pos, alleles[0], alleles[1]);
        let mut new = stays;
        match self.judge(record.pos, &alleles, checked, aligner)? {
            Verdict::Normal | Verdict::CutReference => {}
            Verdict::Stays(why) => match self.symbolic(site, alt, why)? {
                Some((symbolic, found)) => {
                    if symbolic.pos != record.pos {
                        self.counts.add(Reason::Realigned);
                        base = [found];
                        new = new.at(symbolic.pos, &base, alleles[1]);
                        end = Some(symbolic.end());
                    }
                }
                None => self.counts.add(reason_to_stay(why)),
            },
            Verdict::Problem(problem) => {
                if self.problem(record, &problem)? {
                    return Ok(());
                }
            }
            Verdict::Aligned(aligned) => {
                self.counts.add(Reason::Realigned);
                new = new.at(aligned.pos, &aligned.alleles[0], &aligned.alleles[1]);
                end = Some(new.end_of_reference());
            }
        }
        let (mut splits, mut room) = (std::mem::take(&mut self.scratch.splits), std::mem::take(&mut self.scratch.new));
        self.rewrite(record, fields, splits.one_of(alt, all.len() - 1), &mut room)?;
        let old = self.worker.steps.old_record.as_ref();
        let mut stays_telling = Vec::new();
        if let Some(end) = end {
            // Which form goes out is decided behind the workers: both tell where they come from.
            if self.worker.steps.safe {
                stays_telling.extend_from_slice(&room.info);
                tell_old(old, record, &[alt], &mut stays_telling);
            }
            set_end(self.worker.header, end, &mut room.info);
        }
        tell_old(old, record, &[alt], &mut room.info);
        let new = new.telling(&room.info).with_samples_of(&room);
        self.send_either(record, &new, &stays.telling(&stays_telling).with_samples_of(&room))?;
        (self.scratch.splits, self.scratch.new) = (splits, room);
        Ok(())
    }
}
