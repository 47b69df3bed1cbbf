//! A small reference, a VCF, and a run of the tool on them.

use std::path::Path;

use clap::Parser;
use vdx_cli::{Context, Outcome};
use vdx_normalize::{Args, TOOL, run};

pub const HEADER: &str = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// A [`vdx_testkit::World`] in which the tool is called in this process: with its errors, not its messages.
pub struct World(vdx_testkit::World);

impl std::ops::Deref for World {
    type Target = vdx_testkit::World;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl World {
    /// ref.fa with contigs `chr1` (repeats), `chrM` of 16,569 bases and `other`; in.vcf with these records.
    pub fn new(records: &str) -> Self {
        let world = Self(vdx_testkit::World::empty());
        let fasta = format!(
            ">chr1 text\nGGGCACACAC\nAGGRNTTTTT\n>chrM\n{}\n>other\nAcgt\n",
            "ACGT".repeat(4143)[..16_569].to_owned()
        );
        world.0.write("ref.fa", fasta.as_bytes());
        world.write(&format!("{HEADER}{records}"));
        world
    }

    /// Other records than those that it was made with.
    pub fn write(&self, vcf: &str) {
        self.0.write("in.vcf", vcf.as_bytes());
    }

    /// The records that come out, or the error.
    pub fn run(&self, words: &[&str]) -> Result<Vec<String>, String> {
        let text = self.text(words)?;
        Ok(text.lines().filter(|line| !line.starts_with('#')).map(|line| line.replace('\t', " ")).collect())
    }

    pub fn text(&self, words: &[&str]) -> Result<String, String> {
        let output = self.path("out.vcf");
        self.outcome(&[&["-o", output.to_str().unwrap()], words].concat())
            .map(|_| std::fs::read_to_string(&output).unwrap())
    }

    /// How a run ends.
    pub fn outcome(&self, words: &[&str]) -> Result<Outcome, String> {
        let (fasta, input) = (self.path("ref.fa"), self.path("in.vcf"));
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        let mut all = vec!["vdx-normalize".to_owned(), "--threads=1".into()];
        all.extend(words.iter().map(|word| if *word == "ref.fa" { path(&fasta) } else { (*word).to_owned() }));
        all.push(path(&input));
        run(Args::parse_from(all), &Context::silent(TOOL))
            .map_err(|error| error.to_string().replace(&path(self.directory()), ""))
    }
}

pub const SAMPLES: &str = "##fileformat=VCFv4.2\n##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n\
    ##INFO=<ID=AN,Number=1,Type=Integer,Description=\"\">\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">\n\
    ##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";

/// A world of records `POS REF ALT INFO FORMAT a b` on `chr1`.
pub fn sampled(records: &[&str]) -> World {
    let world = World::new("");
    let line = |record: &&str| {
        let fields: Vec<&str> = record.split(' ').collect();
        format!("chr1\t{}\t.\t{}\t.\t.\t{}\n", fields[0], fields[1..3].join("\t"), fields[3..].join("\t"))
    };
    world.write(&[SAMPLES.to_owned(), records.iter().map(line).collect()].concat());
    world
}

pub fn short(records: &[String]) -> Vec<String> {
    records
        .iter()
        .map(|record| record.replacen("chr1 ", "", 1).replacen(" . . ", " ", 1).replacen(" . ", " ", 1))
        .collect()
}
