//! What a run counted, for MultiQC: a file of custom content (<https://docs.seqera.io/multiqc/custom_content>).
//!
//! Files of several runs make one table, a row each, as long as they have the same `id`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::stats::{Stats, megabytes};

/// How MultiQC knows a file of custom content by its name.
pub(crate) const ENDING: &str = "_mqc.json";

/// `--multiqc`: where to, and the command that is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiqc {
    /// The file.
    pub file: PathBuf,
    /// The tool and its subcommand: `vdx-merge match`.
    pub command: String,
}

impl Multiqc {
    /// The table of one run that took `seconds`.
    pub(crate) fn document(&self, stats: &Stats, seconds: f64, peak_rss_bytes: Option<u64>) -> Value {
        let id = self.command.replace(['-', ' '], "_");
        let mut columns = Columns::default();
        columns.add("in", "Records read", "{:,.0f}", stats.records_in.into());
        columns.add("out", "Records written", "{:,.0f}", stats.records_out.into());
        for (reason, count) in stats.reasons.iter() {
            columns.add(reason, &title(reason), "{:,.0f}", count.into());
        }
        columns.add("seconds", "Seconds", "{:,.1f}", seconds.into());
        columns.add("peak_mb", "Peak memory (MiB)", "{:,.0f}", peak_rss_bytes.map(megabytes).into());
        json!({
            "id": id,
            "section_name": self.command,
            "description": "Records read and written, and what was done to them.",
            "plot_type": "table",
            "pconfig": { "id": format!("{id}_table"), "title": format!("{}: records", self.command) },
            "headers": columns.headers,
            "data": { self.sample(stats): columns.values },
        })
    }

    /// The name of the row: that of the first input without folder and suffixes or, of a pipe, that of the file.
    fn sample(&self, stats: &Stats) -> String {
        let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let file = name(&self.file);
        let input = stats.inputs.first().filter(|input| *input != "stdin");
        let Some(input) = input else { return file.strip_suffix(ENDING).unwrap_or(&file).to_owned() };
        let mut name = name(Path::new(input));
        for suffix in [".gz", ".bgz", ".vcf", ".bcf"] {
            name.truncate(name.strip_suffix(suffix).unwrap_or(&name).len());
        }
        name
    }
}

#[derive(Default)]
struct Columns {
    headers: Map<String, Value>,
    values: Map<String, Value>,
}

impl Columns {
    fn add(&mut self, key: &str, title: &str, format: &str, value: Value) {
        self.headers.insert(key.to_owned(), json!({ "title": title, "format": format }));
        self.values.insert(key.to_owned(), value);
    }
}

/// `ref_mismatch` as `Ref mismatch`.
fn title(reason: &str) -> String {
    let mut title = reason.replace('_', " ");
    title[..1].make_ascii_uppercase();
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_a_row() {
        let multiqc = Multiqc { file: "out/a_mqc.json".into(), command: "vdx-merge match".into() };
        let mut stats = Stats { inputs: vec!["in/x.vcf.gz".into()], records_in: 5, records_out: 4, ..Stats::default() };
        stats.reasons.add("no_contig", 3);
        let document = multiqc.document(&stats, 1.5, Some(3 << 20));
        assert_eq!(document["id"], "vdx_merge_match");
        assert_eq!(document["plot_type"], "table");
        assert_eq!(
            document["data"],
            json!({ "x": { "in": 5, "out": 4, "no_contig": 3, "seconds": 1.5, "peak_mb": 3 } })
        );
        assert_eq!(document["headers"]["no_contig"]["title"], "No contig");
        stats.inputs = vec!["stdin".into()];
        assert_eq!(multiqc.sample(&stats), "a");
    }
}
