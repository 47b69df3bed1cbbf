//! The limits of the process itself: affinity and getrlimit(2).

use super::cpu::cpu_list;
use super::memory::field_kib;
use super::{Host, Limit};

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
        (None, Some(cpus)) => host.cpus.push(limit("affinity", "/proc/self/status", cpus, None)),
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
