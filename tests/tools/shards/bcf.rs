//! Shards as BCF: what comes out is what their text gives.

use std::fmt::Write as _;

use super::{COLUMNS, META};
use vdx_testkit::{Stdin, World, installed};

/// Overlapping shards as VCF `s0.vcf`... and as BCF `s0.bcf`..., with the names of each. No position is in two shards.
fn both_forms(world: &World, shards: usize, meta: impl Fn(usize) -> String) -> (Vec<String>, Vec<String>) {
    let names = |suffix: &str| (0..shards).map(|at| format!("s{at}.{suffix}")).collect();
    for at in 0..shards {
        let mut text = format!("{META}{}{COLUMNS}", meta(at)).replace("INFO\n", "INFO\tFORMAT\ts1\ts2\n");
        for contig in ["1", "X"] {
            for line in 0..300 {
                let (pos, note) = ((line * shards + at + 1) * 7, "long ".repeat(line % 9));
                let info = format!("N={line};AF=0.1234567{line},.;NOTE={note}.");
                writeln!(text, "{contig}\t{pos}\tr{at}\tA\tC,<DEL>\t9.5\tq10\t{info}\tGT:AD\t0/1:{line},2\t1").unwrap();
            }
        }
        world.write(&format!("s{at}.vcf"), text.as_bytes());
        let (vcf, bcf) = (format!("s{at}.vcf"), format!("s{at}.bcf"));
        let ran = world.run("vdx-merge", &["shards", "-q", "--no-version", "-o", &bcf, &vcf], Stdin::Null);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    }
    (names("vcf"), names("bcf"))
}

const DECLARED: [&str; 6] = [
    "##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n",
    "##INFO=<ID=NOTE,Number=1,Type=String,Description=\"x\">\n",
    "##FILTER=<ID=q10,Description=\"x\">\n",
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n",
    "##FORMAT=<ID=AD,Number=.,Type=Integer,Description=\"x\">\n",
    "##contig=<ID=1>\n##contig=<ID=X>\n",
];

/// Merges `names` in the world, as the shell does after `before`.
fn merge(world: &World, before: &str, format: &str, names: &[String]) -> Vec<u8> {
    let line = format!("{before} vdx-merge shards -q --no-version --memory 512M {format} {}", names.join(" "));
    let ran = world.bash(&line);
    assert_eq!(ran.status, Some(0), "{line}: {}", ran.stderr);
    ran.stdout
}

/// Records of a BCF or VCF as this tool reads it.
fn shown(world: &World, bytes: &[u8]) -> String {
    let ran = world.run("vdx-merge", &["shards", "-q", "--no-version"], Stdin::Bytes(bytes));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let text = String::from_utf8(ran.stdout).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

#[test]
fn bcf_shards_give_what_their_text_gives() {
    let world = World::new(1);
    let (vcf, bcf) = both_forms(&world, 50, |_| DECLARED.concat());
    let of_text = merge(&world, "", "-Ou", &vcf);
    let of_bcf = merge(&world, "", "-Ou", &bcf);
    assert!(of_text == of_bcf, "other bytes");
    assert_eq!(shown(&world, &of_bcf).lines().count(), 30_000);
    assert!(merge(&world, "ulimit -n 30;", "-Ou", &bcf) == of_bcf, "through temporary files");
    let mixed: Vec<String> = vcf
        .iter()
        .zip(&bcf)
        .enumerate()
        .map(|(at, (vcf, bcf))| match at % 3 {
            0 => vcf.clone(),
            1 => format!("<(cat {bcf})"),
            _ => bcf.clone(),
        })
        .collect();
    assert!(shown(&world, &merge(&world, "", "-Ob", &mixed)) == shown(&world, &of_bcf), "both forms at once");
    // As text, floats have the six digits that bcftools shows.
    let text = String::from_utf8(merge(&world, "", "-Ov", &bcf)).unwrap();
    assert!(text.contains("AF=0.123457,.") && !text.contains(",IDX="));
    let Some(bcftools) = installed("BCFTOOLS", "bcftools") else { return };
    let line =
        format!("for s in s*.bcf; do {bcftools} index -f $s; done; {bcftools} concat -a s*.bcf -Ov | grep -v '^#'");
    let concat = String::from_utf8(world.bash(&line).stdout).unwrap();
    assert!(concat.trim_end() == shown(&world, &of_bcf), "bcftools concat");
    let ran = world.bash(&format!(
        "vdx-merge shards -q --no-version -W -o all.bcf s*.bcf && {bcftools} view -H -r X:700-900 all.bcf"
    ));
    assert_eq!((ran.status, String::from_utf8_lossy(&ran.stdout).lines().count()), (Some(0), 29), "{}", ran.stderr);
}

#[test]
fn bcf_shards_whose_numbers_differ_get_those_of_one_header() {
    let world = World::new(1);
    let turned = |at: usize| {
        let mut lines = DECLARED[..5].to_vec();
        lines.rotate_left(at);
        lines.insert(at, DECLARED[5]);
        lines.concat()
    };
    let (vcf, bcf) = both_forms(&world, 4, turned);
    let merged = merge(&world, "", "-Ou", &bcf);
    assert!(shown(&world, &merged) == shown(&world, &merge(&world, "", "-Ou", &vcf)));
    assert_eq!(shown(&world, &merged).lines().count(), 2400);
}

#[test]
fn damaged_bcf_shards_are_named() {
    let world = World::new(1);
    let (_, bcf) = both_forms(&world, 2, |_| DECLARED.concat());
    let whole = std::fs::read(world.path(&bcf[1])).unwrap();
    for end in [whole.len() - 28, whole.len() - 40, 100] {
        world.write("s1.bcf", &whole[..end]);
        for format in ["-Ou", "-Ov"] {
            let ran = world.run("vdx-merge", &["shards", "-q", format, "-o", "out", "s0.bcf", "s1.bcf"], Stdin::Null);
            assert_eq!(ran.status, Some(1), "{end} {format}");
            assert!(ran.stderr.contains("s1.bcf") && ran.stderr.contains("truncated"), "{}", ran.stderr);
            assert!(!world.path("out").exists());
        }
    }
}
