//! Few combinations of many options that hold every pair of them.

use std::collections::BTreeSet;

/// A level of one factor and a level of another, each by the numbers of factor and level, the lower factor first.
pub type Pair = [(usize, usize); 2];

/// All pairs of levels of two factors that may meet.
pub fn pairs(factors: &[Vec<&str>], may_meet: fn([&str; 2]) -> bool) -> BTreeSet<Pair> {
    let places: Vec<(usize, usize)> = factors
        .iter()
        .enumerate()
        .flat_map(|(factor, levels)| (0..levels.len()).map(move |level| (factor, level)))
        .collect();
    let later = |a: (usize, usize)| places.iter().filter(move |b| b.0 > a.0).map(move |b| [a, *b]);
    let allowed = |pair: &Pair| may_meet(pair.map(|(factor, level)| factors[factor][level]));
    places.iter().flat_map(|a| later(*a)).filter(allowed).collect()
}

/// Combinations of one level of each factor, in which every pair that may meet does and no other. Each begins with a pair
/// that is still to come; of the other factors the level is taken that brings the most pairs that are still to come.
/// The first level of a factor must go with all levels of the others.
pub fn combinations<'a>(factors: &[Vec<&'a str>], may_meet: fn([&str; 2]) -> bool) -> Vec<Vec<&'a str>> {
    let allowed = pairs(factors, may_meet);
    let mut to_come = allowed.clone();
    let mut combinations = Vec::new();
    while let Some(first) = to_come.first().copied() {
        let mut chosen = first.to_vec();
        for factor in (0..factors.len()).filter(|factor| first.iter().all(|(of, _)| of != factor)) {
            let with = |level: usize, pairs: &BTreeSet<Pair>| {
                let sorted = |other: (usize, usize)| {
                    if other.0 < factor { [other, (factor, level)] } else { [(factor, level), other] }
                };
                chosen.iter().filter(|other| pairs.contains(&sorted(**other))).count()
            };
            // Another is the first of equals each time, so that no level is the filling of all combinations.
            let count = factors[factor].len();
            let turned = (0..count).map(|level| (level + combinations.len()) % count);
            let fits = |level: &usize| with(*level, &allowed) == chosen.len();
            let best = turned.filter(fits).max_by_key(|level| with(*level, &to_come));
            chosen.push((factor, best.unwrap_or(0)));
        }
        chosen.sort_unstable();
        to_come.retain(|pair| !pair.iter().all(|place| chosen.contains(place)));
        combinations.push(chosen.into_iter().map(|(factor, level)| factors[factor][level]).collect());
    }
    combinations
}
