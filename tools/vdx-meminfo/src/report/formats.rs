//! The plans for other programs: a table, variables of a shell, and what workflow engines read.
//!
//! An engine counts its own processes into what a task has, so that requests are larger than plans: the workflows of the
//! suite hand eight tenths of a task's memory to the tools.

use vdx_cli::plan::{MIB, Plan};

use super::Report;

/// Of a task's memory, in tenths, what the tools get.
const TENTHS: u64 = 8;

impl Report {
    /// A row for each tool; sizes in bytes.
    #[must_use]
    pub fn to_tsv(&self) -> String {
        let mut text =
            "tool\tmode\tthreads\tpermits\tchunk_bytes\tneed_bytes\tbudget_bytes\tmax_record_bytes".to_owned();
        text.push_str(if self.input.is_some() { "\texpected_peak_bytes\n" } else { "\n" });
        for (tool, plan) in &self.plans {
            match plan {
                Ok(plan) => {
                    let limits = &plan.limits;
                    let mode = plan.mode.name();
                    text.push_str(&format!("{tool}\t{mode}\t{}\t{}\t", limits.threads, limits.permits));
                    text.push_str(&format!("{}\t{}\t{}\t", limits.chunk_bytes, plan.need, plan.budget));
                    text.push_str(&limits.max_record.to_string());
                }
                Err(_) => text.push_str(&format!("{tool}\trefused\t\t\t\t\t\t")),
            }
            if self.input.is_some() {
                let peak = self.expected_peak(plan.as_ref().ok()).map_or_else(String::new, |peak| peak.to_string());
                text.push_str(&format!("\t{peak}"));
            }
            text.push('\n');
        }
        text
    }

    /// Assignments that a shell evaluates. A tool that could not run has its mode alone.
    #[must_use]
    pub fn to_env(&self) -> String {
        let left = self.host.memory_left().map_or(0, |limit| limit.left());
        let mut text = format!("VDX_MEMORY_LEFT={}M\nVDX_CPUS={}\n", left / MIB, self.host.usable_cpus().0);
        for (tool, plan) in &self.plans {
            let name = tool.split(" --").next().unwrap_or_default().to_uppercase().replace(['-', ' '], "_");
            match plan {
                Ok(plan) => text.push_str(&format!(
                    "{name}_MODE={}\n{name}_THREADS={}\n{name}_MEMORY={}M\n",
                    plan.mode.name(),
                    plan.limits.threads,
                    megabytes(plan.need)
                )),
                Err(_) => text.push_str(&format!("{name}_MODE=refused\n")),
            }
        }
        text
    }

    /// Requests for the processes of `workflows/nextflow`; each retry has twice the memory.
    #[must_use]
    pub fn to_nextflow(&self) -> String {
        let mut text =
            "// What the tools of vdx would use here. Add it with: nextflow run ... -c FILE\nprocess {\n".to_owned();
        let mut add = |name: &str, threads: usize, need: u64| {
            text.push_str(&format!(
                "    withName: '{name}' {{\n        cpus   = {threads}\n        memory = {{ {}.MB * 2 ** (task.attempt - 1) \
                 }}\n    }}\n",
                request(need)
            ));
        };
        for plan in self.plans.iter().filter_map(|(_, plan)| plan.as_ref().ok()) {
            add(processes(plan.tool), plan.limits.threads, plan.need);
        }
        if let Some((threads, need)) = self.pipe() {
            add("VDX_FINDINGS", threads, need);
        }
        text.push_str("}\n");
        text + &self.refusals("//")
    }

    /// The two numbers of `workflows/snakemake` from which its rules make their requests: those of its widest task.
    #[must_use]
    pub fn to_snakemake(&self) -> String {
        let mut text =
            "# What a task of the workflow of vdx would use here. Add it with: --configfile YOURS FILE\n".to_owned();
        let single = self.plans.iter().filter_map(|(_, plan)| plan.as_ref().ok());
        let single = single.map(|plan| (plan.limits.threads, plan.need));
        let largest = single.chain(self.pipe()).reduce(|one, other| (one.0.max(other.0), one.1.max(other.1)));
        if let Some((threads, need)) = largest {
            text.push_str(&format!("threads: {threads}\nmemory_mb: {}\n", request(need)));
        }
        text + &self.refusals("#")
    }

    /// Threads and memory of the tools that run at once for one person: match, annotate and report with its page.
    fn pipe(&self) -> Option<(usize, u64)> {
        let plan = |tool: &str| self.plans.iter().find(|(name, _)| *name == tool)?.1.as_ref().ok();
        let plans = [plan("vdx-merge")?, plan("vdx-gnomad")?, plan("vdx-merge report --html")?];
        let threads = plans.iter().map(|plan| plan.limits.threads).max()?;
        Some((threads, plans.iter().map(|plan| plan.need).sum()))
    }

    fn refusals(&self, comment: &str) -> String {
        let refused = self.plans.iter().filter_map(|(tool, plan)| Some((tool, plan.as_ref().err()?)));
        refused.map(|(tool, message)| format!("{comment} {tool} could not run: {message}\n")).collect()
    }
}

/// The processes in which a tool runs; a later selector overrides an earlier one.
fn processes(tool: &str) -> &'static str {
    match tool {
        "vdx-normalize" => "VDX_NORMALIZE.*",
        "vdx-gnomad" => "VDX_GNOMAD.*",
        "vdx-merge" => "VDX_MERGE(MATCH|SHARDS)",
        _ => "VDX_MERGEREPORT",
    }
}

/// Megabytes to ask an engine for, for tools that need so many bytes.
fn request(need: u64) -> u64 {
    (megabytes(need) * 10).div_ceil(TENTHS)
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(MIB)
}

impl Report {
    /// The most that a run with this plan should reach on the input, in bytes.
    pub(super) fn expected_peak(&self, plan: Option<&Plan>) -> Option<u64> {
        let (plan, input) = (plan?, self.input.as_ref()?);
        Some(plan.expected_peak(&input.workload()))
    }
}
