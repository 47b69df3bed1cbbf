//! What this process may really use: memory, CPUs and threads within every limit that is set on it.
//!
//! The file system root, the environment and the process's own limits are handed in, so that a test can build any host.

mod cgroup;
mod cpu;
mod memory;
mod pressure;
mod process;
mod scheduler;

use std::fs;
use std::path::Path;

use serde::Serialize;
use vdx_hts::Result;

use crate::env::Env;
use cgroup::Hierarchies;
pub use memory::field_kib;
pub use pressure::Pressure;
pub use process::{Process, ProcessFacts};

/// One limit, as found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// What is limited by what, such as `memory.max` or `SLURM_CPUS_PER_TASK`.
    pub what: String,
    /// The file or variable it was read from.
    pub source: String,
    /// Bytes, CPUs or tasks.
    pub value: u64,
    /// How much of `value` is in use and cannot be reclaimed, where that is known.
    pub used: Option<u64>,
    /// Who set it: the cgroup's path, `process`, `scheduler` or `system`.
    pub level: String,
}

impl Limit {
    /// What is left of it.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.value.saturating_sub(self.used.unwrap_or(0))
    }
}

/// Everything known of the host. All sizes are bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Host {
    /// Physical memory of the machine; 0 when unknown.
    pub total_memory: u64,
    /// What the kernel could give without swapping, machine-wide; 0 when unknown.
    pub available_memory: u64,
    /// Limits of resident memory.
    pub memory: Vec<Limit>,
    /// Limits of address space, mapped or not.
    pub address_space: Vec<Limit>,
    /// Limits of CPUs.
    pub cpus: Vec<Limit>,
    /// Limits of threads and processes.
    pub tasks: Vec<Limit>,
    /// Open files the process may have.
    pub open_files: Option<u64>,
    /// How much tasks wait for memory, where the kernel tells: in the own cgroup, and on the machine.
    pub pressure: Vec<Pressure>,
    /// What was found and could not be used, in words.
    pub notes: Vec<String>,
}

impl Host {
    /// The host of this process.
    #[must_use]
    pub fn from_process(env: &Env) -> Self {
        let mut host = Self::read(Path::new("/"), &Process::own(), env);
        // No /proc here: another Unix.
        if host.total_memory == 0
            && let Ok(mut system) = sysinfo::System::new()
        {
            system.refresh_memory();
            (host.total_memory, host.available_memory) = (system.total_memory(), system.available_memory());
        }
        host
    }

    /// The host as another process finds it, whose environment is read, too.
    ///
    /// # Errors
    /// There is no such process, or it is another user's.
    pub fn of_process(pid: u32) -> Result<Self> {
        let root = Path::new("/");
        let (process, env) = Process::of(root, pid)?;
        let mut host = Self::read(root, &process, &env.clone().unwrap_or_default());
        if env.is_none() {
            host.notes
                .push(format!("the environment of process {pid} cannot be read: what a scheduler granted is unknown"));
        }
        Ok(host)
    }

    /// The host of `process` whose file system begins at `root`.
    #[must_use]
    pub fn read(root: &Path, process: &Process, env: &Env) -> Self {
        let mut host = Self::default();
        let meminfo = fs::read_to_string(root.join("proc/meminfo")).unwrap_or_default();
        host.total_memory = memory::field_kib(&meminfo, "MemTotal:").unwrap_or(0);
        host.available_memory = memory::field_kib(&meminfo, "MemAvailable:").unwrap_or(0);

        let status = fs::read_to_string(root.join(format!("proc/{}/status", process.name))).unwrap_or_default();
        process::add_limits(&mut host, &process.facts, &status);
        let hierarchies = Hierarchies::read(root, &process.name);
        memory::add_cgroup_limits(&mut host, &hierarchies);
        cpu::add_cgroup_limits(&mut host, &hierarchies);
        pressure::add(&mut host, root, &hierarchies);
        scheduler::add_limits(&mut host, root, env);
        host
    }

    /// Memory this process can still get, and what decides that. `None` when nothing at all is known.
    #[must_use]
    pub fn memory_left(&self) -> Option<Limit> {
        let system = (self.total_memory > 0).then(|| Limit {
            what: "MemAvailable".to_owned(),
            source: "/proc/meminfo".to_owned(),
            value: self.total_memory,
            used: Some(self.total_memory.saturating_sub(self.available_memory)),
            level: "system".to_owned(),
        });
        // The first of equals: the machine itself, unless something is tighter.
        system.into_iter().chain(self.memory.iter().cloned()).min_by_key(Limit::left)
    }

    /// The tightest limit of memory, whatever is in use: what this process could never exceed.
    #[must_use]
    pub(crate) fn memory_cap(&self) -> Option<u64> {
        let total = (self.total_memory > 0).then_some(self.total_memory);
        self.memory.iter().map(|limit| limit.value).chain(total).min()
    }

    /// CPUs this process can use at once, at least 1, and the limit that decides that, if there is one.
    #[must_use]
    pub fn usable_cpus(&self) -> (usize, Option<&Limit>) {
        let binding = self.cpus.iter().min_by_key(|limit| limit.value);
        let cpus = binding.map_or(1, |limit| limit.value.max(1));
        (usize::try_from(cpus).unwrap_or(usize::MAX), binding)
    }

    /// The limit of `limits` that leaves the least.
    #[must_use]
    pub fn tightest(limits: &[Limit]) -> Option<&Limit> {
        limits.iter().min_by_key(|limit| limit.left())
    }
}

#[cfg(test)]
mod tests;
