//! CPUs and tasks: quotas, cpusets and pids of the cgroups.

use super::cgroup::{Hierarchies, Level};
use super::{Host, Limit};

/// Adds the CPU and task limits of every cgroup above the process.
pub(super) fn add_cgroup_limits(host: &mut Host, hierarchies: &Hierarchies) {
    let v2 = hierarchies.v2();
    for level in &v2 {
        if let Some(cpus) = level.read("cpu.max").and_then(|text| quota_v2(&text)) {
            push(host, level, "cpu.max", cpus);
        }
    }
    for level in &hierarchies.v1("cpu") {
        let quota = level.read("cpu.cfs_quota_us").and_then(|text| text.parse().ok());
        if let Some(cpus) = quota.zip(level.number("cpu.cfs_period_us")).and_then(|(q, p)| whole_cpus(q, p)) {
            push(host, level, "cpu.cfs_quota_us", cpus);
        }
    }
    // What is in effect is a subset of the parents', so the lowest level that has the file says it all.
    add_cpuset(host, &v2, &["cpuset.cpus.effective"]);
    add_cpuset(host, &hierarchies.v1("cpuset"), &["cpuset.effective_cpus", "cpuset.cpus"]);

    for level in v2.iter().chain(&hierarchies.v1("pids")) {
        if let Some(value) = level.number("pids.max") {
            let used = level.number("pids.current");
            let source = level.shown("pids.max");
            host.tasks.push(Limit { what: "pids.max".to_owned(), source, value, used, level: level.name.clone() });
        }
    }
    add_share_note(host, &v2, "cpu.weight", 100);
    add_share_note(host, &hierarchies.v1("cpu"), "cpu.shares", 1024);
}

fn add_cpuset(host: &mut Host, levels: &[Level], files: &[&str]) {
    let found = levels.iter().find_map(|level| {
        files.iter().find_map(|file| Some((level, *file, cpu_list(&level.read(file)?).filter(|cpus| *cpus > 0)?)))
    });
    if let Some((level, file, cpus)) = found {
        push(host, level, file, cpus);
    }
}

/// Workflow engines hand CPUs to containers as shares, which divide a busy machine and limit nothing on an idle one.
fn add_share_note(host: &mut Host, levels: &[Level], file: &str, usual: u64) {
    if let Some((level, value)) = levels.first().and_then(|level| Some((level, level.number(file)?)))
        && value != usual
    {
        host.notes.push(format!(
            "{} is {value}: CPU shares are no limit and are not counted; give --threads",
            level.shown(file)
        ));
    }
}

fn push(host: &mut Host, level: &Level, file: &str, cpus: u64) {
    host.cpus.push(Limit {
        what: file.to_owned(),
        source: level.shown(file),
        value: cpus,
        used: None,
        level: level.name.clone(),
    });
}

/// `200000 100000` is 2 CPUs; `max 100000` is no limit.
fn quota_v2(text: &str) -> Option<u64> {
    let (quota, period) = text.split_once(' ')?;
    whole_cpus(quota.parse().ok()?, period.trim().parse().ok()?)
}

/// CPUs of a quota, rounded up: 1.5 CPUs keep two workers busy most of the time. A negative quota is no limit.
fn whole_cpus(quota: i64, period: u64) -> Option<u64> {
    let quota = u64::try_from(quota).ok()?;
    (period > 0).then(|| quota.div_ceil(period).max(1))
}

/// The number of CPUs in a list such as `0-3,8`.
pub(super) fn cpu_list(text: &str) -> Option<u64> {
    let mut count = 0;
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        count += (last + 1).checked_sub(first)?;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_rounded_up() {
        assert_eq!(quota_v2("200000 100000"), Some(2));
        assert_eq!(quota_v2("150000 100000"), Some(2));
        assert_eq!(quota_v2("50000 100000"), Some(1));
        assert_eq!(quota_v2("max 100000"), None);
        assert_eq!(whole_cpus(-1, 100_000), None);
        assert_eq!(whole_cpus(1, 0), None);
    }

    #[test]
    fn lists_of_cpus() {
        assert_eq!(cpu_list("0-3,8"), Some(5));
        assert_eq!(cpu_list("7"), Some(1));
        assert_eq!(cpu_list(""), Some(0));
        assert_eq!(cpu_list("3-1"), None);
        assert_eq!(cpu_list("a"), None);
    }
}
