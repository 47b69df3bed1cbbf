//! Reports on hosts that were made up.

use vdx_cli::flags::AutoOr;
use vdx_cli::plan::{MIB, ToolCost};

const NORMALIZE: ToolCost = ToolCost::new("vdx-normalize", 8 * MIB, 8 * MIB);
const TOOLS: [ToolCost; 4] = [
    NORMALIZE,
    ToolCost::new("vdx-gnomad", 12 * MIB, 4 * MIB),
    ToolCost::new("vdx-merge", 24 * MIB, 8 * MIB),
    ToolCost::new("vdx-merge report --html", 56 * MIB, 8 * MIB),
];

use super::*;

const GIB: u64 = 1 << 30;

/// 64 GiB and 32 CPUs, of which a job has 4 GiB and 4.
fn job() -> Host {
    let limit = |what: &str, value, used, level: &str| Limit {
        what: what.to_owned(),
        source: format!("/{what}"),
        value,
        used,
        level: level.to_owned(),
    };
    Host {
        total_memory: 64 * GIB,
        available_memory: 60 * GIB,
        memory: vec![limit("memory.max", 4 * GIB, Some(GIB), "cgroup v2 /job")],
        cpus: vec![limit("affinity", 32, None, "process"), limit("cpu.max", 4, None, "cgroup v2 /job")],
        notes: vec!["something odd".to_owned()],
        ..Host::default()
    }
}

#[test]
fn the_text_names_what_binds() {
    let text = Report::new(job(), &Ask::default(), &TOOLS).to_text(false);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "memory  3 GiB left of 4 GiB  memory.max of cgroup v2 /job");
    assert_eq!(lines[1], "CPUs    4                    cpu.max of cgroup v2 /job");
    assert_eq!(lines[3], "VariDex's mode for this memory is low: sequential (less than 8 GB available)");
    assert!(lines[4].contains("would choose high"), "{text}");
    assert_eq!(lines[6], "tool                     mode      threads  chunks      needs      budget   longest record");
    assert_eq!(lines[7], "vdx-normalize            parallel  4        10 x 1 MiB  60.8 MiB   256 MiB  256 MiB");
    assert!(lines[10].starts_with("vdx-merge report --html  parallel  4        10 x 1 MiB  108.8 MiB"), "{text}");
    assert_eq!(lines.len(), 11, "{text}");
}

#[test]
fn explaining_lists_every_limit() {
    let text = Report::new(job(), &Ask::default(), &[NORMALIZE]).to_text(true);
    assert!(
        text.contains("vdx-normalize: 4 threads: cpu.max of cgroup v2 /job; memory 256 MiB of 3 GiB left"),
        "{text}"
    );
    assert!(text.contains("affinity    32     -      32"), "{text}");
    assert!(text.ends_with("note: something odd\n"), "{text}");
}

#[test]
fn json_has_the_plan_of_the_tool() {
    let report = Report::new(job(), &Ask::default(), &TOOLS);
    let json = report.to_json(&Context::silent("vdx-meminfo"));
    assert_eq!(json["memory"]["left_bytes"], 3 * GIB);
    assert_eq!(json["memory"]["binding"]["what"], "memory.max");
    assert_eq!(json["cpus"]["usable"], 4);
    assert_eq!(json["plans"][0], plan(&job(), &Ask::default(), &NORMALIZE).unwrap().to_json());
    assert_eq!(json["varidex"]["mode"], "low");
    assert_eq!(json["varidex_by_machine"]["mode"], "high");
}

#[test]
fn a_refusal_is_reported() {
    let ask = Ask { memory: AutoOr::Fixed(1 << 20), ..Ask::default() };
    let report = Report::new(job(), &ask, &[NORMALIZE]);
    assert_eq!(report.first_refusal().unwrap().0, "vdx-normalize");
    assert!(report.to_text(false).contains("vdx-normalize could not run: --memory 1 MiB is too small"));
    assert_eq!(report.to_json(&Context::silent("vdx-meminfo"))["plans"][0]["mode"], "refused");
}

#[test]
fn an_unknown_host_is_no_panic() {
    let text = Report::new(Host::default(), &Ask::default(), &TOOLS).to_text(true);
    assert!(text.starts_with("memory  unknown\nCPUs    1\n"), "{text}");
}
