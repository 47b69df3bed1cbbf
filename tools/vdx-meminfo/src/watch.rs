//! `--watch`: what is left, a line at a time.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use vdx_cli::Context;
use vdx_cli::flags::format_size;
use vdx_cli::host::{Host, Limit, field_kib};
use vdx_hts::{Error, Result, stdout};

use crate::args::Format;

/// One moment.
#[derive(Clone, Debug, Default, PartialEq)]
struct Moment {
    time: String,
    left: Option<u64>,
    used: Option<u64>,
    limit: Option<u64>,
    binding: String,
    /// Percent of the last ten seconds in which a task waited for memory.
    pressure: Option<f64>,
    /// Of the process that is watched: now, and the most so far.
    resident: Option<[u64; 2]>,
}

/// The columns; the last two where a process is watched.
const NAMES: [&str; 8] =
    ["time", "left", "used", "limit", "binding", "pressure_some_avg10", "resident", "peak_resident"];

impl Moment {
    fn of(host: &Host, status: Option<&str>) -> Self {
        let limit = host.memory_left();
        Self {
            time: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            left: limit.as_ref().map(Limit::left),
            used: limit.as_ref().and_then(|limit| limit.used),
            limit: limit.as_ref().map(|limit| limit.value),
            binding: limit.map_or_else(String::new, |limit| format!("{} of {}", limit.what, limit.level)),
            pressure: host.pressure.first().map(|pressure| pressure.some_avg10),
            resident: status.and_then(|text| Some([field_kib(text, "VmRSS:")?, field_kib(text, "VmHWM:")?])),
        }
    }

    /// A cell for each of [`NAMES`], empty where nothing is known.
    fn cells(&self, size: impl Fn(u64) -> String) -> [String; 8] {
        let size = |value: Option<u64>| value.map_or_else(String::new, &size);
        let pressure = self.pressure.map_or_else(String::new, |share| format!("{share:.2}"));
        let [resident, peak] = self.resident.map_or([None; 2], |both| both.map(Some));
        let [left, used, limit, resident, peak] = [self.left, self.used, self.limit, resident, peak].map(size);
        [self.time.clone(), left, used, limit, self.binding.clone(), pressure, resident, peak]
    }

    fn to_json(&self, columns: usize) -> Value {
        let size = |value: Option<u64>| value.map_or(Value::Null, Value::from);
        let [resident, peak] = self.resident.map_or([None; 2], |both| both.map(Some)).map(size);
        let values = [
            self.time.as_str().into(),
            size(self.left),
            size(self.used),
            size(self.limit),
            self.binding.as_str().into(),
            self.pressure.map_or(Value::Null, Value::from),
            resident,
            peak,
        ];
        Value::Object(NAMES.iter().map(|name| (*name).to_owned()).zip(values).take(columns).collect::<Map<_, _>>())
    }
}

/// Prints a line each `every` until standard output is closed or the process `pid` ends.
///
/// # Errors
/// A process that is not there at the first look; a format that has no lines; what the system says of the output.
pub(crate) fn watch(every: Duration, pid: Option<u32>, format: Format, context: &Context) -> Result<()> {
    let print = |line: String| stdout::print(line.as_bytes()).map_err(|error| Error::io("<stdout>", &error));
    let columns = NAMES.len() - if pid.is_some() { 0 } else { 2 };
    match format {
        Format::Json => {}
        Format::Tsv => print(format!("{}\n", NAMES[..columns].join("\t")))?,
        Format::Text => print(text_line(NAMES.map(str::to_owned), columns))?,
        Format::Env | Format::Nextflow | Format::Snakemake => {
            return Err(Error::usage("--watch prints lines: give --format text, tsv or json"));
        }
    }
    let mut first = true;
    loop {
        let host = match pid.map(Host::of_process) {
            None => Host::from_process(&context.env),
            Some(Ok(host)) => host,
            Some(Err(error)) if first => return Err(error),
            Some(Err(_)) => return Ok(()),
        };
        let status = pid.map(|pid| fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default());
        // What has ended and waits for its parent to ask has no memory any more.
        if status.as_ref().is_some_and(|text| field_kib(text, "VmRSS:").is_none()) && !first {
            return Ok(());
        }
        let moment = Moment::of(&host, status.as_deref());
        print(match format {
            Format::Json => format!("{}\n", moment.to_json(columns)),
            Format::Tsv => format!("{}\n", moment.cells(|bytes| bytes.to_string())[..columns].join("\t")),
            _ => text_line(moment.cells(format_size), columns),
        })?;
        first = false;
        sleep(every);
    }
}

/// Cells in columns that stay where they are from line to line; what decides comes last, since it may be long.
fn text_line(mut cells: [String; 8], columns: usize) -> String {
    let binding = cells[4].clone();
    cells[4].clear();
    let widths = [20, 10, 10, 10, 0, 19, 10, 13];
    let mut line = String::new();
    for (at, (cell, width)) in cells.iter().zip(widths).take(columns).enumerate() {
        if at != 4 {
            line.push_str(&format!("{cell:<width$}  "));
        }
    }
    line.push_str(&binding);
    format!("{}\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_cell_for_each_name() {
        let limit = |value, used| Limit {
            what: "memory.max".into(),
            source: String::new(),
            value,
            used: Some(used),
            level: "cgroup v2 /job".into(),
        };
        let host = Host { memory: vec![limit(4096, 1024)], ..Host::default() };
        let moment = Moment::of(&host, Some("VmHWM:\t 2 kB\nVmRSS:\t 1 kB\n"));
        let cells = moment.cells(|bytes| bytes.to_string());
        assert_eq!(cells[1..], ["3072", "1024", "4096", "memory.max of cgroup v2 /job", "", "1024", "2048"]);
        assert!(cells[0].starts_with("20") && cells[0].ends_with('Z'), "{}", cells[0]);
        let json = moment.to_json(8);
        assert_eq!((json["left"].as_u64(), json["pressure_some_avg10"].is_null()), (Some(3072), true));
        assert_eq!(moment.to_json(6).as_object().unwrap().len(), 6);
        let line = text_line(moment.cells(format_size), 8);
        assert!(line.contains("3 KiB") && line.ends_with("memory.max of cgroup v2 /job\n"), "{line}");
    }
}
