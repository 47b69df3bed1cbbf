//! The numbers of a FORMAT field: a row for each sample.

use super::Shape;
use super::value::{END, MISSING, list, parse, shown, wrong};
use crate::evaluate::genotype::alleles;
use crate::evaluate::view::{Pick, View};

/// A FORMAT field: rows as wide as the longest list, the others filled up with missing values.
pub(crate) fn format(view: &View, key: &[u8], pick: &Pick, float: bool, out: &mut Vec<f64>) -> Result<Shape, String> {
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
