//! What became of the rows of a raw file.

/// Rows that a warning names, of each kind.
pub(super) const NAMED: usize = 5;

/// What became of the rows, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Records.
    pub(crate) records: u64,
    /// Records without a result; with `--all-sites` the sites that the file lacks, too.
    pub(crate) no_calls: u64,
    /// Rows of `I` or `D` that became alleles.
    pub(crate) indels: u64,
    /// Rows of `I` or `D` that no site explains, and those that several do; left out.
    pub(crate) without_site: u64,
    /// See above.
    pub(crate) several_sites: u64,
    /// Rows whose rsID the sites have elsewhere, and which are written there.
    pub(crate) moved: u64,
    /// Rows of one position with the same result, written once.
    pub(crate) duplicates: u64,
    /// Positions whose rows disagree: no calls.
    pub(crate) rows_disagree: u64,
    /// Rows behind the end of their contig; left out.
    pub(crate) outside: u64,
    /// Rows where the reference has no base; left out.
    pub(crate) unknown_reference: u64,
    /// Rows of `I` or `D` that are left out, by name.
    pub(crate) named: Vec<String>,
}

impl Tally {
    /// Adds another one.
    pub(crate) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.no_calls += other.no_calls;
        self.indels += other.indels;
        self.without_site += other.without_site;
        self.several_sites += other.several_sites;
        self.moved += other.moved;
        self.duplicates += other.duplicates;
        self.rows_disagree += other.rows_disagree;
        self.outside += other.outside;
        self.unknown_reference += other.unknown_reference;
        let room = NAMED.saturating_sub(self.named.len());
        self.named.extend(other.named.iter().take(room).cloned());
    }
}
