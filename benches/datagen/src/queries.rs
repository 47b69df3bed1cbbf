//! Questions to ask gnomAD: the records of a person's VCF without samples.

use std::io::{self, Write};

use crate::rng::Rng;

/// The header; `contigs` are `(name, length)`.
pub fn header(contigs: &[(String, usize)]) -> String {
    let mut text = String::from(
        "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n\
         ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n",
    );
    for (name, len) in contigs {
        text.push_str(&format!("##contig=<ID={name},length={len}>\n"));
    }
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    text
}

/// Appends one record; `pos` is 1-based.
pub fn line(
    contig: &str,
    pos: u32,
    (reference, alternate): (&[u8], &[u8]),
    rng: &mut Rng,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    write!(out, "{contig}\t{pos}\t.\t")?;
    out.extend_from_slice(reference);
    out.push(b'\t');
    out.extend_from_slice(alternate);
    writeln!(out, "\t{}\tPASS\tDP={}", rng.between(30, 3000), rng.between(8, 90))
}
