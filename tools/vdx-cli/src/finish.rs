//! The end of a run that did not fail: `--stats FILE`, `--multiqc FILE` and the summary line.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use serde_json::{Value, json};
use vdx_hts::atomic::{self, Mode as FileMode};
use vdx_hts::{Error, Result};

use crate::context::Context;
use crate::plan::{Mode, Plan};
use crate::stats::{Stats, megabytes};
use crate::usage;

/// Of the document of `--stats`: one more where a key goes or means something else.
const SCHEMA_VERSION: u32 = 1;

impl Stats {
    /// The document of `--stats`, as `stats.schema.json` describes it; the keys stay.
    fn to_json(&self, context: &Context, plan: &Plan) -> Value {
        let wall = context.started.elapsed();
        json!({
            "schema_version": SCHEMA_VERSION,
            "tool": context.tool,
            "version": context.version,
            "command": context.command,
            "started": seconds(SystemTime::now() - wall),
            "inputs": self.inputs,
            "input_files": self.inputs.iter().filter_map(|name| input_file(name)).collect::<Vec<_>>(),
            "records": { "in": self.records_in, "out": self.records_out },
            "reasons": self.reasons.to_json(),
            "contigs": self.contigs.to_json(),
            "details": self.details,
            "chunks": self.chunks,
            "workers": self.workers.max(1),
            "wall_seconds": wall.as_secs_f64(),
            "cpu_seconds": usage::cpu_seconds(),
            "peak_rss_bytes": usage::peak_rss_bytes(),
            "predicted_peak_bytes": plan.need,
            "plan": plan.to_json(),
        })
    }

    /// The pairs of the summary line.
    fn summary(&self, context: &Context) -> Vec<(&str, String)> {
        let mut pairs = vec![("in", self.records_in.to_string()), ("out", self.records_out.to_string())];
        pairs
            .extend(self.reasons.iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name, count.to_string())));
        let peak = usage::peak_rss_bytes().map_or_else(|| "unknown".to_owned(), |bytes| megabytes(bytes).to_string());
        pairs.extend([
            ("mode", if self.workers == 0 { Mode::Sequential } else { Mode::Parallel }.name().to_owned()),
            ("workers", self.workers.max(1).to_string()),
            ("chunks", self.chunks.to_string()),
            ("seconds", format!("{:.2}", context.started.elapsed().as_secs_f64())),
            ("peak_mb", peak),
        ]);
        pairs
    }
}

impl Context {
    /// Ends a run that did not fail: writes `--stats` and `--multiqc`, then the summary, which is the last line on standard error.
    ///
    /// # Errors
    /// When the statistics cannot be written.
    pub fn finish(&self, stats: &Stats, plan: &Plan, file: Option<&Path>) -> Result<()> {
        if let Some(file) = file {
            write_document(file, &stats.to_json(self, plan))?;
        }
        if let Some(multiqc) = &self.multiqc {
            let seconds = self.started.elapsed().as_secs_f64();
            write_document(&multiqc.file, &multiqc.document(stats, seconds, usage::peak_rss_bytes()))?;
        }
        self.log.summary(&stats.summary(self));
        Ok(())
    }
}

/// Name, size and time of an input that is a regular file; what comes by a pipe has neither.
fn input_file(name: &str) -> Option<Value> {
    let found = fs::metadata(name).ok().filter(fs::Metadata::is_file)?;
    Some(json!({ "name": name, "bytes": found.len(), "modified": found.modified().ok().map(seconds) }))
}

/// A moment as `2026-01-31T12:00:00Z`.
fn seconds(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

fn write_document(file: &Path, document: &Value) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(document)
        .map_err(|error| Error::data(format!("statistics: {error}")).in_file(file.display().to_string()))?;
    text.push(b'\n');
    write_whole(file, &text).map_err(|error| Error::io(file.display().to_string(), &error))
}

/// Writes `bytes` beside `file` and renames them into place. What is no regular file, such as a device or a named pipe,
/// is written to: a rename would replace it.
fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if fs::metadata(file).is_ok_and(|found| !found.is_file()) {
        return fs::OpenOptions::new().write(true).open(file)?.write_all(bytes);
    }
    atomic::write(file, FileMode::Usual, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Host;
    use crate::log::tests::Captured;
    use crate::log::{LogStyle, Logger};
    use crate::multiqc::Multiqc;
    use crate::plan::{Ask, MIB, ToolCost, plan};

    const COST: ToolCost = ToolCost::new("vdx-test", 8 * MIB, 8 * MIB);

    fn stats() -> Stats {
        let mut stats = Stats { inputs: vec!["in.vcf".into()], records_in: 5, records_out: 4, ..Stats::default() };
        stats.chunks = 1;
        for (name, count) in [("shifted", 2), ("split", 0), ("shifted", 1)] {
            stats.reasons.add(name, count);
        }
        stats.contigs.add("chr1", 5);
        stats
    }

    #[test]
    fn the_document_and_the_line() {
        let captured = Captured::default();
        let log = Logger::to("vdx-test", LogStyle::default(), Box::new(captured.clone()));
        let folder = tempfile::tempdir().unwrap();
        let multiqc = Multiqc { file: folder.path().join("a_mqc.json"), command: "vdx-test".into() };
        let context = Context { log, multiqc: Some(multiqc), ..Context::silent("vdx-test") };
        let plan = plan(&Host::default(), &Ask::default(), &COST).unwrap();
        let file = folder.path().join("stats.json");
        context.finish(&stats(), &plan, Some(&file)).unwrap();

        let document: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let keys: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = "schema_version tool version command started inputs input_files records reasons contigs details \
                        chunks workers wall_seconds cpu_seconds peak_rss_bytes predicted_peak_bytes plan";
        assert_eq!(keys.join(" "), expected);
        assert_eq!(document["reasons"], json!({"shifted": 3, "split": 0}));
        assert_eq!(document["records"], json!({"in": 5, "out": 4}));
        assert_eq!(document["plan"]["mode"], "sequential");
        let table: Value = serde_json::from_slice(&fs::read(folder.path().join("a_mqc.json")).unwrap()).unwrap();
        assert_eq!(table["data"]["in"]["shifted"], 3);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

        let line = captured.text();
        assert!(
            line.starts_with("vdx-test: in=5 out=4 shifted=3 mode=sequential workers=1 chunks=1 seconds="),
            "{line}"
        );
        assert!(line.contains(" peak_mb="));
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_with_its_name() {
        let plan = plan(&Host::default(), &Ask::default(), &COST).unwrap();
        let error = Context::silent("vdx-test").finish(&stats(), &plan, Some(Path::new("/nonexistent/s.json")));
        assert!(error.unwrap_err().to_string().starts_with("/nonexistent/s.json: "));
    }

    #[test]
    fn devices_are_written_not_replaced() {
        write_whole(Path::new("/dev/null"), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
