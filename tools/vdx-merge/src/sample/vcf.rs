//! One record of a person's VCF, and which of its columns is meant.

use vdx_hts::{Error, Result};
use vdx_vcf::{Extent, Header, Line};

/// Genotype qualities below this are flagged.
const LOW_QUALITY: u32 = 20;

/// One record of the sample, as far as matching asks for it.
#[derive(Debug)]
pub(crate) struct SampleRecord<'a> {
    line: Line<'a>,
    /// The last base that it speaks about for this sample, 1-based: the end of REF, or that of a reference block and
    /// other symbolic alleles.
    pub(crate) end: u32,
    /// Indexes of the called alleles, 0 for REF; `None` for a missing one. As many as there are copies.
    pub(crate) called: Vec<Option<u16>>,
    /// FILTER, or FT of the sample, is neither PASS nor missing.
    pub(crate) filtered: bool,
    /// GQ.
    pub(crate) quality: Option<f32>,
    /// DP, or MIN_DP (the least DP of a gVCF block) where it is less.
    pub(crate) depth: Option<f32>,
    /// GQ is below 20.
    pub(crate) low_quality: bool,
    /// An allele is called although nothing was read: DP, MIN_DP (the least DP of a gVCF block) or GQ is 0.
    pub(crate) no_data: bool,
    /// A stretch of reference calls rather than one site.
    pub(crate) block: bool,
}

/// The last base that a record speaks about, whatever the sample, 1-based: the end of REF, or that of a reference block and
/// other symbolic alleles.
pub(crate) fn end(line: &Line) -> Result<u32> {
    let rest = line.rest().map_err(Error::caused_by)?;
    Ok(last_base(line, &Extent::of(line.pos(), line.reference(), line.alt(), &rest)))
}

fn last_base(line: &Line, extent: &Extent) -> u32 {
    // END beside alleles of letters is no stretch of reference calls: what is called ends with REF.
    let last = if is_symbolic(line) { extent.last() } else { extent.end_of_reference() };
    u32::try_from(last).unwrap_or(u32::MAX)
}

fn is_symbolic(line: &Line) -> bool {
    line.alt() == b"." || line.alt().starts_with(b"<")
}

impl<'a> SampleRecord<'a> {
    /// POS, 1-based.
    pub(crate) fn pos(&self) -> u32 {
        self.line.pos()
    }

    /// ID, `.` when missing.
    pub(crate) fn id(&self) -> &'a [u8] {
        self.line.id()
    }

    /// REF.
    pub(crate) fn reference(&self) -> &'a [u8] {
        self.line.reference()
    }

    /// The ALT alleles.
    pub(crate) fn alts(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.line.alts()
    }

    /// One allele by its index.
    pub(crate) fn allele(&self, index: u16) -> Option<&'a [u8]> {
        match index {
            0 => Some(self.reference()),
            _ => self.alts().nth(usize::from(index) - 1),
        }
    }

    /// Reads a line; `column` counts the sample columns from 0.
    pub(crate) fn parse(text: &'a [u8], column: usize) -> Result<Self> {
        let bad = |error: vdx_vcf::line::LineError| Error::caused_by(error);
        let line = Line::parse(text).map_err(bad)?;
        let rest = line.rest().map_err(bad)?;
        let short =
            || Error::data("expected as many sample columns as the header names, found fewer; is the line cut?");
        let mut columns = rest.samples.ok_or_else(short)?.split(|&byte| byte == b'\t');
        let format = columns.next().ok_or_else(short)?;
        let sample = columns.nth(column).ok_or_else(short)?;
        let (mut gt, mut ft, mut quality, mut depth) = (None, &b""[..], None, None::<f32>);
        let colon = |byte: &u8| *byte == b':';
        for (key, value) in format.split(colon).zip(sample.split(colon)) {
            let number = || std::str::from_utf8(value).ok()?.parse::<f32>().ok();
            match key {
                b"GT" => gt = Some(value),
                b"FT" => ft = value,
                b"GQ" => quality = number(),
                b"DP" | b"MIN_DP" => {
                    depth = number().map(|number| depth.map_or(number, |least| least.min(number))).or(depth);
                }
                _ => {}
            }
        }
        // A record without GT says that there is something, not what this person has.
        let called = gt.map_or_else(|| Ok(vec![None, None]), read_gt)?;
        let passes = |filter: &[u8]| matches!(filter, b"." | b"PASS" | b"");
        let end = last_base(&line, &Extent::of_sample(&line, rest.info, format, sample));
        Ok(Self {
            end,
            block: is_symbolic(&line)
                && end > line.pos().saturating_add(line.reference().len() as u32 - 1)
                && called.iter().all(|allele| *allele == Some(0)),
            no_data: (depth == Some(0.0) || quality == Some(0.0)) && called.iter().any(Option::is_some),
            called,
            filtered: !passes(rest.filter) || !passes(ft),
            low_quality: quality.is_some_and(|quality| quality < LOW_QUALITY as f32),
            quality,
            depth,
            line,
        })
    }
}

/// `0/1`, `1|2`, `1`, `./.`, and VCF 4.4's leading phase sign.
fn read_gt(gt: &[u8]) -> Result<Vec<Option<u16>>> {
    let gt = match gt {
        // VCF 4.4, section 1.6.2, GT: the first allele may have a sign of its own.
        [b'/' | b'|', rest @ ..] => rest,
        _ => gt,
    };
    gt.split(|byte| matches!(byte, b'/' | b'|'))
        .map(|allele| match allele {
            b"." => Ok(None),
            _ => {
                std::str::from_utf8(allele).ok().and_then(|text| text.parse().ok()).map(Some).ok_or_else(|| {
                    Error::data("expected GT as allele numbers joined by '/' or '|', found something else")
                })
            }
        })
        .collect()
}

/// Which column of the VCF is meant: its index among the samples.
pub(crate) fn choose_sample(header: &Header, wanted: Option<&str>, file: &str) -> Result<usize> {
    let samples = header.samples();
    let names = || samples.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect::<Vec<_>>().join(", ");
    match wanted {
        Some(wanted) => samples.iter().position(|name| name == wanted.as_bytes()).ok_or_else(|| {
            let message = format!("expected a sample named '{wanted}' (--sample-name), found: {}", names());
            Error::usage(message).in_file(file)
        }),
        None if samples.len() == 1 => Ok(0),
        None if samples.is_empty() => {
            Err(Error::data("expected a VCF with genotypes of a person, found one without samples").in_file(file))
        }
        None => {
            let message = format!("this VCF holds several people: {}; choose one with --sample-name", names());
            Err(Error::usage(message).in_file(file))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read() {
        let record = SampleRecord::parse(b"1\t5\trs1\tAC\tA,G\t.\tq10\tEND=99\tGT:GQ\t0/1:9\t1|2:30\n", 0).unwrap();
        assert_eq!((record.pos(), record.end, record.id(), record.reference()), (5, 6, &b"rs1"[..], &b"AC"[..]));
        assert_eq!(record.called, [Some(0), Some(1)]);
        assert!(record.filtered && record.low_quality && !record.block);
        assert_eq!(record.allele(2), Some(&b"G"[..]));
        assert_eq!(record.allele(3), None);
        let block = SampleRecord::parse(b"1\t5\t.\tA\t<NON_REF>\t.\t.\tEND=99\tGT\t0/0\n", 0).unwrap();
        assert!(block.block && block.end == 99);
        let text = b"1\t5\t.\tA\t<*>\t.\t.\t.\tGT:LEN\t0/0:9\t0/0:20\n";
        let [first, second] = [0, 1].map(|column| SampleRecord::parse(text, column).unwrap());
        assert_eq!((first.end, first.block, second.end), (13, true, 24));
        assert_eq!(end(&Line::parse(text).unwrap()).unwrap(), 24);
        let of_sample = SampleRecord::parse(b"1\t5\t.\tA\tG\t.\tPASS\t.\tGT:FT\t0/1/1:LowDP\n", 0).unwrap();
        assert!(of_sample.filtered && of_sample.called.len() == 3);
        assert!(SampleRecord::parse(b"1\t5\t.\tA\tC\t.\t.\t.\tGT\t0/x\n", 0).is_err());
        assert!(SampleRecord::parse(b"1\t5\t.\tA\tC\t.\t.\t.\tGT\t0/1\n", 1).is_err());
    }

    #[test]
    fn a_call_without_data_is_told() {
        let no_data = |sample: &str| {
            let line = format!("1\t5\t.\tA\t<NON_REF>\t.\t.\tEND=99\t{sample}\n");
            SampleRecord::parse(line.as_bytes(), 0).unwrap().no_data
        };
        for sample in ["GT:DP\t0/0:0", "GT:DP:GQ\t0/0:7:0", "GT:GQ:MIN_DP:PL\t0/0:50:0:0,0,0", "GT:DP\t0/1:0"] {
            assert!(no_data(sample), "{sample}");
        }
        for sample in
            ["GT\t0/0", "GT:DP:GQ\t0/0:.:.", "GT:DP:GQ\t0/0:1:3", "GT:DP\t./.:0", "GT:AD\t0/0:0,0", "GT:DP\t0/0"]
        {
            assert!(!no_data(sample), "{sample}");
        }
    }

    #[test]
    fn a_sample_is_chosen_by_name() {
        let header = Header::parse(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n").unwrap();
        assert_eq!(choose_sample(&header, Some("b"), "x").unwrap(), 1);
        assert!(choose_sample(&header, None, "x").unwrap_err().to_string().contains("a, b"));
        assert!(choose_sample(&header, Some("c"), "x").is_err());
    }
}
