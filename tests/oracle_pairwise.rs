//! vdx-normalize against `bcftools norm` with the options that both have, in combinations: every two levels of two factors that
//! can be together are together in one of them. `VDX_ORACLE_SEEDS=200` takes that many seeds instead of one for each.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::catch_unwind;
use std::process::Command;

use nasty::run;
use oracle::sites::{align, make_joinable, sites, spoil, with_alt, without_complex};
use oracle::{compare, norm, phase, vdx};
use pairwise::{Pair, combinations, pairs};
use vdx_testkit::Bcftools;

mod nasty;
mod oracle;
mod pairwise;

/// What is chosen of each kind: words for both tools, but of the last. The first of each goes with all the others.
const FACTORS: [&[&str]; 9] = [
    &[
        "-f reference.fa",
        "-f reference.fa -c w",
        "-f reference.fa -c x",
        "-f reference.fa -c s",
        "-f reference.fa -N",
        "",
    ],
    &["", "-m -any", "-m -both", "-m -snps", "-m -indels", "-m +any", "-m +both", "-m +snps", "-m +indels"],
    &["", "--multi-overlaps ."],
    &["", "--keep-sum AD"],
    &["", "-a --atom-overlaps *", "-a --atom-overlaps ."],
    &["", "-d snps", "-d indels", "-d both", "-d all", "-d exact"],
    &["", "-S lex", "--old-rec-tag OLD"],
    &["", "-i N_ALT>1", "-e QUAL>30", "-i TYPE=\"snp\""],
    &[VCF, BCF_IN, BCF_OUT],
];

/// The forms of input and output of vdx-normalize.
const VCF: &str = "VCF";
const BCF_IN: &str = "BCF to VCF";
const BCF_OUT: &str = "BCF to BCF";

/// Levels that 1.16 has, too, and takes for the same.
const IN_1_16: &[&str] = &[
    "-f reference.fa",
    "-f reference.fa -c w",
    "-f reference.fa -c x",
    "-f reference.fa -N",
    "-m -any",
    "-m -both",
    "-m -snps",
    "-m +any",
    "--keep-sum AD",
    "",
    VCF,
    BCF_IN,
    BCF_OUT,
];

/// What is not put together, by how the words begin, and why.
const APART: [(&str, &str, &str); 12] = [
    ("-m +", "-d", "bcftools forgets -d where it joins"),
    ("-m +", "-S lex", "bcftools leaves joined records in the order of classes"),
    ("-m +", "--old-rec-tag", "bcftools ends with a segmentation fault"),
    ("-m +", "-a", "atoms of one POS have ALTs in common, of which bcftools adds up the genotypes"),
    ("-m -", "-f reference.fa -c s", "bcftools sets REF of each of the records that a site was split into"),
    ("-a", "-m -snps", "a site that was left whole is aligned to one that bcftools garbles"),
    ("-a", "-m -indels", "a site that was left whole is aligned to one that bcftools garbles"),
    ("-a", "--old-rec-tag", "bcftools tags records that do not change"),
    ("-a", "-f reference.fa -c s", "a REF that is set makes sites complex, which bcftools garbles"),
    ("-a --atom-overlaps *", "-S lex", "bcftools has an ALT * more, which goes into the order"),
    ("-a --atom-overlaps *", "-d", "bcftools has an ALT * more, which goes into the comparison"),
    ("-m +", "-f reference.fa -c s", "where REF is set ALTs are the same, of which bcftools adds up the genotypes"),
];

fn may_meet(levels: [&str; 2]) -> bool {
    let begin = |first: &str, second: &str| levels[0].starts_with(first) && levels[1].starts_with(second);
    !APART.iter().any(|(first, second, _)| begin(first, second) || begin(second, first))
}

/// Sites on which bcftools gives with these words what it should.
fn fitting_sites(oracle: &Bcftools, seed: u64, words: &[&str]) -> tempfile::TempDir {
    let has = |word: &str| words.contains(&word);
    let joins = words.iter().any(|word| word.starts_with('+'));
    let mut plain = Vec::new();
    if joins || has("-a") {
        plain.push("--plain-format");
    }
    if joins {
        plain.push("--no-symbolic");
    }
    if !joins && (has("w") || has("x")) {
        plain.extend(["--ref-mismatches", "20"]);
    }
    let directory = sites(seed, &plain);
    let path = directory.path();
    if has("s") {
        spoil(path, oracle.minor < 24);
    }
    if has("-a") {
        align(path);
        without_complex(path);
    }
    if joins {
        make_joinable(path);
    }
    if has("+indels") {
        with_alt(path);
    }
    directory
}

/// One combination on the sites of one seed.
fn agree(oracle: &Bcftools, seed: u64, levels: &[&str]) {
    let (form, levels) = levels.split_last().unwrap();
    let mut words: Vec<&str> = levels.iter().flat_map(|level| level.split_whitespace()).collect();
    let align = words.contains(&"-f") && !words.contains(&"-N");
    if !align && !words.iter().any(|word| ["-m", "-a", "-d", "lex"].contains(word)) {
        // vdx-normalize refuses to do nothing.
        words.extend(["-d", "exact"]);
    }
    let directory = fitting_sites(oracle, seed, &words);
    let directory = directory.path();
    let view = |words: &[&str]| {
        run(Command::new(&oracle.program).args(["view", "--no-version"]).args(words).current_dir(directory))
    };
    let ours = match *form {
        BCF_IN | BCF_OUT => {
            view(&["-Ob", "-o", "nasty.bcf", "nasty.vcf"]);
            let output = if *form == BCF_OUT { "out.bcf" } else { "out.vcf" };
            vdx(directory, &[&words[..], &["nasty.bcf", "-o", output]].concat());
            view(&[output])
        }
        _ => vdx(directory, &[&words[..], &["nasty.vcf"]].concat()),
    };
    if words.iter().any(|word| word.starts_with('+')) {
        phase::check(&std::fs::read_to_string(directory.join("nasty.vcf")).unwrap(), &ours);
    }
    compare(oracle, &words, &ours, &norm(oracle, directory, &words));
}

#[test]
fn combined_options_do_what_they_do_in_bcftools() {
    let Some(oracle) = Bcftools::find() else { return };
    let known = |level: &&str| oracle.is_recent() || IN_1_16.contains(level);
    let factors: Vec<Vec<&str>> = FACTORS.iter().map(|levels| levels.iter().copied().filter(known).collect()).collect();
    let combinations = combinations(&factors, may_meet);
    let wanted = std::env::var("VDX_ORACLE_SEEDS").map_or(0, |number| number.parse().unwrap());
    // Each case has a seed of its own; all combinations come once, those of more seeds again.
    let cases = combinations.len().max(wanted);
    let failed: Vec<String> = (0..cases)
        .map(|case| (1001 + case as u64, &combinations[case % combinations.len()]))
        .filter(|(seed, levels)| catch_unwind(|| agree(&oracle, *seed, levels)).is_err())
        .map(|(seed, levels)| format!("seed {seed}: {}", levels.join(" ")))
        .collect();
    eprintln!("{} combinations, {cases} cases, {} disagree", combinations.len(), failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_pair_of_levels_that_may_meet_does() {
    let factors = FACTORS.map(<[&str]>::to_vec);
    let combinations = combinations(&factors, may_meet);
    let meet = |pair: &Pair| {
        combinations.iter().any(|levels| pair.iter().all(|(at, level)| levels[*at] == factors[*at][*level]))
    };
    let wanted = pairs(&factors, may_meet);
    assert!(wanted.iter().all(meet), "{:?}", wanted.iter().find(|pair| !meet(pair)));
    let refused = |levels: &Vec<&str>| (0..9).any(|a| (a + 1..9).any(|b| !may_meet([levels[a], levels[b]])));
    assert_eq!(combinations.iter().find(|levels| refused(levels)), None);
    assert!(combinations.len() < 120, "{}", combinations.len());
}
