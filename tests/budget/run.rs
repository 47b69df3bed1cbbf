//! One run under the kernel's eyes.

use std::fmt;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use vdx_testkit::binary;
use wait4::Wait4;

/// How a run ended, by the kernel.
pub struct Ran {
    status: Option<i32>,
    /// Peak resident bytes.
    peak: u64,
    stderr: String,
    /// Of what it wrote.
    hash: u64,
    /// Processes that the cgroup's killer ended.
    killed: u64,
}

/// Over the budget by more than that is a fault.
fn allowed(budget: u64) -> u64 {
    budget + budget / 20
}

/// Runs a tool in `folder`, its output in a file there, in a cgroup of 1.2 times `budget` where there can be one.
pub fn run(words: &[String], budget: u64, folder: &Path) -> Ran {
    // What a child is before it becomes the tool counts as its peak, too: this process has to be small.
    let own = own_peak();
    assert!(own < 17 << 20, "the tests themselves take {own} bytes");
    let out = folder.join("out");
    let err = folder.join("err");
    let cgroup = Cgroup::make(budget + budget / 5);
    let mut command = match &cgroup {
        Some(cgroup) => {
            let mut shell = Command::new("sh");
            let procs = cgroup.path.join("cgroup.procs");
            shell.args(["-c", &format!("echo $$ > {} && exec \"$@\"", procs.display()), "sh"]).arg(binary(&words[0]));
            shell
        }
        None => Command::new(binary(&words[0])),
    };
    command.args(&words[1..]).current_dir(folder).stdin(Stdio::null());
    command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    let ended = command.spawn().unwrap().wait4().unwrap();
    let mut stderr = Vec::new();
    File::open(&err).unwrap().take(1 << 16).read_to_end(&mut stderr).unwrap();
    Ran {
        status: ended.status.code(),
        peak: ended.rusage.maxrss,
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        hash: hash(&out),
        killed: cgroup.map_or(0, |cgroup| cgroup.killed()),
    }
}

fn own_peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
}

fn hash(file: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut file = File::open(file).unwrap();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => return hasher.finish(),
            read => hasher.write(&buffer[..read]),
        }
    }
}

impl Ran {
    /// What is wrong with it, if anything.
    pub fn fault(&self, budget: u64) -> Option<String> {
        let shown = || self.stderr.lines().last().unwrap_or_default().to_owned();
        if self.killed > 0 {
            return Some("killed by its cgroup".to_owned());
        }
        if self.peak > allowed(budget) {
            return Some(format!("{self}: {} % over", (self.peak - budget) * 100 / budget));
        }
        match self.status {
            Some(0) => None,
            Some(137) if names_more(&self.stderr, budget) => None,
            _ => Some(format!("{self}: {}", shown())),
        }
    }

    /// The budget that works, in bytes, where it names one.
    pub fn named_budget(&self) -> Option<u64> {
        let (_, said) = self.stderr.split_once("--memory that works is ")?;
        let mib: u64 = said.trim_start_matches("about ").split('M').next()?.parse().ok()?;
        Some(mib << 20)
    }

    /// Whether it ended well.
    pub fn is_done(&self) -> bool {
        self.status == Some(0)
    }

    /// Whether it wrote other bytes than the first run of its kind that ended well.
    pub fn differs(&self, written: &mut Option<u64>) -> Option<String> {
        let same = !self.is_done() || *written.get_or_insert(self.hash) == self.hash;
        (!same).then(|| "it wrote other bytes".to_owned())
    }

    /// What it said.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.map_or_else(|| "signal".to_owned(), |status| status.to_string());
        write!(f, "{:7.1} MiB, exit {status}", self.peak as f64 / f64::from(1 << 20))
    }
}

/// Whether a message names a size, such as `31M`, that is more than `budget`.
fn names_more(stderr: &str, budget: u64) -> bool {
    let words = stderr.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter_map(|word| word.strip_suffix('M')?.parse::<u64>().ok()).any(|mib| mib << 20 > budget)
}

/// A memory cgroup of its own, where the host lets us make one.
struct Cgroup {
    path: PathBuf,
}

impl Cgroup {
    fn make(limit: u64) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("vdx-budget-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new("/sys/fs/cgroup/memory").join(name);
        fs::create_dir(&path).ok()?;
        let made = Self { path };
        fs::write(made.path.join("memory.limit_in_bytes"), limit.to_string()).ok()?;
        Some(made)
    }

    fn killed(&self) -> u64 {
        let control = fs::read_to_string(self.path.join("memory.oom_control")).unwrap_or_default();
        let line = control.lines().find_map(|line| line.strip_prefix("oom_kill "));
        line.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        fs::remove_dir(&self.path).ok();
    }
}
