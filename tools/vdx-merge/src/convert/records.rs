//! The rows of one contig as records of a VCF.

use std::collections::HashMap;

use vdx_genome::{Bases, Cursor};
use vdx_hts::Result;
use vdx_vcf::variant::Variant;

use super::sites::{Meant, Resolved, Site, Sites};
use crate::sample::raw::{RawTable, Row};
use crate::sample::sex::ploidy::Haploidy;

/// Rows that a warning names, of each kind.
const NAMED: usize = 5;

/// What became of the rows, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Records.
    pub(crate) records: u64,
    /// Records without a result; with `--all-sites` the sites that the file lacks, too.
    pub(crate) no_calls: u64,
    /// Rows of `I` or `D` that became alleles.
    pub(crate) indels: u64,
    /// Rows of `I` or `D` that no site explains, and those that several do; left out.
    pub(crate) without_site: u64,
    /// See above.
    pub(crate) several_sites: u64,
    /// Rows whose rsID the sites have elsewhere, and which are written there.
    pub(crate) moved: u64,
    /// Rows of one position with the same result, written once.
    pub(crate) duplicates: u64,
    /// Positions whose rows disagree: no calls.
    pub(crate) rows_disagree: u64,
    /// Rows behind the end of their contig; left out.
    pub(crate) outside: u64,
    /// Rows where the reference has no base; left out.
    pub(crate) unknown_reference: u64,
    /// Rows of `I` or `D` that are left out, by name.
    pub(crate) named: Vec<String>,
}

/// What rows of `I` or `D` mean on one contig, by position, REF and ALT.
type Alleles = HashMap<(u32, [Vec<u8>; 2]), Meaning>;

/// An allele that rows mean.
struct Meaning {
    meant: Meant,
    /// The first of the rows.
    row: u32,
    /// The others say the same of it.
    agreed: bool,
}

/// Writes the records of a person.
pub(crate) struct Writer<'a> {
    /// The raw file.
    pub(crate) table: &'a RawTable,
    /// What the sites say.
    pub(crate) sites: &'a Sites,
    /// Where the person has one copy.
    pub(crate) haploidy: Haploidy,
    /// Counts so far.
    pub(crate) tally: Tally,
    /// The records of a contig while they are made: where each lies in `text`.
    places: Vec<(u32, std::ops::Range<usize>)>,
    text: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Nothing yet.
    pub(crate) fn new(table: &'a RawTable, sites: &'a Sites, haploidy: Haploidy) -> Self {
        Self { table, sites, haploidy, tally: Tally::default(), places: Vec::new(), text: Vec::new() }
    }

    /// Appends the records of chromosome `number`, which the reference calls `name` and on which `cursor` stands, sorted.
    pub(crate) fn contig(&mut self, number: u8, name: &[u8], cursor: &mut Cursor, out: &mut Vec<u8>) -> Result<()> {
        self.places.clear();
        self.text.clear();
        let mut of_letters = self.letters_of_sites(number);
        let mut alleles = Alleles::new();
        let table = self.table;
        let moved = &self.sites.moved;
        let mut arrivals: HashMap<u32, Vec<u32>> = HashMap::new();
        for (&row, &(_, pos)) in moved.iter().filter(|(_, (chromosome, _))| *chromosome == number) {
            arrivals.entry(pos).or_default().push(row);
            self.tally.moved += 1;
        }
        let rows = table.chromosome(number);
        let mut at = rows.start;
        while at < rows.end {
            let pos = table.row(at).pos;
            let end = (at..rows.end).find(|&next| table.row(next).pos != pos).unwrap_or(rows.end);
            let is_length = |row: &u32| table.row(*row).call.lengths().is_some();
            for row in (at..end).filter(is_length) {
                self.meaning(row, name, &mut alleles);
            }
            let mut letters: Vec<u32> = (at..end).filter(|row| !is_length(row) && !moved.contains_key(row)).collect();
            letters.extend(arrivals.remove(&pos).into_iter().flatten());
            if !letters.is_empty() {
                let site = of_letters.remove(&pos);
                self.letters(number, name, pos, &letters, site.as_ref(), cursor)?;
            }
            at = end;
        }
        for (pos, rows) in arrivals {
            let site = of_letters.remove(&pos);
            self.letters(number, name, pos, &rows, site.as_ref(), cursor)?;
        }
        for Meaning { meant, row, agreed } in alleles.values() {
            self.allele(number, name, meant, *row, *agreed);
        }
        for site in of_letters.into_values() {
            self.site(number, name, &site);
        }
        for site in self.sites.all.get(&number).into_iter().flatten().filter(|site| !is_letters(site)) {
            let known = |alt: &Vec<u8>| {
                let Variant { pos, reference, alt } =
                    Variant { pos: site.pos, reference: &site.reference, alt }.minimal();
                alleles.contains_key(&(pos, [reference.to_vec(), alt.to_ascii_uppercase()]))
            };
            if !site.alts.iter().any(known) {
                self.site(number, name, site);
            }
        }
        let text = &self.text;
        self.places.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| text[one.clone()].cmp(&text[other.clone()])));
        for (_, place) in &self.places {
            out.extend_from_slice(&text[place.clone()]);
        }
        self.tally.records += self.places.len() as u64;
        Ok(())
    }

    /// The single bases of all sites by position, those of one position joined.
    fn letters_of_sites(&self, number: u8) -> HashMap<u32, Site> {
        let mut found: HashMap<u32, Site> = HashMap::new();
        for site in self.sites.all.get(&number).into_iter().flatten().filter(|site| is_letters(site)) {
            let known = found.entry(site.pos).or_insert_with(|| Site { alts: Vec::new(), ..site.clone() });
            for alt in site.alts.iter().map(|alt| alt.to_ascii_uppercase()) {
                if !known.alts.contains(&alt) {
                    known.alts.push(alt);
                }
            }
        }
        found
    }

    /// Takes in what a row of `I` or `D` means.
    fn meaning(&mut self, at: u32, name: &[u8], alleles: &mut Alleles) {
        let why = match self.sites.meaning(at) {
            Resolved::Allele(meant) => {
                self.tally.indels += 1;
                let key = (meant.pos, meant.alleles.clone());
                let known =
                    alleles.entry(key).or_insert_with(|| Meaning { meant: meant.clone(), row: at, agreed: true });
                known.agreed &= known.meant.genotype == meant.genotype;
                return;
            }
            Resolved::Several => {
                self.tally.several_sites += 1;
                "several sites fit"
            }
            Resolved::Nothing => {
                self.tally.without_site += 1;
                "no site fits"
            }
        };
        if self.tally.named.len() < NAMED {
            let row = self.table.row(at);
            let mut id = Vec::new();
            self.table.write_id(&row, &mut id);
            let (id, name) = (String::from_utf8_lossy(&id), String::from_utf8_lossy(name));
            self.tally.named.push(format!("{id} at {name}:{} ({why})", row.pos));
        }
    }

    /// Appends the record of letters and no calls at one position, with the ALTs of a site if there is one.
    fn letters(
        &mut self,
        number: u8,
        name: &[u8],
        pos: u32,
        rows: &[u32],
        site: Option<&Site>,
        cursor: &mut Cursor,
    ) -> Result<()> {
        let table = self.table;
        let called = || rows.iter().map(|&row| table.row(row)).filter(|row| !row.call.is_none());
        let first: Row = called().next().unwrap_or_else(|| table.row(rows[0]));
        let base = match cursor.base(pos)? {
            Some(base @ (b'A' | b'C' | b'G' | b'T')) => base,
            found => {
                let count = if found.is_none() { &mut self.tally.outside } else { &mut self.tally.unknown_reference };
                *count += rows.len() as u64;
                return Ok(());
            }
        };
        self.tally.duplicates += rows.len() as u64 - 1;
        let disagree = called().any(|row| row.call.contradicts(first.call));
        self.tally.rows_disagree += u64::from(disagree);
        let mut alleles: Vec<u8> = vec![base];
        alleles.extend(site.iter().flat_map(|site| &site.alts).filter_map(|alt| alt.first()));
        let haploid = self.haploidy.at(number, pos);
        let letters = if disagree { None } else { first.call.letters() };
        let mut genotype = Vec::new();
        for &letter in letters.unwrap_or_default() {
            let known = alleles.iter().position(|&allele| allele == letter);
            genotype.push(known.unwrap_or_else(|| {
                alleles.push(letter);
                alleles.len() - 1
            }));
        }
        genotype.sort_unstable();
        // Two equal letters of one copy are one allele, written twice.
        if haploid && genotype.len() == 2 && genotype[0] == genotype[1] {
            genotype.pop();
        }
        let mut id = Vec::new();
        table.write_id(&first, &mut id);
        let from = self.begin(name, pos, &id, &[base]);
        for (at, alt) in alleles[1..].iter().enumerate() {
            self.text.extend_from_slice(if at > 0 { b"," } else { b"" });
            self.text.push(*alt);
        }
        if alleles.len() == 1 {
            self.text.push(b'.');
        }
        let gt = match genotype[..] {
            [] => {
                self.tally.no_calls += 1;
                if haploid { ".".to_owned() } else { "./.".to_owned() }
            }
            [one] => one.to_string(),
            [one, other, ..] => format!("{one}/{other}"),
        };
        self.end(pos, from, gt.as_bytes());
        Ok(())
    }

    /// Appends the record of an allele that a row of `I` or `D` means.
    fn allele(&mut self, number: u8, name: &[u8], meant: &Meant, row: u32, agreed: bool) {
        let mut id = Vec::new();
        self.table.write_id(&self.table.row(row), &mut id);
        let from = self.begin(name, meant.pos, &id, &meant.alleles[0]);
        self.text.extend_from_slice(&meant.alleles[1]);
        let mut gt = Vec::new();
        if agreed {
            meant.genotype.write_gt(&mut gt);
        } else {
            self.tally.rows_disagree += 1;
            self.tally.no_calls += 1;
            gt.extend_from_slice(if self.haploidy.at(number, meant.pos) { b"." } else { b"./." });
        }
        self.end(meant.pos, from, &gt);
    }

    /// Appends a site that the file says nothing about.
    fn site(&mut self, number: u8, name: &[u8], site: &Site) {
        let Site { pos, id, reference, alts } = site;
        let pos = *pos;
        let from = self.begin(name, pos, id, reference);
        self.text.extend_from_slice(&if alts.is_empty() { b".".to_vec() } else { alts.join(&b',') });
        self.tally.no_calls += 1;
        let gt: &[u8] = if self.haploidy.at(number, pos) { b"." } else { b"./." };
        self.end(pos, from, gt);
    }

    /// Everything up to ALT.
    fn begin(&mut self, name: &[u8], pos: u32, id: &[u8], reference: &[u8]) -> usize {
        let from = self.text.len();
        let id = if id.is_empty() { b"." } else { id };
        for part in [name, b"\t", pos.to_string().as_bytes(), b"\t", id, b"\t", reference, b"\t"] {
            self.text.extend_from_slice(part);
        }
        from
    }

    /// Everything behind ALT.
    fn end(&mut self, pos: u32, from: usize, gt: &[u8]) {
        self.text.extend_from_slice(b"\t.\t.\t.\tGT\t");
        self.text.extend_from_slice(gt);
        self.text.push(b'\n');
        self.places.push((pos, from..self.text.len()));
    }
}

/// Whether a site is about one base, so that letters can speak about it.
fn is_letters(site: &Site) -> bool {
    let one = |allele: &Vec<u8>| matches!(allele[..], [b'A' | b'C' | b'G' | b'T' | b'a' | b'c' | b'g' | b't']);
    one(&site.reference) && site.alts.iter().all(one)
}
