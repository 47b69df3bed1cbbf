//! `-w`: what is at least held back for records that move left, where the output is a stream.

use std::fmt::Write as _;

use vdx_testkit::{Stdin, World};

/// A repeat in which a deletion moves left by nearly all of its length, and records in between, whose text is more than
/// is held back whatever `-w` is.
fn world() -> World {
    const LENGTH: usize = 25_000;
    let world = World::new(1);
    world.write("repeat.fa", format!(">1\nG{}C\n", "A".repeat(LENGTH)).as_bytes());
    let mut text = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
    let pad = "x".repeat(1000);
    for pos in (3000..LENGTH).step_by(2) {
        writeln!(text, "1\t{pos}\t.\tA\tT\t.\t.\tPAD={pad}").unwrap();
    }
    writeln!(text, "1\t{LENGTH}\tmoved\tAA\tA\t.\t.\t.").unwrap();
    world.write("repeat.vcf", text.as_bytes());
    world
}

#[test]
fn a_record_that_moves_further_than_is_held_back_needs_a_larger_w_or_a_file() {
    let world = world();
    let run = |more: &[&str]| {
        let fixed = ["-q", "-f", "repeat.fa", "--no-version"];
        world.run("vdx-normalize", &[&fixed[..], more, &["repeat.vcf"]].concat(), Stdin::Null)
    };
    let wide = run(&["-w", "30000"]);
    assert_eq!(wide.status, Some(0), "{}", wide.stderr);
    let text = String::from_utf8(wide.stdout.clone()).unwrap();
    let records: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(records[0], "1\t1\tmoved\tGA\tG\t.\t.\t.");
    let positions: Vec<u32> = records.iter().map(|line| line.split('\t').nth(1).unwrap().parse().unwrap()).collect();
    assert!(positions.is_sorted() && positions.len() == 11_001, "{} records", positions.len());
    // 10000 is the default.
    for narrow in [&["-w", "20000"][..], &["-w", "0"], &[]] {
        for threads in ["-@1", "-@3"] {
            let ran = run(&[narrow, &[threads]].concat());
            assert_eq!(ran.status, Some(1), "{narrow:?}: {}", ran.stderr);
            let said = "1:1: this record moved left further than is held back for order";
            assert!(ran.stderr.contains(said) && ran.stderr.contains("-w"), "{narrow:?}: {}", ran.stderr);
            assert!(run(&[narrow, &[threads, "-o", "out.vcf"]].concat()).status == Some(0));
            assert!(std::fs::read(world.path("out.vcf")).unwrap() == wide.stdout, "{narrow:?} -o");
        }
    }
}
