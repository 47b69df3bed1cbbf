//! Lists of consequences, `|`-joined columns that say which ALT they are about: CSQ and vep of VEP, ANN and LOF of SnpEff.

use super::map::Alleles;
use crate::header::{Header, attribute, declared_info};

/// An INFO key whose header line names the columns of its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Consequences {
    /// INFO key.
    pub(super) key: Vec<u8>,
    /// Where the allele is told.
    allele: Option<usize>,
    /// Where VEP's ALLELE_NUM is.
    number: Option<usize>,
}

/// The keys that the header describes so: `Description="... Format: Allele|Consequence|..."` (VEP) or
/// `'Allele | Annotation | ...'` (SnpEff).
pub(super) fn declared(header: &Header) -> Vec<Consequences> {
    header.meta_lines().filter_map(Consequences::of_line).collect()
}

impl Consequences {
    fn of_line(line: &[u8]) -> Option<Self> {
        let (key, body) = declared_info(line)?;
        let description = String::from_utf8_lossy(attribute(body, b"Description")?).into_owned();
        let (before, _) = description.split_once('|')?;
        let before = before.trim_end();
        let first = before.rfind([' ', '\'', ':', '"']).map_or(0, |at| at + 1);
        let mut columns = description[first..].split('|').map(|column| column.trim_matches([' ', '\'', '"']));
        let allele = columns.clone().position(|column| column == "Allele");
        let number = columns.position(|column| column == "ALLELE_NUM");
        (allele.is_some() || number.is_some()).then(|| Self { key: key.to_vec(), allele, number })
    }

    /// For each entry of `value` the 0-based ALT of `alleles` (REF first) it is about; `None` where an entry does not
    /// tell.
    ///
    /// ALLELE_NUM counts from 1. An allele is the ALT itself, or, where not all alleles are of one length and all (but
    /// `*`) begin with the same base, as VEP writes it: without that base, `-` for nothing.
    pub(super) fn places(&self, value: &[u8], alleles: &[&[u8]]) -> Option<Vec<usize>> {
        let alts = &alleles[1..];
        let entries = || value.split(|&byte| byte == b',');
        if let Some(at) = self.number {
            let place = |entry: &[u8]| {
                let number: usize = std::str::from_utf8(column(entry, at)?).ok()?.parse().ok()?;
                number.checked_sub(1).filter(|&place| place < alts.len())
            };
            return entries().map(place).collect();
        }
        let at = self.allele?;
        let find = |names: &[&[u8]]| {
            entries()
                .map(|entry| column(entry, at).and_then(|told| names.iter().position(|name| *name == told)))
                .collect::<Option<Vec<_>>>()
        };
        // SnpEff and its ANN have the ALT as it stands.
        if self.key == b"ANN" {
            return find(alts);
        }
        // VEP's names first; other tools write CSQ with the ALTs as they stand.
        find(&as_vep(alleles)).or_else(|| find(alts))
    }
}

impl Consequences {
    /// Adds the entries of `value` to `entries` as they are about the alleles of a joined record: `alleles` are REF and
    /// the ALTs of their own record, `joined` those of the joined one, and `map` leads from the one to the other. An
    /// entry that is there already is not added, one that does not tell its ALT stays as it is.
    pub(super) fn joined(
        &self,
        value: &[u8],
        alleles: &[&[u8]],
        joined: &[&[u8]],
        map: &Alleles,
        entries: &mut Vec<Vec<u8>>,
    ) {
        let places = self.places(value, alleles);
        let (own_names, names) = (as_vep(alleles), as_vep(joined));
        for (at, entry) in value.split(|&byte| byte == b',').enumerate() {
            let place = places.as_ref().map(|places| places[at]).and_then(|own| Some((own, map.to[own + 1]?)));
            let mut renamed = Vec::with_capacity(entry.len());
            for (column, text) in entry.split(|&byte| byte == b'|').enumerate() {
                if column > 0 {
                    renamed.push(b'|');
                }
                match place {
                    Some((_, new)) if self.number == Some(column) => {
                        renamed.extend_from_slice(new.to_string().as_bytes());
                    }
                    Some((own, new)) if self.allele == Some(column) => renamed.extend_from_slice(match text {
                        _ if self.key != b"ANN" && text == own_names[own] => names[new - 1],
                        _ if text == alleles[own + 1] => joined[new],
                        _ => text,
                    }),
                    _ => renamed.extend_from_slice(text),
                }
            }
            if !entries.contains(&renamed) {
                entries.push(renamed);
            }
        }
    }
}

/// The column of an entry.
fn column(entry: &[u8], at: usize) -> Option<&[u8]> {
    entry.split(|&byte| byte == b'|').nth(at)
}

/// The ALTs as VEP names them.
fn as_vep<'a>(alleles: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let others = || alleles.iter().filter(|allele| **allele != b"*");
    let differ = alleles.iter().any(|allele| allele.len() != alleles[0].len());
    let shared = others().all(|allele| allele.first() == alleles[0].first());
    let short = |allele: &'a [u8]| match allele {
        b"*" => allele,
        [_] => b"-",
        [_, rest @ ..] => rest,
        [] => allele,
    };
    alleles[1..].iter().map(|&allele| if differ && shared { short(allele) } else { allele }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VEP: &str = "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequence annotations from Ensembl VEP. \
                       Format: Allele|Consequence|IMPACT\">";
    const SNPEFF: &str = "##INFO=<ID=ANN,Number=.,Type=String,Description=\"Functional annotations: 'Allele | \
                          Annotation | Annotation_Impact' \">";

    fn places(line: &str, value: &str, alleles: &[&str]) -> Option<Vec<usize>> {
        let alleles: Vec<&[u8]> = alleles.iter().map(|allele| allele.as_bytes()).collect();
        Consequences::of_line(line.as_bytes()).unwrap().places(value.as_bytes(), &alleles)
    }

    #[test]
    fn columns_are_found_in_the_header() {
        let vep = Consequences::of_line(VEP.as_bytes()).unwrap();
        assert_eq!((vep.allele, vep.number), (Some(0), None));
        assert_eq!(Consequences::of_line(SNPEFF.as_bytes()).unwrap().allele, Some(0));
        let numbered = VEP.replace("IMPACT", "ALLELE_NUM");
        assert_eq!(Consequences::of_line(numbered.as_bytes()).unwrap().number, Some(2));
        let other = "##INFO=<ID=X,Number=.,Type=String,Description=\"Gene|Allele frequency\">";
        assert_eq!(Consequences::of_line(other.as_bytes()), None);
    }

    #[test]
    fn entries_are_told_apart_as_the_tools_name_alleles() {
        assert_eq!(places(VEP, "T|x|y,C|x|y,T|z|y", &["A", "C", "T"]), Some(vec![1, 0, 1]));
        assert_eq!(places(VEP, "-|x|y,TT|x|y,*|x|y", &["AT", "A", "ATT", "*"]), Some(vec![0, 1, 2]));
        assert_eq!(places(VEP, "A|x|y,CA|x|y", &["C", "CA", "CCA"]), Some(vec![0, 1]));
        assert_eq!(places(VEP, "G|x|y", &["A", "C", "T"]), None);
        assert_eq!(places(SNPEFF, "CA|x|y,CCA|x|y", &["C", "CA", "CCA"]), Some(vec![0, 1]));
        let numbered = VEP.replace("IMPACT", "ALLELE_NUM");
        assert_eq!(places(&numbered, "-|x|2,-|x|1", &["A", "C", "T"]), Some(vec![1, 0]));
        assert_eq!(places(&numbered, "-|x|3", &["A", "C", "T"]), None);
    }

    #[test]
    fn entries_name_the_alleles_of_a_joined_record() {
        let joined = |line: &str, values: [(&str, &str, &[usize]); 2], alleles: &[&[u8]]| {
            let consequences = Consequences::of_line(line.as_bytes()).unwrap();
            let mut entries = Vec::new();
            for (value, alt, to) in values {
                let map = Alleles::placed(to, alleles.len());
                consequences.joined(value.as_bytes(), &[b"A", alt.as_bytes()], alleles, &map, &mut entries);
            }
            String::from_utf8(entries.join(&b',')).unwrap()
        };
        let both: &[&[u8]] = &[b"A", b"AT", b"T"];
        let values = [("T|x|y", "AT", &[0, 1][..]), ("T|x|y,T|z|y", "T", &[0, 2])];
        assert_eq!(joined(VEP, values, both), "AT|x|y,T|x|y,T|z|y");
        assert_eq!(joined(VEP, [("G|x|y", "AT", &[0, 1]), ("G|x|y", "T", &[0, 2])], both), "G|x|y");
        assert_eq!(joined(SNPEFF, [("AT|x|y", "AT", &[0, 1]), ("T|x|y", "T", &[0, 2])], both), "AT|x|y,T|x|y");
        let numbered = VEP.replace("IMPACT", "ALLELE_NUM");
        assert_eq!(joined(&numbered, [("T|x|1", "AT", &[0, 1]), ("T|x|1", "T", &[0, 2])], both), "AT|x|1,T|x|2");
    }
}
