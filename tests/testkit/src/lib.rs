//! What the tests of all crates share: a [`World`] to run tools in, BGZF and gzip by other code than what is tested, numbers
//! that look random, and what tests compare with: other programs and real data, which a machine may lack. What a test then
//! leaves out is told, and under `CI=true` it is a failure.

#![allow(clippy::panic, reason = "a test fails by panicking")]

mod packed;
mod random;
pub mod texts;
mod world;

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

pub use packed::{EOF_BLOCK, bgzf, bgzf_block, gzip};
pub use random::Random;
pub use world::{Ran, Stdin, World, bases, binary};

/// Says that the running test leaves something out, and why: `bcftools is not installed`.
///
/// The line goes to stderr, which cargo shows of failing tests alone, and to the end of the file that `VDX_SKIPPED` names
/// (an absolute path), which `tests/run.sh` shows behind all tests.
///
/// # Panics
/// Under `CI=true`, where nothing may be left out.
#[track_caller]
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let program = std::env::current_exe().ok();
    let program = program.as_ref().and_then(|file| file.file_stem()).unwrap_or_default().to_string_lossy();
    // Cargo puts a hash behind the name.
    let program = program.rsplit_once('-').map_or(&*program, |(name, _)| name);
    let line = format!("skipped: {program} {test}: {why}\n");
    eprint!("{line}");
    if let Some(log) = std::env::var_os("VDX_SKIPPED") {
        let file = std::fs::File::options().create(true).append(true).open(&log);
        // One write a line, so that the lines of tests that run at once stay whole.
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        assert!(written.is_ok(), "{} (VDX_SKIPPED): {written:?}", log.display());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "nothing may be skipped under CI=true: {why}");
}

/// The program that the environment variable `variable` names, else the one that `tests/run.sh` has put beside the build
/// (`target/peers`), else `name` in PATH; [`skipped`] and `None` where it does not run.
#[track_caller]
pub fn installed(variable: &str, name: &str) -> Option<String> {
    let given = std::env::var(variable).ok();
    let program = given.or_else(|| beside_the_build(name)).unwrap_or_else(|| name.to_owned());
    let runs = Command::new(&program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !runs {
        skipped(&format!("{program} is not installed"));
    }
    runs.then_some(program)
}

fn beside_the_build(name: &str) -> Option<String> {
    let test = std::env::current_exe().ok()?;
    let file = test.ancestors().map(|folder| folder.join("peers/bin").join(name)).find(|file| file.is_file())?;
    file.into_os_string().into_string().ok()
}

/// The bcftools to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bcftools {
    /// Its path, or its name in PATH.
    pub program: String,
    /// 23 of version 1.23.
    pub minor: u32,
}

impl Bcftools {
    /// `BCFTOOLS`, or as [`installed`] finds it: 1.24, by way of pysam, which `tests/run.sh` puts beside the build. What tests compare with 1.23 or newer alone is [`skipped`] with an older
    /// one.
    #[track_caller]
    #[must_use]
    pub fn find() -> Option<Self> {
        let found = Self::of(installed("BCFTOOLS", "bcftools")?)?;
        if !found.is_recent() {
            skipped(&format!("bcftools 1.{}: what only 1.23 and newer do alike is not compared", found.minor));
        }
        Some(found)
    }

    /// The second judge: the system's own, where it is of another version than the first; [`skipped`] where there is none.
    #[track_caller]
    #[must_use]
    pub fn second(&self) -> Option<Self> {
        let other = Self::of("bcftools".to_owned()).filter(|other| other.minor != self.minor);
        if other.is_none() {
            skipped("the bcftools of the system is the same one, or none: there is no second one to compare with");
        }
        other
    }

    fn of(program: String) -> Option<Self> {
        let version = Command::new(&program).arg("--version").output().ok()?.stdout;
        let version = String::from_utf8_lossy(&version).into_owned();
        let minor = version.split_whitespace().nth(1).and_then(|word| word.strip_prefix("1."))?;
        let minor: String = minor.chars().take_while(char::is_ascii_digit).collect();
        Some(Self { program, minor: minor.parse().unwrap_or(0) })
    }

    /// 1.23 or newer.
    #[must_use]
    pub fn is_recent(&self) -> bool {
        self.minor >= 23
    }
}

/// The folder of real data that `VDX_TEST_DATA` names; [`skipped`] and `None` where it names none.
#[track_caller]
#[must_use]
pub fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("VDX_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        skipped("VDX_TEST_DATA names no folder of real data");
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs itself as a program of its own, once for each value of `CI`.
    #[test]
    fn what_is_left_out_is_told_and_refused_under_ci() {
        const INNER: &str = "VDX_TESTKIT_INNER";
        if std::env::var_os(INNER).is_some() {
            return skipped("no peer");
        }
        let log = std::env::temp_dir().join(format!("vdx-skipped-{}", std::process::id()));
        for (ci, passes) in [("", true), ("false", true), ("true", false)] {
            let mut test = Command::new(std::env::current_exe().unwrap());
            test.args(["--exact", "tests::what_is_left_out_is_told_and_refused_under_ci"]);
            let output = test.env(INNER, "1").env("CI", ci).env("VDX_SKIPPED", &log).output().unwrap();
            assert_eq!(output.status.success(), passes, "CI={ci}");
        }
        let told = std::fs::read_to_string(&log).unwrap();
        std::fs::remove_file(&log).unwrap();
        let line = "skipped: vdx_testkit tests::what_is_left_out_is_told_and_refused_under_ci: no peer\n";
        assert_eq!(told, line.repeat(3));
    }
}
