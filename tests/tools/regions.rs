//! `-r -R -t -T` against `bcftools view` with the same words, on random regions.
//!
//! `BCFTOOLS` names another binary than the one that [`vdx_testkit`] finds.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use vdx_testkit::{Bcftools, Random, Stdin, World, bgzf, installed};

/// Records that reach over each other's starts: indels, MNVs, sites of several ALTs, symbolic deletions. Nothing that
/// splitting changes beyond its ALTs.
fn vcf(random: &mut Random) -> String {
    let mut text = "##fileformat=VCFv4.2\n##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n\
                    ##ALT=<ID=DEL,Description=\"x\">\n##contig=<ID=1,length=249250621>\n##contig=<ID=2,length=243199373>\n\
                    ##contig=<ID=X,length=155270560>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        .to_owned();
    for (contig, records) in [("1", 3000), ("2", 300), ("X", 1500)] {
        let mut pos = 1;
        for at in 0..records {
            let (reference, alt, info) = match random.below(12) {
                0 => ("A", "<DEL>", format!("END={}", pos + random.below(200))),
                1 => ("ACGTACGTACGTACGTAC", "A", ".".into()),
                2 => ("A", "ATTT", ".".into()),
                3 => ("ACC", "ATT", ".".into()),
                4 => ("AC", "AG", ".".into()),
                5 => ("ACC", "A", ".".into()),
                _ => ("A", "C", ".".into()),
            };
            writeln!(text, "{contig}\t{pos}\tr{at}\t{reference}\t{alt}\t.\t.\t{info}").unwrap();
            let most = if random.below(300) == 0 { 40_000 } else { 12 };
            pos += random.below(most);
        }
    }
    text
}

/// The records, without the header.
fn records(text: &[u8]) -> Vec<String> {
    let lines = String::from_utf8(text.to_vec()).unwrap();
    lines.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn the_same_records_as_bcftools_chooses() {
    let Some(bcftools) = installed("BCFTOOLS", "bcftools") else { return };
    let mut random = Random(5);
    let world = World::new(10);
    let text = vcf(&mut random);
    world.write("in.vcf.gz", &bgzf(text.as_bytes(), 3000));
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&bcftools);
        let output = command.args(arguments).current_dir(world.directory()).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        records(&output.stdout)
    };
    let mut chosen = 0;
    for round in 0..12 {
        let list: Vec<(&str, u32, u32)> = (0..1 + random.below(12))
            .map(|_| {
                let from = 1 + random.below(20_000);
                (["1", "2", "X"][random.below(3) as usize], from, from + random.below(300))
            })
            .collect();
        // In the order of the file, because bcftools writes regions in theirs.
        let mut sorted = list.clone();
        sorted.sort_unstable();
        let words: Vec<String> = sorted.iter().map(|(contig, from, to)| format!("{contig}:{from}-{to}")).collect();
        let lines = |bed: u32| -> String {
            sorted.iter().map(|(contig, from, to)| format!("{contig}\t{}\t{to}\n", from - bed)).collect()
        };
        world.write("tab.txt", lines(0).as_bytes());
        world.write("at.bed", lines(1).as_bytes());
        let words = words.join(",");
        let complement = format!("^{words}");
        run(&["index", "-f", if round % 2 == 0 { "-c" } else { "-t" }, "in.vcf.gz"]);
        for overlap in ["0", "1", "2"] {
            let cases: [&[&str]; 8] = [
                &["-r", &words, "--regions-overlap", overlap],
                &["-R", "tab.txt", "--regions-overlap", overlap],
                &["-R", "at.bed", "--regions-overlap", overlap],
                &["-t", &words, "--targets-overlap", overlap],
                &["-t", &complement, "--targets-overlap", overlap],
                &["-T", "tab.txt", "--targets-overlap", overlap],
                &["-T", "at.bed", "--targets-overlap", overlap],
                &["-T", "^at.bed", "--targets-overlap", overlap],
            ];
            for case in cases {
                let expected = run(&[&["view", "-H"], case, &["in.vcf.gz"]].concat());
                let threads = ["-@1", "-@3"][round % 2];
                let fixed = ["-q", "-m-any", threads, "--chunk-size", "7", "in.vcf.gz"];
                let ours = world.run("vdx-normalize", &[case, &fixed].concat(), Stdin::Null);
                assert_eq!(ours.status, Some(0), "{case:?}: {}", ours.stderr);
                assert!(records(&ours.stdout) == expected, "{case:?}: other records than bcftools chooses");
                chosen += expected.len();
            }
            if overlap != "2" {
                let both = ["-r", &words, "-t", &complement, "--targets-overlap", overlap];
                let expected = run(&[&["view", "-H"], &both[..], &["in.vcf.gz"]].concat());
                let ours =
                    world.run("vdx-normalize", &[&both[..], &["-q", "-m-any", "in.vcf.gz"]].concat(), Stdin::Null);
                assert!(records(&ours.stdout) == expected, "{both:?}");
            }
        }
        for default in [["-r", &words], ["-t", &words]] {
            let ours =
                world.run("vdx-normalize", &[&default[..], &["-q", "-m-any", "in.vcf.gz"]].concat(), Stdin::Null);
            assert!(
                records(&ours.stdout) == run(&[&["view", "-H"], &default[..], &["in.vcf.gz"]].concat()),
                "{default:?}"
            );
        }
        std::fs::remove_file(world.path(if round % 2 == 0 { "in.vcf.gz.csi" } else { "in.vcf.gz.tbi" })).unwrap();
    }
    assert!(chosen > 10_000, "too few records to say anything: {chosen}");
}

/// A symbolic allele that takes bases away, repeats or turns them reaches as far as its SVLEN says, in text and in BCF, in
/// the stream and by an index.
#[test]
fn symbolic_alleles_reach_over_their_svlen() {
    let world = World::new(10);
    let mut text = "##fileformat=VCFv4.4\n##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"x\">\n\
                    ##contig=<ID=1,length=249250621>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        .to_owned();
    let reaching = [
        ("<DEL>", "-70000"),
        ("<DUP>", "70000"),
        ("<INV>", "70000"),
        ("<CNV>", "70000"),
        ("<DUP:TANDEM>", "70000"),
        ("<CNV:TR>", "70000"),
        ("<INS>,<INV>", "90000,70000"),
        ("<INS>", "90000"),
    ];
    for (at, (alt, length)) in reaching.iter().enumerate() {
        writeln!(text, "1\t{}\tr{at}\tA\t{alt}\t.\t.\tSVLEN={length}", (at + 1) * 100_000).unwrap();
    }
    world.write("sv.vcf", text.as_bytes());
    let run = |arguments: &[&str]| {
        let ran = world.run("vdx-normalize", &[&["-q", "-m", "+any"], arguments].concat(), Stdin::Null);
        assert_eq!(ran.status, Some(0), "{arguments:?}: {}", ran.stderr);
        ran.stdout
    };
    for indexed in ["sv.vcf.gz", "sv.bcf"] {
        run(&["-W", "-o", indexed, "sv.vcf"]);
    }
    for (at, (alt, _)) in reaching.iter().enumerate() {
        let start = (at + 1) * 100_000;
        let last = if *alt == "<INS>" { start } else { start + 70_000 };
        for (pos, found) in [(start - 1, false), (start, true), (last, true), (last + 1, false)] {
            let region = format!("1:{pos}-{pos}");
            for input in ["sv.vcf", "sv.vcf.gz", "sv.bcf"] {
                let ways: &[&[&str]] = &[&["-t", &region, "--targets-overlap", "1"], &["-r", &region]];
                for way in &ways[..if input == "sv.vcf" { 1 } else { 2 }] {
                    let chosen = records(&run(&[way, &[input][..]].concat()));
                    assert_eq!(chosen.len(), usize::from(found), "{alt} {way:?} {input}: {chosen:?}");
                }
            }
        }
    }
}

/// What of a record tells where it ends: REF, END, SVLEN by the kind of allele, LEN of a block.
const ENDING: &[&str] = &[
    "100 a A <*> . GT:LEN 0/0:70 0/0:90",
    "110 b A <NON_REF> . GT:LEN 0/0:70 0/0:.",
    "120 c A <INV> SVLEN=200 GT 0/0 0/0",
    "130 d A <CNV> SVLEN=200 GT 0/0 0/0",
    "140 e A <CNV:TR> SVLEN=20 GT 0/0 0/0",
    "150 f A <INS> SVLEN=20 GT 0/0 0/0",
    "160 g A C,<DEL> SVLEN=.,-20 GT 0/0 0/0",
    "170 h A <DUP> SVLEN=50;END=190 GT 0/0 0/0",
    "180 i ACG <*> END=190 GT:LEN 0/0:5 0/0:40",
    "190 j A C END=300 GT:LEN 0/0:50 0/0:4",
    "210 k A <DUP:TANDEM>,<DEL:ME> SVLEN=4,-90 GT 0/0 0/0",
    "220 l A <DELX> SVLEN=4 GT 0/0 0/0",
    "230 m A <DEL>,C SVLEN=-90 GT 0/0 0/0",
    "240 n A C,<*> . GT:LEN 0/0:50 0/0:4",
    "250 o A . END=300 GT 0/0 0/0",
    "260 p A C SVLEN=40 GT 0/0 0/0",
    "20000 q A C . GT 0/0 0/0",
    "20001 r A <DEL> SVLEN=40000 GT 0/0 0/0",
    "20002 s A <*> . GT:LEN 0/0:50000 0/0:4",
];

#[test]
fn records_end_in_text_and_bcf_where_bcftools_ends_them() {
    let Some(bcftools) = Bcftools::find().filter(Bcftools::is_recent) else { return };
    let world = World::new(10);
    let mut text = "##fileformat=VCFv4.5\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n\
                    ##contig=<ID=1,length=100000>\n##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n\
                    ##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"x\">\n\
                    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n\
                    ##FORMAT=<ID=LEN,Number=1,Type=Integer,Description=\"x\">\n\
                    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\tt\n"
        .to_owned();
    for record in ENDING {
        let columns: Vec<&str> = record.split(' ').collect();
        writeln!(text, "1\t{}\t.\t.\t{}", columns[..4].join("\t"), columns[4..].join("\t")).unwrap();
    }
    world.write("in.vcf", text.as_bytes());
    let ids = |text: &[u8]| -> String {
        let mut ids: Vec<String> =
            records(text).iter().map(|record| record.split('\t').nth(2).unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids.concat()
    };
    let theirs = |arguments: &[&str]| {
        let mut command = Command::new(&bcftools.program);
        let output = command.args(arguments).current_dir(world.directory()).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        ids(&output.stdout)
    };
    let ours = |arguments: &[&str]| {
        let ran = world.run("vdx-normalize", &[&["-q", "-d", "exact"], arguments].concat(), Stdin::Null);
        assert_eq!(ran.status, Some(0), "{arguments:?}: {}", ran.stderr);
        ids(&ran.stdout)
    };
    theirs(&["view", "-Wtbi", "-Oz", "-o", "their.vcf.gz", "in.vcf"]);
    theirs(&["view", "-W", "-Ob", "-o", "their.bcf", "in.vcf"]);
    ours(&["-W", "-o", "our.vcf.gz", "in.vcf"]);
    ours(&["-W", "-o", "our.bcf", "their.bcf"]);
    for at in [95, 165, 175, 185, 189, 195, 219, 222, 250, 262, 289, 295, 301, 321, 331, 20500, 50000, 65000] {
        let region = format!("1:{at}");
        for overlap in ["0", "1", "2"] {
            let targets = ["-t", &region, "--targets-overlap", overlap];
            let regions = ["-r", &region, "--regions-overlap", overlap];
            let expected = theirs(&[&["view"], &targets[..], &["their.bcf"]].concat());
            for file in ["their.vcf.gz", "their.bcf", "our.vcf.gz", "our.bcf"] {
                for words in [targets, regions] {
                    let [theirs, ours] =
                        [theirs(&[&["view"], &words[..], &[file]].concat()), ours(&[&words[..], &[file]].concat())];
                    assert_eq!(
                        (theirs.as_str(), ours.as_str()),
                        (expected.as_str(), expected.as_str()),
                        "{words:?} {file}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_tool_reads_what_it_is_told_to() {
    let world = World::new(3000);
    let file = world.run("vdx-normalize", &["-q", "-m-any", "-W", "-o", "in.vcf.gz", "in.vcf"], Stdin::Null);
    assert_eq!(file.status, Some(0), "{}", file.stderr);
    let rows: [(&str, &[&str]); 3] = [
        ("vdx-normalize", &["-f", "ref.fa", "--no-version"]),
        ("vdx-gnomad", &["annotate", "--db", "gnomad", "--no-version"]),
        ("vdx-merge", &["match", "--sample", "raw.txt", "--all", "--no-version"]),
    ];
    for (tool, arguments) in rows {
        let run = |more: &[&str], input: &str| world.run(tool, &[arguments, more, &[input]].concat(), Stdin::Null);
        for more in [&["-r", "chr1:1001-1100"][..], &["-t", "chr1:1001-1100"]] {
            let ran = run(more, "in.vcf.gz");
            assert_eq!(ran.status, Some(0), "{tool} {more:?}: {}", ran.stderr);
            let positions: Vec<String> =
                records(&ran.stdout).iter().map(|line| line.split('\t').nth(1).unwrap().to_owned()).collect();
            let expected: Vec<String> = (101..=110).map(|at| (at * 10).to_string()).collect();
            assert_eq!(positions, expected, "{tool} {more:?}");
            assert!(ran.stderr.contains("chr1 is 1"), "{tool} {more:?}: no word of the alias: {}", ran.stderr);
        }
        let stdin = world.run(tool, &[arguments, &["-t", "1:15"]].concat(), Stdin::Bytes(&world.vcf));
        assert!(stdin.status == Some(0) && records(&stdin.stdout).is_empty(), "{tool}: {}", stdin.stderr);
        let piped = world.run(tool, &[arguments, &["-r", "1:15"]].concat(), Stdin::Bytes(&world.vcf));
        assert!(piped.status == Some(2) && piped.stderr.contains("-t or -T"), "{tool}: {}", piped.stderr);
        let plain = run(&["-r", "1:15"], "in.vcf");
        assert!(plain.status == Some(2) && plain.stderr.contains("not a BGZF file"), "{tool}: {}", plain.stderr);
        world.write("bare.vcf.gz", &bgzf(&world.vcf, 5000));
        let bare = run(&["-r", "1:15"], "bare.vcf.gz");
        assert!(bare.status == Some(2) && bare.stderr.contains("no index"), "{tool}: {}", bare.stderr);
        let wrong = run(&["-t", "1:x"], "in.vcf");
        assert!(wrong.status == Some(2) && wrong.stderr.contains("chr1:100-200"), "{tool}: {}", wrong.stderr);
        // Known: by the header, by the index, or where ClinVar names none as a human chromosome. A scattered panel may hold
        // nothing of this file.
        let declared = String::from_utf8(world.vcf.clone()).unwrap().replacen("#CHROM", "##contig=<ID=1>\n#CHROM", 1);
        let declared = declared.replacen("#CHROM", "##contig=<ID=odd>\n#CHROM", 1);
        world.write("declared.vcf", declared.as_bytes());
        // The FASTA of vdx-normalize has no chromosome 7.
        let human = if tool == "vdx-normalize" { "1:10" } else { "1:10,chr7:5" };
        for (flag, input, known) in
            [("-t", "declared.vcf", "1:10,odd:5"), ("-r", "in.vcf.gz", "1:10,1:90000"), ("-t", "in.vcf", human)]
        {
            assert_eq!(run(&[flag, known], input).status, Some(0), "{tool} {flag} {known}");
            for complement in if flag == "-t" { &["", "^"][..] } else { &[""] } {
                for threads in ["-@1", "-@3"] {
                    let list = format!("{complement}1:10,chrom1");
                    let unknown = run(&[flag, &list, threads, "-o", "out.vcf"], input);
                    assert_eq!(unknown.status, Some(1), "{tool} {flag} {list}: {}", unknown.stderr);
                    assert!(unknown.stderr.contains("not known here: chrom1"), "{tool}: {}", unknown.stderr);
                    assert!(!world.path("out.vcf").exists());
                }
            }
        }
    }
}

#[test]
fn messages_name_the_line_of_the_whole_input_or_none() {
    let world = World::new(3000);
    let broken = String::from_utf8(world.vcf.clone()).unwrap().replace("1\t20000\t2000\t", "1\t20000\t2000\tG");
    let line = 1 + broken.lines().position(|line| line.starts_with("1\t20000\t")).unwrap();
    world.write("bad.vcf.gz", &bgzf(broken.as_bytes(), 5000));
    let opened = vdx_hts::index::open(&world.path("bad.vcf.gz"), &vdx_hts::index::Options::default()).unwrap();
    assert!(opened.warnings.is_empty());
    for more in [&["-@1"][..], &["-@3", "--chunk-size", "10"]] {
        let run = |words: &[&str]| {
            world.run("vdx-normalize", &[&["-f", "ref.fa"], words, more, &["bad.vcf.gz"]].concat(), Stdin::Null)
        };
        let ran = run(&["-t", "1:500-600,1:19000-21000"]);
        assert_eq!(ran.status, Some(1), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("bad.vcf.gz:{line} 1:20000")), "{}", ran.stderr);
        let ran = run(&["-r", "1:500-600,1:19000-21000"]);
        assert!(ran.status == Some(1) && ran.stderr.contains("bad.vcf.gz 1:20000"), "{}", ran.stderr);
    }
}
