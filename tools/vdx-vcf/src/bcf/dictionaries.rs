//! The numbers that stand for names in BCF records (VCF 4.5, sections 6.2.1 and 6.2.2).

use rustc_hash::FxHashMap;

use crate::header::{self, Field, Header, HeaderError};

/// Numbers of FILTER, INFO and FORMAT ids, which share one dictionary, and of contigs.
///
/// The rules are htslib's: PASS is 0, an id takes the next number where it first appears, `IDX=` says otherwise and
/// may leave holes.
#[derive(Clone, Debug)]
pub struct Dictionaries {
    strings: Vec<Option<Entry>>,
    string_numbers: Numbers,
    contigs: Vec<Option<Box<[u8]>>>,
    contig_numbers: Numbers,
    samples: usize,
    leading_phase: bool,
}

/// What one id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The id.
    pub(crate) name: Box<[u8]>,
    /// What its INFO line declares.
    pub(crate) info: Option<Field>,
    /// What its FORMAT line declares.
    pub(crate) format: Option<Field>,
}

/// The names are short and the file's own: a fast hash serves, as no defence against chosen collisions is needed.
type Numbers = FxHashMap<Box<[u8]>, u32>;

/// Numbers beyond this are refused: the dictionary has room for every number up to its largest.
const MAX_NUMBER: u32 = 1 << 24;

impl Dictionaries {
    /// The dictionaries of a header.
    ///
    /// # Errors
    /// `IDX=` is not a number below 2^24, or gives two ids the same one.
    pub fn of(header: &Header) -> Result<Self, HeaderError> {
        let pass = Entry { name: (*b"PASS").into(), info: None, format: None };
        let empty = Self {
            string_numbers: std::iter::once((pass.name.clone(), 0)).collect(),
            strings: vec![Some(pass)],
            contigs: Vec::new(),
            contig_numbers: Numbers::default(),
            samples: 0,
            leading_phase: false,
        };
        empty.extended(header)
    }

    /// These dictionaries with what `header` declares and they lack: no number that is in use changes, so that records
    /// of the old header are records of the new one.
    ///
    /// # Errors
    /// As for [`Dictionaries::of`].
    pub fn extended(&self, header: &Header) -> Result<Self, HeaderError> {
        let mut extended = self.clone();
        for (at, line) in header.meta_lines().enumerate() {
            extended.add(line).map_err(|message| HeaderError { line: at as u64 + 1, message })?;
        }
        extended.samples = header.samples().len();
        extended.leading_phase = header.meta_value(b"fileformat").is_some_and(has_leading_phase);
        Ok(extended)
    }

    fn add(&mut self, line: &[u8]) -> Result<(), String> {
        let Some((kind @ (b"contig" | b"FILTER" | b"INFO" | b"FORMAT"), body)) = header::structured(line) else {
            return Ok(());
        };
        let Some(id) = header::attribute(body, b"ID") else { return Ok(()) };
        let told = match header::attribute(body, b"IDX") {
            None => None,
            Some(text) => {
                let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
                Some(number.filter(|&number: &u32| number < MAX_NUMBER).ok_or_else(|| {
                    let (text, id) = (String::from_utf8_lossy(text), String::from_utf8_lossy(id));
                    format!("expected IDX of '{id}' as a whole number below {MAX_NUMBER}, found '{text}'")
                })?)
            }
        };
        if kind == b"contig" {
            number(&mut self.contigs, &mut self.contig_numbers, id, told, || id.into())?;
            return Ok(());
        }
        let entry = || Entry { name: id.into(), info: None, format: None };
        let number = number(&mut self.strings, &mut self.string_numbers, id, told, entry)?;
        if let Some(Some(entry)) = self.strings.get_mut(number as usize) {
            match kind {
                b"INFO" => entry.info = entry.info.or(Some(header::field(body))),
                b"FORMAT" => entry.format = entry.format.or(Some(header::field(body))),
                _ => {}
            }
        }
        Ok(())
    }

    /// The FILTER, INFO or FORMAT id that `number` stands for.
    #[inline]
    pub(crate) fn string(&self, number: u32) -> Option<&Entry> {
        self.strings.get(number as usize)?.as_ref()
    }

    /// The number of a FILTER, INFO or FORMAT id.
    #[inline]
    pub fn string_number(&self, name: &[u8]) -> Option<u32> {
        self.string_numbers.get(name).copied()
    }

    /// The name of the contig that `number` stands for.
    #[inline]
    pub fn contig(&self, number: u32) -> Option<&[u8]> {
        self.contigs.get(number as usize)?.as_deref()
    }

    /// The number of a contig.
    #[inline]
    pub fn contig_number(&self, name: &[u8]) -> Option<u32> {
        self.contig_numbers.get(name).copied()
    }

    /// One more than the largest number of a contig.
    pub fn n_contigs(&self) -> usize {
        self.contigs.len()
    }

    /// How many samples each record has.
    pub fn n_samples(&self) -> usize {
        self.samples
    }

    /// Whether records of `other` are records of these dictionaries as they stand: every number means the same.
    pub fn includes(&self, other: &Self) -> bool {
        let same_string = |(ours, theirs): (&Option<Entry>, &Option<Entry>)| match (ours, theirs) {
            (Some(ours), Some(theirs)) => ours.name == theirs.name,
            (_, theirs) => theirs.is_none(),
        };
        self.samples == other.samples
            && self.leading_phase == other.leading_phase
            && self.strings.len() >= other.strings.len()
            && self.contigs.len() >= other.contigs.len()
            && self.strings.iter().zip(&other.strings).all(same_string)
            && self.contigs.iter().zip(&other.contigs).all(|(ours, theirs)| theirs.is_none() || ours == theirs)
    }

    /// Whether GT may say the phase of its first allele: from VCF 4.4 on.
    pub(crate) fn leading_phase(&self) -> bool {
        self.leading_phase
    }
}

/// The number of `name`: the one it has, else the one it is told, else the next.
fn number<T>(
    entries: &mut Vec<Option<T>>,
    numbers: &mut Numbers,
    name: &[u8],
    told: Option<u32>,
    entry: impl FnOnce() -> T,
) -> Result<u32, String> {
    if let Some(&number) = numbers.get(name) {
        return Ok(number);
    }
    let number = told.unwrap_or(entries.len() as u32);
    let at = number as usize;
    if entries.len() <= at {
        entries.resize_with(at + 1, || None);
    }
    if entries[at].is_some() {
        let name = String::from_utf8_lossy(name);
        return Err(format!("expected an IDX of its own for '{name}', found {number}, which another line has"));
    }
    entries[at] = Some(entry());
    numbers.insert(name.into(), number);
    Ok(number)
}

/// Whether `VCFv4.4` or later is meant.
fn has_leading_phase(fileformat: &[u8]) -> bool {
    let version = std::str::from_utf8(fileformat).ok().and_then(|text| text.strip_prefix("VCFv")?.split_once('.'));
    let numbers =
        version.and_then(|(major, minor)| Some((major.parse::<u32>().ok()?, minor.trim().parse::<u32>().ok()?)));
    numbers.is_some_and(|numbers| numbers >= (4, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionaries(lines: &str) -> Result<Dictionaries, HeaderError> {
        let text =
            format!("##fileformat=VCFv4.4\n{lines}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n");
        Dictionaries::of(&Header::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn numbers_follow_the_order_of_lines_and_pass_is_first() {
        let d = dictionaries(
            "##INFO=<ID=DP,Number=1,Type=Integer>\n##FILTER=<ID=q10>\n##FORMAT=<ID=DP,Number=1,Type=Float>\n\
             ##FILTER=<ID=PASS>\n##contig=<ID=1>\n##contig=<ID=chr2>\n##INFO=<ID=END,Number=1,Type=Integer>\n",
        )
        .unwrap();
        let numbers: Vec<_> = ["PASS", "DP", "q10", "END"].map(|name| d.string_number(name.as_bytes())).into();
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(3)]);
        let dp = d.string(1).unwrap();
        assert_eq!((dp.info.unwrap().kind, dp.format.unwrap().kind), (header::Type::Integer, header::Type::Float));
        assert_eq!((d.contig(1), d.contig_number(b"1"), d.contig(2)), (Some(&b"chr2"[..]), Some(0), None));
        assert_eq!((d.n_samples(), d.leading_phase()), (2, true));
    }

    #[test]
    fn idx_wins_and_may_leave_holes() {
        let d = dictionaries("##INFO=<ID=A,IDX=7>\n##INFO=<ID=B>\n##contig=<ID=x,IDX=2>\n").unwrap();
        assert_eq!((d.string_number(b"A"), d.string_number(b"B"), d.string(3)), (Some(7), Some(8), None));
        assert_eq!((d.contig(0), d.contig(2)), (None, Some(&b"x"[..])));
        assert!(dictionaries("##INFO=<ID=A,IDX=0>\n").unwrap_err().message.contains("IDX of its own"));
        assert_eq!(dictionaries("##INFO=<ID=A,IDX=-1>\n").unwrap_err().line, 2);
        assert!(dictionaries("##INFO=<ID=A,IDX=4000000000>\n").is_err());
    }

    #[test]
    fn numbers_in_use_stay_when_a_header_grows_or_is_rearranged() {
        let old = dictionaries("##INFO=<ID=A>\n##INFO=<ID=B>\n").unwrap();
        let text = "##INFO=<ID=N>\n##INFO=<ID=B>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        let new = old.extended(&Header::parse(text.as_bytes()).unwrap()).unwrap();
        assert_eq!([&b"A"[..], b"B", b"N"].map(|name| new.string_number(name)), [Some(1), Some(2), Some(3)]);
        assert_eq!(new.n_samples(), 0);
    }

    #[test]
    fn records_pass_where_every_number_means_the_same() {
        let small = dictionaries("##INFO=<ID=A>\n##contig=<ID=1>\n").unwrap();
        let large = dictionaries("##INFO=<ID=A>\n##FORMAT=<ID=B>\n##contig=<ID=1>\n##contig=<ID=2>\n").unwrap();
        let other = dictionaries("##FORMAT=<ID=B>\n##INFO=<ID=A>\n##contig=<ID=1>\n").unwrap();
        let holed = dictionaries("##FORMAT=<ID=B,IDX=2>\n").unwrap();
        assert!(large.includes(&small) && large.includes(&large) && large.includes(&holed));
        assert!(!small.includes(&large) && !large.includes(&other) && !other.includes(&small));
        let text = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        assert!(!large.includes(&Dictionaries::of(&Header::parse(text.as_bytes()).unwrap()).unwrap()));
    }

    #[test]
    fn genotypes_of_another_version_may_mean_something_else() {
        let of = |version: &str| {
            let text = format!("##fileformat={version}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
            Dictionaries::of(&Header::parse(text.as_bytes()).unwrap()).unwrap()
        };
        let says = |version: &str| of(version).leading_phase();
        assert_eq!(["VCFv4.4", "VCFv4.5", "VCFv4.10", "VCFv5.0"].map(says), [true; 4]);
        assert_eq!(["VCFv4.3", "VCFv4.1", "VCFv3.9", "VCFv4", "4.4", ""].map(says), [false; 6]);
        assert!(of("VCFv4.5").includes(&of("VCFv4.4")) && of("VCFv4.2").includes(&of("VCFv4.3")));
        assert!(!of("VCFv4.4").includes(&of("VCFv4.3")) && !of("VCFv4.3").includes(&of("VCFv4.4")));
    }
}
