//! The pipes of `workflows/shell` do what they say.

use std::path::Path;

use vdx_testkit::{Ran, World, skipped};

fn recipe(world: &World, name: &str, words: &str) -> Ran {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/shell").join(name);
    world.bash(&format!("'{}' {words}", script.display()))
}

/// Records on contig 1, and the same on 2; with bcftools' index of them.
fn two_contigs() -> Option<World> {
    let world = World::new(300);
    if world.bash("bcftools --version && bgzip --version").status != Some(0) {
        skipped("bcftools or bgzip is not in PATH");
        return None;
    }
    let made = world.bash(
        "set -e; { cat ref.fa; sed 's/>1/>2/' ref.fa; } >both.fa
         { sed '/^#CHROM/i ##contig=<ID=1>\\n##contig=<ID=2>' in.vcf; grep -v '^#' in.vcf | sed 's/^1/2/'; } | bgzip >both.vcf.gz
         bcftools index -t both.vcf.gz
         gzip -c raw.txt >first.txt.gz; grep -v '^rs100' raw.txt | gzip -c >second.txt.gz",
    );
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    Some(world)
}

#[test]
fn by_contig_gives_the_bytes_of_one_process() {
    let Some(world) = two_contigs() else { return };
    let ran = recipe(&world, "by-contig.sh", "both.fa both.vcf.gz parts.vcf.gz 2");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let whole = world.bash("vdx-normalize -f both.fa -m -any -c w --no-version both.vcf.gz -o whole.vcf.gz");
    assert_eq!(whole.status, Some(0), "{}", whole.stderr);
    assert_eq!(world.bash("cmp parts.vcf.gz whole.vcf.gz && gzip -dc whole.vcf.gz | grep -q '^2'").status, Some(0));
    // Where one fails, there is no file.
    world.bash("head -c -100 both.vcf.gz >cut; mv cut both.vcf.gz");
    let ran = recipe(&world, "by-contig.sh", "both.fa both.vcf.gz broken.vcf.gz");
    assert!(ran.status != Some(0) && !world.path("broken.vcf.gz").exists(), "{}", ran.stderr);
}

#[test]
fn bcftools_in_front_and_behind() {
    let Some(world) = two_contigs() else { return };
    world.bash("sed -i 's/CLNSIG=Benign/CLNSIG=Pathogenic/' in.vcf && sed -i '/^#CHROM/i ##contig=<ID=1>' in.vcf && bgzip in.vcf");
    let ran = recipe(&world, "bcftools-around.sh", "ref.fa in.vcf.gz raw.txt gnomad");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let list = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(list.lines().count(), 30, "{list}");
    assert!(list.lines().all(|line| line.starts_with("1\t") && line.ends_with("\t0/1\tPathogenic")), "{list}");
}

#[test]
fn process_substitution_and_head() {
    let Some(world) = two_contigs() else { return };
    let ran = recipe(&world, "substitution.sh", "ref.fa in.vcf first.txt.gz second.txt.gz");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let text = String::from_utf8(ran.stdout).unwrap();
    // rs100 alone is the first person's and not the second's.
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(['<', '>'])).collect();
    assert!(lines.len() == 1 && lines[0].starts_with("< rs100\t"), "{text}");
    let ran = recipe(&world, "first-lines.sh", "both.fa both.vcf.gz 4");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(String::from_utf8_lossy(&ran.stdout).lines().count(), 4);
    assert_eq!(recipe(&world, "first-lines.sh", "both.fa nowhere.vcf.gz").status, Some(1));
}
