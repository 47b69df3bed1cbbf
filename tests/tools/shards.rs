//! `vdx-merge shards`: what was split comes back as it was, and what does not belong together is refused.

use std::fmt::Write as _;

use vdx_testkit::{Ran, Random, Stdin, World, bgzf, gzip};

mod bcf;

const META: &str = "##fileformat=VCFv4.2\n##INFO=<ID=N,Number=1,Type=Integer,Description=\"x\">\n";
const COLUMNS: &str = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// A folder with shards in it.
struct Shards {
    world: World,
    names: Vec<String>,
}

impl Shards {
    fn new() -> Self {
        Self { world: World::new(1), names: Vec::new() }
    }

    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.world.write(name, bytes);
        self.names.push(name.to_owned());
    }

    /// A VCF of `CONTIG POS ID` triples.
    fn add_records(&mut self, name: &str, meta: &str, records: &str) {
        self.add(name, vcf(meta, records).as_bytes());
    }

    /// Not in the order in which they were added, the same in every run.
    fn shuffle(&mut self) {
        let mut random = Random(7);
        for at in (1..self.names.len()).rev() {
            self.names.swap(at, random.below(at as u32 + 1) as usize);
        }
    }

    fn run(&self, more: &[&str]) -> Ran {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        self.world.run("vdx-merge", &[&["shards", "--no-version"], more, &names].concat(), Stdin::Null)
    }

    fn merged(&self, more: &[&str]) -> String {
        let ran = self.run(more);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        String::from_utf8(ran.stdout).unwrap()
    }

    fn refused(&self, more: &[&str], status: i32) -> String {
        let ran = self.run(more);
        assert_eq!(ran.status, Some(status), "{}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran.stderr
    }
}

fn vcf(meta: &str, records: &str) -> String {
    let mut text = format!("{META}{meta}{COLUMNS}");
    for record in records.split(", ").filter(|record| !record.is_empty()) {
        writeln!(text, "{}\tA\tC\t.\t.\tN=1", record.replace(' ', "\t")).unwrap();
    }
    text
}

/// The records of a VCF as `CONTIG POS ID` triples.
fn records(vcf: &str) -> String {
    let lines = vcf.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').take(3).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}

/// Records on many contigs in their natural order, several at each position, without ##contig lines as ClinVar is.
fn whole(each: usize) -> (String, Vec<String>) {
    let mut lines = Vec::new();
    for contig in (1..=22).map(|at| at.to_string()).chain(["X", "Y", "MT", "NT_1", "NW_2"].map(str::to_owned)) {
        for at in 0..each {
            let (pos, id) = (10 + at / 3, lines.len());
            lines.push(format!("{contig}\t{pos}\trs{id}\tA\tC\t.\tPASS\tN={id};TEXT=some-more-text-for-the-line\n"));
        }
    }
    (format!("{META}{COLUMNS}"), lines)
}

#[test]
fn what_was_split_by_contig_or_by_count_comes_back() {
    let (header, lines) = whole(500);
    let original = header.clone() + &lines.concat();
    let mut by_contig = Shards::new();
    for (at, chunk) in lines.chunks(500).enumerate() {
        let text = header.clone() + &chunk.concat();
        // Every kind of file among them.
        match at % 3 {
            0 => by_contig.add(&format!("c{at}.vcf"), text.as_bytes()),
            1 => by_contig.add(&format!("c{at}.vcf.gz"), &bgzf(text.as_bytes(), 9000)),
            _ => by_contig.add(&format!("c{at}.gz"), &gzip(text.as_bytes(), 30_000)),
        }
    }
    let mut by_count = Shards::new();
    for (at, chunk) in lines.chunks(1000).enumerate() {
        by_count.add(&format!("n{at}"), (header.clone() + &chunk.concat()).as_bytes());
    }
    for shards in [&mut by_contig, &mut by_count] {
        shards.shuffle();
        assert!(shards.merged(&[]) == original);
        assert!(shards.merged(&["--sequential", "--memory", "64M"]) == original);
    }
    let zipped = |threads: &str| {
        let ran = by_count.run(&["-Oz", threads]);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        ran.stdout
    };
    assert!(zipped("-@1") == zipped("-@3"));
}

#[test]
fn thousands_of_shards_need_few_handles() {
    let (header, lines) = whole(112);
    let mut shards = Shards::new();
    for (at, line) in lines.iter().enumerate().take(3000) {
        shards.add(&format!("s{at}"), (header.clone() + line).as_bytes());
    }
    shards.shuffle();
    shards.world.write("list", shards.names.join("\n").as_bytes());
    let ran = shards.world.bash("ulimit -n 64; vdx-merge shards --no-version --stats s.json --list list");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    // Three at each position: which of them comes first is not known to shards of one record.
    let sorted = |lines: &mut Vec<&str>| lines.sort_unstable();
    let text = String::from_utf8(ran.stdout).unwrap();
    let body = text.strip_prefix(&header).unwrap();
    let places = |line: &str| line.split('\t').take(2).map(str::to_owned).collect::<Vec<_>>();
    assert!(body.lines().map(places).eq(lines.iter().take(3000).map(|line| places(line))));
    let (mut found, mut expected): (Vec<&str>, Vec<&str>) =
        (body.lines().collect(), lines.iter().take(3000).map(|line| line.trim_end()).collect());
    sorted(&mut found);
    sorted(&mut expected);
    assert!(found == expected);
    let stats: serde_json::Value =
        serde_json::from_slice(&std::fs::read(shards.world.path("s.json")).unwrap()).unwrap();
    assert_eq!(stats["details"]["shards"]["temporary_files"], 0);
    assert_eq!(stats["contigs"]["NW_2"], 88);
}

#[test]
fn more_overlapping_shards_than_handles_go_through_temporary_files() {
    let (header, lines) = whole(90);
    let mut shards = Shards::new();
    for at in 0..100 {
        // One shard in a hundred lines, each line in two shards.
        let pick = |line: usize| line % 100 == at || (line + 1) % 100 == at;
        let part: String = (0..lines.len()).filter(|&line| pick(line)).map(|line| lines[line].as_str()).collect();
        shards.add(&format!("s{at}"), (header.clone() + &part).as_bytes());
    }
    let names = shards.names.join(" ");
    let run = |files: usize| {
        let ran = shards
            .world
            .bash(&format!("ulimit -n {files}; vdx-merge shards --no-version --memory 512M --stats s.json {names}"));
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        let stats: serde_json::Value =
            serde_json::from_slice(&std::fs::read(shards.world.path("s.json")).unwrap()).unwrap();
        assert_eq!(stats["records"]["in"], lines.len() * 2);
        assert_eq!(stats["records"]["out"], lines.len());
        assert_eq!(stats["reasons"]["duplicates"], lines.len());
        (ran.stdout, stats["details"]["shards"]["temporary_files"].as_u64().unwrap())
    };
    let (at_once, none) = run(1024);
    let (in_passes, some) = run(40);
    assert!(none == 0 && some > 0, "{none} {some}");
    assert!(at_once == in_passes);
}

#[test]
fn duplicates_at_seams_are_kept_once_and_counted() {
    let mut shards = Shards::new();
    shards.add_records("a", "", "1 5 a, 1 9 b, 1 9 c, 1 9 c, 2 1 d");
    shards.add_records("b", "", "1 9 c, 1 9 e, 2 1 d, 2 4 f");
    let ran = shards.run(&[]);
    assert_eq!(records(&String::from_utf8(ran.stdout).unwrap()), "1 5 a, 1 9 b, 1 9 c, 1 9 c, 1 9 e, 2 1 d, 2 4 f");
    assert!(ran.stderr.contains("in=9 out=7 duplicates=2"), "{}", ran.stderr);
    let all = shards.merged(&["--keep-duplicates"]);
    assert_eq!(records(&all), "1 5 a, 1 9 b, 1 9 c, 1 9 c, 1 9 c, 1 9 e, 2 1 d, 2 1 d, 2 4 f");
    assert!(shards.refused(&["a"], 2).contains("a is given twice"));
}

#[test]
fn contigs_come_in_the_order_of_headers_or_as_given() {
    let mut shards = Shards::new();
    shards.add_records("a", "##contig=<ID=b>\n##contig=<ID=2>\n", "b 5 x, 2 3 x");
    shards.add_records("b", "##contig=<ID=2>\n##contig=<ID=1>\n", "2 2 y, 1 1 y, 9 1 y");
    let merged = shards.merged(&[]);
    assert_eq!(records(&merged), "b 5 x, 2 2 y, 2 3 x, 1 1 y, 9 1 y");
    assert!(merged.contains("##contig=<ID=b>\n##contig=<ID=2>\n##contig=<ID=1>\n"), "{merged}");
    let clash = shards.refused(&["--contigs", "order"], 1);
    assert!(clash.contains("order: "), "{clash}");
    shards.world.write("order", b"b\t9\t3\t60\t61\n2\t9\t3\t60\t61\n1\t9\t3\t60\t61\n");
    let clash = shards.refused(&["--contigs", "order"], 1);
    assert!(clash.contains("b:8 9:1: contig 9 is not in order"), "{clash}");
    shards.world.write("order", b"2\n1\n9\nb\n");
    let clash = shards.refused(&["--contigs", "order"], 1);
    assert!(clash.contains("not sorted") && clash.contains("a:7 2:3") && clash.contains("b:5 (line 6)"), "{clash}");
    shards.add_records("c", "##contig=<ID=1>\n##contig=<ID=b>\n", "");
    let clash = shards.refused(&[], 1);
    assert!(clash.contains("contradict each other") && clash.contains("--contigs"), "{clash}");
}

#[test]
fn what_does_not_belong_together_names_both() {
    let mut shards = Shards::new();
    shards.add_records("a.vcf", "", "1 5 a, 1 9 b");
    let with = |name: &str, text: &str| {
        let mut both = Shards::new();
        both.add_records("a.vcf", "", "1 5 a, 1 9 b");
        both.add(name, text.as_bytes());
        both.refused(&["-o", "out.vcf"], 1)
    };
    let unsorted = with("b.vcf", &vcf("", "1 7 a, 1 6 b"));
    assert!(
        unsorted.contains("b.vcf:5 1:6: ") && unsorted.contains("found this one behind 1:7; sort this shard"),
        "{unsorted}"
    );
    let unsorted = with("b.vcf", &vcf("", "2 7 a, 1 60 b"));
    assert!(unsorted.contains("b.vcf:5 1:60: ") && unsorted.contains("2:7 (line 4)"), "{unsorted}");
    let number = vcf("", "1 7 a").replace("Number=1", "Number=2");
    let clash = with("b.vcf", &number);
    assert!(clash.contains("b.vcf:2: INFO N") && clash.contains("a.vcf:2") && clash.contains("Number=2"), "{clash}");
    let samples = vcf("", "").replace("INFO\n", "INFO\tFORMAT\ts1\n");
    let clash = with("b.vcf", &samples);
    assert!(clash.contains("b.vcf: the sample columns differ") && clash.contains("a.vcf"), "{clash}");
    let kinds = with("b.tsv", "chromosome\tposition\n1\t2\n");
    assert!(kinds.contains("expected a VCF as a.vcf is, found a TSV"), "{kinds}");
    let name = with("b.vcf", &vcf("", "chr1 7 a"));
    assert!(name.contains("b.vcf:4 chr1:7") && name.contains("1 as in a.vcf"), "{name}");
    let short = with("b.vcf", &vcf("", "1 7 a").replace("\tN=1", ""));
    assert!(short.contains("b.vcf:4") && short.contains("found 7"), "{short}");
    assert!(shards.refused(&["-O", "tsv"], 2).contains("stay what they are"));
    assert!(!shards.world.path("out.vcf").exists());
}

#[test]
fn a_cut_shard_is_named_and_nothing_is_left() {
    let (header, lines) = whole(500);
    let mut shards = Shards::new();
    let text = |chunk: &[String]| (header.clone() + &chunk.concat()).into_bytes();
    shards.add("first", &bgzf(&text(&lines[..5000]), 20_000));
    let second = bgzf(&text(&lines[5000..]), 20_000);
    shards.add("second", &second[..second.len() - 28]);
    let said = shards.refused(&["-o", "out.vcf"], 1);
    assert!(said.contains("second: truncated BGZF"), "{said}");
    assert!(!shards.world.path("out.vcf").exists());
    let ran = shards.run(&["--allow-truncated"]);
    assert_eq!((ran.status, ran.stdout == text(&lines)), (Some(0), true), "{}", ran.stderr);
    assert!(ran.stderr.contains("second: truncated BGZF"), "{}", ran.stderr);
    let third = text(&lines[5000..6000]);
    shards.names.pop();
    let pos = third
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map(|end| third[..end].iter().rposition(|&byte| byte == b'\n').unwrap() + 4);
    shards.add("third", &third[..pos.unwrap()]);
    let stream = shards.run(&[]);
    assert_eq!(stream.status, Some(1));
    assert!(stream.stderr.contains("third:") && stream.stderr.contains("truncated"), "{}", stream.stderr);
    assert!(stream.stdout.ends_with(b"#vdx-merge: incomplete"));
}

#[test]
fn tables_are_merged_by_their_columns() {
    let mut shards = Shards::new();
    shards.add("b.csv", b"rsid,chromosome,position\r\nr3,2,1\r\nr4,10,1");
    shards.add("a.csv", b"rsid,chromosome,position\r\n\"r,1\",1,7\r\nr3,2,1\r\nr5,X,3\r\n");
    let merged = shards.merged(&["-o", "out.csv"]);
    assert_eq!(merged, "");
    let text = String::from_utf8(std::fs::read(shards.world.path("out.csv")).unwrap()).unwrap();
    assert_eq!(text, "rsid,chromosome,position\n\"r,1\",1,7\r\nr3,2,1\r\nr4,10,1\nr5,X,3\r\n");
    assert!(shards.refused(&["-O", "tsv"], 2).contains("-O csv"));
    shards.add("c.csv", b"rsid,chromosome,pos\n");
    let clash = shards.refused(&[], 1);
    assert!(clash.contains("c.csv:1") && clash.contains("b.csv"), "{clash}");
}

#[test]
fn one_shard_comes_back_from_standard_input() {
    let world = World::new(1000);
    for words in [&["shards", "--no-version"][..], &["shards", "--no-version", "-"]] {
        let ran = world.run("vdx-merge", words, Stdin::Bytes(&world.vcf));
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        assert!(ran.stdout == world.vcf);
    }
}

#[test]
fn pipes_are_shards_too() {
    let (header, lines) = whole(50);
    let world = World::new(1);
    for (name, part) in [("a", &lines[..600]), ("b", &lines[600..1000]), ("c", &lines[1000..])] {
        world.write(name, (header.clone() + &part.concat()).as_bytes());
    }
    let ran = world.bash("vdx-merge shards --no-version <(cat b) - a <c");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout == (header + &lines.concat()).into_bytes());
    let closed = world.bash("set -o pipefail; vdx-merge shards -q a b c | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}");
    assert_eq!((closed.stdout.as_slice(), closed.stderr.as_str()), (&b"0\n"[..], ""));
}
