//! Sites that are as awkward as sites get, made by `datagen nasty`.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A directory with reference.fa and nasty.vcf.
pub fn nasty(seed: u64, more: &[&str]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let seed = seed.to_string();
    run(Command::new(datagen()).args(["nasty", "--seed", &seed, "-o"]).arg(directory.path()).args(more));
    directory
}

/// The standard output of a command that succeeds.
pub fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The generator, built once: cargo gives a test the paths of its own package's binaries only.
fn datagen() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let beside = PathBuf::from(env!("CARGO_BIN_EXE_vdx-normalize"));
        let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "-q", "--locked", "-p", "datagen", "--profile", profile]);
        run(command.current_dir(env!("CARGO_MANIFEST_DIR")));
        beside.with_file_name("datagen")
    })
}
