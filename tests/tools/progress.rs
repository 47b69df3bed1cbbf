//! A bar for a person at a terminal, by one tool of a pipe alone.

use vdx_testkit::World;

/// What a terminal is sent by `line`, in which `slowly` gives out `in.vcf` with a pause.
fn seen(world: &World, line: &str) -> String {
    let slowly = "{ head -n 500 in.vcf; sleep 1; tail -n +501 in.vcf; }";
    let ran =
        world.bash(&format!("script -qec 'stty cols 120; {}' /dev/null </dev/null", line.replace("slowly", slowly)));
    assert_eq!(ran.status, Some(0), "{line}: {}", ran.text());
    ran.text().to_owned()
}

#[test]
fn the_last_tool_of_a_pipe_draws_and_no_other() {
    let world = World::new(3000);
    let bar = "records, ";
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
        assert_eq!(seen(&world, line).contains(bar), wanted, "{line}");
    }
}
