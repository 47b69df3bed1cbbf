//! vdx-normalize beside `bcftools norm`: what both make of the same records, as far as they must agree.
//!
//! `BCFTOOLS` names another binary than the one that [`vdx_testkit`] finds. Versions 1.16, 1.23 and 1.24 are known to agree.
//! What differs on purpose is in `tools/vdx-normalize/DIFFERENCES.md`. In 1.16 FORMAT text of Number=A and R is garbled in files
//! of several samples, `-m -indels` splits nothing, and `--multi-overlaps` is not known; 1.24 does not swap REF with an ALT
//! of another length.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use vdx_testkit::Bcftools;

use crate::nasty::run;

pub mod phase;
pub mod sites;

/// The output of `bcftools norm` with these words on nasty.vcf.
pub fn norm(oracle: &Bcftools, directory: &Path, arguments: &[&str]) -> String {
    // Wide enough that its output is sorted, too.
    let fixed = ["norm", "--no-version", "-w", "1000000"];
    let mut command = Command::new(&oracle.program);
    run(command.args(fixed).args(arguments).arg("nasty.vcf").current_dir(directory))
}

/// What vdx-normalize makes of it.
pub fn vdx(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vdx-normalize"));
    run(command.args(["-q", "--no-version"]).args(arguments).current_dir(directory))
}

/// A record as far as both tools must agree on it.
#[derive(Debug, PartialEq)]
struct Record {
    /// CHROM to FILTER; alleles in upper case, QUAL as a number.
    fixed: Vec<String>,
    info: BTreeMap<String, Option<String>>,
    /// FORMAT keys and values of each sample, without what is missing.
    samples: Vec<BTreeMap<String, String>>,
}

/// A list of values as both tools may write it: whole numbers digit by digit, others as 32-bit floats, `.` for nothing but
/// missing values.
pub fn values(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'.' | b',')) {
        return ".".into();
    }
    let number = |value: &str| match (value.parse::<i64>(), value.parse::<f32>()) {
        // What bcftools makes of a missing one.
        (Ok(number), _) if number < -2_000_000_000 => ".".to_owned(),
        (Ok(number), _) => number.to_string(),
        (_, Ok(number)) => number.to_string(),
        _ => value.to_owned(),
    };
    text.split(',').map(number).collect::<Vec<_>>().join(",")
}

/// FORMAT keys that cannot be compared.
fn unreliable(header: &str, oracle: &Bcftools) -> Vec<String> {
    let declared = |line: &&str| {
        let of = |number: &str, kind: &str| line.contains(&format!(",Number={number},Type={kind},"));
        // bcftools writes a neighbour's value where a sample's is missing.
        of("A", "Float") || !oracle.is_recent() && (of("A", "String") || of("R", "String"))
    };
    let lines = header.lines().filter(|line| line.starts_with("##FORMAT=")).filter(declared);
    lines.map(|line| line["##FORMAT=<ID=".len()..].split(',').next().unwrap().to_owned()).collect()
}

fn records(text: &str, oracle: &Bcftools) -> Vec<Record> {
    let skipped = unreliable(text, oracle);
    // Version 1.16 leaves <DEL> where it is.
    let shared = |line: &&str| !line.starts_with('#') && (oracle.is_recent() || !line.contains("\t<DEL"));
    let lines = text.lines().filter(shared);
    let record = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let mut fixed: Vec<String> = fields[..7].iter().map(ToString::to_string).collect();
        fixed[3].make_ascii_uppercase();
        fixed[4].make_ascii_uppercase();
        fixed[5] = values(&fixed[5]);
        let info = fields[7].split(';').map(|entry| match entry.split_once('=') {
            Some((key, value)) => (key.to_owned(), Some(values(value))),
            None => (entry.to_owned(), None),
        });
        let keys: Vec<&str> = fields.get(8).map(|format| format.split(':').collect()).unwrap_or_default();
        let sample = |text: &&str| {
            let pairs = keys.iter().zip(text.split(':')).filter(|(key, _)| !skipped.iter().any(|skip| skip == *key));
            let value = |key: &str, text: &str| if key == "GT" { text.to_owned() } else { values(text) };
            // With --keep-sum bcftools takes a missing depth of REF for a number, and what comes of that is anything.
            let kept = |(key, value): &(String, String)| value != "." && !(key == "AD" && value.starts_with(".,"));
            pairs.map(|(key, text)| (key.to_string(), value(key, text))).filter(kept).collect()
        };
        // What was cut off REF of a site without ALT is told here, not there.
        let info = info.filter(|(key, _)| key != "." && (key != "OLD" || fixed[4] != "."));
        Record { fixed: fixed.clone(), info: info.collect(), samples: fields.iter().skip(9).map(sample).collect() }
    };
    lines.map(record).collect()
}

/// Leaves out what bcftools does not swap with the alleles, and AC where it has no genotypes to count or removed an ALT.
fn without_lists(ours: &mut [Record], theirs: &mut [Record], header: &str) {
    let by_allele = |line: &&str| ["A", "R", "G"].iter().any(|number| line.contains(&format!(",Number={number},")));
    let id = |line: &str| line.split("<ID=").nth(1).unwrap().split(',').next().unwrap().to_owned();
    let lists: Vec<String> = header.lines().filter(by_allele).map(id).collect();
    let values = |list: &str| list.split(',').count();
    for (our, their) in ours.iter_mut().zip(theirs) {
        let ac = their.info.get("AC").and_then(Option::as_ref);
        let counted = ac.is_some_and(|ac| values(ac) == values(&their.fixed[4])) && their.fixed[4] != ".";
        let counted = counted && !their.samples.is_empty();
        let kept = |key: &str| key == "AC" && counted || !lists.iter().any(|list| list == key);
        for record in [our, their] {
            record.info.retain(|key, _| key != "." && kept(key));
            record.samples.iter_mut().for_each(|sample| sample.retain(|key, _| kept(key)));
        }
    }
}

/// Leaves out what bcftools does not divide or add up when it takes alleles apart: END, Number=G in INFO, AC and AF.
/// Where it has an ALT `*` that nobody needs, what is listed by allele is left out, too.
fn without_sums(ours: &mut [Record], theirs: &mut [Record]) {
    for (our, their) in ours.iter_mut().zip(theirs) {
        let needless = their.fixed[4].strip_suffix(",*").filter(|alt| *alt == our.fixed[4]).map(ToOwned::to_owned);
        let stays = needless.is_none();
        for (our, their) in our.samples.iter_mut().zip(&mut their.samples) {
            // Missing depths are numbers to it.
            if our.get("AD").is_some_and(|depths| depths.contains('.')) {
                our.remove("AD");
                their.remove("AD");
            }
        }
        for record in [our, their] {
            record.info.retain(|key, _| !["AC", "AF", "END", "GC", "GF", "."].contains(&key.as_str()));
            let lists = ["AS", "RC", "RF", "RS", "AD", "PL", "SAF", "SAT", "SRT"];
            record.info.retain(|key, _| stays || !lists.contains(&key.as_str()));
            record
                .samples
                .iter_mut()
                .for_each(|sample| sample.retain(|key, _| stays || !lists.contains(&key.as_str())));
            if let Some(alt) = &needless {
                record.fixed[4].clone_from(alt);
            }
        }
    }
}

/// Compares what came out of both tools with these arguments.
pub fn compare(oracle: &Bcftools, arguments: &[&str], ours: &str, theirs: &str) {
    let mut place = ("", 0);
    for line in ours.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (contig, pos) = (fields.next().unwrap(), fields.next().unwrap().parse::<u32>().unwrap());
        assert!(contig != place.0 || pos >= place.1, "{arguments:?}: not sorted at {contig}:{pos}");
        place = (contig, pos);
    }
    let header = ours;
    let (mut ours, mut theirs) = (records(ours, oracle), records(theirs, oracle));
    if arguments.iter().any(|word| ["s", "ws", "sx"].contains(word)) {
        without_lists(&mut ours, &mut theirs, header);
    }
    if arguments.contains(&"-a") {
        without_sums(&mut ours, &mut theirs);
    }
    let joined = arguments.iter().any(|word| word.starts_with('+'));
    if joined && arguments.iter().any(|word| ["-i", "-e"].contains(word)) {
        // bcftools writes those that do not take part before joined ones of an earlier POS.
        ours.sort_by(|a, b| a.fixed.cmp(&b.fixed));
        theirs.sort_by(|a, b| a.fixed.cmp(&b.fixed));
    }
    for (our, their) in ours.iter().zip(&theirs) {
        if joined {
            agree_on_joined(oracle, arguments, our, their);
        } else {
            assert_eq!(our, their, "{arguments:?}: ours is the first");
        }
    }
    assert_eq!(ours.len(), theirs.len(), "{arguments:?}");
}

/// Whether a value is bcftools' own, but for that of REF, which bcftools forgets where the last record lacks it, and for
/// what is missing behind: bcftools takes a list of one value for a haploid one.
fn is_joined(our: &str, their: &str) -> bool {
    let (mut ours, mut theirs) = (our.split(','), their.split(','));
    (0..).map(|at| (at, ours.next(), theirs.next())).take_while(|(_, our, their)| our.or(*their).is_some()).all(
        |(at, our, their)| {
            let (our, their) = (our.unwrap_or("."), their.unwrap_or("."));
            our == their || at == 0 && their == "."
        },
    )
}

/// Compares a joined record as far as bcftools keeps what was in those it is of.
fn agree_on_joined(oracle: &Bcftools, arguments: &[&str], our: &Record, their: &Record) {
    let filter = |record: &Record| if record.fixed[6] == "PASS" { ".".to_owned() } else { record.fixed[6].clone() };
    // Version 1.16 loses alleles, and all have another phase than is told here, which phase.rs looks at.
    let genotype = |text: &String| if oracle.is_recent() { text.replace('|', "/") } else { String::new() };
    let missing = ".".to_owned();
    // bcftools repeats an ID that comes again among others.
    let fixed = |record: &Record| {
        let ids: BTreeSet<String> = record.fixed[2].split(';').map(ToOwned::to_owned).collect();
        (record.fixed[..2].to_vec(), ids, record.fixed[3..6].to_vec())
    };
    assert_eq!(fixed(our), fixed(their), "{arguments:?}: {our:?} {their:?}");
    assert_eq!(filter(our), filter(their), "{arguments:?}: {our:?} {their:?}");
    for (key, value) in &their.info {
        let joined = match (our.info.get(key), value) {
            (Some(Some(our)), Some(their)) => is_joined(our, their),
            (our, their) => our == Some(their) || key == ".",
        };
        assert!(joined, "{arguments:?}: {key}: {our:?} {their:?}");
    }
    for (our, their) in our.samples.iter().zip(&their.samples) {
        for (key, value) in their {
            let own = our.get(key).unwrap_or(&missing);
            let joined = if key == "GT" { genotype(own) == genotype(value) } else { is_joined(own, value) };
            assert!(joined, "{arguments:?}: {key}: {our:?} {their:?}");
        }
    }
}
