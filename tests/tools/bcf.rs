//! The BCF codec against bcftools, on records that are as awkward as records get, and on real ones.
//!
//! `BCFTOOLS` names another binary than the one that [`vdx_testkit`] finds. From 1.23 on the bytes of the records must be the same; before
//! that rlen, the phase of the first allele and the rounding of floats were others, and text is compared that those do
//! not touch. What differs on purpose: an integer or float that BCF cannot hold is an error here, a warning or nothing
//! there; FORMAT text of no bytes stays empty, where bcftools writes a NUL; a GT left out at the end of a sample is `.`,
//! where bcftools writes a number; SVLEN of the eighth ALT and those behind it counts for rlen; the header's own line
//! for PASS stays as and where it is.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use vdx_testkit::{Bcftools, Random, Stdin, World, data};

use vdx_vcf::Header;
use vdx_vcf::bcf::{Dictionaries, Encoder, Floats, Record, header_bytes, record_len, text_of, to_text};

/// What `bcftools view` makes of a file.
fn view(oracle: &Bcftools, arguments: &[&str], file: &Path) -> Vec<u8> {
    let mut command = Command::new(&oracle.program);
    command.args(["view", "--no-version"]).args(arguments).arg(file).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// `file` as BCF; newer versions frame it as BGZF even where it is not compressed.
fn bcf(oracle: &Bcftools, file: &Path) -> Vec<u8> {
    let bytes = view(oracle, &["-Ou"], file);
    if bytes.starts_with(b"BCF") { bytes } else { inflate(&bytes) }
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

/// Header length of a VCF's text.
fn header_len(text: &[u8]) -> usize {
    text.split_inclusive(|&byte| byte == b'\n').take_while(|line| line.starts_with(b"#")).map(<[u8]>::len).sum()
}

fn encode(text: &[u8]) -> Vec<u8> {
    let (head, lines) = text.split_at(header_len(text));
    let header = Header::parse(head).unwrap();
    let dictionaries = Dictionaries::of(&header).unwrap();
    let mut bytes = header_bytes(&header, &dictionaries);
    let mut encoder = Encoder::new();
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        let done = encoder.from_text(line, &dictionaries, &mut bytes);
        assert_eq!(done.map_err(|error| format!("{error}: {}", String::from_utf8_lossy(line))), Ok(()));
    }
    bytes
}

/// The records of a BCF.
fn records(bytes: &[u8]) -> Vec<&[u8]> {
    let (_, mut at) = text_of(bytes).unwrap().unwrap();
    let mut records = Vec::new();
    while at < bytes.len() {
        let len = record_len(&bytes[at..]).unwrap().unwrap();
        records.push(&bytes[at..at + len]);
        at += len;
    }
    records
}

fn decode(bytes: &[u8], floats: Floats) -> String {
    let (text, _) = text_of(bytes).unwrap().unwrap();
    let dictionaries = Dictionaries::of(&Header::parse(text).unwrap()).unwrap();
    let mut out = Vec::new();
    for record in records(bytes) {
        to_text(&Record::parse(record).unwrap(), &dictionaries, floats, &mut out).unwrap();
    }
    String::from_utf8(out).unwrap()
}

/// Line by line, so that a failure shows where.
fn same_lines(ours: &str, theirs: &str, what: &str) {
    for (number, (ours, theirs)) in ours.lines().zip(theirs.lines()).enumerate() {
        assert_eq!(ours, theirs, "{what}: record {number}");
    }
    assert_eq!(ours.len(), theirs.len(), "{what}");
}

fn agree(oracle: &Bcftools, world: &World, text: &[u8], what: &str) {
    let vcf = world.write("codec.vcf", text);
    let ours = encode(text);
    let theirs = bcf(oracle, &vcf);
    if oracle.is_recent() {
        for (number, (ours, theirs)) in records(&ours).iter().zip(records(&theirs)).enumerate() {
            assert_eq!(*ours, theirs, "{what}: bytes of record {number}");
        }
    }
    let expected = String::from_utf8(view(oracle, &["-H"], &vcf)).unwrap();
    same_lines(&decode(&theirs, Floats::Htslib), &expected, &format!("{what}: their BCF as text"));
    let bcf = world.write("codec.bcf", &ours);
    let read = String::from_utf8(view(oracle, &["-H"], &bcf)).unwrap();
    same_lines(&read, &expected, &format!("{what}: our BCF as they read it"));
    // Exact text makes the same record again, apart from room that nobody uses.
    let exact = decode(&ours, Floats::Exact);
    let again = encode(&[&text[..header_len(text)], exact.as_bytes()].concat());
    same_lines(&decode(&again, Floats::Exact), &exact, &format!("{what}: exact text"));
}

/// Draws a record's parts.
struct Draw(Random);

impl Draw {
    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.0.below(choices.len() as u32) as usize]
    }

    fn integer(&mut self) -> String {
        let edges = ["0", ".", "127", "128", "-120", "-121", "-128", "32767", "32768", "-32760", "-32761"];
        match self.0.below(3) {
            0 => self.of(&["2147483647", "-2147483640", "65536"]).into(),
            1 => self.of(&edges).into(),
            _ => (i64::from(self.0.below(100_000)) - 50_000).to_string(),
        }
    }

    fn float(&mut self, recent: bool) -> String {
        if !recent {
            return self.of(&["0", "-0", ".", "1", "1e-05", "0.25", "-1.5", "12345", "inf", "1.5e+10", "0.125"]).into();
        }
        match self.0.below(5) {
            0 => self.of(&["nan", "-nan", "-inf", "1e39", "1.5e-45", "1e-40", "3.4028235e38", ".5", "5.", "+2"]).into(),
            1 => self.of(&["0.0001", "0.00009999999", "999999.4", "999999.5", "123456.7", "0000123.4500", "."]).into(),
            2 => format!("{:e}", f64::from(self.0.below(1 << 30)) * 1.234_567_8e-12),
            _ => format!("{}", f64::from(self.0.below(1 << 30)) / 7e4),
        }
    }

    fn text(&mut self) -> String {
        match self.0.below(6) {
            0 => "x".repeat(self.0.below(300) as usize + 1),
            1 => "y".repeat([14, 15, 127, 128][self.0.below(4) as usize]),
            _ => self.of(&[".", "a", "a|b,c", "with blank", "Grün"]).into(),
        }
    }

    fn list(&mut self, mut value: impl FnMut(&mut Self) -> String) -> String {
        let count = [1, 1, 1, 2, 3, 14, 15, 16][self.0.below(8) as usize];
        (0..count).map(|_| value(self)).collect::<Vec<_>>().join(",")
    }

    fn genotype(&mut self, leading: bool) -> String {
        let mut text = if leading { self.of(&["", "", "/", "|"]).to_owned() } else { String::new() };
        for at in 0..[1, 2, 2, 2, 3, 4][self.0.below(6) as usize] {
            if at > 0 {
                text += self.of(&["/", "/", "|"]);
            }
            text += self.of(&[".", "0", "0", "1", "2", "70", "9000"]);
        }
        text
    }
}

/// `count` records of `samples` samples.
fn awkward(seed: u64, count: usize, samples: usize, recent: bool) -> String {
    let mut draw = Draw(Random(seed));
    let version = if recent && seed.is_multiple_of(2) { "4.4" } else { "4.2" };
    let mut text = format!("##fileformat=VCFv{version}\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n");
    (0..150).for_each(|id| writeln!(text, "##FILTER=<ID=f{id},Description=\"x\">").unwrap());
    for (key, kind) in [("I", "Integer"), ("F", "Float"), ("S", "String"), ("C", "Character"), ("END", "Integer")] {
        writeln!(text, "##INFO=<ID={key},Number=.,Type={kind},Description=\"a, <b> \\\"c\\\"\">").unwrap();
    }
    text += "##INFO=<ID=FL,Number=0,Type=Flag,Description=\"x\">\n";
    for (key, kind) in [("GT", "String"), ("FI", "Integer"), ("FF", "Float"), ("FS", "String"), ("I", "Float")] {
        writeln!(text, "##FORMAT=<ID={key},Number=.,Type={kind},Description=\"x\">").unwrap();
    }
    (0..300).for_each(|id| writeln!(text, "##contig=<ID=c{id}>").unwrap());
    text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
    if samples > 0 {
        text += "\tFORMAT";
        (0..samples).for_each(|sample| write!(text, "\ts{sample}").unwrap());
    }
    text += "\n";
    for _ in 0..count {
        let reference = "ACGTn".repeat([1, 1, 2, 20][draw.0.below(4) as usize]);
        let alt = draw.of(&[".", "A", "a,<DEL>,*", "<INS>,]c1:5]A", "<NON_REF>", "G,GG,GGG,GGGG,GGGGG,GGGGGG,GGGGGGG"]);
        let (id, filter) = (draw.of(&[".", "rs1", "a;b"]), draw.of(&[".", "PASS", "f3;f140", "f149", "f0;PASS;f99"]));
        let (contig, pos, qual) = (draw.0.below(300), draw.0.below(1 << 31), draw.float(recent));
        let mut info = Vec::new();
        for key in ["I", "F", "S", "C", "FL", "END"] {
            let value = match key {
                _ if draw.0.below(2) == 0 => continue,
                "I" => draw.list(Draw::integer),
                "F" => draw.list(|draw| draw.float(recent)),
                "S" if draw.0.below(60) == 0 => "long".repeat(20_000),
                "S" => draw.list(Draw::text),
                "C" => draw.of(&["a", ".", "b,c"]).into(),
                "FL" => String::new(),
                _ => format!("{}", pos.saturating_add(draw.0.below(2000)).min(i32::MAX as u32)),
            };
            info.push(if key == "FL" { key.into() } else { format!("{key}={value}") });
        }
        let info = if info.is_empty() { ".".into() } else { info.join(";") };
        write!(text, "c{contig}\t{pos}\t{id}\t{reference}\t{alt}\t{qual}\t{filter}\t{info}").unwrap();
        if samples > 0 {
            let format = draw.of(&["GT", "GT:FI", "FI:FF:FS", "GT:FI:FF:FS:I", "FS", "FF:GT", "."]);
            write!(text, "\t{format}").unwrap();
            for _ in 0..samples {
                let mut values: Vec<_> = format
                    .split(':')
                    .map(|key| match key {
                        "GT" => draw.genotype(version == "4.4"),
                        "FI" => draw.list(Draw::integer),
                        "FF" => draw.list(|draw| draw.float(recent)),
                        "FS" => draw.text(),
                        "I" => draw.float(recent),
                        _ => ".".into(),
                    })
                    .collect();
                // Fields may be left out at the end.
                if format.starts_with("GT") && draw.0.below(4) == 0 {
                    values.truncate(1);
                }
                write!(text, "\t{}", values.join(":")).unwrap();
            }
        }
        text += "\n";
    }
    text
}

#[test]
fn awkward_records_are_those_of_bcftools() {
    let Some(oracle) = Bcftools::find() else { return };
    let world = World::new(1);
    for (seed, count, samples) in [(1, 800, 0), (2, 800, 1), (3, 800, 1), (4, 500, 3), (5, 20, 400)] {
        let text = awkward(seed, count, samples, oracle.is_recent());
        agree(&oracle, &world, text.as_bytes(), &format!("seed {seed}"));
    }
}

#[test]
fn real_records_are_those_of_bcftools() {
    let Some(data) = data() else { return };
    let Some(oracle) = Bcftools::find() else { return };
    let world = World::new(1);
    for file in ["GRCh37/gnomad.exomes.r2.1.1.sites.1.vcf.bgz", "GRCh38/gnomad.genomes.v4.0.sites.chr1.vcf.bgz"] {
        let text = view(&oracle, &[], &data.join("gnomad").join(file));
        agree(&oracle, &world, &text, file);
    }
}

#[test]
fn floats_pass_through_every_tool_with_all_their_bits() {
    let world = World::new(60);
    let declared = "##INFO=<ID=F,Number=1,Type=Float,Description=\"x\">\n##contig=<ID=1>\n#CHROM";
    let text = String::from_utf8(world.vcf.clone()).unwrap();
    let text = text.replacen("#CHROM", declared, 1).replace(";RS=", ";F=0.123456789;RS=");
    world.write("in.bcf", &encode(text.as_bytes()));
    let rows: [(&str, &[&str]); 4] = [
        ("vdx-normalize", &["-f", "ref.fa", "-m-any", "--old-rec-tag", "OLD"]),
        ("vdx-gnomad", &["annotate", "--db", "gnomad"]),
        ("vdx-merge", &["match", "--sample", "raw.txt", "--all"]),
        ("vdx-merge", &["shards"]),
    ];
    for (tool, arguments) in rows {
        let ran = world.run(tool, &[arguments, &["-q", "-Ou", "in.bcf"]].concat(), Stdin::Null);
        assert_eq!(ran.status, Some(0), "{tool}: {}", ran.stderr);
        let lines = decode(&inflate(&ran.stdout), Floats::Exact);
        assert_eq!(lines.matches(";F=0.12345679;").count(), 60, "{tool}: {lines}");
    }
}
