//! Filter expressions against `bcftools view -i`: the records that pass are the same.
//!
//! `BCFTOOLS` names another binary than the one that [`vdx_testkit`] finds. Versions 1.16, 1.23 and 1.24 agree; what differs
//! on purpose is in `tools/vdx-normalize/DIFFERENCES.md`.

mod samples;
mod sites;
mod versions;

use std::path::Path;
use std::process::{Command, Stdio};

use vdx_filter::{Expression, Filter, Stacks};
use vdx_testkit::{Bcftools, data};
use vdx_vcf::{Header, Line};

use samples::SAMPLES;
use sites::{CLINVAR, SITES};
use versions::{OF_ONE, OLD, RECENT, SINCE_1_24};

fn run(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// CHROM to ALT of the records that pass, as bcftools has it; `None` where it fails.
fn theirs(program: &str, expression: &str, flag: &str, file: &Path) -> Option<Vec<String>> {
    let mut command = Command::new(program);
    let text = run(command.args(["view", "--no-version", "-H", flag, expression]).arg(file))?;
    Some(text.lines().map(locus).collect())
}

fn locus(line: &str) -> String {
    line.split('\t').take(5).collect::<Vec<_>>().join(" ")
}

/// The same as we have it.
fn ours(expression: &str, exclude: bool, header: &Header, text: &str) -> Result<Vec<String>, String> {
    let parsed = Expression::parse(expression)?;
    let filter = Filter::new(&parsed, exclude, header)?;
    let mut stacks = Stacks::default();
    let mut passing = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if filter.passes(&Line::parse(line.as_bytes()).unwrap(), &mut stacks)? {
            passing.push(locus(line));
        }
    }
    Ok(passing)
}

/// Compares all expressions on one file; how many of them told records apart.
fn agree(program: &str, expressions: impl Iterator<Item = String>, file: &Path) -> usize {
    let text = std::fs::read_to_string(file).unwrap();
    let header: String = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).collect();
    let header = Header::parse(header.as_bytes()).unwrap();
    let records = text.lines().filter(|line| !line.starts_with('#')).count();
    let mut telling = 0;
    let mut differing = Vec::new();
    for (at, expression) in expressions.enumerate() {
        let exclude = at % 5 == 4;
        // What it cannot do with this file is no yardstick.
        let Some(theirs) = theirs(program, &expression, if exclude { "-e" } else { "-i" }, file) else { continue };
        match ours(&expression, exclude, &header, &text) {
            Err(error) => differing.push(format!("{expression}: {error}")),
            Ok(ours) if ours != theirs => {
                let only = |a: &[String], b: &[String]| a.iter().find(|record| !b.contains(record)).cloned();
                differing.push(format!(
                    "{expression}: {} pass here, {} there; only here {:?}, only there {:?}",
                    ours.len(),
                    theirs.len(),
                    only(&ours, &theirs),
                    only(&theirs, &ours)
                ));
            }
            Ok(ours) => telling += usize::from(!ours.is_empty() && ours.len() < records),
        }
    }
    assert!(differing.is_empty(), "{}:\n{}", file.display(), differing.join("\n"));
    telling
}

/// A file; its path.
fn put(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_records_that_pass_are_those_of_bcftools() {
    let Some(bcftools) = Bcftools::find() else { return };
    let directory = tempfile::tempdir().unwrap();
    for seed in ["1", "25"] {
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "-q", "--locked", "-p", "datagen", "--", "nasty", "--seed", seed, "-o"]);
        run(command.arg(directory.path()).current_dir(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let more = if bcftools.is_recent() { RECENT } else { OLD };
        let single = if bcftools.minor >= 24 { SINCE_1_24 } else { &[] };
        let file = directory.path().join("nasty.vcf");
        let samples = std::fs::read_to_string(&file).unwrap();
        let samples = samples.lines().find_map(|line| line.strip_prefix("#CHROM\t")).unwrap();
        let last = samples.rsplit('\t').next().unwrap();
        let list = put(directory.path(), "list", "rs860908\nrs999719 and more\n\na\nbc\nMT\n");
        let names = put(directory.path(), "names", &format!("{last}\n"));
        let expressions = SITES.iter().chain(SAMPLES).chain(more).chain(single);
        let expressions = expressions.map(|text| text.replace("LIST", &list).replace("NAMES", &names));
        let telling = agree(&bcftools.program, expressions, &file);
        assert!(telling > 150, "{telling} expressions told records apart");
        if bcftools.is_recent() {
            let text = std::fs::read_to_string(&file).unwrap();
            let header: String = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).collect();
            let keys =
                |line: &&str| line.split('\t').nth(8).is_some_and(|keys| keys.contains("AD") && keys.contains("SRT"));
            for line in text.lines().filter(keys).take(12) {
                let one = directory.path().join("one.vcf");
                std::fs::write(&one, format!("{header}{line}\n")).unwrap();
                agree(&bcftools.program, OF_ONE.iter().map(|text| (*text).to_owned()), &one);
            }
        }
    }
}

#[test]
fn so_are_those_of_clinvar() {
    let (Some(bcftools), Some(data)) = (Bcftools::find(), data()) else { return };
    let slice = data.join("clinvar/clinvar_20191007.slice.GRCh37.vcf.gz");
    let mut text = String::new();
    let mut reader = flate2::read::MultiGzDecoder::new(std::fs::File::open(slice).unwrap());
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clinvar.vcf");
    std::fs::write(&file, text).unwrap();
    let expressions = CLINVAR.iter().map(|text| (*text).to_owned());
    let telling = agree(&bcftools.program, expressions, &file);
    assert!(telling > 8, "{telling} expressions told records apart");
}
