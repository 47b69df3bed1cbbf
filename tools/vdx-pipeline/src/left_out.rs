//! What no output has of the lines of an input: told once, at its end.

use vdx_vcf::Mended;

/// What was left out of lines.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LeftOut {
    /// Lines that had columns behind those of the header.
    columns: u64,
    /// Lines that ended with `\r\n`.
    line_ends: u64,
}

impl LeftOut {
    /// Of these lines.
    pub(crate) fn of(mended: &Mended) -> Self {
        Self { columns: mended.columns, line_ends: mended.line_ends }
    }

    /// Adds what was left out of others.
    pub(crate) fn add(&mut self, other: Self) {
        self.columns += other.columns;
        self.line_ends += other.line_ends;
    }

    /// What there is to tell of it.
    pub(crate) fn notes(self) -> impl Iterator<Item = String> {
        let Self { columns, line_ends } = self;
        let of_columns = || format!("dropped the columns at the end of {columns} line(s) that the header lacks");
        let of_line_ends = || format!("{line_ends} line(s) end with CR LF, as on Windows; LF alone is written");
        (columns > 0).then(of_columns).into_iter().chain((line_ends > 0).then(of_line_ends))
    }
}
