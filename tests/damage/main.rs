//! Damaged files of every format that is read, in every tool that reads it: what is cut, flipped, swapped, doubled, zeroed or
//! overwritten is an error or does no harm. Quiet, that is other output without a word, is only what no reader can see.
//!
//! A part of the matrix runs with the other tests; all of it with
//! `VDX_DAMAGE=all cargo test --release --test damage -- --nocapture`, which prints the table.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod damages;
mod formats;

use std::collections::BTreeMap;

use damages::Damage;
use formats::{Subject, subjects};
use vdx_testkit::{Ran, World};

/// What came of a damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// An error, or a warning beside what is written.
    Detected,
    /// The output is what it is without the damage.
    Harmless,
    /// Other output, and nothing said; nobody who reads this format could tell.
    Unseen(&'static str),
    /// What must not be.
    Fault,
}

#[test]
fn no_damage_that_can_be_seen_is_quiet() {
    let all = std::env::var("VDX_DAMAGE").is_ok_and(|value| value == "all");
    let world = World::new(if all { 3000 } else { 1500 });
    let (mut faults, mut runs) = (Vec::new(), 0);
    for subject in subjects(&world) {
        let whole =
            std::fs::read(world.path(&subject.file)).unwrap_or_else(|error| panic!("{}: {error}", subject.name));
        let sound = subject.run(&world);
        assert_eq!(sound.status, Some(0), "{}: {}", subject.name, sound.stderr);
        let mut table: BTreeMap<Outcome, usize> = BTreeMap::new();
        for damage in damages::of(&whole, subject.format, all) {
            world.write(&subject.file, &damage.bytes);
            let ran = subject.run(&world);
            let outcome = judge(&subject, &damage, &sound, &ran);
            *table.entry(outcome).or_default() += 1;
            runs += 1;
            if outcome == Outcome::Fault {
                let said = ran.stderr.lines().last().unwrap_or_default();
                let fault = format!("{}: {}: {:?} {said}", subject.name, damage.what, ran.status);
                println!("fault: {fault}");
                faults.push(fault);
            }
        }
        world.write(&subject.file, &whole);
        if all {
            println!("{:44} {table:?}", subject.name);
        }
    }
    println!("{runs} runs on damaged files, {} faults", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn judge(subject: &Subject, damage: &Damage, sound: &Ran, ran: &Ran) -> Outcome {
    match ran.status {
        Some(1 | 2 | 3 | 137) if ran.stderr.contains("internal error") => Outcome::Fault,
        Some(1 | 2 | 137) if !ran.stderr.is_empty() => Outcome::Detected,
        Some(0) if ran.stdout == sound.stdout => Outcome::Harmless,
        Some(0) if ran.stderr.contains("warning") && !sound.stderr.contains("warning") => Outcome::Detected,
        Some(0) => subject.format.unseen(damage.kind).map_or(Outcome::Fault, Outcome::Unseen),
        _ => Outcome::Fault,
    }
}
