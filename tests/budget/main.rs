//! `--memory` against the kernel's count of resident memory, whatever the input.
//!
//! A cell is a tool on one input with one budget and a number of threads. It ends well, or with 137 and a message that
//! names a larger budget; its peak is at most 5 % over what it was given; and what it writes is the same in every cell that
//! ends well. A few dense cells run with the other tests; all of them, with the table, with
//! `VDX_BUDGET=cells cargo test --test budget -- --nocapture`, and on inputs of full size with
//! `VDX_BUDGET=all cargo test --release --test budget -- --nocapture`. Where a memory cgroup (v1) can
//! be made, each cell runs in one of 1.2 times its budget, and none is killed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cells;
mod inputs;
mod run;

use cells::{Cell, Scale};

#[test]
fn no_cell_takes_more_than_it_was_given() {
    let scale = match std::env::var("VDX_BUDGET").as_deref() {
        Ok("all") => Scale::Full,
        Ok("cells") => Scale::Cells,
        _ => Scale::Dense,
    };
    let folder = tempfile::tempdir().unwrap();
    let (mut faults, mut count) = (Vec::new(), 0);
    for case in cells::cases(scale, folder.path()) {
        let mut written = None;
        for cell in case.cells(scale) {
            count += 1;
            let Cell { budget, threads } = cell;
            let ran = run::run(&case.command(cell), budget, folder.path());
            if scale != Scale::Dense {
                println!("{:34} {:>5}M {threads} {ran}", case.name, budget >> 20);
            }
            let again = |budget| run::run(&case.command(Cell { budget, threads }), budget, folder.path()).is_done();
            let fault = ran.fault(budget).or_else(|| ran.differs(&mut written)).or_else(|| {
                let named = ran.named_budget().filter(|_| threads == 1)?;
                (!again(named)).then(|| format!("it names {}M, which does not work", named >> 20))
            });
            faults.extend(fault.map(|fault| format!("{} --memory {}M -@ {threads}: {fault}", case.name, budget >> 20)));
        }
    }
    println!("{count} cells, {} faults", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A budget that takes a record takes it above that, too, whatever else the plan does with more; and a refusal names one
/// that works, which is not much larger than the smallest.
#[test]
fn more_memory_never_hurts_and_the_first_refusal_names_enough() {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for case in cells::ladders(folder.path()) {
        let least = case.least();
        for threads in [1, 3] {
            let run = |mib: u64| {
                let cell = Cell { budget: mib << 20, threads };
                (mib, run::run(&case.command(cell), cell.budget, folder.path()))
            };
            let ladder: Vec<_> = [0, 1, 2, 4, 7, 11, 16, 24, 40, 100].iter().map(|more| run(least + more)).collect();
            let fault = |said: String| format!("{} -@ {threads}: {said}", case.name);
            let mut written = None;
            faults.extend(ladder.iter().filter_map(|(mib, ran)| {
                let said = ran.fault(mib << 20).or_else(|| ran.differs(&mut written))?;
                Some(fault(format!("--memory {mib}M: {said}")))
            }));
            let first = ladder.iter().position(|(_, ran)| ran.is_done());
            let Some(first) = first else {
                faults.push(fault("no budget works".to_owned()));
                continue;
            };
            let refused = ladder[first..].iter().filter(|(_, ran)| !ran.is_done());
            faults.extend(refused.map(|(mib, ran)| fault(format!("--memory {mib}M: {}", ran.stderr().trim_end()))));
            let (smallest, _) = ladder[first];
            for (mib, ran) in &ladder[..first] {
                let Some(named) = ran.named_budget().map(|bytes| bytes >> 20) else {
                    faults.push(fault(format!("--memory {mib}M names none: {}", ran.stderr().trim_end())));
                    continue;
                };
                if !run(named).1.is_done() || named * 2 > smallest * 3 {
                    faults.push(fault(format!("--memory {mib}M names {named}M, {smallest}M works")));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
