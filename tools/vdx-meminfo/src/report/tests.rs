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
    let text = Report::new(job(), &Ask::default(), &TOOLS, None).to_text(false);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "memory  3 GiB left of 4 GiB  memory.max of cgroup v2 /job");
    assert_eq!(lines[1], "CPUs    4                    cpu.max of cgroup v2 /job");
    assert_eq!(lines[3], "tool                     mode      threads  chunks      needs      budget   longest record");
    assert_eq!(lines[4], "vdx-normalize            parallel  4        10 x 1 MiB  60.8 MiB   256 MiB  256 MiB");
    assert!(lines[7].starts_with("vdx-merge report --html  parallel  4        10 x 1 MiB  108.8 MiB"), "{text}");
    assert_eq!(lines.len(), 8, "{text}");
}

#[test]
fn explaining_lists_every_limit() {
    let text = Report::new(job(), &Ask::default(), &[NORMALIZE], None).to_text(true);
    assert!(
        text.contains("vdx-normalize: 4 threads: cpu.max of cgroup v2 /job; memory 256 MiB of 3 GiB left"),
        "{text}"
    );
    assert!(text.contains("affinity    32     -      32"), "{text}");
    assert!(text.contains("\nVariDex's mode for this memory: low: sequential (less than 8 GB available); "), "{text}");
    assert!(text.contains("VariDex itself asks the machine, finds 60 GiB and would choose high\n"), "{text}");
    assert!(text.ends_with("note: something odd\n"), "{text}");
}

#[test]
fn json_has_the_plan_of_the_tool() {
    let report = Report::new(job(), &Ask::default(), &TOOLS, None);
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
    let report = Report::new(job(), &ask, &[NORMALIZE], None);
    assert_eq!(report.first_refusal().unwrap().0, "vdx-normalize");
    assert!(report.to_text(false).contains("vdx-normalize could not run: --memory 1 MiB is too small"));
    assert_eq!(report.to_json(&Context::silent("vdx-meminfo"))["plans"][0]["mode"], "refused");
}

#[test]
fn an_unknown_host_is_no_panic() {
    let text = Report::new(Host::default(), &Ask::default(), &TOOLS, None).to_text(true);
    assert!(text.starts_with("memory  unknown\nCPUs    1\n"), "{text}");
}

#[test]
fn other_programs_get_what_they_read() {
    let report = Report::new(job(), &Ask::default(), &TOOLS, None);
    let rows: Vec<Vec<String>> =
        report.to_tsv().lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[1][..3], ["vdx-normalize", "parallel", "4"]);
    assert!(rows.iter().all(|row| row.len() == 8), "{rows:?}");
    let env = report.to_env();
    assert!(env.starts_with("VDX_MEMORY_LEFT=3072M\nVDX_CPUS=4\nVDX_NORMALIZE_MODE=parallel\n"), "{env}");
    assert!(env.contains("\nVDX_NORMALIZE_MEMORY=61M\n") && env.contains("\nVDX_MERGE_REPORT_THREADS=4\n"), "{env}");
    // Eight tenths of what is requested are what the plan needs.
    let nextflow = report.to_nextflow();
    assert!(
        nextflow.contains(
            "withName: 'VDX_NORMALIZE.*' {\n        cpus   = 4\n        memory = { 77.MB * 2 ** (task.attempt"
        ),
        "{nextflow}"
    );
    let needs: u64 = report.plans[1..].iter().map(|(_, plan)| plan.as_ref().unwrap().need.div_ceil(MIB)).sum();
    let widest = format!("memory_mb: {}\n", (needs * 10).div_ceil(8));
    assert!(report.to_snakemake().ends_with(&format!("threads: 4\n{widest}")), "{}", report.to_snakemake());
    assert!(nextflow.contains("withName: 'VDX_FINDINGS'"), "{nextflow}");
}

#[test]
fn a_refused_tool_is_told_in_every_form() {
    let ask = Ask { memory: AutoOr::Fixed(1 << 20), ..Ask::default() };
    let report = Report::new(job(), &ask, &[NORMALIZE], None);
    assert!(report.to_tsv().ends_with("\nvdx-normalize\trefused\t\t\t\t\t\t\n"), "{}", report.to_tsv());
    assert!(report.to_env().ends_with("\nVDX_NORMALIZE_MODE=refused\n"), "{}", report.to_env());
    assert!(report.to_nextflow().ends_with("process {\n}\n// vdx-normalize could not run: --memory 1 MiB is too small even for one thread: the smallest that works is 20M; give that, or more\n"), "{}", report.to_nextflow());
    assert!(report.to_snakemake().contains("\n# vdx-normalize could not run: "), "{}", report.to_snakemake());
}

#[test]
fn an_input_tells_its_peak() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.vcf");
    std::fs::write(
        &path,
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tC\t.\t.\t.\n",
    )
    .unwrap();
    let input = InputFacts::of(&path).unwrap();
    let report = Report::new(job(), &Ask::default(), &[NORMALIZE], Some(input));
    let text = report.to_text(false);
    assert!(
        text.contains("in.vcf: VCF, 76 bytes, about 76 bytes unpacked, records of 16 bytes, the longest seen 16 bytes"),
        "{text}"
    );
    assert!(text.contains("longest record  expected peak\n") && text.ends_with("256 MiB         25.8 MiB\n"), "{text}");
    assert!(report.to_tsv().lines().all(|line| line.split('\t').count() == 9));
    let json = report.to_json(&Context::silent("vdx-meminfo"));
    assert_eq!(json["input"]["text_bytes"], 76);
    assert_eq!(json["plans"][0]["expected_peak_bytes"], 103 * MIB / 4 + 3 * 60);
}
