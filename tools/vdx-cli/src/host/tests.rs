//! Hosts built as file trees.

use std::path::PathBuf;

use super::*;

const MIB: u64 = 1 << 20;

struct Tree(tempfile::TempDir);

impl Tree {
    /// A machine of 64 GiB with the given files; the content of `proc/self/mountinfo` is in mountinfo's form.
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        tree.write("proc/meminfo", "MemTotal: 67108864 kB\nMemFree: 1 kB\nMemAvailable: 62914560 kB\n");
        for (path, content) in files {
            tree.write(path, content);
        }
        tree
    }

    fn write(&self, path: &str, content: &str) {
        let path: PathBuf = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn host(&self) -> Host {
        let facts = ProcessFacts { affinity: Some(32), ..ProcessFacts::default() };
        Host::read(self.0.path(), &this(facts), &Env::default())
    }
}

fn this(facts: ProcessFacts) -> Process {
    Process { name: "self".to_owned(), facts }
}

const V2_MOUNT: &str = "40 30 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

#[test]
fn a_machine_without_cgroups() {
    let host = Tree::new(&[]).host();
    assert_eq!(host.total_memory, 65_536 * MIB);
    let left = host.memory_left().unwrap();
    assert_eq!((left.what.as_str(), left.left()), ("MemAvailable", 61_440 * MIB));
    assert_eq!(host.memory_cap(), Some(65_536 * MIB));
    let (cpus, binding) = host.usable_cpus();
    assert_eq!((cpus, binding.unwrap().what.as_str()), (32, "affinity"));
}

#[test]
fn nothing_known_at_all() {
    let host = Host::read(Path::new("/nonexistent"), &this(ProcessFacts::default()), &Env::default());
    assert_eq!(host, Host::default());
    assert_eq!((host.memory_left(), host.memory_cap(), host.usable_cpus()), (None, None, (1, None)));
}

#[test]
fn v2_with_the_limit_on_a_parent() {
    let job = "sys/fs/cgroup/system.slice/slurmstepd.scope/job_7";
    let host = Tree::new(&[
        ("proc/self/cgroup", "0::/system.slice/slurmstepd.scope/job_7/step_0/user/task_0\n"),
        ("proc/self/mountinfo", V2_MOUNT),
        (&format!("{job}/step_0/user/task_0/memory.max"), "max\n"),
        (&format!("{job}/step_0/user/task_0/memory.current"), "1048576\n"),
        (&format!("{job}/step_0/user/task_0/cpu.max"), "max 100000\n"),
        (&format!("{job}/step_0/user/memory.max"), "4294967296\n"),
        (&format!("{job}/step_0/user/memory.current"), "1073741824\n"),
        (&format!("{job}/step_0/user/memory.stat"), "anon 5\nfile 9\ninactive_file 536870912\n"),
        (&format!("{job}/memory.max"), "8589934592\n"),
        (&format!("{job}/memory.high"), "6442450944\n"),
        (&format!("{job}/cpu.max"), "350000 100000\n"),
        (&format!("{job}/cpuset.cpus.effective"), "0-7\n"),
        (&format!("{job}/pids.max"), "100\n"),
        (&format!("{job}/pids.current"), "40\n"),
    ])
    .host();
    let left = host.memory_left().unwrap();
    assert_eq!(left.source, format!("/{job}/step_0/user/memory.max"));
    assert_eq!(left.level, "cgroup v2 /system.slice/slurmstepd.scope/job_7/step_0/user");
    assert_eq!(left.left(), (4096 - 512) * MIB);
    assert_eq!(host.memory.len(), 3);
    let (cpus, binding) = host.usable_cpus();
    assert_eq!((cpus, binding.unwrap().what.as_str()), (4, "cpu.max"));
    assert_eq!(Host::tightest(&host.tasks).unwrap().left(), 60);
}

#[test]
fn v1_of_a_slurm_job() {
    let memory = "sys/fs/cgroup/memory/slurm/uid_1000/job_42";
    let host = Tree::new(&[
        (
            "proc/self/cgroup",
            "9:memory:/slurm/uid_1000/job_42/step_batch/task_0\n5:cpu,cpuacct:/slurm\n4:cpuset:/slurm/uid_1000/job_42\n",
        ),
        (
            "proc/self/mountinfo",
            "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
             36 31 0:33 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n\
             37 31 0:34 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n",
        ),
        (&format!("{memory}/step_batch/task_0/memory.limit_in_bytes"), "9223372036854771712\n"),
        (&format!("{memory}/memory.limit_in_bytes"), "2147483648\n"),
        (&format!("{memory}/memory.usage_in_bytes"), "524288000\n"),
        (&format!("{memory}/memory.stat"), "inactive_file 1\ntotal_inactive_file 104857600\n"),
        ("sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_quota_us", "-1\n"),
        ("sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_period_us", "100000\n"),
        ("sys/fs/cgroup/cpu,cpuacct/slurm/cpu.shares", "2048\n"),
        ("sys/fs/cgroup/cpuset/slurm/uid_1000/job_42/cpuset.cpus", "4-6\n"),
    ])
    .host();
    let left = host.memory_left().unwrap();
    assert_eq!(left.level, "cgroup v1 memory /slurm/uid_1000/job_42");
    assert_eq!(left.left(), 2048 * MIB - (500 - 100) * MIB);
    let (cpus, binding) = host.usable_cpus();
    assert_eq!((cpus, binding.unwrap().what.as_str()), (3, "cpuset.cpus"));
    assert!(host.notes[0].contains("cpu.shares is 2048"), "{:?}", host.notes);
}

#[test]
fn v1_with_the_limit_on_a_parent_that_is_not_mounted() {
    let host = Tree::new(&[
        ("proc/self/cgroup", "9:memory:/docker/abc\n"),
        ("proc/self/mountinfo", "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1048576\n"),
        ("sys/fs/cgroup/memory/memory.stat", "cache 0\nhierarchical_memory_limit 1073741824\n"),
    ])
    .host();
    let left = host.memory_left().unwrap();
    assert_eq!((left.what.as_str(), left.left()), ("hierarchical_memory_limit", 1023 * MIB));
    assert_eq!(left.source, "/sys/fs/cgroup/memory/memory.stat");
}

#[test]
fn a_hybrid_host_uses_both() {
    let host = Tree::new(&[
        ("proc/self/cgroup", "4:memory:/a/b\n1:name=systemd:/\n0::/u\n"),
        (
            "proc/self/mountinfo",
            "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
             37 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n\
             41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
        ),
        ("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "1073741824\n"),
        ("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "536870912\n"),
        ("sys/fs/cgroup/unified/u/cpu.max", "100000 100000\n"),
    ])
    .host();
    assert_eq!(host.memory_left().unwrap().level, "cgroup v1 memory /a");
    assert_eq!(host.usable_cpus().0, 1);
}

#[test]
fn a_container_whose_path_is_relative_to_the_host() {
    // The mount claims to begin at "/", the path is the host's: there is no such directory in here.
    let files = [
        ("proc/self/cgroup", "0::/kubepods/burstable/pod1/abc\n"),
        ("proc/self/mountinfo", V2_MOUNT),
        ("sys/fs/cgroup/memory.max", "268435456\n"),
        ("sys/fs/cgroup/cpu.max", "200000 100000\n"),
    ];
    let host = Tree::new(&files).host();
    assert_eq!(host.memory_left().unwrap().value, 256 * MIB);
    assert_eq!(host.usable_cpus().0, 2);

    // A process that entered from outside the namespace has a path with "..".
    let outside = Tree::new(&files);
    outside.write("proc/self/cgroup", "0::/../../abc\n");
    assert_eq!(outside.host().memory_left().unwrap().value, 256 * MIB);
}

#[test]
fn the_mount_that_begins_at_our_cgroup_wins() {
    let host = Tree::new(&[
        ("proc/self/cgroup", "0::/pod/abc/inner\n"),
        (
            "proc/self/mountinfo",
            "40 30 0:26 / /host/cgroup rw - cgroup2 cgroup2 rw\n41 30 0:26 /pod/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
        ),
        ("sys/fs/cgroup/inner/memory.max", "1048576\n"),
    ])
    .host();
    let left = host.memory_left().unwrap();
    assert_eq!(left.source, "/sys/fs/cgroup/inner/memory.max");
    assert_eq!(left.level, "cgroup v2 /pod/abc/inner");
}

#[test]
fn limits_of_the_process() {
    let tree =
        Tree::new(&[("proc/self/status", "VmSize:\t   10240 kB\nVmData:\t 1024 kB\nCpus_allowed_list:\t0-1,4\n")]);
    let facts = ProcessFacts {
        affinity: None,
        address_space: Some(1024 * MIB),
        data: Some(100 * MIB),
        processes: Some(50),
        open_files: Some(1024),
    };
    let host = Host::read(tree.0.path(), &this(facts), &Env::default());
    assert_eq!(host.usable_cpus().0, 3);
    assert_eq!(host.address_space[0].left(), 1014 * MIB);
    let left = host.memory_left().unwrap();
    assert_eq!((left.what.as_str(), left.left()), ("RLIMIT_DATA", 99 * MIB));
    assert_eq!(host.open_files, Some(1024));
}

#[test]
fn this_process_has_memory_and_a_cpu() {
    let host = Host::from_process(&Env::default());
    assert!(host.total_memory > 0 && host.usable_cpus().0 >= 1);
    assert!(host.memory_left().unwrap().left() > 0);
}

#[test]
fn another_process_has_its_own_cgroup_limits_and_environment() {
    let tree = Tree::new(&[
        ("proc/self/cgroup", "0::/mine\n"),
        ("proc/self/mountinfo", V2_MOUNT),
        ("sys/fs/cgroup/mine/memory.max", "1048576\n"),
        ("proc/7/cgroup", "0::/theirs\n"),
        ("proc/7/status", "VmSize:\t 2048 kB\nCpus_allowed_list:\t0-2\n"),
        (
            "proc/7/limits",
            "Limit                     Soft Limit           Hard Limit           Units     \n\
             Max address space         4194304              unlimited            bytes     \n\
             Max data size             unlimited            unlimited            bytes     \n\
             Max open files            1024                 4096                 files     \n",
        ),
        ("proc/7/environ", "A=b\0SLURM_CPUS_PER_TASK=2\0"),
        ("sys/fs/cgroup/theirs/memory.max", "2097152\n"),
        ("sys/fs/cgroup/theirs/memory.pressure", "some avg10=50.00 avg60=2.00 avg300=0.00 total=1\n"),
        ("proc/pressure/memory", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1\n"),
    ]);
    let (process, env) = Process::of(tree.0.path(), 7).unwrap();
    let host = Host::read(tree.0.path(), &process, &env.unwrap());
    assert_eq!(host.memory_left().unwrap().left(), 2 * MIB);
    assert_eq!(host.usable_cpus().0, 2);
    assert_eq!(host.cpus[0].value, 3);
    assert_eq!((host.address_space[0].value, host.address_space[0].used), (4 * MIB, Some(2 * MIB)));
    assert_eq!(host.open_files, Some(1024));
    let levels: Vec<_> = host.pressure.iter().map(|found| (found.level.as_str(), found.some_avg10)).collect();
    assert_eq!(levels, [("cgroup v2 /theirs", 50.0), ("system", 1.0)]);
    let error = Process::of(tree.0.path(), 8).unwrap_err().to_string();
    assert!(error.starts_with("expected a running process 8 that may be looked at, found: "), "{error}");
}
