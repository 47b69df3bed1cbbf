//! A real browser that opens a page and tells what it saw.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

pub fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    let found = found.into_iter().find(|file| file.is_file());
    if found.is_none() {
        vdx_testkit::skipped("no chromium in PATH (apt-get install chromium)");
    }
    found
}

/// The page with a script at its end, which calls `tell` with what it saw, once.
pub fn driven(page: &str, script: &str) -> String {
    assert_eq!(page.matches("</body>").count(), 1, "the page has no end");
    page.replace("</body>", &format!("<script>\n{TELL}\n{script}\n</script>\n</body>"))
}

/// What a page saw leaves the browser as a line of its log: that is there when it is said, whatever the browser does next.
pub const TELL: &str = "const tell = (saw) => console.log('saw ' + JSON.stringify(saw) + ' end');";

/// Opens a page whose script calls `tell`, and gives what it told. Anything else on the console is a failure. A browser
/// that says nothing for a minute is started again, once: some hang at their start where the machine is busy.
pub fn browse(browser: &Path, folder: &Path, page: &str) -> Value {
    browse_timed(browser, folder, page).0
}

/// The same, and the milliseconds of CPU that all processes of the browser had taken by then.
pub fn browse_timed(browser: &Path, folder: &Path, page: &str) -> (Value, u64) {
    let file = folder.join("driven.html");
    std::fs::write(&file, page).unwrap();
    let told = open(browser, folder, &file).or_else(|first| {
        eprintln!("the browser told nothing and is started again: {first}");
        open(browser, folder, &file)
    });
    told.unwrap_or_else(|log| panic!("the page told nothing; the browser said: {log}"))
}

/// What the page told and what it took, or all that the browser said.
fn open(browser: &Path, folder: &Path, file: &Path) -> Result<(Value, u64), String> {
    let profile = tempfile::tempdir_in(folder).unwrap();
    // It leads a group of its own, the browser's processes, and ends them after a minute.
    let mut command = Command::new("timeout");
    command
        .args(["-s", "KILL", "60"])
        .arg(browser)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--disable-extensions", "--disable-background-networking", "--window-size=1280,1600"])
        .args(["--enable-logging=stderr", "--v=0"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", file.display()));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = String::new();
    let mut told = None;
    for line in BufReader::new(child.stderr.take().unwrap()).split(b'\n') {
        let line = String::from_utf8_lossy(&line.unwrap()).into_owned();
        if let Some((_, saw)) = line.split_once("\"saw ").filter(|_| line.contains("CONSOLE")) {
            told = saw.rsplit_once(" end\"").map(|(saw, _)| saw.to_owned());
            break;
        }
        assert!(!line.contains("CONSOLE"), "{line}");
        log += &(line + "\n");
    }
    let took = cpu_of_group(child.id());
    let group = format!("-{}", child.id());
    Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status().unwrap();
    child.wait().unwrap();
    let json = told.ok_or(log)?;
    Ok((serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}")), took))
}

/// Milliseconds of CPU that the processes of a group have taken (proc(5), `/proc/PID/stat`).
fn cpu_of_group(group: u32) -> u64 {
    const TICK_MILLISECONDS: u64 = 10;
    let stats = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        // The name may hold blanks: what follows is counted from its end.
        let fields: Vec<u64> =
            stat[stat.rfind(')')? + 4..].split(' ').map(|field| field.parse().unwrap_or(0)).collect();
        let (process_group, user, system) = (*fields.get(1)?, *fields.get(10)?, *fields.get(11)?);
        (process_group == u64::from(group)).then_some(user + system)
    });
    stats.sum::<u64>() * TICK_MILLISECONDS
}

/// The axe-core that tests/peers/install.sh has put beside the build.
pub fn axe() -> Option<String> {
    let test = std::env::current_exe().unwrap();
    let found = test.ancestors().map(|folder| folder.join("peers/axe-core/axe.min.js")).find(|file| file.is_file());
    if found.is_none() {
        vdx_testkit::skipped("no axe-core beside the build (tests/peers/install.sh)");
    }
    found.map(|file| std::fs::read_to_string(file).unwrap())
}
