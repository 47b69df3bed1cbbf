//! A bar for a person at a terminal, by one tool of a pipe alone.

use vdx_testkit::World;

/// How a bar speaks of records.
const BAR: &str = "records, ";

/// Whether a terminal is sent a bar by `line`, in which `slowly` gives out `in.vcf` with a pause: until the bar is there, and
/// no longer than `seconds`.
fn draws(world: &World, line: &str, seconds: u32) -> bool {
    // script itself writes the command, which must not look like the bar.
    let slowly = format!(
        "{{ head -n 140000 in.vcf; timeout {seconds} sh -c \"until grep -aq \\\"record[s], \\\" screen; do sleep 0.1; done\"; tail -n +140001 in.vcf; }}"
    );
    world.write("screen", b"");
    let ran = world
        .bash(&format!("script -qfec 'stty rows 24 cols 120; {}' screen </dev/null", line.replace("slowly", &slowly)));
    let screen = std::fs::read(world.path("screen")).unwrap();
    let screen = String::from_utf8_lossy(&screen);
    assert_eq!(ran.status, Some(0), "{line}: {screen}");
    screen.contains(BAR)
}

#[test]
fn the_last_tool_of_a_pipe_draws_and_no_other() {
    // A pipe is read in pieces of up to a megabyte, and each tool holds some back.
    let world = World::new(150_000);
    for line in [
        "slowly | vdx-normalize -q -D -o out.vcf",
        "slowly | vdx-normalize -D -o out.vcf",
        "slowly | vdx-normalize -D | cat >out.vcf",
        "slowly | vdx-normalize -D | vdx-merge match --sample raw.txt -o out.vcf",
        "slowly | vdx-merge match --all --sample raw.txt -O tsv | cat >out.tsv",
        "slowly | vdx-normalize -D --progress never -o out.vcf",
        "slowly | vdx-normalize -D --progress always | cat >out.vcf",
        "slowly | vdx-gnomad annotate --db gnomad -o out.vcf",
    ] {
        let quiet = line.contains("-q") || line.contains("never");
        let pipes = line.ends_with("| cat >out.vcf") || line.ends_with("| cat >out.tsv");
        let wanted = !quiet && (!pipes || line.contains("always"));
        assert_eq!(draws(&world, line, if wanted { 20 } else { 1 }), wanted, "{line}");
    }
}
