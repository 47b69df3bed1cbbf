//! The report: host facts and plans as plain data, as text for people and in forms for programs.

mod formats;
mod table;

use serde_json::{Value, json};
use vdx_cli::Context;
use vdx_cli::flags::format_size;
use vdx_cli::host::{Host, Limit};
use vdx_cli::plan::{Ask, Plan, ToolCost, plan};

use crate::input::InputFacts;
use crate::varidex::VaridexMode;
use table::Table;

/// Percent of the time in which tasks waited for memory.
const WORTH_TELLING: f64 = 1.0;
/// Only fewer threads than that are worth a line.
const SCARCE_THREADS: u64 = 1000;

/// Everything the report says.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    host: Host,
    /// What the tools are to work on, where that is asked.
    input: Option<InputFacts>,
    /// The plan of each tool, or why it has none.
    plans: Vec<(&'static str, Result<Plan, String>)>,
    /// VariDex's mode for what this process may really use.
    mode: VaridexMode,
    /// The mode VariDex itself would choose: it asks the machine and sees no limit.
    machine_mode: VaridexMode,
}

impl Report {
    /// The report on `host` for the tools of `costs`, on `input` where there is one.
    #[must_use]
    pub fn new(host: Host, ask: &Ask, costs: &[ToolCost], input: Option<InputFacts>) -> Self {
        let plans =
            costs.iter().map(|cost| (cost.tool, plan(&host, ask, cost).map_err(|error| error.to_string()))).collect();
        let left = host.memory_left().map_or(0, |limit| limit.left());
        let (cpus, _) = host.usable_cpus();
        let mode = VaridexMode::of(left, cpus);
        let machine_mode = VaridexMode::of(host.available_memory, cpus);
        Self { host, input, plans, mode, machine_mode }
    }

    /// The first tool that could not run, and why.
    #[must_use]
    pub fn first_refusal(&self) -> Option<(&'static str, &str)> {
        self.plans.iter().find_map(|(tool, plan)| Some((*tool, plan.as_ref().err()?.as_str())))
    }

    /// For people; `explain` adds every limit found and the reasons of every plan.
    #[must_use]
    pub fn to_text(&self, explain: bool) -> String {
        let mut text = self.summary().to_string();
        if let Some(input) = &self.input {
            text.push_str(&format!("\n{}\n", input.describe()));
        }
        text.push('\n');
        text.push_str(&self.plan_table().to_string());
        for (tool, plan) in &self.plans {
            match plan {
                Err(message) => text.push_str(&format!("{tool} could not run: {message}\n")),
                Ok(plan) if explain => text.push_str(&format!("{tool}: {}\n", plan.why.join("; "))),
                Ok(_) => {}
            }
        }
        if explain {
            text.push('\n');
            text.push_str(&self.limit_table().to_string());
            text.push_str(&self.varidex_line());
            self.host.notes.iter().for_each(|note| text.push_str(&format!("note: {note}\n")));
        }
        text
    }

    /// For people who know VariDex.
    fn varidex_line(&self) -> String {
        let itself = if self.machine_mode.name == self.mode.name {
            String::new()
        } else {
            let found = format_size(self.host.available_memory);
            format!("; VariDex itself asks the machine, finds {found} and would choose {}", self.machine_mode.name)
        };
        format!("VariDex's mode for this memory: {}{itself}\n", self.mode.describe())
    }

    fn summary(&self) -> Table {
        let mut table = Table::default();
        let by = |limit: &Limit| format!("{} of {}", limit.what, limit.level);
        match self.host.memory_left() {
            Some(limit) => {
                let left = format!("{} left of {}", format_size(limit.left()), format_size(limit.value));
                table.row(["memory".to_owned(), left, by(&limit)]);
            }
            None => table.row(["memory", "unknown", ""].map(str::to_owned)),
        }
        let (cpus, binding) = self.host.usable_cpus();
        table.row(["CPUs".to_owned(), cpus.to_string(), binding.map(by).unwrap_or_default()]);
        if let Some(limit) = Host::tightest(&self.host.address_space) {
            let left = format!("{} left of {}", format_size(limit.left()), format_size(limit.value));
            table.row(["address space".to_owned(), left, by(limit)]);
        }
        if let Some(pressure) = self.host.pressure.first().filter(|pressure| pressure.some_avg10 >= WORTH_TELLING) {
            let share = format!("{:.0} % of the last 10 s", pressure.some_avg10);
            table.row(["waiting for memory".to_owned(), share, format!("memory.pressure of {}", pressure.level)]);
        }
        if let Some(limit) = Host::tightest(&self.host.tasks).filter(|limit| limit.left() < SCARCE_THREADS) {
            table.row(["new threads".to_owned(), limit.left().to_string(), by(limit)]);
        }
        table
    }

    fn plan_table(&self) -> Table {
        let mut table = Table::default();
        let expected = if self.input.is_some() { "expected peak" } else { "" };
        table.row(
            ["tool", "mode", "threads", "chunks", "needs", "budget", "longest record", expected].map(str::to_owned),
        );
        for (tool, plan) in &self.plans {
            let expected = self.expected_peak(plan.as_ref().ok()).map_or_else(String::new, format_size);
            table.row(match plan {
                Ok(plan) => [
                    (*tool).to_owned(),
                    plan.mode.name().to_owned(),
                    plan.limits.threads.to_string(),
                    format!("{} x {}", plan.limits.permits, format_size(plan.limits.chunk_bytes as u64)),
                    format_size(plan.need),
                    format_size(plan.budget),
                    format_size(plan.limits.max_record as u64),
                    expected,
                ],
                Err(_) => [*tool, "refused", "", "", "", "", "", ""].map(str::to_owned),
            });
        }
        table
    }

    fn limit_table(&self) -> Table {
        let mut table = Table::default();
        table.row(["limit of", "what", "value", "used", "left", "level", "source"].map(str::to_owned));
        let count = |value: u64| value.to_string();
        add_limits(&mut table, "memory", &self.host.memory, format_size);
        add_limits(&mut table, "address space", &self.host.address_space, format_size);
        add_limits(&mut table, "CPUs", &self.host.cpus, count);
        add_limits(&mut table, "threads", &self.host.tasks, count);
        if let Some(files) = self.host.open_files {
            let files = count(files);
            let row = ["open files", "RLIMIT_NOFILE", &files, "-", &files, "process", "getrlimit"];
            table.row(row.map(str::to_owned));
        }
        table
    }

    /// For programs; the keys stay, sizes are bytes.
    #[must_use]
    pub fn to_json(&self, context: &Context) -> Value {
        let left = self.host.memory_left();
        let (cpus, binding) = self.host.usable_cpus();
        let plans: Vec<Value> = self.plans.iter().map(|plan| self.plan_json(plan)).collect();
        json!({
            "tool": context.tool,
            "version": context.version,
            "memory": {
                "total_bytes": self.host.total_memory,
                "available_bytes": self.host.available_memory,
                "left_bytes": left.as_ref().map(Limit::left),
                "binding": left,
            },
            "cpus": { "usable": cpus, "binding": binding },
            "open_files": self.host.open_files,
            "limits": {
                "memory": self.host.memory,
                "address_space": self.host.address_space,
                "cpus": self.host.cpus,
                "tasks": self.host.tasks,
            },
            "pressure": self.host.pressure,
            "notes": self.host.notes,
            "varidex": self.mode.to_json(),
            "varidex_by_machine": self.machine_mode.to_json(),
            "input": self.input.as_ref().map(InputFacts::to_json),
            "plans": plans,
        })
    }

    fn plan_json(&self, (tool, plan): &(&'static str, Result<Plan, String>)) -> Value {
        let mut json = match plan {
            Ok(plan) => plan.to_json(),
            Err(message) => json!({ "tool": tool, "mode": "refused", "why": [message] }),
        };
        if let Some(peak) = self.expected_peak(plan.as_ref().ok()) {
            json["expected_peak_bytes"] = peak.into();
        }
        json
    }
}

fn add_limits(table: &mut Table, kind: &str, limits: &[Limit], show: impl Fn(u64) -> String) {
    for limit in limits {
        table.row([
            kind.to_owned(),
            limit.what.clone(),
            show(limit.value),
            limit.used.map(&show).unwrap_or_else(|| "-".to_owned()),
            show(limit.left()),
            limit.level.clone(),
            limit.source.clone(),
        ]);
    }
}

#[cfg(test)]
mod tests;
