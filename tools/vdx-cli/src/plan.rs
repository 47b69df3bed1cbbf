//! The plan of a run: host facts and the user's wishes in, limits out. Pure, so that `vdx-meminfo` shows the very plan
//! that a tool then follows.
//!
//! `need = fixed + reserve + threads x scratch + jobs x encoder + permits x 3 x chunk`: a chunk as it came, and twice as much
//! that a worker makes of it, may be alive at once. More than that a worker puts on disk.

mod budget;
mod workload;

pub use workload::Workload;

use serde_json::{Value, json};
use vdx_hts::Result;
use vdx_hts::bgzf::Deflater;
use vdx_pipeline::Limits;
use vdx_pipeline::limits::FRESH_SHARE;

use crate::env::Env;
use crate::flags::{AutoOr, LimitArgs, format_size};
use crate::format::OutputFormat;
use crate::host::Host;

/// Bytes in a MiB, in which costs are stated.
pub const MIB: u64 = 1 << 20;

/// What a writer of Parquet may hold of the rows that become its next group.
pub const ROW_GROUP: u64 = 8 * MIB;

/// What it needs in all: the group, the values of a text column as it takes them, its dictionaries, a column packed.
const PARQUET: u64 = 4 * ROW_GROUP;

/// What a tool needs besides its chunks, in bytes; each tool states its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolCost {
    /// `vdx-normalize`
    pub tool: &'static str,
    /// Program, tables and windows of files, whatever the input.
    pub fixed: u64,
    /// What the ordered stage may hold back.
    pub reserve: u64,
    /// What each thread needs beyond what those of every tool do.
    pub per_thread: u64,
}

impl ToolCost {
    /// A tool whose threads need no more than others.
    #[must_use]
    pub const fn new(tool: &'static str, fixed: u64, reserve: u64) -> Self {
        Self { tool, fixed, reserve, per_thread: 0 }
    }

    /// The same for a run that writes `format`: the strongest levels of compression look at everything before they choose,
    /// the default one has tables of its own.
    #[must_use]
    pub fn writing(self, format: OutputFormat) -> Self {
        let (encoder, fixed) = match format {
            OutputFormat::VcfGz { level } | OutputFormat::Bcf { level } => match level {
                None => (Deflater::DEFAULT_TABLES as u64, 0),
                Some(8..) => (budget::STRONG_ENCODER, 0),
                Some(_) => (0, 0),
            },
            OutputFormat::Parquet => (0, PARQUET),
            _ => (0, 0),
        };
        Self { per_thread: self.per_thread + encoder, fixed: self.fixed + fixed, ..self }
    }
}

/// What the user asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// `--threads`
    pub threads: AutoOr<usize>,
    /// `--memory`, in bytes.
    pub memory: AutoOr<u64>,
    /// `--sequential`, or `VARIDEX_FORCE_SEQUENTIAL=1`.
    pub sequential: bool,
    /// `--chunk-size`
    pub chunk_records: Option<usize>,
}

impl Ask {
    /// The flags, and what the environment adds to them.
    #[must_use]
    pub fn new(flags: &LimitArgs, env: &Env) -> Self {
        Self {
            threads: flags.threads,
            memory: flags.memory,
            sequential: flags.sequential || env.force_sequential(),
            chunk_records: flags.chunk_size,
        }
    }
}

/// One thread or several; the output is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A plain loop in one thread.
    Sequential,
    /// A reader, workers and an ordered sink.
    Parallel,
}

impl Mode {
    /// As in `mode=` of the summary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::Parallel => "parallel",
        }
    }
}

/// What a run will use. All sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Whose plan.
    pub tool: &'static str,
    /// One thread or several.
    pub mode: Mode,
    /// What the pipeline follows.
    pub limits: Limits,
    /// The ceiling the plan was made for.
    pub budget: u64,
    /// The most the plan itself will need.
    pub need: u64,
    /// Where memory is refused: the budget, or what an input that needs more than a run takes unasked may have.
    pub ceiling: u64,
    /// What of it is no heap.
    pub(crate) outside: u64,
    /// What decided, one clause each.
    pub why: Vec<String>,
}

impl Plan {
    /// One line for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let Limits { threads, permits, chunk_bytes, .. } = self.limits;
        let s = |count| if count == 1 { "" } else { "s" };
        format!(
            "{}, {threads} thread{}, {permits} chunk{} of {}, at most {} of {}",
            self.mode.name(),
            s(threads),
            s(permits),
            format_size(chunk_bytes as u64),
            format_size(self.need),
            format_size(self.budget)
        )
    }

    /// For `--stats` and vdx-meminfo; the keys stay.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "tool": self.tool,
            "mode": self.mode.name(),
            "threads": self.limits.threads,
            "permits": self.limits.permits,
            "chunk_bytes": self.limits.chunk_bytes,
            "chunk_records": self.limits.chunk_records,
            "reserve_bytes": self.limits.reserve_bytes,
            "max_record_bytes": self.limits.max_record,
            "budget_bytes": self.budget,
            "need_bytes": self.need,
            "ceiling_bytes": self.ceiling,
            "why": self.why,
        })
    }
}

/// Makes the plan.
///
/// # Errors
/// [`vdx_hts::Kind::Memory`] when not even one thread fits into `--memory`, a cgroup's limit or `ulimit -v`; the
/// message names the smallest size that works.
pub fn plan(host: &Host, ask: &Ask, cost: &ToolCost) -> Result<Plan> {
    let mut why = Vec::new();
    let wanted = wanted_threads(host, ask, &mut why);
    let budget = budget::of(host, ask.memory, cost, &mut why)?;
    let shape = budget::fit(host, wanted, budget.bytes, cost, &mut why)?;
    let need = shape.need(cost);
    // What the plan leaves of the budget saves disks work, and has long records beside each other: half of it for each.
    let spare = budget.bytes.saturating_sub(need) / 2;
    let fresh = (FRESH_SHARE as u64 * shape.chunk).saturating_add(spare / shape.permits as u64).min(64 * MIB);
    // One thread takes the plain loop: the same code without queues, and without a reader that would be a second
    // thread.
    let mode = if shape.threads == 1 { Mode::Sequential } else { Mode::Parallel };
    let limits = Limits {
        threads: shape.threads,
        permits: shape.permits,
        chunk_bytes: shape.chunk as usize,
        fresh_bytes: fresh as usize,
        chunk_records: ask.chunk_records,
        reserve_bytes: cost.reserve as usize,
        max_record: budget::longest_record(budget.ceiling, shape.threads, cost) as usize,
        spare_bytes: usize::try_from(spare).unwrap_or(usize::MAX),
        base_bytes: budget::beside_record(wanted, cost),
    };
    let outside = budget::outside(shape.threads);
    Ok(Plan { tool: cost.tool, mode, limits, budget: budget.bytes, need, ceiling: budget.ceiling, outside, why })
}

/// Threads before memory has its say.
fn wanted_threads(host: &Host, ask: &Ask, why: &mut Vec<String>) -> usize {
    let (cpus, binding) = host.usable_cpus();
    let by = binding
        .map_or_else(|| "nothing known of CPUs".to_owned(), |limit| format!("{} of {}", limit.what, limit.level));
    match ask.threads {
        _ if ask.sequential => {
            why.push("1 thread: --sequential or VARIDEX_FORCE_SEQUENTIAL".to_owned());
            1
        }
        AutoOr::Fixed(threads) => {
            why.push(if threads > cpus {
                format!("--threads {threads}, although {cpus} can run at once ({by})")
            } else {
                format!("--threads {threads}")
            });
            threads
        }
        AutoOr::Auto => {
            why.push(format!("{cpus} thread{}: {by}", if cpus == 1 { "" } else { "s" }));
            cpus
        }
    }
}

#[cfg(test)]
mod tests;
