//! What batch schedulers granted, from the variables they set. A job that is not fenced in by a cgroup must still not
//! take the whole node.

use std::fs;
use std::path::Path;

use super::{Host, Limit};
use crate::env::Env;

const MIB: u64 = 1 << 20;

/// CPUs of this job on this node, as a plain number (for OpenMP the first of a list).
const CPU_VARIABLES: [&str; 9] = [
    "NCPUS",
    "PBS_NUM_PPN",
    "PBS_NP",
    "NSLOTS",
    "LSB_DJOB_NUMPROC",
    "LSB_MAX_NUM_PROCESSORS",
    "GALAXY_SLOTS",
    "OMP_NUM_THREADS",
    "RAYON_NUM_THREADS",
];

/// Adds what `env` says, and HTCondor's description of its slot, which is a file under `root`.
pub(super) fn add_limits(host: &mut Host, root: &Path, env: &Env) {
    add_slurm(host, env);
    for name in CPU_VARIABLES {
        let Some(text) = env.get(name) else { continue };
        match text.split(',').next().and_then(|first| first.trim().parse::<u64>().ok()) {
            // 0 means "decide yourself" to rayon and OpenMP.
            Some(0) => {}
            Some(cpus) => push_cpus(host, name, cpus),
            None => note(host, name, text),
        }
    }
    if let Some(text) = env.get("GALAXY_MEMORY_MB") {
        match text.parse::<u64>() {
            Ok(mib) => push_memory(host, "GALAXY_MEMORY_MB", mib.saturating_mul(MIB)),
            Err(_) => note(host, "GALAXY_MEMORY_MB", text),
        }
    }
    if let Some(text) = env.get("LSB_CG_MEMLIMIT") {
        // Bytes in hexadecimal.
        match u64::from_str_radix(text.trim_start_matches("0x"), 16) {
            Ok(bytes) => push_memory(host, "LSB_CG_MEMLIMIT", bytes),
            Err(_) => note(host, "LSB_CG_MEMLIMIT", text),
        }
    }
    if let Some(path) = env.get("_CONDOR_MACHINE_AD") {
        let text = fs::read_to_string(root.join(path.trim_start_matches('/'))).unwrap_or_default();
        if let Some(cpus) = attribute(&text, "Cpus") {
            push_cpus(host, "_CONDOR_MACHINE_AD", cpus);
        }
        if let Some(mib) = attribute(&text, "Memory") {
            push_memory(host, "_CONDOR_MACHINE_AD", mib.saturating_mul(MIB));
        }
    }
}

/// SLURM sets `SLURM_CPUS_PER_TASK` only where the user gave `-c`; without it a task owns what the job has on the node.
fn add_slurm(host: &mut Host, env: &Env) {
    let mut cpus_on_node = None;
    for name in ["SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "SLURM_JOB_CPUS_PER_NODE"] {
        let Some(text) = env.get(name) else { continue };
        let Some(cpus) = slurm_cpus(text).filter(|cpus| *cpus > 0) else {
            note(host, name, text);
            continue;
        };
        push_cpus(host, name, cpus);
        cpus_on_node = Some(cpus);
        break;
    }
    let mib = |host: &mut Host, name: &str| {
        let text = env.get(name)?;
        match text.parse::<u64>() {
            // 0 is all the memory of the node.
            Ok(mib) => Some(mib).filter(|mib| *mib > 0),
            Err(_) => {
                note(host, name, text);
                None
            }
        }
    };
    if let Some(mib) = mib(host, "SLURM_MEM_PER_NODE") {
        push_memory(host, "SLURM_MEM_PER_NODE", mib.saturating_mul(MIB));
    }
    if let (Some(mib), Some(cpus)) = (mib(host, "SLURM_MEM_PER_CPU"), cpus_on_node) {
        push_memory(host, "SLURM_MEM_PER_CPU", mib.saturating_mul(MIB).saturating_mul(cpus));
    }
}

/// `8`, `8(x2)` or `40,8`: which of several nodes this is, SLURM does not say here, so the smallest counts.
fn slurm_cpus(text: &str) -> Option<u64> {
    let counts = text.split(',').map(|part| part.split('(').next().unwrap_or_default().trim().parse::<u64>());
    counts.collect::<Result<Vec<_>, _>>().ok()?.into_iter().min()
}

/// A number in a ClassAd: `Memory = 2048`.
fn attribute(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == name).then(|| value.trim().parse().ok())?
    })
}

fn push_cpus(host: &mut Host, name: &str, cpus: u64) {
    host.cpus.push(granted(name, cpus));
}

fn push_memory(host: &mut Host, name: &str, bytes: u64) {
    host.memory.push(granted(name, bytes));
}

fn granted(name: &str, value: u64) -> Limit {
    let level = if name.ends_with("_NUM_THREADS") { "environment" } else { "scheduler" };
    Limit { what: name.to_owned(), source: format!("${name}"), value, used: None, level: level.to_owned() }
}

fn note(host: &mut Host, name: &str, text: &str) {
    host.notes.push(format!("{name} is '{text}', which is not a number that can be used: not counted"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(pairs: &[(&str, &str)]) -> Host {
        let mut host = Host::default();
        add_limits(&mut host, Path::new("/nonexistent"), &Env::of(pairs));
        host
    }

    fn values(limits: &[Limit]) -> Vec<(&str, u64)> {
        limits.iter().map(|limit| (limit.what.as_str(), limit.value)).collect()
    }

    #[test]
    fn slurm_prefers_the_task() {
        let per_task =
            host(&[("SLURM_CPUS_PER_TASK", "4"), ("SLURM_CPUS_ON_NODE", "8"), ("SLURM_MEM_PER_CPU", "2000")]);
        assert_eq!(values(&per_task.cpus), [("SLURM_CPUS_PER_TASK", 4)]);
        assert_eq!(values(&per_task.memory), [("SLURM_MEM_PER_CPU", 8000 * MIB)]);
        assert_eq!(values(&host(&[("SLURM_JOB_CPUS_PER_NODE", "40,8(x2)")]).cpus), [("SLURM_JOB_CPUS_PER_NODE", 8)]);
        assert!(host(&[("SLURM_MEM_PER_NODE", "0")]).memory.is_empty());
    }

    #[test]
    fn the_others() {
        let some = host(&[
            ("NSLOTS", "6"),
            ("OMP_NUM_THREADS", "4,2"),
            ("RAYON_NUM_THREADS", "0"),
            ("LSB_CG_MEMLIMIT", "40000000"),
            ("GALAXY_MEMORY_MB", "512"),
        ]);
        assert_eq!(values(&some.cpus), [("NSLOTS", 6), ("OMP_NUM_THREADS", 4)]);
        assert_eq!(values(&some.memory), [("GALAXY_MEMORY_MB", 512 * MIB), ("LSB_CG_MEMLIMIT", 1 << 30)]);
    }

    #[test]
    fn nonsense_is_named() {
        let odd = host(&[("NSLOTS", "many"), ("SLURM_CPUS_PER_TASK", "x"), ("SLURM_CPUS_ON_NODE", "3")]);
        assert_eq!(odd.notes.len(), 2);
        assert_eq!(values(&odd.cpus), [("SLURM_CPUS_ON_NODE", 3)]);
    }

    #[test]
    fn htcondor_describes_its_slot_in_a_file() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("ad"), "Name = \"slot\"\nMemory = 2048\nCpus = 3\nDetectedMemory = 9\n").unwrap();
        let mut host = Host::default();
        add_limits(&mut host, root.path(), &Env::of(&[("_CONDOR_MACHINE_AD", "/ad")]));
        assert_eq!(values(&host.memory), [("_CONDOR_MACHINE_AD", 2048 * MIB)]);
        assert_eq!(values(&host.cpus), [("_CONDOR_MACHINE_AD", 3)]);
    }
}
