//! A record as a view over its bytes (VCF 4.5, section 6.3): nothing is copied, every bound is checked.

use super::BcfError;
use super::typed::{self, FLOAT_MISSING, Kind, Typed};

/// Bytes of the two lengths in front of a record.
pub(crate) const LENGTHS: usize = 8;
/// Bytes of the fixed fields behind them, part of the shared length.
pub(crate) const FIXED: usize = 24;

/// The length of the record that `bytes` start with, its two length fields included; `None` where it is not whole.
///
/// # Errors
/// The first length is too small for a record: these are not BCF records.
#[inline(always)]
pub fn record_len(bytes: &[u8]) -> Result<Option<usize>, BcfError> {
    let Some((shared, samples)) = lengths(bytes) else { return Ok(None) };
    if shared < FIXED {
        return Err(too_short(shared));
    }
    let len = LENGTHS + shared + samples;
    Ok((len <= bytes.len()).then_some(len))
}

/// So many times its bytes what a BCF record says of its samples is as text, at most as a rule: a genotype of two bytes is
/// four characters with the tab before it, a number of one byte up to three with its comma.
pub const SAMPLES_AS_TEXT: usize = 3;

/// About how long the line of the record is whose first eight bytes `start` has; `None` where it has fewer. What it says of
/// the site is text, for the most part.
#[inline]
pub fn line_len(start: &[u8]) -> Option<usize> {
    let (shared, samples) = lengths(start)?;
    Some(shared.saturating_add(samples.saturating_mul(SAMPLES_AS_TEXT)))
}

/// The two lengths that a record starts with: of what it says of the site, and of the samples.
#[inline(always)]
fn lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    let &[a, b, c, d, e, f, g, h] = bytes.first_chunk::<LENGTHS>()?;
    Some((u32::from_le_bytes([a, b, c, d]) as usize, u32::from_le_bytes([e, f, g, h]) as usize))
}

#[cold]
fn too_short(len: usize) -> BcfError {
    BcfError::damaged(&format!("expected a record of at least {FIXED} bytes, found a length of {len}"))
}

/// What stands at fixed places of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Number of the contig in the header's dictionary.
    pub contig: u32,
    /// POS, 1-based; 0 is the telomere.
    pub pos: u32,
    /// Bases of the reference that the record is about, from POS on.
    pub(crate) rlen: u32,
}

impl Fixed {
    /// Reads them; `None` where `record` is cut or they are not possible.
    #[inline]
    pub fn of(record: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(i32::from_le_bytes(record.get(at..at + 4)?.try_into().ok()?));
        let contig = u32::try_from(word(8)?).ok()?;
        let pos = u32::try_from(word(12)?.checked_add(1)?).ok()?;
        Some(Self { contig, pos, rlen: u32::try_from(word(16)?).unwrap_or(0) })
    }

    /// The last base that the record is about, 1-based; POS itself at least.
    pub fn last_base(self) -> u32 {
        self.pos.saturating_add(self.rlen.saturating_sub(1))
    }
}

/// One record. INFO and the samples are looked at when asked for.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    bytes: &'a [u8],
    fixed: Fixed,
    qual: u32,
    alleles: u16,
    infos: u16,
    formats: u8,
    samples: u32,
    id: &'a [u8],
    reference: &'a [u8],
    filter: Typed<'a>,
    /// Where REF, FILTER, INFO and the samples start within `bytes`.
    alleles_at: usize,
    filter_at: usize,
    info_at: usize,
    samples_at: usize,
}

/// An INFO entry.
#[derive(Clone, Copy, Debug)]
pub struct Info<'a> {
    /// Number of the key in the header's dictionary.
    pub key: u32,
    /// Its value; of no length for a flag.
    pub(crate) value: Typed<'a>,
}

/// A FORMAT field: a value of equal size for every sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format<'a> {
    /// Number of the key in the header's dictionary.
    pub(crate) key: u32,
    /// What the elements are.
    pub(crate) kind: Kind,
    /// Elements of one sample.
    pub(crate) len: usize,
    /// The values of all samples, one behind the other.
    pub(crate) bytes: &'a [u8],
}

impl<'a> Format<'a> {
    /// The value of sample number `sample`, 0-based.
    #[inline]
    pub(crate) fn sample(&self, sample: usize) -> Typed<'a> {
        let size = self.len * self.kind.width();
        Typed { kind: self.kind, len: self.len, bytes: &self.bytes[sample * size..(sample + 1) * size] }
    }
}

impl<'a> Record<'a> {
    /// Reads the record that `bytes` are, from the two lengths on.
    ///
    /// # Errors
    /// The lengths are not those of `bytes`, or a part up to FILTER does not fit them.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BcfError> {
        if record_len(bytes)? != Some(bytes.len()) {
            return Err(BcfError::damaged("its lengths are not those of its bytes"));
        }
        let fixed =
            Fixed::of(bytes).ok_or_else(|| BcfError::damaged("expected a contig and a POS, found negative ones"))?;
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let samples_at = LENGTHS + word(0) as usize;
        let (infos, alleles) = (word(24) as u16, (word(24) >> 16) as u16);
        let mut rest = &bytes[LENGTHS + FIXED..samples_at];
        let id = typed::take(&mut rest)?.text();
        let alleles_at = samples_at - rest.len();
        if alleles == 0 {
            return Err(BcfError::damaged("expected a REF allele, found no allele"));
        }
        let reference = typed::take(&mut rest)?.text();
        for _ in 1..alleles {
            typed::take(&mut rest)?;
        }
        let filter_at = samples_at - rest.len();
        let filter = typed::take(&mut rest)?;
        let samples = word(28) & 0xff_ffff;
        // Broken files of old subsetting count FORMAT fields that are not there.
        let formats = if samples == 0 { 0 } else { bytes[31] };
        Ok(Self {
            bytes,
            fixed,
            qual: word(20),
            alleles,
            infos,
            formats,
            samples,
            id,
            reference,
            filter,
            alleles_at,
            filter_at,
            info_at: samples_at - rest.len(),
            samples_at,
        })
    }

    /// The whole record, from its lengths on.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Contig, POS and length on the reference.
    pub fn fixed(&self) -> Fixed {
        self.fixed
    }

    /// Number of the contig in the header's dictionary.
    pub fn contig(&self) -> u32 {
        self.fixed.contig
    }

    /// POS, 1-based; 0 is the telomere.
    pub fn pos(&self) -> u32 {
        self.fixed.pos
    }

    /// QUAL; `None` when missing.
    pub(crate) fn qual(&self) -> Option<f32> {
        (self.qual != FLOAT_MISSING).then_some(f32::from_bits(self.qual))
    }

    /// ID; empty when missing.
    pub(crate) fn id(&self) -> &'a [u8] {
        self.id
    }

    /// REF as it stands, any case.
    pub fn reference(&self) -> &'a [u8] {
        self.reference
    }

    /// REF and the ALT alleles.
    pub fn alleles(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = &self.bytes[self.alleles_at..self.filter_at];
        // Not until nothing is left: that would be an error, whose text is made each time. `parse` walked over them: what
        // cannot be read does not occur.
        (0..self.alleles).map_while(move |_| typed::take(&mut rest).ok().map(Typed::text))
    }

    /// The ALT alleles; none where ALT is `.`.
    pub fn alts(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.alleles().skip(1)
    }

    /// How many alleles there are, REF counted.
    pub fn n_alleles(&self) -> usize {
        usize::from(self.alleles)
    }

    /// FILTER: numbers of the header's dictionary; none where it is `.`.
    pub(crate) fn filter(&self) -> Typed<'a> {
        self.filter
    }

    /// The INFO entries.
    pub fn info(&self) -> Fields<'a, Info<'a>> {
        Fields {
            rest: &self.bytes[self.info_at..self.samples_at],
            left: usize::from(self.infos),
            samples: 0,
            take: take_info,
        }
    }

    /// How many INFO entries there are.
    pub(crate) fn n_info(&self) -> usize {
        usize::from(self.infos)
    }

    /// How many samples there are.
    pub fn n_samples(&self) -> usize {
        self.samples as usize
    }

    /// The FORMAT fields.
    pub(crate) fn formats(&self) -> Fields<'a, Format<'a>> {
        Fields {
            rest: &self.bytes[self.samples_at..],
            left: usize::from(self.formats),
            samples: self.n_samples(),
            take: take_format,
        }
    }

    /// The bytes of ID, without those of its neighbours.
    pub(crate) fn id_bytes(&self) -> &'a [u8] {
        &self.bytes[LENGTHS + FIXED..self.alleles_at]
    }

    /// The bytes behind the alleles: FILTER, INFO, the samples.
    pub(crate) fn tail_bytes(&self) -> &'a [u8] {
        &self.bytes[self.filter_at..]
    }

    /// The bytes of FILTER and INFO.
    pub(crate) fn site_tail_len(&self) -> usize {
        self.samples_at - self.filter_at
    }
}

/// Walks over the INFO entries or the FORMAT fields; ends behind the first that is damaged.
#[derive(Clone, Debug)]
pub struct Fields<'a, F> {
    rest: &'a [u8],
    left: usize,
    samples: usize,
    take: fn(&mut &'a [u8], usize) -> Result<F, BcfError>,
}

impl<F> Iterator for Fields<'_, F> {
    type Item = Result<F, BcfError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let field = (self.take)(&mut self.rest, self.samples);
        self.left = if field.is_ok() { self.left - 1 } else { 0 };
        Some(field)
    }
}

#[inline]
fn take_info<'a>(rest: &mut &'a [u8], _: usize) -> Result<Info<'a>, BcfError> {
    let key = take_key(rest)?;
    let value = typed::take(rest)?;
    Ok(Info { key, value })
}

#[inline]
fn take_format<'a>(rest: &mut &'a [u8], samples: usize) -> Result<Format<'a>, BcfError> {
    let key = take_key(rest)?;
    let (kind, len) = typed::take_size(rest)?;
    let size = len.checked_mul(kind.width()).and_then(|size| size.checked_mul(samples));
    let Some((bytes, behind)) = size.and_then(|size| rest.split_at_checked(size)) else {
        return Err(BcfError::damaged("a FORMAT field goes on behind the end of the record"));
    };
    *rest = behind;
    Ok(Format { key, kind, len, bytes })
}

#[inline]
fn take_key(rest: &mut &[u8]) -> Result<u32, BcfError> {
    u32::try_from(typed::take_int(rest)?)
        .map_err(|_| BcfError::damaged("expected the number of a key, found a negative one"))
}
