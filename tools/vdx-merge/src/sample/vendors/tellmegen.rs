//! tellmeGen: 23andMe's columns, known by a capital letter.

use super::twenty_three_and_me::TWENTY_THREE_AND_ME;
use super::vendor::{ToldBy, Vendor};
use crate::sample::format::SampleFormat;

/// tellmeGen: no comments, a capital C alone in the line of names; the ids are those of the array (`1:101`), which are
/// no rsIDs, so that rows are found by position.
pub(crate) const TELLME_GEN: Vendor = Vendor {
    format: SampleFormat::TellmeGen,
    name: "tellmeGen",
    is_it: |start| start.first == b"rsid\tChromosome\tposition\tgenotype",
    told_by: ToldBy::Columns,
    ..TWENTY_THREE_AND_ME
};

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::tests::{read_any, rows};

    #[test]
    fn tellme_gen_has_the_ids_of_the_array() {
        let (vendor, file) = read_any("rsid\tChromosome\tposition\tgenotype\n1:101\t1\t101\tAA\n1:105\t1\t105\t--\n");
        assert_eq!(vendor.name, "tellmeGen");
        assert_eq!(rows(&file), ["1:101 1:101 AA", "1:105 1:105 --"]);
        assert_eq!(file.table.row(0).rs(), None);
    }
}
