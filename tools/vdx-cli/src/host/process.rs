//! The limits of a process itself: affinity and getrlimit(2), of another one as /proc tells them.

use std::fs;
use std::path::Path;

use vdx_hts::{Error, Result};

use super::cpu::cpu_list;
use super::memory::field_kib;
use super::{Host, Limit};
use crate::env::Env;

/// Whose limits are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// As in /proc: `self`, or a number.
    pub name: String,
    /// What is known of it.
    pub facts: ProcessFacts,
}

impl Process {
    /// This one.
    #[must_use]
    pub fn own() -> Self {
        Self { name: "self".to_owned(), facts: ProcessFacts::from_process() }
    }

    /// Another one, and its environment where we may read it.
    ///
    /// # Errors
    /// There is no such process, or it is another user's.
    pub fn of(root: &Path, pid: u32) -> Result<(Self, Option<Env>)> {
        let folder = root.join(format!("proc/{pid}"));
        let limits = fs::read_to_string(folder.join("limits")).map_err(|error| {
            Error::data(format!("expected a running process {pid} that may be looked at, found: {error}"))
        })?;
        let env = fs::read(folder.join("environ")).ok().map(|bytes| Env::of_bytes(&bytes));
        Ok((Self { name: pid.to_string(), facts: ProcessFacts::of_limits(&limits) }, env))
    }
}

/// What only system calls tell. `None` is "no limit" or "not known here".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessFacts {
    /// CPUs the scheduler may put this process on.
    pub affinity: Option<u64>,
    /// `RLIMIT_AS`, in bytes.
    pub address_space: Option<u64>,
    /// `RLIMIT_DATA`, in bytes.
    pub data: Option<u64>,
    /// `RLIMIT_NPROC`: processes and threads of this user.
    pub processes: Option<u64>,
    /// `RLIMIT_NOFILE`.
    pub open_files: Option<u64>,
}

impl ProcessFacts {
    /// Those of this process.
    #[must_use]
    pub(crate) fn from_process() -> Self {
        use rustix::process::{Resource, getrlimit};
        Self {
            affinity: affinity(),
            address_space: getrlimit(Resource::As).current,
            data: getrlimit(Resource::Data).current,
            processes: getrlimit(Resource::Nproc).current,
            open_files: getrlimit(Resource::Nofile).current,
        }
    }

    /// Those of `/proc/PID/limits`: a name, the soft limit, the hard one, a unit, in columns. Affinity is in its status.
    fn of_limits(text: &str) -> Self {
        let soft = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Self {
            affinity: None,
            address_space: soft("Max address space"),
            data: soft("Max data size"),
            processes: soft("Max processes"),
            open_files: soft("Max open files"),
        }
    }
}

#[cfg(target_os = "linux")]
fn affinity() -> Option<u64> {
    // Fails on machines of more than 1024 CPUs; /proc/self/status knows them, too.
    rustix::thread::sched_getaffinity(None).ok().map(|set| u64::from(set.count()))
}

#[cfg(not(target_os = "linux"))]
fn affinity() -> Option<u64> {
    std::thread::available_parallelism().ok().map(|count| count.get() as u64)
}

/// Adds the limits of `facts`; `status` is /proc/self/status, which says how much of them is used.
pub(super) fn add_limits(host: &mut Host, facts: &ProcessFacts, status: &str) {
    let limit = |what: &str, source: &str, value, used| Limit {
        what: what.to_owned(),
        source: source.to_owned(),
        value,
        used,
        level: "process".to_owned(),
    };
    let listed = status.lines().find_map(|line| cpu_list(line.strip_prefix("Cpus_allowed_list:")?.trim()));
    match (facts.affinity, listed.filter(|cpus| *cpus > 0)) {
        (Some(cpus), _) => host.cpus.push(limit("affinity", "sched_getaffinity", cpus, None)),
        (None, Some(cpus)) => host.cpus.push(limit("affinity", "Cpus_allowed_list", cpus, None)),
        (None, None) => {}
    }
    if let Some(value) = facts.address_space {
        host.address_space.push(limit("RLIMIT_AS", "getrlimit", value, field_kib(status, "VmSize:")));
    }
    if let Some(value) = facts.data {
        host.memory.push(limit("RLIMIT_DATA", "getrlimit", value, field_kib(status, "VmData:")));
    }
    if let Some(value) = facts.processes {
        host.tasks.push(limit("RLIMIT_NPROC", "getrlimit", value, None));
    }
    host.open_files = facts.open_files;
}
