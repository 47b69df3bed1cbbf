//! Memory: /proc/meminfo and the memory controllers.

use super::cgroup::{Hierarchies, Level};
use super::{Host, Limit};

/// v1 says "no limit" with the largest multiple of the page size; no machine has an exbibyte.
const UNLIMITED: u64 = 1 << 60;

/// The bytes of a `Name:   123 kB` line, as in /proc/meminfo and /proc/self/status.
#[must_use]
pub fn field_kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// Adds the limits of every cgroup above the process.
pub(super) fn add_cgroup_limits(host: &mut Host, hierarchies: &Hierarchies) {
    // Every level up to the root: Slurm limits a job above the cgroup that its processes are in, and that one says
    // 'max'.
    for level in hierarchies.v2() {
        // File pages nobody used lately go back to the kernel before anything else is refused.
        let used = used(&level, "memory.current", "inactive_file");
        // Beyond memory.high nobody is killed, but tasks are made to wait until a run stands still: it is a limit,
        // too.
        for file in ["memory.max", "memory.high"] {
            push(host, &level, file, level.number(file), used);
        }
    }
    let v1 = hierarchies.v1("memory");
    for level in &v1 {
        let used = used(level, "memory.usage_in_bytes", "total_inactive_file");
        push(host, level, "memory.limit_in_bytes", level.number("memory.limit_in_bytes"), used);
    }
    // The own cgroup also knows the limits of parents that are not mounted here.
    if let Some(own) = v1.first() {
        let inherited = own.keyed("memory.stat", "hierarchical_memory_limit");
        let seen = host.memory.iter().map(|limit| limit.value).min().unwrap_or(u64::MAX);
        if let Some(value) = inherited.filter(|value| *value < seen) {
            let used = used(own, "memory.usage_in_bytes", "total_inactive_file");
            let stat = "memory.stat";
            push(host, own, stat, Some(value), used);
            if let Some(limit) = host.memory.last_mut().filter(|limit| limit.what == stat) {
                limit.what = "hierarchical_memory_limit".to_owned();
            }
        }
    }
}

fn used(level: &Level, usage: &str, reclaimable: &str) -> Option<u64> {
    let reclaimable = level.keyed("memory.stat", reclaimable).unwrap_or(0);
    level.number(usage).map(|usage| usage.saturating_sub(reclaimable))
}

fn push(host: &mut Host, level: &Level, file: &str, value: Option<u64>, used: Option<u64>) {
    if let Some(value) = value.filter(|value| *value < UNLIMITED) {
        host.memory.push(Limit {
            what: file.to_owned(),
            source: level.shown(file),
            value,
            used,
            level: level.name.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_kib() {
        let text = "MemTotal:       24684084 kB\nMemFree: 1 kB\nHugePages_Total:       0\n";
        assert_eq!(field_kib(text, "MemTotal:"), Some(24_684_084 * 1024));
        assert_eq!(field_kib(text, "MemFree:"), Some(1024));
        assert_eq!(field_kib(text, "MemAvailable:"), None);
    }
}
