//! Writing a record that changed: what is new is written, the rest is copied.

use vdx_vcf::header::{Header, Type};
use vdx_vcf::line::Rest;
use vdx_vcf::{Line, info};

/// POS and alleles of a record, new or as they were.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locus<'a> {
    /// 1-based.
    pub(crate) pos: u32,
    /// REF.
    pub(crate) reference: &'a [u8],
    /// The ALT field: alleles joined by `,`, or `.`.
    pub(crate) alt: &'a [u8],
}

impl Locus<'_> {
    /// The last base of REF, 1-based.
    #[must_use]
    pub(crate) fn end(&self) -> u32 {
        self.pos + self.reference.len() as u32 - 1
    }
}

/// Appends CHROM to FILTER and the tab behind it, with `locus` in place of the line's own.
pub(crate) fn write_head(line: &Line, rest: &Rest, locus: Locus, out: &mut Vec<u8>) {
    out.extend_from_slice(line.chrom());
    out.push(b'\t');
    write_number(locus.pos, out);
    for field in [line.id(), locus.reference, locus.alt, rest.qual, rest.filter] {
        out.push(b'\t');
        out.extend_from_slice(field);
    }
    out.push(b'\t');
}

/// Appends FORMAT and samples as they are, where there are any, and the line end.
pub(crate) fn write_tail(rest: &Rest, out: &mut Vec<u8>) {
    if let Some(samples) = rest.samples {
        out.push(b'\t');
        out.extend_from_slice(samples);
    }
    out.push(b'\n');
}

/// Appends INFO with END, where it has one, set to `end` (1-based).
///
/// As bcftools has it, END of a record of bases follows REF. An END that is not one whole number, or that the header
/// declares as something else, is not this END and stays.
pub(crate) fn write_info(header: &Header, info: &[u8], end: u32, out: &mut Vec<u8>) {
    let declared = header.info(b"END").is_none_or(|field| field.kind == Type::Integer);
    let old = info::value(info, b"END").filter(|value| declared && value.iter().all(u8::is_ascii_digit));
    let Some(old) = old.filter(|value| !value.is_empty()) else {
        out.extend_from_slice(info);
        return;
    };
    let at = old.as_ptr() as usize - info.as_ptr() as usize;
    out.extend_from_slice(&info[..at]);
    write_number(end, out);
    out.extend_from_slice(&info[at + old.len()..]);
}

/// REF>ALT for a message, cut where they are long.
pub(crate) fn shown(line: &Line) -> String {
    let cut = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        if text.len() > 40 { format!("{}...", text.chars().take(40).collect::<String>()) } else { text.into_owned() }
    };
    format!("{}>{}", cut(line.reference()), cut(line.alt()))
}

/// Appends alleles joined by `,`.
pub(crate) fn join<'a>(alleles: impl IntoIterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    for (at, allele) in alleles.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(allele);
    }
}

/// Appends a number in decimal digits.
pub(crate) fn write_number(number: u32, out: &mut Vec<u8>) {
    let mut digits = [0u8; 10];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(info: &str) -> Header {
        Header::parse(format!("{info}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").as_bytes()).unwrap()
    }

    #[test]
    fn a_record_gets_its_new_locus_and_keeps_the_rest() {
        let line = Line::parse(b"1\t10\trs1\tCAC\tC\t1e2\tq10\tEND=12;AF=0.50;XEND=3\tGT:DP\t0/1:.\n").unwrap();
        let rest = line.rest().unwrap();
        let locus = Locus { pos: 4_294_967, reference: b"GCA", alt: b"G" };
        let mut out = Vec::new();
        write_head(&line, &rest, locus, &mut out);
        write_info(&header(""), rest.info, locus.end(), &mut out);
        write_tail(&rest, &mut out);
        let expected = "1\t4294967\trs1\tGCA\tG\t1e2\tq10\tEND=4294969;AF=0.50;XEND=3\tGT:DP\t0/1:.\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn another_end_stays() {
        let string = "##INFO=<ID=END,Number=1,Type=String,Description=\"\">\n";
        for (declared, info) in [(string, "END=7"), ("", "END"), ("", "END=."), ("", "END=1,2"), ("", ".")] {
            let mut out = Vec::new();
            write_info(&header(declared), info.as_bytes(), 1, &mut out);
            assert_eq!(out, info.as_bytes());
        }
    }

    #[test]
    fn numbers_are_written_in_full() {
        for number in [0, 7, 10, 4_294_967_295] {
            let mut out = Vec::new();
            write_number(number, &mut out);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
