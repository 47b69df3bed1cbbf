//! `--memory` against the kernel's count of resident memory, whatever the input.
//!
//! A cell is a tool on one input with one budget and a number of threads. It ends well, or with 137 and a message that
//! names a larger budget; its peak is at most 5 % over what it was given; and what it writes is the same in every cell that
//! ends well. A few dense cells run with the other tests; all of them, on inputs of full size, with
//! `VDX_BUDGET=all cargo test --release --test budget -- --nocapture`, which prints the table. Where a memory cgroup (v1) can
//! be made, each cell runs in one of 1.2 times its budget, and none is killed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cells;
mod inputs;
mod run;

use cells::{Cell, Scale};

#[test]
fn no_cell_takes_more_than_it_was_given() {
    let all = std::env::var("VDX_BUDGET").is_ok_and(|value| value == "all");
    let scale = if all { Scale::Full } else { Scale::Dense };
    let folder = tempfile::tempdir().unwrap();
    let (mut faults, mut count) = (Vec::new(), 0);
    for case in cells::cases(scale, folder.path()) {
        let mut written = None;
        for cell in case.cells(scale) {
            count += 1;
            let Cell { budget, threads } = cell;
            let ran = run::run(&case.command(cell), budget, folder.path());
            if all {
                println!("{:34} {:>5}M {threads} {ran}", case.name, budget >> 20);
            }
            let fault = ran.fault(budget).or_else(|| ran.differs(&mut written));
            faults.extend(fault.map(|fault| format!("{} --memory {}M -@ {threads}: {fault}", case.name, budget >> 20)));
        }
    }
    println!("{count} cells, {} faults", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
