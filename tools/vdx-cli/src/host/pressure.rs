//! Pressure stall information: how much of the time tasks waited for memory (Documentation/accounting/psi.rst of Linux).
//! A job that lives at its limit shows it here long before it is killed.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::Host;
use super::cgroup::Hierarchies;

/// Waiting for memory, in percent of the time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pressure {
    /// The file it was read from.
    pub source: String,
    /// The cgroup's path, or `system`.
    pub level: String,
    /// At least one task waited, in the last 10 seconds.
    pub some_avg10: f64,
    /// The same in the last 60 seconds.
    pub some_avg60: f64,
    /// All tasks waited at once, in the last 10 seconds.
    pub full_avg10: f64,
}

/// Adds that of the innermost cgroup which has it, then that of the machine.
pub(super) fn add(host: &mut Host, root: &Path, hierarchies: &Hierarchies) {
    let own = hierarchies
        .v2()
        .into_iter()
        .find_map(|level| parse(&level.read("memory.pressure")?, level.shown("memory.pressure"), level.name.clone()));
    let machine = fs::read_to_string(root.join("proc/pressure/memory"))
        .ok()
        .and_then(|text| parse(&text, "/proc/pressure/memory".to_owned(), "system".to_owned()));
    host.pressure.extend(own.into_iter().chain(machine));
}

/// `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, and a line `full` of the same form.
fn parse(text: &str, source: String, level: String) -> Option<Pressure> {
    let value = |kind: &str, average: &str| -> Option<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(' '))?;
        line.split(' ').find_map(|pair| pair.strip_prefix(average)?.strip_prefix('='))?.parse().ok()
    };
    Some(Pressure {
        source,
        level,
        some_avg10: value("some", "avg10")?,
        some_avg60: value("some", "avg60")?,
        full_avg10: value("full", "avg10").unwrap_or(0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_read_and_nonsense_is_none() {
        let text = "some avg10=12.50 avg60=3.25 avg300=0.10 total=12\nfull avg10=1.00 avg60=0.00 avg300=0.00 total=3\n";
        let found = parse(text, "x".into(), "y".into()).unwrap();
        assert_eq!((found.some_avg10, found.some_avg60, found.full_avg10), (12.5, 3.25, 1.0));
        assert_eq!(parse("some avg10=x", "x".into(), "y".into()), None);
        assert_eq!(parse("", "x".into(), "y".into()), None);
    }
}
