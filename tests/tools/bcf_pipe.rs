//! BCF in and out of every tool: the same records as text gives, whatever the way they take.
//!
//! `BCFTOOLS` names another binary than the one that [`vdx_testkit`] finds.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use vdx_testkit::{Random, Stdin, World, bgzf, installed};

use vdx_hts::bgzf::Inflater;
use vdx_hts::bgzf::{EOF_BLOCK, FIXED_HEADER, block_size, extra_len};

/// Two contigs full of repeats.
fn contigs(random: &mut Random) -> [(&'static str, Vec<u8>); 2] {
    ["1", "X"].map(|name| {
        let mut bases = Vec::new();
        while bases.len() < 30_000 {
            let unit: Vec<u8> = (0..=random.below(4)).map(|_| b"ACGT"[random.below(4) as usize]).collect();
            (0..=random.below(12)).for_each(|_| bases.extend_from_slice(&unit));
        }
        (name, bases)
    })
}

const HEADER: &str = "##fileformat=VCFv4.2\n##FILTER=<ID=q10,Description=\"x\">\n\
    ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n\
    ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n\
    ##INFO=<ID=DB,Number=0,Type=Flag,Description=\"x\">\n##INFO=<ID=NOTE,Number=.,Type=String,Description=\"x\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n\
    ##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">\n##FORMAT=<ID=GP,Number=1,Type=Float,Description=\"x\">\n\
    ##contig=<ID=1,length=40000>\n##contig=<ID=unused>\n##contig=<ID=X,length=40000>\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";

/// A VCF on these contigs: SNVs, indels in repeats, several ALTs, symbolic ones, missing values; some REF are wrong.
fn vcf(random: &mut Random, contigs: &[(&str, Vec<u8>)]) -> String {
    let mut text = HEADER.to_owned();
    for (name, bases) in contigs {
        let mut pos = 1;
        while pos + 60 < bases.len() {
            let letters = |from: usize, len: usize| String::from_utf8_lossy(&bases[from - 1..][..len]).into_owned();
            let alts = [1, 1, 1, 2, 3][random.below(5) as usize];
            let reference = letters(pos, [1, 1, 1, 2, 5, 13][random.below(6) as usize]);
            let alt = |random: &mut Random| match random.below(12) {
                0..5 => "ACGT"[random.below(4) as usize..][..1].to_owned(),
                5 => letters(pos, reference.len() + 1 + random.below(9) as usize),
                6 => format!("{reference}{}", "ACGT".repeat(random.below(5) as usize)),
                7 => "<DEL>".to_owned(),
                8 => "*".to_owned(),
                9 => reference.to_lowercase(),
                _ => letters(pos, 1),
            };
            let alts: Vec<String> = (0..alts).map(|_| alt(random)).collect();
            let reference = if random.below(40) == 0 { "N".to_owned() } else { reference };
            let list = |random: &mut Random, count: usize, most: u32| {
                let values: Vec<_> = (0..count).map(|_| random.below(most).to_string()).collect();
                values.join(",")
            };
            let mut info = format!("DP={};AC={}", random.below(70_000), list(random, alts.len(), 300));
            let fractions: Vec<_> = alts.iter().map(|_| format!("{}e-05", random.below(99_999))).collect();
            match random.below(5) {
                0 => write!(info, ";AF={}", fractions.join(",")).unwrap(),
                1 => info += ";DB",
                2 => write!(info, ";NOTE=r{pos},s").unwrap(),
                3 => write!(info, ";END={}", pos + reference.len() - 1).unwrap(),
                _ => {}
            }
            let sample = |random: &mut Random| {
                let genotypes = (alts.len() + 1) * (alts.len() + 2) / 2;
                let gt = ["0/1", "1|1", "./.", "0/0", "1"][random.below(5) as usize];
                let (ad, pl) = (list(random, alts.len() + 1, 40), list(random, genotypes, 400));
                if gt == "1" { format!("{gt}:{ad}:.:.") } else { format!("{gt}:{ad}:{pl}:0.{}", random.below(1000)) }
            };
            let (qual, filter) =
                (["29.5", ".", "1e-05"][random.below(3) as usize], [".", "PASS", "q10"][random.below(3) as usize]);
            let (one, two, alt) = (sample(random), sample(random), alts.join(","));
            writeln!(text, "{name}\t{pos}\t.\t{reference}\t{alt}\t{qual}\t{filter}\t{info}\tGT:AD:PL:GP\t{one}\t{two}")
                .unwrap();
            pos += random.below(9) as usize;
        }
    }
    text
}

/// A world with `r.fa`, `in.bcf`, and `in.vcf` as bcftools shows that.
fn world(bcftools: &str) -> World {
    let mut random = Random(3);
    let world = World::new(1);
    let contigs = contigs(&mut random);
    let fasta: String =
        contigs.iter().map(|(name, bases)| format!(">{name}\n{}\n", String::from_utf8_lossy(bases))).collect();
    world.write("r.fa", fasta.as_bytes());
    world.write("made.vcf", vcf(&mut random, &contigs).as_bytes());
    run(Command::new(bcftools).args(["view", "--no-version", "-Ob", "-o", "in.bcf", "made.vcf"]), &world);
    run(Command::new(bcftools).args(["view", "--no-version", "-o", "in.vcf", "in.bcf"]), &world);
    world
}

fn run(command: &mut Command, world: &World) -> Vec<u8> {
    let output = command.current_dir(world.directory()).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn normalize(world: &World, arguments: &[&str]) -> Vec<u8> {
    let ran = world.run("vdx-normalize", &[&["-q", "-f", "r.fa", "--no-version"], arguments].concat(), Stdin::Null);
    assert_eq!(ran.status, Some(0), "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

/// What bcftools shows of a BCF.
fn view(bcftools: &str, world: &World, bcf: &[u8]) -> Vec<u8> {
    world.write("seen.bcf", bcf);
    run(Command::new(bcftools).args(["view", "--no-version", "seen.bcf"]), world)
}

/// The bytes in the blocks.
fn inflate(mut blocks: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !blocks.is_empty() {
        let size = block_size(&blocks[FIXED_HEADER..FIXED_HEADER + extra_len(blocks)]).unwrap();
        Inflater::new().inflate(&blocks[..size], &mut bytes).unwrap();
        blocks = &blocks[size..];
    }
    bytes
}

const WAYS: [&[&str]; 11] = [
    &["-c", "w"],
    &["-c", "x", "-m", "-any"],
    &["-c", "w", "-m", "-snps", "--old-rec-tag", "OLD"],
    &["-N", "-c", "w", "-D"],
    &["-c", "w", "-S", "lex", "-d", "all"],
    &["-c", "w", "--per-allele", "-w", "1"],
    &["-c", "w", "--safe"],
    &["-c", "sx"],
    &["-c", "w", "-m", "-any", "-a"],
    &["-N", "-a"],
    &["-c", "x", "-m", "+both", "-s", "--force"],
];

#[test]
fn bcf_becomes_what_its_text_becomes() {
    let Some(bcftools) = installed("BCFTOOLS", "bcftools") else { return };
    let world = world(&bcftools);
    for way in WAYS {
        let with = |more: &[&str]| normalize(&world, &[way, more].concat());
        let expected = with(&["in.vcf"]);
        assert!(with(&["in.bcf"]) == expected, "{way:?}: text of a BCF");
        // bcftools shows floats as it reads them.
        world.write("text.vcf", &expected);
        let expected = run(Command::new(&bcftools).args(["view", "--no-version", "text.vcf"]), &world);
        for more in [["-Ou", "in.bcf"], ["-Ob1", "in.bcf"], ["-Ou", "in.vcf"]] {
            assert!(view(&bcftools, &world, &with(&more)) == expected, "{way:?} {more:?}");
        }
        let bcf = with(&["-Ou", "in.bcf"]);
        for more in [["-@1", "--chunk-size", "1"], ["-@3", "--chunk-size", "50"], ["-@2", "--memory", "48M"]] {
            assert!(with(&[&more[..], &["-Ou", "in.bcf"]].concat()) == bcf, "{way:?} {more:?}: other bytes");
        }
    }
}

#[test]
fn pipes_of_raw_and_stored_bcf_join_with_bcftools() {
    let Some(bcftools) = installed("BCFTOOLS", "bcftools") else { return };
    let world = world(&bcftools);
    let expected = normalize(&world, &["-c", "w", "-Ou", "in.bcf"]);
    let line = format!(
        "set -o pipefail; {bcftools} view --no-version -Ou in.bcf | vdx-normalize -q -f r.fa --no-version -c w -Ou | \
         {bcftools} view --no-version -Ou | {bcftools} view --no-version"
    );
    let piped = world.bash(&line);
    assert_eq!(piped.status, Some(0), "{}", piped.stderr);
    assert!(piped.stdout == view(&bcftools, &world, &expected));
    let raw = inflate(&std::fs::read(world.path("in.bcf")).unwrap());
    world.write("raw.bcf", &raw);
    assert!(normalize(&world, &["-c", "w", "-Ou", "raw.bcf"]) == expected, "raw BCF gives other bytes");
}

#[test]
fn the_numbers_of_a_header_stay_and_new_ones_come_behind() {
    let Some(bcftools) = installed("BCFTOOLS", "bcftools") else { return };
    let world = world(&bcftools);
    let lines = |bcf: &[u8]| -> Vec<String> {
        let bytes = inflate(bcf);
        let len = u32::from_le_bytes(bytes[5..9].try_into().unwrap()) as usize;
        let text = String::from_utf8_lossy(&bytes[9..9 + len]).into_owned();
        text.lines().filter(|line| line.contains(",IDX=")).map(str::to_owned).collect()
    };
    let before = lines(&std::fs::read(world.path("in.bcf")).unwrap());
    let after = lines(&normalize(&world, &["-c", "w", "--old-rec-tag", "OLD", "-Ou", "in.bcf"]));
    assert_eq!(before, after[..before.len()]);
    assert!(after.len() == before.len() + 1 && after[before.len()].starts_with("##INFO=<ID=OLD,"), "{after:?}");
    // Holes and another order are kept as well.
    let bytes = inflate(&std::fs::read(world.path("in.bcf")).unwrap());
    let len = u32::from_le_bytes(bytes[5..9].try_into().unwrap()) as usize;
    let text = String::from_utf8_lossy(&bytes[9..8 + len]).into_owned();
    let (mut reordered, columns): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("##"));
    reordered[1..].reverse();
    let text = [reordered, columns].concat().join("\n") + "\n\0";
    let other = [&b"BCF\x02\x02"[..], &(text.len() as u32).to_le_bytes(), text.as_bytes(), &bytes[9 + len..]].concat();
    world.write("other.bcf", &other);
    let records = |bytes: &[u8]| -> Vec<u8> {
        bytes.split_inclusive(|&byte| byte == b'\n').filter(|line| !line.starts_with(b"#")).flatten().copied().collect()
    };
    for more in [["-O", "u"], ["-O", "v"]] {
        let [one, two] =
            ["in.bcf", "other.bcf"].map(|name| normalize(&world, &[&["-c", "w", "-m-"], &more[..], &[name]].concat()));
        let [one, two] = if more[1] == "v" { [one, two] } else { [one, two].map(|bcf| view(&bcftools, &world, &bcf)) };
        assert!(records(&one) == records(&two), "{more:?}");
    }
}

#[test]
fn indexes_of_bcf_find_what_reading_all_of_it_finds() {
    let Some(bcftools) = installed("BCFTOOLS", "bcftools") else { return };
    let world = world(&bcftools);
    normalize(&world, &["-c", "w", "-W", "-o", "out.bcf", "in.bcf"]);
    let again = std::fs::read(world.path("out.bcf.csi")).unwrap();
    normalize(&world, &["-c", "w", "-W", "-@1", "-o", "out.bcf", "in.bcf"]);
    assert!(std::fs::read(world.path("out.bcf.csi")).unwrap() == again, "the index depends on the threads");
    for made_by in ["us", "bcftools"] {
        if made_by == "bcftools" {
            run(Command::new(&bcftools).args(["index", "-f", "out.bcf"]), &world);
        }
        for region in ["1:5000-5100", "X", "1:16380-16390,X:1-40", "X:29000-40000", "unused:1-9"] {
            let theirs = run(Command::new(&bcftools).args(["view", "--no-version", "-r", region, "out.bcf"]), &world);
            let with = |more: &[&str]| normalize(&world, &[&["-c", "w"], more, &["out.bcf"]].concat());
            let streamed = with(&["-t", region, "--targets-overlap", "1"]);
            assert!(with(&["-r", region]) == streamed, "{made_by} {region}");
            assert!(streamed == theirs, "{made_by} {region}: not what bcftools finds");
        }
    }
    let tbi = world.run("vdx-normalize", &["-f", "r.fa", "-W=tbi", "-o", "t.bcf", "in.bcf"], Stdin::Null);
    assert!(tbi.status == Some(2) && tbi.stderr.contains("-W=csi"), "{}", tbi.stderr);
    std::fs::remove_file(world.path("out.bcf.csi")).unwrap();
    let none = world.run("vdx-normalize", &["-f", "r.fa", "-r", "1", "out.bcf"], Stdin::Null);
    assert!(none.status == Some(2) && none.stderr.contains("no index"), "{}", none.stderr);
}

/// Declares the contig of `in.vcf`, and makes BCF of it as this suite writes it: no other program is needed.
fn own(world: &World) -> Vec<u8> {
    let text = String::from_utf8_lossy(&world.vcf).replacen("#CHROM", "##contig=<ID=1>\n#CHROM", 1);
    world.write("in.vcf", text.as_bytes());
    let ran = world.run("vdx-normalize", &["-q", "-f", "ref.fa", "--no-version", "-Ob", "in.vcf"], Stdin::Null);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    ran.stdout
}

#[test]
fn every_tool_reads_and_writes_bcf() {
    let world = World::new(3000);
    world.write("in.bcf", &own(&world));
    let rows: [(&str, &[&str]); 4] = [
        ("vdx-normalize", &["-f", "ref.fa"]),
        ("vdx-gnomad", &["annotate", "--db", "gnomad"]),
        ("vdx-merge", &["match", "--sample", "raw.txt", "--all"]),
        ("vdx-merge", &["shards"]),
    ];
    for (tool, arguments) in rows {
        let run = |more: &[&str]| {
            let ran = world.run(tool, &[arguments, &["-q", "--no-version"], more].concat(), Stdin::Null);
            assert_eq!(ran.status, Some(0), "{tool} {more:?}: {}", ran.stderr);
            ran.stdout
        };
        // BCF knows the number, not its text, and has a line for PASS.
        let shown = |text: Vec<u8>| {
            let pass = "##FILTER=<ID=PASS,Description=\"All filters passed\">\n";
            String::from_utf8_lossy(&text).replace(pass, "").replace("1.50000e-04", "0.00015")
        };
        let expected = shown(run(&["in.vcf"]));
        let same = |found: Vec<u8>| assert!(shown(found) == expected, "{tool}: BCF gives other records");
        same(run(&["in.bcf"]));
        let bcf = run(&["-Ou", "in.bcf"]);
        assert!(bcf.starts_with(&[0x1f, 0x8b]) && bcf.ends_with(&EOF_BLOCK));
        assert!(run(&["-Ou", "in.vcf"]).len() > 1000);
        run(&["-W", "-o", "out.bcf", "in.bcf"]);
        assert!(world.path("out.bcf.csi").exists(), "{tool}");
        for name in ["out.bcf", "stored.bcf"] {
            if name == "stored.bcf" {
                world.write(name, &bcf);
            }
            let seen = world.run("vdx-merge", &["shards", "-q", "--no-version", name], Stdin::Null);
            assert_eq!(seen.status, Some(0), "{tool} {name}: {}", seen.stderr);
            same(seen.stdout);
        }
    }
}

#[test]
fn damaged_bcf_is_exit_1_and_leaves_nothing_that_looks_whole() {
    let world = World::new(3000);
    let raw = inflate(&own(&world));
    let whole = bgzf(&raw, 20_000);
    let block = |from: usize| from + usize::from(u16::from_le_bytes([whole[from + 16], whole[from + 17]])) + 1;
    let edge = block(block(0));
    let mut flipped = raw.clone();
    let header = 9 + u32::from_le_bytes(raw[5..9].try_into().unwrap()) as usize;
    flipped[header] = 3;
    let cases: [(&str, &[u8], bool); 7] = [
        ("no end-of-file block", &whole[..whole.len() - 28], true),
        ("cut at a block edge", &whole[..edge], true),
        ("cut inside a block", &whole[..edge + 300], true),
        ("raw, cut inside a record", &raw[..raw.len() / 2], true),
        ("raw, cut inside the lengths of a record", &raw[..header + 5], true),
        ("raw, cut inside the header", &raw[..header - 5], false),
        ("raw, a length that cannot be", &flipped, false),
    ];
    for (what, bytes, cut) in cases {
        world.write("cut", bytes);
        for threads in ["-@1", "-@3"] {
            let run = |more: &[&str]| {
                world.run("vdx-normalize", &[&["-q", "-f", "ref.fa", threads], more, &["cut"]].concat(), Stdin::Null)
            };
            for format in ["-Ou", "-Ob", "-Ov"] {
                let stream = run(&[format]);
                assert_eq!(stream.status, Some(1), "{what}: {}", stream.stderr);
                let said = if cut { "truncated" } else { "BCF" };
                assert!(stream.stderr.contains(said), "{what}: {}", stream.stderr);
                assert!(!stream.stdout.ends_with(&EOF_BLOCK), "{what} {format}: looks whole");
            }
            assert_eq!(run(&["-o", "out.bcf", "-W"]).status, Some(1), "{what}");
            assert!(!world.path("out.bcf").exists() && !world.path("out.bcf.csi").exists());
            let allowed = run(&["--allow-truncated", "-Ov"]);
            assert_eq!(allowed.status, Some(i32::from(!cut)), "{what}: {}", allowed.stderr);
        }
    }
    let left = |path: &Path| path.to_string_lossy().ends_with(".tmp");
    assert!(!std::fs::read_dir(world.directory()).unwrap().any(|entry| left(&entry.unwrap().path())));
}

#[test]
fn what_a_header_does_not_declare_is_no_bcf() {
    let world = World::new(30);
    let text = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    for (record, named) in
        [("2\t1\t.\tA\tC\t.\t.\t.", "##contig=<ID=2"), ("1\t1\t.\tA\tC\t.\t.\tXY=1", "##INFO=<ID=XY")]
    {
        world.write("bad.vcf", format!("{text}{record}\n").as_bytes());
        let ran = world.run("vdx-normalize", &["-m-any", "-Ou", "bad.vcf"], Stdin::Null);
        assert_eq!(ran.status, Some(1), "{}", ran.stderr);
        assert!(ran.stderr.contains(named) && ran.stderr.contains("bad.vcf"), "{}", ran.stderr);
    }
}
