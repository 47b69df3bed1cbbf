//! BINOM: how likely two counts are to be as far apart as they are where both are drawn alike.

use super::Shape;
use super::value::{MISSING, is_missing};
use crate::evaluate::genotype::alleles;
use crate::evaluate::view::View;

/// Puts one number for each sample in place of the lists from `from` on: of the counts of the first two alleles of its
/// genotype. Missing where an allele is, or there is only one.
pub(crate) fn of_genotypes(view: &View, lists: Shape, from: usize, stack: &mut Vec<f64>) -> Shape {
    if lists.width == 0 {
        return lists;
    }
    let end = stack.len();
    let mut genotypes = view.fields(b"GT");
    for row in (from..end).step_by(lists.width) {
        let genotype = genotypes.as_mut().and_then(Iterator::next).unwrap_or(b".");
        let mut alleles = alleles(genotype).map(|allele| allele.filter(|&allele| allele < lists.width));
        let value = match (alleles.next().flatten(), alleles.next().flatten()) {
            (Some(first), Some(second)) => two_sided(stack[row + first], stack[row + second]),
            _ => MISSING,
        };
        stack.push(value);
    }
    stack.drain(from..end);
    Shape { width: 1, by_sample: true }
}

/// Puts one number in place of those from `from` on: of the two of `left`, or of one of each side, the right one standing
/// from `middle` on. Of samples a number for each.
pub(crate) fn of_pairs(
    left: Shape,
    right: Option<Shape>,
    from: usize,
    middle: usize,
    stack: &mut Vec<f64>,
) -> Result<Shape, String> {
    let end = stack.len();
    if !left.by_sample {
        let value = if end - from == 2 && right.is_none_or(|right| right.width == 1) {
            two_sided(stack[from], stack[from + 1])
        } else {
            MISSING
        };
        stack.truncate(from);
        stack.push(value);
        return Ok(Shape { width: 1, by_sample: false });
    }
    let widths = (left.width, right.map_or(0, |right| right.width));
    if widths.0 > 1 || widths.1 > 1 {
        return Err(format!(
            "expected one value of each sample on both sides of ',' in BINOM, found {} and {}; name one of each list, such \
             as AD[:0]",
            widths.0, widths.1
        ));
    }
    if widths != (1, 1) {
        stack.truncate(from);
        return Ok(Shape { width: 0, by_sample: true });
    }
    for row in 0..middle - from {
        stack[from + row] = two_sided(stack[from + row], stack[middle + row]);
    }
    stack.truncate(middle);
    Ok(left)
}

/// The two-sided probability of counts `first` and `second`, or of more unequal ones of the same sum, at a chance of one
/// half: reads of the two alleles of a heterozygous call. Missing where both are 0, or one is missing or negative; as in
/// bcftools numbers are cut to whole ones.
///
/// Twice the lower tail of the binomial distribution (Sokal and Rohlf, Biometry, section 5.2), its terms added from the
/// largest on, each from the one before.
pub(crate) fn two_sided(first: f64, second: f64) -> f64 {
    let (first, second) = (first.trunc(), second.trunc());
    if is_missing(first) || is_missing(second) || !(first >= 0.0 && second >= 0.0) || first + second == 0.0 {
        return MISSING;
    }
    if first == second {
        return 1.0;
    }
    let (less, all) = (first.min(second), first + second);
    let (mut sum, mut term, mut count) = (0.0, 1.0, less);
    while term > sum * f64::EPSILON {
        sum += term;
        term *= count / (all - count + 1.0);
        count -= 1.0;
    }
    let largest = ln_choose(all, less) - all * std::f64::consts::LN_2;
    (2.0 * largest.exp() * sum).min(1.0)
}

/// The logarithm of the binomial coefficient.
fn ln_choose(all: f64, some: f64) -> f64 {
    ln_factorial(all) - ln_factorial(some) - ln_factorial(all - some)
}

/// The logarithm of a factorial: added up for small numbers, by Stirling's series (Abramowitz and Stegun 6.1.41, to the
/// fourth term) for others.
fn ln_factorial(number: f64) -> f64 {
    if number < 16.0 {
        return (2..=number as u32).map(|factor| f64::from(factor).ln()).sum();
    }
    let at = number + 1.0;
    let square = 1.0 / (at * at);
    let series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / at;
    (at - 0.5) * at.ln() - at + 0.5 * std::f64::consts::TAU.ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_distribution() {
        // By hand: of 5 tosses 1 or fewer are (1 + 5) / 32; of 10, 2 or fewer are 56 / 1024.
        for (first, second, expected) in [
            (1.0, 4.0, 12.0 / 32.0),
            (4.9, 1.2, 12.0 / 32.0),
            (2.0, 8.0, 112.0 / 1024.0),
            (0.0, 9.0, 2.0 / 512.0),
            (7.0, 7.0, 1.0),
            (0.0, 1.0, 1.0),
            // By whole numbers.
            (40.0, 60.0, 0.056_887_933_640_980_79),
            (550.0, 450.0, 0.001_730_536_084_976_317_6),
        ] {
            let found = two_sided(first, second);
            assert!((found / expected - 1.0).abs() < 1e-11, "{first} {second}: {found}");
        }
        assert!(two_sided(2_000_000.0, 1.0) == 0.0);
        for (first, second) in [(0.0, 0.0), (MISSING, 3.0), (3.0, MISSING), (-1.0, 3.0), (f64::NAN, 1.0)] {
            assert!(is_missing(two_sided(first, second)), "{first} {second}");
        }
    }
}
