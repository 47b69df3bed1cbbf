//! A real browser that opens a page and tells what it saw.

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

/// The page with a script at its end.
pub fn driven(page: &str, script: &str) -> String {
    assert_eq!(page.matches("</body>").count(), 1, "the page has no end");
    page.replace("</body>", &format!("<script>\n{script}\n</script>\n</body>"))
}

/// Opens a page whose script puts what it saw into `#result`, as JSON. Anything on the console is a failure.
/// `virtual_time`: timers of the page run at once.
pub fn browse(browser: &Path, folder: &Path, page: &str, virtual_time: bool) -> Value {
    let file = folder.join("driven.html");
    std::fs::write(&file, page).unwrap();
    // A browser that hangs is ended from outside.
    let mut command = Command::new("timeout");
    command
        .args(["-k", "5", "120"])
        .arg(browser)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--disable-extensions", "--disable-background-networking", "--window-size=1280,1600"])
        .args(["--enable-logging=stderr", "--v=0", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("browser").display()));
    if virtual_time {
        command.arg("--virtual-time-budget=20000");
    }
    command.arg(format!("file://{}", file.display())).stdin(Stdio::null());
    let output = command.output().unwrap();
    let (dom, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let console: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{console:?}");
    let result = dom.split("<pre id=\"result\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let Some(result) = result else { panic!("the page has no result; the browser said: {log}") };
    let result = result.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&result).unwrap_or_else(|error| panic!("{error}: {result}"))
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
