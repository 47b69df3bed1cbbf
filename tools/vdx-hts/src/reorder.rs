//! What threads finish in any order, taken in the order in which it was asked for.

use std::collections::BTreeMap;

/// Numbers for what is asked for, and what has arrived under them.
#[derive(Debug)]
pub struct Reorder<T> {
    // Never many: no more is asked for than there are permits.
    waiting: BTreeMap<u64, T>,
    issued: u64,
    taken: u64,
}

impl<T> Default for Reorder<T> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), issued: 0, taken: 0 }
    }
}

impl<T> Reorder<T> {
    /// The number of the next thing that is asked for: 0, 1, ...
    pub fn issue(&mut self) -> u64 {
        self.issued += 1;
        self.issued - 1
    }

    /// What was asked for under `number` is here.
    pub fn arrive(&mut self, number: u64, result: T) {
        self.waiting.insert(number, result);
    }

    /// Takes the next one in order, where it is here.
    pub fn next_in_order(&mut self) -> Option<T> {
        let result = self.waiting.remove(&self.taken)?;
        self.taken += 1;
        Some(result)
    }

    /// How many were taken.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// How many were asked for and not taken.
    pub fn under_way(&self) -> u64 {
        self.issued - self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_early_waits() {
        let mut reorder = Reorder::default();
        let numbers: Vec<u64> = (0..3).map(|_| reorder.issue()).collect();
        reorder.arrive(numbers[2], "c");
        reorder.arrive(numbers[0], "a");
        assert_eq!((reorder.next_in_order(), reorder.next_in_order()), (Some("a"), None));
        reorder.arrive(numbers[1], "b");
        assert_eq!((reorder.next_in_order(), reorder.next_in_order()), (Some("b"), Some("c")));
        assert_eq!((reorder.taken(), reorder.under_way()), (3, 0));
    }
}
