//! Which columns a file of the store gets, and what their values may be told by.

use vdx_vcf::Header;

use crate::fields::{self, GROUPS};
use crate::source::Origin;
use crate::store::describe::{About, FILTER, Guess, OWN};

/// The columns of a file: what the command line asks for under the names that the file has, FILTER, and what tells alleles
/// that are not of bases and in minimal form.
pub(super) fn keys(asked: &[String], headers: &[&Header], origin: &Origin<'_>) -> Vec<String> {
    let header = origin.header;
    let mut names = Vec::new();
    let usual = ["default".to_owned()];
    for name in if asked.is_empty() { &usual } else { asked } {
        match &name[..] {
            "all" => names.extend(fields::all(header)),
            "default" => {
                names.extend(headers.first().map(|first| fields::defaults(first)).unwrap_or_default());
                names.extend(fields::defaults(header));
            }
            _ => names.push(name.clone()),
        }
    }
    let mut keys: Vec<String> = Vec::new();
    for name in names {
        if let Some(fields::Part::Info { key, .. }) = fields::part(&name, header) {
            let key = String::from_utf8_lossy(&key).into_owned();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys.push(FILTER.to_owned());
    if !origin.is_plain {
        keys.push(OWN.to_owned());
    }
    keys
}

/// The columns of these keys: AF is AC/AN of the same group, and what belongs to the group of the highest AF is what one
/// of the groups has. A guess never leads back to its own column.
pub(super) fn columns(keys: &[String]) -> Vec<About> {
    let place = |key: &str| keys.iter().position(|other| other == key);
    let guesses = |key: &String| {
        let mut guesses: Vec<Guess> = Vec::new();
        if let Some((part, whole)) = swap(key, "AF", "AC").zip(swap(key, "AF", "AN"))
            && let Some((part, whole)) = place(&part).zip(place(&whole).or_else(|| place("AN")))
        {
            guesses.push(Guess::Ratio(part, whole));
        }
        for max in ["popmax", "grpmax"] {
            let joint =
                key.strip_suffix("_joint").and_then(|key| key.strip_suffix(max)).map(|start| format!("{start}joint_"));
            for group in GROUPS {
                let names = [swap(key, max, group), joint.as_ref().map(|start| format!("{start}{group}"))];
                guesses.extend(names.iter().flatten().filter_map(|name| place(name)).map(Guess::Same));
            }
        }
        guesses
    };
    keys.iter().map(|key| About { key: key.clone(), guesses: guesses(key) }).collect()
}

/// The key with another word between underscores or ends.
fn swap(key: &str, from: &str, to: &str) -> Option<String> {
    let words: Vec<&str> = key.split('_').collect();
    let at = words.iter().position(|word| *word == from)?;
    Some([&words[..at], &[to], &words[at + 1..]].concat().join("_"))
}

/// The lines of a source's header that say what its fields mean.
pub(super) fn header_lines(header: &Header) -> String {
    let mut text = String::new();
    for line in header.meta_lines() {
        if [&b"##fileformat="[..], b"##reference=", b"##INFO=", b"##contig="]
            .iter()
            .any(|start| line.starts_with(start))
        {
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
    }
    text + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_made_by_name() {
        let keys = ["AC", "AN", "AF", "AF_afr", "AC_nfe", "AN_nfe", "AF_nfe", "AF_popmax", "AF_hom", "AC_hom"];
        let columns = columns(&keys.map(str::to_owned));
        let guesses: Vec<&[Guess]> = columns.iter().map(|column| &column.guesses[..]).collect();
        assert_eq!(guesses[2], [Guess::Ratio(0, 1)]);
        assert_eq!(guesses[3], []);
        assert_eq!(guesses[6], [Guess::Ratio(4, 5)]);
        assert_eq!(guesses[7], [Guess::Same(3), Guess::Same(6)]);
        assert_eq!(guesses[8], [Guess::Ratio(9, 1)]);
        let joint = super::columns(&["AF_joint_afr".to_owned(), "AF_grpmax_joint".to_owned()]);
        assert_eq!(joint[1].guesses, [Guess::Same(0)]);
    }
}
