//! Functions that make one number of several.

use super::Shape;
use super::value::{MISSING, is_missing};
use crate::Mask;

/// How.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    /// MAX
    Max,
    /// MIN
    Min,
    /// AVG, MEAN
    Mean,
    /// MEDIAN
    Median,
    /// STDEV, of the values themselves, not of what they are a sample of.
    Deviation,
    /// SUM
    Sum,
    /// COUNT
    Count,
}

impl Reduction {
    /// Puts one number, or one for each sample, in place of those from `from` on. Of rows, those of `samples` count.
    pub(crate) fn reduce(
        self,
        shape: Shape,
        samples: Option<&Mask>,
        by_sample: bool,
        from: usize,
        stack: &mut Vec<f64>,
    ) -> Shape {
        let Shape { width, by_sample: rows } = shape;
        let end = stack.len();
        if width == 0 {
            if self != Self::Count || rows && by_sample {
                return Shape { width: 0, by_sample: rows && by_sample };
            }
            stack.push(0.0);
            return Shape { width: 1, by_sample: false };
        }
        if rows && by_sample {
            for row in (from..end).step_by(width) {
                let value = self.of(&mut stack[row..row + width]);
                stack.push(value);
            }
            stack.drain(from..end);
            return Shape { width: 1, by_sample: true };
        }
        if rows && let Some(samples) = samples {
            let mut next = from;
            for row in samples.iter().enumerate().filter(|(_, asked)| **asked).map(|(at, _)| from + at * width) {
                stack.copy_within(row..row + width, next);
                next += width;
            }
            stack.truncate(next);
        }
        let value = match self {
            // Values of a list that are missing are elements of it, too.
            Self::Count if !rows && stack.len() - from > 1 => (stack.len() - from) as f64,
            _ => self.of(&mut stack[from..]),
        };
        stack.truncate(from);
        if is_missing(value) {
            return Shape { width: 0, by_sample: false };
        }
        stack.push(value);
        Shape { width: 1, by_sample: false }
    }

    /// Of the values that are not missing; missing where there are none.
    fn of(self, values: &mut [f64]) -> f64 {
        // Those that are not missing to the front.
        let mut count = 0;
        for at in 0..values.len() {
            if !is_missing(values[at]) {
                values.swap(count, at);
                count += 1;
            }
        }
        let values = &mut values[..count];
        if count == 0 {
            return if self == Self::Count { 0.0 } else { MISSING };
        }
        let number = count as f64;
        match self {
            Self::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Mean => values.iter().sum::<f64>() / number,
            Self::Sum => values.iter().sum(),
            Self::Count => number,
            Self::Median => {
                values.sort_by(f64::total_cmp);
                let half = count / 2;
                if count % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) * 0.5 }
            }
            Self::Deviation => {
                let mean = values.iter().sum::<f64>() / number;
                (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / number).sqrt()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduce(how: Reduction, values: &[f64], width: usize, rows: bool, by_sample: bool) -> Vec<f64> {
        let samples: Mask = vec![true, false, true].into();
        let mut stack = [&[7.0], values].concat();
        how.reduce(Shape { width, by_sample: rows }, Some(&samples), by_sample, 1, &mut stack);
        stack.remove(0);
        stack
    }

    #[test]
    fn lists_become_one_number() {
        let values = [4.0, MISSING, 1.0, 7.0];
        for (how, expected) in [
            (Reduction::Max, 7.0),
            (Reduction::Min, 1.0),
            (Reduction::Mean, 4.0),
            (Reduction::Median, 4.0),
            (Reduction::Sum, 12.0),
            (Reduction::Count, 4.0),
            (Reduction::Deviation, 6.0f64.sqrt()),
        ] {
            assert_eq!(reduce(how, &values, 4, false, false), [expected], "{how:?}");
            assert_eq!(reduce(how, &values, 4, false, true), [expected], "{how:?}");
        }
        assert_eq!(reduce(Reduction::Median, &[1.0, 4.0], 2, false, false), [2.5]);
        assert!(reduce(Reduction::Sum, &[MISSING], 1, false, false).is_empty());
        assert_eq!(reduce(Reduction::Count, &[], 0, true, false), [0.0]);
    }

    #[test]
    fn rows_of_samples_that_are_asked_for_count() {
        let values = [1.0, 2.0, 50.0, 60.0, 5.0, MISSING];
        assert_eq!(reduce(Reduction::Max, &values, 2, true, false), [5.0]);
        assert_eq!(reduce(Reduction::Count, &values, 2, true, false), [3.0]);
        assert_eq!(reduce(Reduction::Sum, &values, 2, true, true), [3.0, 110.0, 5.0]);
    }
}
