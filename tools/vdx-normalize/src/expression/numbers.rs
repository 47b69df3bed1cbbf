//! Numbers of a record: one, a list, or a row for each sample.
//!
//! Values are laid on a stack that outlives the record, so that nothing is allocated. As in bcftools, fields of
//! Type=Float are 32-bit numbers, and everything is reckoned in 64 bits.

use vdx_vcf::info;

use super::Mask;
use super::condition::Condition;
use super::genotype::alleles;
use super::reduce::Reduction;
use super::syntax::Arithmetic;
use super::texts::Text;
use super::view::{Pick, View};

/// A value that is not there.
pub const MISSING: f64 = f64::from_bits(0x7ff8_0000_0000_0001);

/// Behind the last value of a row that has fewer than the others.
pub const END: f64 = f64::from_bits(0x7ff8_0000_0000_0002);

/// Whether there is no value. A `nan` of the file is one.
pub fn is_missing(value: f64) -> bool {
    matches!(value.to_bits(), 0x7ff8_0000_0000_0001 | 0x7ff8_0000_0000_0002)
}

/// Where numbers come from.
#[derive(Debug)]
pub enum Numbers {
    /// The expression itself.
    Constant(f64),
    /// `"."`
    Missing,
    /// QUAL.
    Quality,
    /// POS.
    Position,
    /// N_ALT: how many ALT alleles there are.
    AltCount,
    /// An INFO field.
    Info {
        /// The tag.
        key: Vec<u8>,
        /// Which of its values.
        pick: Pick,
        /// Type=Float.
        float: bool,
    },
    /// Whether an INFO flag is there: 1 or 0.
    Flag(Vec<u8>),
    /// A FORMAT field.
    Format {
        /// The tag.
        key: Vec<u8>,
        /// Which of its values.
        pick: Pick,
        /// Type=Float.
        float: bool,
        /// Of which samples.
        samples: Mask,
    },
    /// Counts of alleles, and what is made of them.
    Alleles {
        /// What.
        what: Counted,
        /// Of which ALTs.
        pick: Pick,
        /// From INFO/AC and INFO/AN where the record has them.
        from_info: bool,
    },
    /// ILEN: how much longer each ALT is than REF.
    Lengthened(Pick),
    /// Samples with a missing allele in GT: their number or fraction.
    Uncalled {
        /// F_MISSING.
        fraction: bool,
    },
    /// Two numbers made one.
    Arithmetic {
        /// How.
        operator: Arithmetic,
        /// Before it.
        left: Box<Numbers>,
        /// Behind it.
        right: Box<Numbers>,
        /// Of which samples, where one side has such.
        samples: Option<Mask>,
    },
    /// Several numbers made one.
    Reduced {
        /// How.
        how: Reduction,
        /// Which.
        of: Box<Numbers>,
        /// One for each sample.
        by_sample: bool,
    },
    /// ABS.
    Absolute(Box<Numbers>),
    /// STRLEN.
    Lengths(Text),
    /// COUNT of a list of texts.
    Elements(Text),
    /// COUNT of a condition, N_PASS: samples that pass, or their fraction.
    Passing {
        /// What they pass.
        condition: Box<Condition>,
        /// Of which samples.
        samples: Mask,
        /// F_PASS.
        fraction: bool,
    },
}

/// What is made of the counts of alleles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// AC.
    Count,
    /// AN.
    Total,
    /// AF.
    Frequency,
    /// MAC.
    MinorCount,
    /// MAF.
    MinorFrequency,
}

/// How many values a row has, and whether each sample has a row. Without values a width of 0 means that the field is not
/// there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Values.
    pub width: usize,
    /// A row for each sample.
    pub by_sample: bool,
}

/// What is laid down while a record is looked at.
#[derive(Debug, Default)]
pub struct Stacks {
    /// Numbers.
    pub numbers: Vec<f64>,
    /// Which samples pass.
    pub passing: Vec<bool>,
}

impl Numbers {
    /// The samples, where each has its own numbers.
    pub fn samples(&self) -> Option<&Mask> {
        match self {
            Self::Format { samples, .. } => Some(samples),
            Self::Arithmetic { samples, .. } => samples.as_ref(),
            Self::Reduced { of, by_sample: true, .. } | Self::Absolute(of) => of.samples(),
            _ => None,
        }
    }

    /// Lays the values on the stack.
    ///
    /// # Errors
    /// What of the record cannot be reckoned with.
    pub fn lay(&self, view: &View, stacks: &mut Stacks) -> Result<Shape, String> {
        let from = stacks.numbers.len();
        let out = &mut stacks.numbers;
        match self {
            Self::Constant(value) => out.push(*value),
            Self::Missing => out.push(MISSING),
            Self::Quality => out.push(parse(view.rest.qual, true).ok_or_else(|| wrong("QUAL", view.rest.qual))?),
            Self::Position => out.push(f64::from(view.line.pos())),
            Self::AltCount => out.push(view.line.alts().count() as f64),
            Self::Flag(key) => out.push(f64::from(u8::from(info::get(view.rest.info, key).is_some()))),
            Self::Info { key, pick, float } => {
                if let Some(value) = info::value(view.rest.info, key) {
                    list(value, pick, *float, out).map_err(|found| wrong(&format!("INFO/{}", shown(key)), found))?;
                }
                if matches!(pick, Pick::One(_)) && out[from..].iter().all(|value| is_missing(*value)) {
                    out.truncate(from);
                }
            }
            Self::Format { key, pick, float, .. } => return format(view, key, pick, *float, out),
            Self::Alleles { what, pick, from_info } => allele_counts(view, *what, pick, *from_info, out),
            Self::Lengthened(pick) => {
                let reference = view.line.reference().len() as f64;
                let length = |alt: &[u8]| if alt[0] == b'<' { MISSING } else { alt.len() as f64 - reference };
                out.extend(
                    view.line.alts().enumerate().filter(|(place, _)| pick.has(*place)).map(|(_, alt)| length(alt)),
                );
            }
            Self::Uncalled { fraction } => {
                if view.samples == 0 {
                    out.push(0.0);
                } else if let Some(genotypes) = view.fields(b"GT") {
                    let missing = genotypes.filter(|text| alleles(text).any(|allele| allele.is_none())).count() as f64;
                    out.push(if *fraction { missing / view.samples as f64 } else { missing });
                }
            }
            Self::Arithmetic { operator, left, right, .. } => {
                let ours = left.lay(view, stacks)?;
                let middle = stacks.numbers.len();
                let theirs = right.lay(view, stacks)?;
                return reckon(*operator, ours, theirs, from, middle, &mut stacks.numbers);
            }
            Self::Reduced { how, of, by_sample } => {
                let shape = of.lay(view, stacks)?;
                return Ok(how.reduce(shape, of.samples(), *by_sample, from, &mut stacks.numbers));
            }
            Self::Absolute(of) => {
                let shape = of.lay(view, stacks)?;
                let values = stacks.numbers[from..].iter_mut().filter(|value| !is_missing(**value));
                values.for_each(|value| *value = value.abs());
                return Ok(shape);
            }
            Self::Lengths(text) => text.lengths(view, out),
            Self::Elements(text) => out.push(text.count(view) as f64),
            Self::Passing { condition, samples, fraction } => {
                let before = stacks.passing.len();
                condition.holds(view, stacks)?;
                let passing = stacks.passing[before..].iter().filter(|passes| **passes).count() as f64;
                stacks.passing.truncate(before);
                let asked = samples.iter().filter(|asked| **asked).count();
                stacks.numbers.push(match (fraction, asked) {
                    (false, _) => passing,
                    (true, 0) => 0.0,
                    (true, asked) => passing / asked as f64,
                });
            }
        }
        Ok(Shape { width: stacks.numbers.len() - from, by_sample: false })
    }
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn wrong(field: &str, found: &[u8]) -> String {
    format!("expected a number in {field} for the filter expression, found '{}'", shown(found))
}

/// A value: `.` and nothing are missing, a float is rounded to 32 bits. `None` where it is no number.
fn parse(text: &[u8], float: bool) -> Option<f64> {
    if matches!(text, b"." | b"") {
        return Some(MISSING);
    }
    if text.len() < 10 && text.iter().all(u8::is_ascii_digit) {
        let whole = text.iter().fold(0u32, |value, digit| value * 10 + u32::from(digit - b'0'));
        return Some(if float { f64::from(whole as f32) } else { f64::from(whole) });
    }
    let text = std::str::from_utf8(text).ok()?;
    if float { text.parse::<f32>().ok().map(f64::from) } else { text.parse().ok() }
}

/// The values of a list that are meant; the text of one that is no number is the error.
fn list<'t>(text: &'t [u8], pick: &Pick, float: bool, out: &mut Vec<f64>) -> Result<(), &'t [u8]> {
    for (_, value) in text.split(|&byte| byte == b',').enumerate().filter(|(place, _)| pick.has(*place)) {
        out.push(parse(value, float).ok_or(value)?);
    }
    Ok(())
}

/// A FORMAT field: rows as wide as the longest list, the others filled up with missing values.
fn format(view: &View, key: &[u8], pick: &Pick, float: bool, out: &mut Vec<f64>) -> Result<Shape, String> {
    let absent = Shape { width: 0, by_sample: true };
    let Some(fields) = view.fields(key) else { return Ok(absent) };
    let longest = || {
        let lengths = view.fields(key).into_iter().flatten();
        lengths.map(|text| 1 + memchr::memchr_iter(b',', text).count()).max().unwrap_or(0)
    };
    let width = match pick {
        Pick::One(_) => 1,
        Pick::Some { places, open: false } => places.iter().filter(|place| **place).count(),
        Pick::Some { .. } => (0..longest()).filter(|place| pick.has(*place)).count().max(1),
        Pick::All | Pick::Genotype => longest(),
    };
    let mut genotypes = if *pick == Pick::Genotype {
        let Some(genotypes) = view.fields(b"GT") else { return Ok(absent) };
        Some(genotypes)
    } else {
        None
    };
    for text in fields {
        let from = out.len();
        let wrong = |found| wrong(&format!("FORMAT/{}", shown(key)), found);
        match genotypes.as_mut().and_then(Iterator::next) {
            None => {
                list(text, pick, float, out).map_err(wrong)?;
                out.resize(from + width, MISSING);
            }
            Some(genotype) => {
                for (place, value) in text.split(|&byte| byte == b',').enumerate() {
                    if alleles(genotype).any(|allele| allele == Some(place)) {
                        out.push(parse(value, float).ok_or(value).map_err(wrong)?);
                    }
                }
                if out.len() == from {
                    out.push(MISSING);
                }
                out.resize(from + width, END);
            }
        }
    }
    Ok(Shape { width, by_sample: true })
}

/// AC and what follows from it: by INFO/AC and INFO/AN where they may serve and are there, else by GT. Nothing where
/// there is no allele to count.
fn allele_counts(view: &View, what: Counted, pick: &Pick, from_info: bool, out: &mut Vec<f64>) {
    let from = out.len();
    let alts = view.line.alts().count();
    let value = |key: &[u8]| info::value(view.rest.info, key).filter(|_| from_info);
    let mut total = 0.0;
    if let (Some(counts), Some(sum)) = (value(b"AC"), value(b"AN")) {
        if list(counts, &Pick::All, false, out).is_err() || out.len() - from != alts {
            out.truncate(from);
        } else {
            total = parse(sum, false).filter(|sum| !is_missing(*sum)).unwrap_or(0.0);
        }
    } else if let Some(genotypes) = view.fields(b"GT") {
        out.resize(from + alts, 0.0);
        for allele in genotypes.flat_map(alleles).flatten() {
            total += 1.0;
            if let Some(count) = allele.checked_sub(1).and_then(|alt| out.get_mut(from + alt)) {
                *count += 1.0;
            }
        }
    }
    if what == Counted::Total {
        out.truncate(from);
        out.push(total);
        return;
    }
    if total == 0.0 {
        out.truncate(from);
        return;
    }
    if out.len() == from {
        out.push(0.0);
    }
    if let Pick::One(place) = pick {
        let one = out[from..].get(*place).copied().unwrap_or(0.0);
        out.truncate(from);
        out.push(one);
    } else {
        let mut place = 0;
        let kept = out.split_off(from);
        out.extend(kept.into_iter().filter(|_| {
            place += 1;
            pick.has(place - 1)
        }));
    }
    for count in &mut out[from..] {
        match what {
            Counted::MinorCount if *count > total * 0.5 => *count = total - *count,
            Counted::Frequency => *count /= total,
            Counted::MinorFrequency => {
                *count /= total;
                if *count > 0.5 {
                    *count = 1.0 - *count;
                }
            }
            _ => {}
        }
    }
}

/// Puts the result of an operator in place of its sides, which stand from `from` and from `middle` on. A side of one
/// value goes with each of the other.
fn reckon(
    operator: Arithmetic,
    left: Shape,
    right: Shape,
    from: usize,
    middle: usize,
    stack: &mut Vec<f64>,
) -> Result<Shape, String> {
    let by_sample = left.by_sample || right.by_sample;
    if left.width == 0 || right.width == 0 {
        stack.truncate(from);
        return Ok(Shape { width: 0, by_sample });
    }
    let mixed = left.by_sample != right.by_sample;
    let site = if left.by_sample { right.width } else { left.width };
    if left.width != right.width && left.width != 1 && right.width != 1 || mixed && site != 1 {
        return Err(format!(
            "expected lists of one length on both sides of '{}' in the filter expression, found {} and {} values",
            super::syntax::Operator::Arithmetic(operator),
            left.width,
            right.width
        ));
    }
    let width = left.width.max(right.width);
    let end = stack.len();
    let rows = if left.by_sample { (middle - from) / left.width } else { (end - middle) / right.width };
    for row in 0..if by_sample { rows } else { 1 } {
        for place in 0..width {
            let at = |side: Shape, start: usize| {
                let row = if side.by_sample { row * side.width } else { 0 };
                start + row + if side.width == 1 { 0 } else { place }
            };
            let (ours, theirs) = (stack[at(left, from)], stack[at(right, middle)]);
            stack.push(if is_missing(ours) || is_missing(theirs) { MISSING } else { apply(operator, ours, theirs) });
        }
    }
    stack.drain(from..end);
    Ok(Shape { width, by_sample })
}

fn apply(operator: Arithmetic, left: f64, right: f64) -> f64 {
    match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        // The rest of whole numbers; there is none by zero.
        Arithmetic::Modulo if right.trunc() == 0.0 => MISSING,
        Arithmetic::Modulo => left.trunc() % right.trunc(),
    }
}
