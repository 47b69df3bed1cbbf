//! Inputs that are hard on memory, written a line at a time.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use vdx_testkit::{EOF_BLOCK, Random, bgzf_block};

const COLUMNS: &str = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
const META: &str = "##fileformat=VCFv4.2\n##contig=<ID=1,length=249250621>\n\
                    ##INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"x\">\n\
                    ##INFO=<ID=RS,Number=.,Type=String,Description=\"x\">\n\
                    ##INFO=<ID=T,Number=1,Type=String,Description=\"x\">\n\
                    ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n\
                    ##INFO=<ID=AN,Number=1,Type=Integer,Description=\"x\">\n\
                    ##INFO=<ID=AF,Number=A,Type=Float,Description=\"x\">\n\
                    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n\
                    ##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n";

/// BGZF of whatever is written, in blocks of its own.
struct Packed<W: Write> {
    inner: W,
    text: Vec<u8>,
}

impl<W: Write> Packed<W> {
    const BLOCK: usize = 60_000;

    fn new(inner: W) -> Self {
        Self { inner, text: Vec::new() }
    }

    fn finish(mut self) -> io::Result<()> {
        self.inner.write_all(&bgzf_block(&self.text))?;
        self.inner.write_all(&EOF_BLOCK)?;
        self.inner.flush()
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let now = &bytes[..bytes.len().min(Self::BLOCK - self.text.len())];
        self.text.extend_from_slice(now);
        if self.text.len() == Self::BLOCK {
            self.inner.write_all(&bgzf_block(&self.text))?;
            self.text.clear();
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes `path` of what `write` says, BGZF where its name ends in `.gz`.
fn file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
    let file = BufWriter::new(File::create(path).unwrap());
    if path.extension().is_some_and(|extension| extension == "gz" || extension == "bgz") {
        let mut packed = Packed::new(file);
        write(&mut packed).unwrap();
        packed.finish().unwrap();
    } else {
        let mut file = file;
        write(&mut file).and_then(|()| file.flush()).unwrap();
    }
}

fn samples(out: &mut dyn Write, count: u32) -> io::Result<()> {
    write!(out, "{META}{COLUMNS}")?;
    if count > 0 {
        write!(out, "\tFORMAT")?;
    }
    (0..count).try_for_each(|at| write!(out, "\ts{at}"))?;
    writeln!(out)
}

/// `records` like ClinVar's, ten bases apart.
pub fn clinvar(path: &Path, records: u32) {
    file(path, |out| {
        samples(out, 0)?;
        let mut random = Random(1);
        for at in 1..=records {
            let alt = ["G", "T", "C", "AG"][random.below(4) as usize];
            let (allele, noise) = (random.next_u32(), random.next_u32());
            writeln!(
                out,
                "1\t{}\t{at}\tA\t{alt}\t.\t.\tT=ALLELEID:{allele:x},CLNDISDB:MedGen:C{noise:x}|OMIM:{allele:x};\
                 CLNSIG=Uncertain_significance;RS={at}",
                at * 10
            )?;
        }
        Ok(())
    });
}

/// `records` of `count` samples within `within` bases; `alts` ALT alleles each.
pub fn wide(path: &Path, records: u32, count: u32, within: u32, alts: u32) {
    file(path, |out| {
        samples(out, count)?;
        let mut random = Random(2);
        let alt = (1..=alts).map(|at| "A".repeat(at as usize + 1)).collect::<Vec<_>>().join(",");
        let depths = (0..=alts).map(|at| (at % 10).to_string()).collect::<Vec<_>>().join(",");
        for at in 0..records {
            write!(out, "1\t{}\t.\tA\t{alt}\t50\tPASS\tT=x\tGT:AD", 1000 + at * within / records)?;
            for _ in 0..count {
                write!(out, "\t0/{}:{depths}", random.below(alts + 1))?;
            }
            writeln!(out)?;
        }
        Ok(())
    });
}

/// `records` of `count` samples at one POS within a repeat of one base, which is contig 1 of `fasta`: each would move left,
/// some on the haplotype of another.
pub fn in_repeat(path: &Path, fasta: &Path, records: u32, count: u32) {
    file(path, |out| {
        samples(out, count)?;
        let mut random = Random(4);
        for at in 0..records {
            write!(out, "1\t500\tid{at}\tAAA\tAA\t.\t.\tT=x\tGT")?;
            for _ in 0..count {
                out.write_all(if random.below(100) == 0 { b"\t1|0" } else { b"\t0|0" })?;
            }
            writeln!(out)?;
        }
        Ok(())
    });
    file(fasta, |out| writeln!(out, ">1\n{}{}", "G".repeat(100), "A".repeat(900)));
}

/// `records` at one POS.
pub fn one_pos(path: &Path, records: u32) {
    file(path, |out| {
        samples(out, 0)?;
        for at in 0..records {
            writeln!(out, "1\t5000\tid{at}\tA\tG\t.\t.\tT=x{at}")?;
        }
        Ok(())
    });
}

/// Some records, and one of `bytes` among them.
pub fn long_line(path: &Path, bytes: u32) {
    file(path, |out| {
        samples(out, 0)?;
        for at in 1..=1000 {
            writeln!(out, "1\t{}\t.\tA\tG\t.\t.\tT=x", at * 100)?;
        }
        write!(out, "1\t200000\t.\tA\tG\t.\t.\tT=")?;
        let piece = [b'x'; 1000];
        (0..bytes / 1000).try_for_each(|_| out.write_all(&piece))?;
        writeln!(out, "\n1\t300000\t.\tA\tG\t.\t.\tT=x")
    });
}

/// Some records, and among them `count` of `alts` ALTs and an INFO of `bytes` each, the first where [`raw`] has a row.
pub fn many_alts(path: &Path, count: u32, alts: u32, bytes: usize) {
    file(path, |out| {
        samples(out, 0)?;
        for at in 1..=1000 {
            writeln!(out, "1\t{at}\t.\tA\tG\t.\t.\tT=x")?;
        }
        let alt = |number: u32| (0..8).map(|at| b"ACGT"[(number >> (2 * at)) as usize % 4] as char).collect::<String>();
        let all = (1..=alts).map(alt).collect::<Vec<_>>().join(",");
        for at in 1..=count {
            let counts = vec!["1"; alts as usize].join(",");
            writeln!(out, "1\t{}\t.\tA\t{all}\t.\t.\tAC={counts};T={}", 2009 + at, "x".repeat(bytes))?;
            // Others of the same kind, so that the chunks do not all look alike.
            (0..300).try_for_each(|_| writeln!(out, "1\t{}\t.\tA\tG\t.\t.\tT={}", 2009 + at, "y".repeat(99)))?;
        }
        Ok(())
    });
}

/// A header of `contigs` contigs, and one record.
pub fn contigs(path: &Path, contigs: u32) {
    file(path, |out| {
        writeln!(out, "##fileformat=VCFv4.2")?;
        for at in 0..contigs {
            writeln!(out, "##contig=<ID=scaffold_{at},length={}>", 1000 + at)?;
        }
        writeln!(out, "{COLUMNS}\nscaffold_0\t10\t.\tA\tG\t.\t.\t.")
    });
}

/// A header with a line of `bytes`, and one record.
pub fn long_header(path: &Path, bytes: u32) {
    file(path, |out| {
        write!(out, "##fileformat=VCFv4.2\n##x=")?;
        let piece = [b'x'; 1000];
        (0..bytes / 1000).try_for_each(|_| out.write_all(&piece))?;
        writeln!(out, "\n{COLUMNS}\n1\t10\t.\tA\tG\t.\t.\t.")
    });
}

/// A raw genotype file of `rows`, in no order where `shuffled`.
pub fn raw(path: &Path, rows: u32, shuffled: bool) {
    file(path, |out| {
        writeln!(out, "# This data file generated by 23andMe\n# build 37\n# rsid\tchromosome\tposition\tgenotype")?;
        for at in 0..rows {
            // An odd factor of a power of two goes through all of its numbers.
            let of = rows.next_power_of_two();
            let site = if shuffled { at.wrapping_mul(2_654_435_761) % of } else { at };
            let (chromosome, pos) = (1 + site / (of / 22 + 1), 10 + site % (of / 22 + 1) * 10);
            let call = ["AA", "AA", "--", "AA", "DI"][site as usize % 5];
            writeln!(out, "rs{}\t{chromosome}\t{pos}\t{call}", site + 1)?;
        }
        Ok(())
    });
}

/// A gnomAD file of `records`.
pub fn gnomad(path: &Path, records: u32) {
    file(path, |out| {
        samples(out, 0)?;
        (1..=records)
            .try_for_each(|at| writeln!(out, "1\t{}\t.\tA\tG\t.\tPASS\tAC={at};AN=200000;AF=1.50000e-04", at * 10))
    });
}

/// A reference of `bases` A on contig 1, which is what the records and rows made here have.
pub fn one_base(path: &Path, bases: u32) {
    file(path, |out| writeln!(out, ">1\n{}", "A".repeat(bases as usize)));
}

/// A reference of `bases` on contig 1.
pub fn reference(path: &Path, bases: u32) {
    file(path, |out| {
        let mut random = Random(3);
        writeln!(out, ">1")?;
        for _ in 0..bases / 60 {
            let line: Vec<u8> = (0..60).map(|_| random.base()).collect();
            out.write_all(&line)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    });
}
