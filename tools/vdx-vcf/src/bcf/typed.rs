//! Typed values, the building blocks of a record (VCF 4.5, section 6.3.3).

use super::BcfError;

/// The type of a value's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No type: a flag.
    Missing,
    /// 8-bit integers.
    Int8,
    /// 16-bit integers.
    Int16,
    /// 32-bit integers.
    Int32,
    /// 32-bit floats.
    Float,
    /// Characters.
    Char,
}

/// QUAL and elements of float vectors that are `.`.
pub(crate) const FLOAT_MISSING: u32 = 0x7F80_0001;
/// Padding of float vectors.
pub(crate) const FLOAT_END: u32 = 0x7F80_0002;
/// An integer that is `.`, whatever its width, as a 32-bit one.
pub(crate) const INT_MISSING: i32 = i32::MIN;
/// Padding of integer vectors, as a 32-bit one.
pub(crate) const INT_END: i32 = i32::MIN + 1;
/// The smallest 32-bit integer that is a value; the eight below are reserved.
pub(crate) const INT_MIN: i32 = i32::MIN + 8;

impl Kind {
    #[inline(always)]
    fn of(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Missing,
            1 => Self::Int8,
            2 => Self::Int16,
            3 => Self::Int32,
            5 => Self::Float,
            7 => Self::Char,
            _ => return None,
        })
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Int8 => 1,
            Self::Int16 => 2,
            Self::Int32 => 3,
            Self::Float => 5,
            Self::Char => 7,
        }
    }

    /// Bytes of one element.
    #[inline(always)]
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Missing => 0,
            Self::Int8 | Self::Char => 1,
            Self::Int16 => 2,
            Self::Int32 | Self::Float => 4,
        }
    }

    /// The smallest integer type that holds every value from `min` to `max`.
    pub(crate) fn holding(min: i32, max: i32) -> Self {
        if max <= 0x7f && min >= -120 {
            Self::Int8
        } else if max <= 0x7fff && min >= -32760 {
            Self::Int16
        } else {
            Self::Int32
        }
    }
}

/// One value: `len` elements of `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Typed<'a> {
    /// What the elements are.
    pub(crate) kind: Kind,
    /// How many there are, padding counted.
    pub(crate) len: usize,
    /// Their bytes, `len` times [`Kind::width`].
    pub(crate) bytes: &'a [u8],
}

impl<'a> Typed<'a> {
    /// The text of characters: up to the padding. Nothing for another type.
    #[inline]
    pub(crate) fn text(self) -> &'a [u8] {
        if self.kind != Kind::Char {
            return &[];
        }
        // Alleles and IDs are a few bytes, for which a call costs more than a look.
        let padding = |byte: &u8| *byte == 0;
        let end = if self.len < 32 { self.bytes.iter().position(padding) } else { memchr::memchr(0, self.bytes) };
        &self.bytes[..end.unwrap_or(self.len)]
    }

    /// The integers up to the padding, `None` for a missing one. Nothing for another type.
    pub(crate) fn ints(self) -> impl Iterator<Item = Option<i32>> + use<'a> {
        let width = self.kind.width();
        let len = if matches!(self.kind, Kind::Int8 | Kind::Int16 | Kind::Int32) { self.len } else { 0 };
        (0..len)
            .map(move |at| int_at(self.kind, &self.bytes[at * width..]))
            .take_while(|&value| value != INT_END)
            .map(|value| (value != INT_MISSING).then_some(value))
    }
}

/// The integer at the start of `bytes`, missing and padding widened to those of 32 bits.
#[inline]
pub(crate) fn int_at(kind: Kind, bytes: &[u8]) -> i32 {
    match (kind, bytes) {
        (Kind::Int8, &[a, ..]) => match a as i8 {
            i8::MIN => INT_MISSING,
            -127 => INT_END,
            value => i32::from(value),
        },
        (Kind::Int16, &[a, b, ..]) => match i16::from_le_bytes([a, b]) {
            i16::MIN => INT_MISSING,
            -32767 => INT_END,
            value => i32::from(value),
        },
        (Kind::Int32, &[a, b, c, d, ..]) => i32::from_le_bytes([a, b, c, d]),
        _ => INT_END,
    }
}

/// Takes type and length off the front of `bytes`: the value's elements follow.
#[inline]
pub(crate) fn take_size(bytes: &mut &[u8]) -> Result<(Kind, usize), BcfError> {
    let Some((&first, rest)) = bytes.split_first() else { return Err(cut()) };
    *bytes = rest;
    let Some(kind) = Kind::of(first & 0x0f) else { return Err(unknown_type(first & 0x0f)) };
    let mut len = usize::from(first >> 4);
    if len == 15 {
        len = usize::try_from(take_int(bytes)?).map_err(|_| BcfError::damaged("a value has a negative length"))?;
    }
    Ok((kind, len))
}

/// Takes a whole value off the front of `bytes`.
#[inline(always)]
pub(crate) fn take<'a>(bytes: &mut &'a [u8]) -> Result<Typed<'a>, BcfError> {
    // Nearly all are short, and of those nothing is handed about in memory.
    if let Some((&first, rest)) = bytes.split_first()
        && first < LONG
        && let Some(kind) = Kind::of(first & 0x0f)
        && let Some((value, rest)) = rest.split_at_checked(usize::from(first >> 4) * kind.width())
    {
        *bytes = rest;
        return Ok(Typed { kind, len: usize::from(first >> 4), bytes: value });
    }
    take_long(bytes)
}

/// The first byte of values whose length follows.
const LONG: u8 = 0xf0;

/// [`take`] of a long value, or of none.
#[inline(never)]
fn take_long<'a>(bytes: &mut &'a [u8]) -> Result<Typed<'a>, BcfError> {
    let (kind, len) = take_size(bytes)?;
    let size = len.checked_mul(kind.width()).filter(|&size| size <= bytes.len()).ok_or_else(cut)?;
    let (value, rest) = bytes.split_at(size);
    *bytes = rest;
    Ok(Typed { kind, len, bytes: value })
}

/// Takes a single integer off the front of `bytes`.
#[inline]
pub(crate) fn take_int(bytes: &mut &[u8]) -> Result<i32, BcfError> {
    let kind = match bytes.first() {
        Some(0x11) => Kind::Int8,
        Some(0x12) => Kind::Int16,
        Some(0x13) => Kind::Int32,
        Some(_) => return Err(BcfError::damaged("expected one integer where a key or a length stands")),
        None => return Err(cut()),
    };
    let end = 1 + kind.width();
    if bytes.len() < end {
        return Err(cut());
    }
    let value = int_at(kind, &bytes[1..end]);
    *bytes = &bytes[end..];
    Ok(value)
}

#[cold]
fn cut() -> BcfError {
    BcfError::damaged("a value goes on behind the end of its part of the record")
}

#[cold]
fn unknown_type(code: u8) -> BcfError {
    BcfError::damaged(&format!("expected a value of type 0, 1, 2, 3, 5 or 7, found type {code}"))
}

/// Appends type and length.
#[inline]
pub(crate) fn put_size(out: &mut Vec<u8>, len: usize, kind: Kind) {
    if len < 15 {
        out.push((len as u8) << 4 | kind.code());
        return;
    }
    out.push(0xf0 | kind.code());
    if len < 1 << 7 {
        out.extend_from_slice(&[0x11, len as u8]);
    } else if len < 1 << 15 {
        out.push(0x12);
        out.extend_from_slice(&(len as u16).to_le_bytes());
    } else {
        out.push(0x13);
        out.extend_from_slice(&(len as u32).to_le_bytes());
    }
}

/// Appends characters.
#[inline]
pub(crate) fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put_size(out, text.len(), Kind::Char);
    out.extend_from_slice(text);
}

/// Appends one integer in the smallest type.
#[inline]
pub(crate) fn put_int(out: &mut Vec<u8>, value: i32) {
    let kind = if value <= INT_END { Kind::Int8 } else { Kind::holding(value, value) };
    out.push(0x10 | kind.code());
    put_element(out, kind, value);
}

/// Appends vectors of `len` integers each, all in the smallest type that holds them; no integer makes a missing value.
pub(crate) fn put_ints(out: &mut Vec<u8>, values: &[i32], len: usize) {
    let Some(first) = values.first() else { return put_size(out, 0, Kind::Missing) };
    if values.len() == 1 {
        return put_int(out, *first);
    }
    let (mut min, mut max) = (i32::MAX, i32::MIN);
    for &value in values {
        max = max.max(value);
        if value > INT_END {
            min = min.min(value);
        }
    }
    let kind = Kind::holding(min, max);
    put_size(out, len, kind);
    match kind {
        Kind::Int8 => out.extend(values.iter().map(|&value| narrow8(value) as u8)),
        Kind::Int16 => values.iter().for_each(|&value| out.extend_from_slice(&narrow16(value).to_le_bytes())),
        _ => values.iter().for_each(|&value| out.extend_from_slice(&value.to_le_bytes())),
    }
}

fn put_element(out: &mut Vec<u8>, kind: Kind, value: i32) {
    match kind {
        Kind::Int8 => out.push(narrow8(value) as u8),
        Kind::Int16 => out.extend_from_slice(&narrow16(value).to_le_bytes()),
        _ => out.extend_from_slice(&value.to_le_bytes()),
    }
}

/// Missing and padding keep their low bits' distance from the smallest value of the type.
fn narrow8(value: i32) -> i8 {
    if value <= INT_END { i8::MIN + (value - i32::MIN) as i8 } else { value as i8 }
}

fn narrow16(value: i32) -> i16 {
    if value <= INT_END { i16::MIN + (value - i32::MIN) as i16 } else { value as i16 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(bytes: &[u8]) -> (Kind, Vec<Option<i32>>) {
        let mut rest = bytes;
        let value = take(&mut rest).unwrap();
        assert!(rest.is_empty());
        (value.kind, value.ints().collect())
    }

    #[test]
    fn integers_take_the_smallest_type_and_leave_the_reserved_values_free() {
        for (values, kind) in [
            (vec![127, -120], Kind::Int8),
            (vec![128, 0], Kind::Int16),
            (vec![-121, 0], Kind::Int16),
            (vec![32767, -32760], Kind::Int16),
            (vec![32768, 0], Kind::Int32),
            (vec![-32761, 0], Kind::Int32),
            (vec![INT_MIN, 0], Kind::Int32),
        ] {
            let mut bytes = Vec::new();
            put_ints(&mut bytes, &values, 2);
            assert_eq!(value(&bytes), (kind, values.iter().copied().map(Some).collect()));
        }
    }

    #[test]
    fn missing_and_padding_are_kept_in_every_width() {
        for other in [1, 1000, 100_000] {
            let mut bytes = Vec::new();
            put_ints(&mut bytes, &[other, INT_MISSING, INT_END], 3);
            assert_eq!(value(&bytes).1, [Some(other), None]);
        }
        let mut bytes = Vec::new();
        put_ints(&mut bytes, &[INT_MISSING], 1);
        assert_eq!(bytes, [0x11, 0x80]);
        put_ints(&mut bytes, &[], 0);
        assert_eq!(bytes[2..], [0]);
    }

    #[test]
    fn lengths_of_any_size_come_back() {
        for len in [0, 1, 14, 15, 127, 128, 32767, 32768, 70000] {
            let mut bytes = Vec::new();
            put_text(&mut bytes, &vec![b'x'; len]);
            let mut rest = &bytes[..];
            assert_eq!(take(&mut rest).unwrap().text().len(), len);
            for end in 0..bytes.len().min(10) {
                assert!(take(&mut &bytes[..end]).is_err() || len == 0, "{len} cut at {end}");
            }
        }
    }
}
