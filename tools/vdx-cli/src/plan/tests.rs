//! Plans for hosts of every size.

use vdx_hts::Kind;
use vdx_pipeline::limits::RECORD_SHARE;

use super::*;

const NORMALIZE: ToolCost = ToolCost::new("vdx-normalize", 8 * MIB, 8 * MIB);
const PAGE: ToolCost = ToolCost::new("a page", 56 * MIB, 8 * MIB);
const TOOLS: [ToolCost; 3] = [NORMALIZE, ToolCost::new("vdx-merge", 24 * MIB, 8 * MIB), PAGE];
use crate::host::Limit;

fn limit(what: &str, value: u64, used: Option<u64>) -> Limit {
    Limit { what: what.to_owned(), source: "test".to_owned(), value, used, level: "test".to_owned() }
}

/// `cpus` CPUs and `memory` bytes, all of them free.
fn host(cpus: u64, memory: u64) -> Host {
    Host {
        total_memory: memory,
        available_memory: memory,
        cpus: vec![limit("affinity", cpus, None)],
        ..Host::default()
    }
}

fn auto(host: &Host) -> Plan {
    plan(host, &Ask::default(), &NORMALIZE).unwrap()
}

#[test]
fn two_cores_need_tens_of_megabytes() {
    let plan = auto(&host(2, 24 << 30));
    assert_eq!((plan.limits.threads, plan.limits.permits, plan.limits.chunk_bytes), (2, 6, 1 << 20));
    assert_eq!(plan.mode, Mode::Parallel);
    assert_eq!(plan.budget, 256 * MIB);
    assert_eq!(plan.need, 85 * MIB / 2);
    assert_eq!(plan.limits.max_record as u64, 256 * MIB);
    assert!(plan.why[0].contains("affinity"), "{:?}", plan.why);
    assert_eq!(plan.describe(), "parallel, 2 threads, 6 chunks of 1 MiB, at most 42.5 MiB of 256 MiB");
}

#[test]
fn no_plan_exceeds_its_budget() {
    for cost in TOOLS {
        for cpus in [1, 2, 3, 8, 64, 500] {
            // The least that a full page works with is 68 MiB.
            let least = if cost == PAGE { 68 } else { 37 };
            for memory in [least, 70, 100, 256, 1 << 10, 1 << 20] {
                let ask = Ask { memory: AutoOr::Fixed(memory * MIB), ..Ask::default() };
                let plan = plan(&host(cpus, 1 << 40), &ask, &cost).unwrap();
                assert!(plan.need <= plan.budget, "{cpus} CPUs, {memory} MiB: {plan:?}");
                assert_eq!(plan.budget, memory * MIB);
                assert!(plan.limits.threads == 1 || plan.limits.permits > plan.limits.threads);
            }
            let plan = plan(&host(cpus, 1 << 40), &Ask::default(), &cost).unwrap();
            assert!(plan.need <= 256 * MIB, "{plan:?}");
        }
    }
}

#[test]
fn many_cores_get_smaller_chunks_before_fewer_threads() {
    let plan = auto(&host(40, 1 << 40));
    assert_eq!((plan.limits.threads, plan.limits.chunk_bytes), (40, 256 << 10));
    let plan = auto(&host(500, 1 << 40));
    assert!(plan.limits.threads > 40 && plan.limits.threads < 500);
    assert!(plan.why.iter().any(|why| why.contains("of 500 threads: memory 256 MiB")), "{:?}", plan.why);
}

#[test]
fn one_cpu_or_a_wish_is_sequential() {
    let one = auto(&host(1, 1 << 30));
    assert_eq!((one.mode, one.limits.threads, one.limits.permits), (Mode::Sequential, 1, 1));
    for ask in [
        Ask { sequential: true, threads: AutoOr::Fixed(8), ..Ask::default() },
        Ask { threads: AutoOr::Fixed(1), ..Ask::default() },
        Ask::new(&LimitArgs::default(), &Env::of(&[("VARIDEX_FORCE_SEQUENTIAL", "1")])),
    ] {
        assert_eq!(plan(&host(8, 1 << 34), &ask, &NORMALIZE).unwrap().mode, Mode::Sequential, "{ask:?}");
    }
}

#[test]
fn threads_asked_for_are_given() {
    let ask = Ask { threads: AutoOr::Fixed(8), chunk_records: Some(5), ..Ask::default() };
    let plan = plan(&host(2, 1 << 34), &ask, &NORMALIZE).unwrap();
    assert_eq!((plan.limits.threads, plan.limits.chunk_records), (8, Some(5)));
    assert!(plan.why[0].contains("2 can run at once"), "{:?}", plan.why);
}

#[test]
fn too_little_is_refused_with_what_works() {
    let ask = |bytes| Ask { memory: AutoOr::Fixed(bytes), ..Ask::default() };
    let error = plan(&host(2, 1 << 34), &ask(10 * MIB), &NORMALIZE).unwrap_err();
    assert_eq!(error.kind(), Kind::Memory);
    assert_eq!(
        error.to_string(),
        "--memory 10 MiB is too small even for one thread: the smallest that works is 20M; give that, or more"
    );
    let plan = plan(&host(2, 1 << 34), &ask(20 * MIB), &NORMALIZE).unwrap();
    assert_eq!((plan.mode, plan.limits.chunk_bytes), (Mode::Sequential, 256 << 10));
}

#[test]
fn strong_compression_and_long_records_are_in_the_plan() {
    use crate::format::OutputFormat;
    let need = |cost: ToolCost| plan(&host(2, 1 << 34), &Ask::default(), &cost).unwrap().need;
    assert_eq!(need(NORMALIZE.writing(OutputFormat::VcfGz { level: Some(6) })), need(NORMALIZE));
    assert_eq!(need(NORMALIZE.writing(OutputFormat::Bcf { level: Some(9) })), need(NORMALIZE) + 18 * MIB);
    let tables = 2 * vdx_hts::bgzf::Deflater::DEFAULT_TABLES as u64;
    assert_eq!(need(NORMALIZE.writing(OutputFormat::VcfGz { level: None })), need(NORMALIZE) + tables);
}

#[test]
fn a_budget_that_takes_a_record_takes_it_above_that_too_and_so_does_the_one_that_is_told() {
    for threads in [1, 2, 5, 8, 40] {
        let limits = |memory: u64| {
            let (threads, memory) = (AutoOr::Fixed(threads), AutoOr::Fixed(memory));
            plan(&host(2, 1 << 34), &Ask { threads, memory, ..Ask::default() }, &NORMALIZE).unwrap().limits
        };
        let mut longest = 0;
        for mib in 20..400 {
            let Limits { max_record, base_bytes, .. } = limits(mib * MIB);
            assert!(max_record >= longest, "{threads} threads, {mib} MiB");
            longest = max_record;
            for longer in [1, 3, 30, 200] {
                let told = base_bytes + RECORD_SHARE as u64 * (longer << 20);
                assert!(limits(told).max_record as u64 >= longer << 20, "{threads} threads, {told}");
            }
        }
    }
}

#[test]
fn a_small_container_is_used_or_refused() {
    let mut small = host(2, 1 << 34);
    small.memory.push(limit("memory.max", 60 * MIB, Some(4 * MIB)));
    let plan_ = auto(&small);
    assert_eq!((plan_.budget, plan_.mode), (42 * MIB, Mode::Parallel));
    // Full of page cache: there is little left, but a limit that would do.
    small.memory[0].used = Some(58 * MIB);
    assert_eq!(auto(&small).mode, Mode::Sequential);
    small.memory[0].value = 8 * MIB;
    let error = plan(&small, &Ask::default(), &NORMALIZE).unwrap_err();
    assert_eq!(error.kind(), Kind::Memory);
    assert!(error.to_string().starts_with("memory.max allows 8 MiB"), "{error}");
}

#[test]
fn address_space_counts_stacks_and_arenas() {
    let mut fenced = host(8, 1 << 34);
    fenced.address_space.push(limit("RLIMIT_AS", 512 * MIB, Some(12 * MIB)));
    let plan_ = auto(&fenced);
    // 4 workers, reader and sink: 6 x 65 MiB and 61 MiB of data.
    assert_eq!(plan_.limits.threads, 4);
    assert!(plan_.why.iter().any(|why| why.contains("4 of 8 threads: RLIMIT_AS")), "{:?}", plan_.why);
    fenced.address_space[0].value = 100 * MIB;
    assert_eq!(auto(&fenced).mode, Mode::Sequential);
    fenced.address_space[0].value = 20 * MIB;
    let error = plan(&fenced, &Ask::default(), &NORMALIZE).unwrap_err();
    assert!(error.to_string().contains("the smallest that works is 32M"), "{error}");
}

#[test]
fn threads_that_may_not_be_made_are_not_planned() {
    let mut fenced = host(8, 1 << 34);
    fenced.tasks.push(limit("pids.max", 20, Some(14)));
    assert_eq!(auto(&fenced).limits.threads, 4);
}

#[test]
fn an_unknown_host_gets_one_thread() {
    let plan = auto(&Host::default());
    assert_eq!((plan.mode, plan.budget), (Mode::Sequential, 256 * MIB));
}
