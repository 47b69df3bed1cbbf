//! What of a plan an input that is known will take.

use super::Plan;
use super::budget::COPIES;

/// Copies of a header: as it came, taken apart, and as it is written.
const HEADERS: u64 = 3;

/// What is known of an input. Sizes are bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// The unpacked input, where that can be told.
    pub text: Option<u64>,
    /// Its header.
    pub header: u64,
    /// Its longest record, as far as known.
    pub longest: u64,
}

impl Plan {
    /// The peak that a run over such an input should stay below: a short one never fills its chunks, and few inputs have
    /// records that must be held back for order.
    #[must_use]
    pub fn expected_peak(&self, work: &Workload) -> u64 {
        let (chunk, permits) = (self.limits.chunk_bytes as u64, self.limits.permits as u64);
        let filled = work.text.map_or(permits, |text| (text / chunk + 1).min(permits));
        let spared = (permits - filled) * COPIES * chunk + self.limits.reserve_bytes as u64;
        let wide = work.longest.saturating_sub(chunk).saturating_mul(COPIES);
        self.need.saturating_sub(spared).saturating_add(wide).saturating_add(work.header.saturating_mul(HEADERS))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ask, MIB, ToolCost, plan};
    use super::*;
    use crate::flags::AutoOr;
    use crate::host::Host;

    #[test]
    fn short_inputs_take_less_and_wide_ones_more() {
        let cost = ToolCost::new("vdx-test", 8 * MIB, 4 * MIB);
        let ask = Ask { threads: AutoOr::Fixed(4), memory: AutoOr::Fixed(256 * MIB), ..Ask::default() };
        let plan = plan(&Host::default(), &ask, &cost).unwrap();
        let peak = |work: Workload| plan.expected_peak(&work);
        let long = peak(Workload::default());
        assert_eq!(long, plan.need - 4 * MIB);
        let short = peak(Workload { text: Some(1000), ..Workload::default() });
        assert_eq!(long - short, (plan.limits.permits as u64 - 1) * COPIES * plan.limits.chunk_bytes as u64);
        assert_eq!(peak(Workload { text: Some(u64::MAX), ..Workload::default() }), long);
        assert_eq!(peak(Workload { header: MIB, longest: 3 * MIB, ..Workload::default() }), long + 3 * MIB + 6 * MIB);
    }
}
