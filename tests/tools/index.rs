//! Indexes written with `-W` against those that bcftools makes of the same files.
//!
//! `BCFTOOLS` and `TABIX` name other binaries than those that [`vdx_testkit`] finds.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use vdx_testkit::{Random, Stdin, World, installed};

/// A sorted VCF of uneven density with alleles that reach far, by REF, END and SVLEN, around the edges of bins.
fn vcf(random: &mut Random) -> String {
    let mut text = "##fileformat=VCFv4.2\n##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n\
                    ##INFO=<ID=PAD,Number=1,Type=String,Description=\"x\">\n##ALT=<ID=DEL,Description=\"x\">\n\
                    ##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"x\">\n\
                    ##contig=<ID=1,length=249250621>\n##contig=<ID=2,length=243199373>\n##contig=<ID=X,length=155270560>\n\
                    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        .to_owned();
    for (contig, records) in [("1", 6000), ("2", 30), ("X", 2000)] {
        let mut pos = 1;
        for at in 0..records {
            let pad: String = (0..random.below(60)).map(|_| char::from(b'a' + random.below(26) as u8)).collect();
            let info = format!("PAD=p{pad}");
            match random.below(200) {
                0 => {
                    let end = pos + random.below(3_000_000);
                    writeln!(text, "{contig}\t{pos}\tr{at}\tA\t<DEL>\t.\t.\tEND={end};{info}").unwrap();
                }
                1 => {
                    let long = "AC".repeat(random.below(20_000) as usize + 1);
                    writeln!(text, "{contig}\t{pos}\tr{at}\t{long}\tA\t.\t.\t{info}").unwrap();
                }
                2 => {
                    let kind = ["DEL", "DUP:TANDEM", "INV", "CNV", "INS"][random.below(5) as usize];
                    let length = random.below(3_000_000);
                    writeln!(text, "{contig}\t{pos}\tr{at}\tA\t<{kind}>\t.\t.\tSVLEN={length};{info}").unwrap();
                }
                _ => writeln!(text, "{contig}\t{pos}\tr{at}\tA\tC\t.\t.\t{info}").unwrap(),
            }
            pos += [0, 1, 7, 300, 16_384, 100_000][random.below(6) as usize];
        }
    }
    text
}

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What the index says of records per contig, and what each region holds.
fn answers(directory: &Path, regions: &[String], bcftools: &str, tabix: &str) -> (String, String, String) {
    let counts = run(Command::new(bcftools).args(["index", "-s", "a.vcf.gz"]).current_dir(directory));
    let looked_up = run(Command::new(tabix).arg("a.vcf.gz").args(regions).current_dir(directory));
    let viewed = run(Command::new(bcftools)
        .args(["view", "-H", "-r", &regions[..20].join(","), "a.vcf.gz"])
        .current_dir(directory));
    (counts, looked_up, viewed)
}

#[test]
fn look_ups_find_what_they_find_by_the_index_of_bcftools() {
    let (Some(bcftools), Some(tabix)) = (installed("BCFTOOLS", "bcftools"), installed("TABIX", "tabix")) else {
        return;
    };
    let mut random = Random(11);
    let world = World::new(10);
    world.write("long.vcf", vcf(&mut random).as_bytes());
    let contigs = ["1", "1", "2", "X"];
    let regions: Vec<String> = (0..200)
        .map(|_| {
            let from = random.below(130_000_000) + 1;
            let to = from + [0, 100, 20_000, 2_000_000][random.below(4) as usize];
            format!("{}:{from}-{to}", contigs[random.below(4) as usize])
        })
        .chain(["1".into(), "X:16384-16385".into(), "2:1-1".into()])
        .collect();
    for (format, suffix, theirs) in [
        ("-W", "csi", "-c"),
        ("-Wcsi", "csi", "-c"),
        ("-W=csi", "csi", "-c"),
        ("-Wtbi", "tbi", "-t"),
        ("--write-index=tbi", "tbi", "-t"),
    ] {
        let mut seen: Option<Vec<u8>> = None;
        for threads in ["-@1", "-@3"] {
            let ran = world.run(
                "vdx-normalize",
                &["-q", "-m-any", threads, format, "-o", "a.vcf.gz", "long.vcf"],
                Stdin::Null,
            );
            assert_eq!(ran.status, Some(0), "{}", ran.stderr);
            let index = std::fs::read(world.path(&format!("a.vcf.gz.{suffix}"))).unwrap();
            assert!(seen.get_or_insert_with(|| index.clone()) == &index, "the index depends on the threads");
        }
        let ours = answers(world.directory(), &regions, &bcftools, &tabix);
        run(Command::new(&bcftools).args(["index", "-f", theirs, "a.vcf.gz"]).current_dir(world.directory()));
        let expected = answers(world.directory(), &regions, &bcftools, &tabix);
        assert!(ours == expected, "{format}: the indexes find different records");
        assert!(expected.1.lines().count() > 5000, "the regions are too empty to say anything");
        std::fs::remove_file(world.path(&format!("a.vcf.gz.{suffix}"))).unwrap();
    }
}

#[test]
fn every_tool_that_writes_variants_writes_their_index() {
    let world = World::new(3000);
    let rows: [(&str, &[&str]); 4] = [
        ("vdx-normalize", &["-f", "ref.fa"]),
        ("vdx-gnomad", &["annotate", "--db", "gnomad"]),
        ("vdx-merge", &["match", "--sample", "raw.txt"]),
        ("vdx-merge", &["shards"]),
    ];
    for (tool, arguments) in rows {
        let run = |more: &[&str]| world.run(tool, &[arguments, more, &["-q", "in.vcf"]].concat(), Stdin::Null);
        let ran = run(&["-W", "-o", "w.vcf.gz"]);
        assert_eq!(ran.status, Some(0), "{tool}: {}", ran.stderr);
        assert!(world.path("w.vcf.gz.csi").exists(), "{tool}");
        let opened = vdx_hts::index::open(&world.path("w.vcf.gz"), &vdx_hts::index::Options::default()).unwrap();
        assert_eq!(opened.indexed.index.contigs().len(), 1, "{tool}");
        let stale = run(&["-W=tbi", "-o", "w.vcf.gz"]);
        assert!(
            stale.status == Some(0) && stale.stderr.contains("w.vcf.gz.csi is of the file before"),
            "{}",
            stale.stderr
        );
        for refused in [&["-W"][..], &["-W", "-O", "z"], &["-W", "-o", "w.vcf"], &["-W=bai", "-o", "w.vcf.gz"]] {
            let ran = run(refused);
            assert_eq!(ran.status, Some(2), "{tool} {refused:?}: {}", ran.stderr);
        }
        assert!(!world.path("w.vcf").exists());
        for name in ["w.vcf.gz", "w.vcf.gz.csi", "w.vcf.gz.tbi"] {
            std::fs::remove_file(world.path(name)).unwrap();
        }
    }
}
