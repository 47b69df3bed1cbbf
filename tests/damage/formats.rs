//! The formats that are read, a file of each, and a command that reads it.

use std::io::{Read, Write};

use vdx_testkit::{Ran, Stdin, World, bgzf, gzip};

use super::damages::Kind;

/// What a file is, as far as damage is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines without a checksum.
    Text,
    /// One member of gzip.
    Gzip,
    /// Several.
    Members,
    /// Blocks with an end.
    Bgzf,
    /// Records of BCF that are not compressed: lengths, no checksum.
    Bcf,
    /// Numbers without a checksum.
    Numbers,
    /// Checksums over everything.
    Checked,
}

impl Format {
    /// Where a cut leaves something that looks whole.
    pub fn edges(self, whole: &[u8]) -> Vec<usize> {
        match self {
            Self::Text => (1..whole.len()).filter(|&at| whole[at - 1] == b'\n').collect(),
            Self::Members | Self::Bgzf => {
                let magic: &[u8] = if self == Self::Bgzf { b"\x1f\x8b\x08\x04" } else { b"\x1f\x8b\x08" };
                (1..whole.len()).filter(|&at| whole[at..].starts_with(magic)).collect()
            }
            Self::Bcf => {
                let number = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
                let mut edges = vec![9 + number(5)];
                while let Some(&at) = edges.last().filter(|at| **at + 8 < whole.len()) {
                    edges.push(at + 8 + number(at) + number(at + 4));
                }
                edges.retain(|&at| at < whole.len());
                edges
            }
            Self::Numbers => (8..whole.len()).step_by(8).collect(),
            Self::Gzip | Self::Checked => Vec::new(),
        }
    }

    /// Why no reader can see such a damage, where it leaves something that can be read.
    pub fn unseen(self, kind: Kind) -> Option<&'static str> {
        match (self, kind) {
            (Self::Text, Kind::CutAtAnEdge) => Some("text that ends with a line looks whole"),
            (Self::Text, Kind::Cut) => Some("the last line of a raw file need not have an end"),
            (Self::Text, _) => Some("another text is a text, too: nothing sums it up"),
            (Self::Bcf, Kind::CutAtAnEdge) => Some("BCF without BGZF has no end"),
            (Self::Bcf, _) => Some("BCF without BGZF has no checksum"),
            (Self::Members, Kind::CutAtAnEdge) => Some("gzip does not say how many members there are"),
            (Self::Numbers, _) => Some("the format has numbers and no checksum"),
            _ => None,
        }
    }
}

/// A file, and who reads it.
pub struct Subject {
    pub name: String,
    pub format: Format,
    /// Within the world.
    pub file: String,
    command: Vec<String>,
}

impl Subject {
    /// Runs the command on the file as it is.
    pub fn run(&self, world: &World) -> Ran {
        let words: Vec<&str> = self.command.iter().map(String::as_str).collect();
        world.run(words[0], &words[1..], Stdin::Null)
    }
}

const NORMALIZE: &str = "vdx-normalize -m -any --no-version -q --threads 1";
const ALIGN: &str = "vdx-normalize -f ref.fa -c w --no-version -q --threads 1";
const ANNOTATE: &str = "vdx-gnomad annotate --db gnomad --no-version -q --threads 1";
const MATCH: &str = "vdx-merge match --all --no-version -q --threads 1 --sample";

/// Every format with every tool that reads it; the files are made in the world.
pub fn subjects(world: &World) -> Vec<Subject> {
    make(world);
    let mut subjects = Vec::new();
    let mut add = |name: &str, format: Format, file: &str, command: String| {
        let command = command.split(' ').map(str::to_owned).collect();
        subjects.push(Subject { name: name.to_owned(), format, file: file.to_owned(), command });
    };
    let streams = [
        ("VCF", Format::Text, "in.vcf"),
        ("gzip", Format::Gzip, "one.vcf.gz"),
        ("gzip, members", Format::Members, "members.vcf.gz"),
        ("BGZF", Format::Bgzf, "in.vcf.gz"),
        ("BCF", Format::Bgzf, "in.bcf"),
        ("BCF, not compressed", Format::Bcf, "raw.bcf"),
    ];
    for (name, format, file) in streams {
        add(&format!("{name}: vdx-normalize"), format, file, format!("{NORMALIZE} {file}"));
        add(&format!("{name}: vdx-gnomad annotate"), format, file, format!("{ANNOTATE} {file}"));
        add(&format!("{name}: vdx-merge match"), format, file, format!("{MATCH} raw.txt {file}"));
    }
    add("BGZF: vdx-merge shards", Format::Bgzf, "in.vcf.gz", "vdx-merge shards --no-version -q in.vcf.gz".into());
    for (index, file) in [(".tbi", "tabix.vcf.gz"), (".csi", "in.vcf.gz")] {
        let command = format!("{NORMALIZE} -r 1:3000-9000 {file}");
        add(&format!("{index}: vdx-normalize -r"), Format::Checked, &format!("{file}{index}"), command);
    }
    let release = "gnomad/gnomad.exomes.r2.1.1.sites.1.vcf.bgz";
    add("BGZF: a gnomAD file", Format::Bgzf, release, format!("{ANNOTATE} in.vcf"));
    add(".tbi: a gnomAD file", Format::Checked, &format!("{release}.tbi"), format!("{ANNOTATE} in.vcf"));
    add(".fai: vdx-normalize", Format::Text, "ref.fa.fai", format!("{ALIGN} in.vcf"));
    add(".gzi: vdx-normalize", Format::Numbers, "packed.fa.gz.gzi", {
        format!("{ALIGN} in.vcf").replace("ref.fa", "packed.fa.gz")
    });
    let stored = ANNOTATE.replace("--db gnomad", "--db store");
    for file in files_of(world, "store") {
        let command = if file.ends_with("lock") { continue } else { format!("{stored} in.vcf") };
        add(&format!("store, {file}: vdx-gnomad annotate"), Format::Checked, &file, command);
    }
    add("raw: vdx-merge match", Format::Text, "raw.txt", format!("{MATCH} raw.txt in.vcf"));
    add("raw, gzip: vdx-merge match", Format::Gzip, "raw.txt.gz", format!("{MATCH} raw.txt.gz in.vcf"));
    add("raw, ZIP: vdx-merge match", Format::Checked, "raw.zip", format!("{MATCH} raw.zip in.vcf"));
    add("VCF sample: vdx-merge match", Format::Bgzf, "sample.vcf.gz", format!("{MATCH} sample.vcf.gz in.vcf"));
    subjects
}

fn files_of(world: &World, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(world.path(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap())).collect();
    names.sort();
    names
}

fn make(world: &World) {
    let run = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = world.run(words[0], &words[1..], Stdin::Null);
        assert_eq!(ran.status, Some(0), "{line}: {}", ran.stderr);
        ran.stdout
    };
    world.write("one.vcf.gz", &gzip(&world.vcf, usize::MAX));
    world.write("members.vcf.gz", &gzip(&world.vcf, 20_000));
    world.write("plain.vcf.gz", &bgzf(&world.vcf, 9_000));
    run(&format!("{NORMALIZE} -Oz -W -o in.vcf.gz plain.vcf.gz"));
    run(&format!("{NORMALIZE} -Oz -Wtbi -o tabix.vcf.gz plain.vcf.gz"));
    let text = String::from_utf8(world.vcf.clone()).unwrap();
    let declared = text.replacen("##INFO", "##contig=<ID=1,length=249250621>\n##INFO", 1);
    world.write("declared.vcf", declared.as_bytes());
    run(&format!("{NORMALIZE} -Ob -o in.bcf declared.vcf"));
    let mut raw = Vec::new();
    let packed = std::fs::read(world.path("in.bcf")).unwrap();
    flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut raw).unwrap();
    world.write("raw.bcf", &raw);
    run(&format!("{ANNOTATE} -o seen.vcf in.vcf"));
    run("vdx-gnomad build --db gnomad -o store -q");
    let fasta = std::fs::read(world.path("ref.fa")).unwrap();
    world.write("packed.fa.gz", &bgzf(&fasta, 3_000));
    run(&format!("{ALIGN} in.vcf"));
    run(&format!("{ALIGN} in.vcf").replace("ref.fa", "packed.fa.gz"));
    let genotypes = std::fs::read(world.path("raw.txt")).unwrap();
    world.write("raw.txt.gz", &gzip(&genotypes, usize::MAX));
    let mut archive = zip::ZipWriter::new(std::fs::File::create(world.path("raw.zip")).unwrap());
    archive.start_file("genome.txt", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(&genotypes).unwrap();
    archive.finish().unwrap();
    let lines = text.lines().map(|line| match line.as_bytes() {
        [b'#', b'#', ..] => format!("{line}\n"),
        [b'#', ..] => format!("##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n{line}\tFORMAT\tme\n"),
        _ => format!("{line}\tGT\t0/1\n"),
    });
    world.write("sample.vcf.gz", &bgzf(lines.collect::<String>().as_bytes(), 9_000));
}
