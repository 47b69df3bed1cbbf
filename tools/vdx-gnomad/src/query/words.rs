//! Variants as people write them: `1-55505599-C-G`, `chr1:55505599:C:G`, `2:22317G>A`, `2 22317 G A`, and HGVS of genomic
//! sequences (HGVS nomenclature 21, DNA recommendations): `NC_000002.12:g.22317G>A`, `g.5_7del`, `g.5_6insAC`, `g.5dup`,
//! `g.5_7delinsT`.

use memchr::{memchr, memrchr};
use vdx_genome::Bases;
use vdx_hts::Result;
use vdx_vcf::line::parse_pos;

/// Chromosome, position, REF and ALT, as a word has them; `None` where it is no such word.
pub(crate) fn variant(word: &[u8]) -> Option<[&[u8]; 4]> {
    let word = word.trim_ascii();
    let parts: Vec<&[u8]> =
        word.split(u8::is_ascii_whitespace).map(<[u8]>::trim_ascii).filter(|part| !part.is_empty()).collect();
    let found = match parts[..] {
        [chrom, pos, reference, alt] => [chrom, pos, reference, alt],
        // Names of contigs may hold most of what else parts words.
        [_] => substitution(word).or_else(|| separated(word, b"-:")).or_else(|| separated(word, b"-:_/,"))?,
        _ => return None,
    };
    (parse_pos(found[1]).is_some() && found.iter().all(|part| !part.is_empty())).then_some(found)
}

/// `2:22317G>A`, `chr2:g.22317G>A`
fn substitution(word: &[u8]) -> Option<[&[u8]; 4]> {
    let at = memrchr(b':', word)?;
    let change = behind_kind(&word[at + 1..]);
    let (pos, change) = change.split_at(digits(change));
    let (reference, alt) = change.split_at(memchr(b'>', change)?);
    let is_bases = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_alphabetic);
    (is_bases(reference) && is_bases(&alt[1..])).then_some([&word[..at], pos, reference, &alt[1..]])
}

/// Four parts with one of these bytes between each; a symbolic ALT may hold them, too.
fn separated<'w>(word: &'w [u8], between: &[u8]) -> Option<[&'w [u8]; 4]> {
    let is_between = |byte: &u8| between.contains(byte);
    let cut = match word.last() {
        Some(b'>') => memrchr(b'<', word)?.checked_sub(1).filter(|&at| is_between(&word[at]))?,
        _ => word.iter().rposition(is_between)?,
    };
    let mut parts = word[..cut].rsplitn(3, is_between);
    let (reference, pos, chrom) = (parts.next()?, parts.next()?, parts.next()?);
    parse_pos(pos)?;
    Some([chrom, pos, reference, &word[cut + 1..]])
}

/// Without `g.` or `m.` in front.
fn behind_kind(change: &[u8]) -> &[u8] {
    change.strip_prefix(b"g.").or_else(|| change.strip_prefix(b"m.")).unwrap_or(change)
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// POS, 1-based, REF and ALT.
pub(crate) type Alleles = (u32, Vec<u8>, Vec<u8>);

/// A change that needs the reference to be written as REF and ALT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change<'w> {
    /// The contig.
    pub(crate) chrom: &'w [u8],
    /// First and last base, 1-based.
    first: u32,
    last: u32,
    edit: Edit<'w>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit<'w> {
    /// They are deleted, and these come in their place.
    Delins(&'w [u8]),
    /// Between them come these.
    Insert(&'w [u8]),
    /// They come once more.
    Duplicate,
}

impl<'w> Change<'w> {
    /// Reads a deletion, insertion, duplication, or both of the first in one; `None` for any other word.
    pub(crate) fn parse(word: &'w [u8]) -> Option<Self> {
        let word = word.trim_ascii();
        let at = memrchr(b':', word).filter(|&at| at > 0)?;
        let change = word[at + 1..].strip_prefix(b"g.").or_else(|| word[at + 1..].strip_prefix(b"m."))?;
        let (first, rest) = change.split_at(digits(change));
        let first = parse_pos(first).filter(|first| *first > 0)?;
        let (last, edit) = match rest.strip_prefix(b"_") {
            Some(rest) => (parse_pos(&rest[..digits(rest)])?, &rest[digits(rest)..]),
            None => (first, rest),
        };
        let bases =
            |text: &'w [u8]| (!text.is_empty() && text.iter().all(|byte| b"ACGTNacgtn".contains(byte))).then_some(text);
        // What is deleted or doubled may stand behind the word.
        let told = |text: &'w [u8]| (text.is_empty() || bases(text).is_some()).then_some(());
        let edit = if let Some(inserted) = edit.strip_prefix(b"delins") {
            Edit::Delins(bases(inserted)?)
        } else if let Some(deleted) = edit.strip_prefix(b"del") {
            told(deleted)?;
            Edit::Delins(b"")
        } else if let Some(inserted) = edit.strip_prefix(b"ins") {
            Edit::Insert(bases(inserted).filter(|_| last == first + 1)?)
        } else {
            told(edit.strip_prefix(b"dup")?)?;
            Edit::Duplicate
        };
        (first <= last).then_some(Self { chrom: &word[..at], first, last, edit })
    }

    /// POS, REF and ALT, by the bases of its contig; `None` where it reaches beyond them.
    ///
    /// # Errors
    /// The reference cannot be read.
    pub(crate) fn alleles(&self, contig: &mut impl Bases) -> Result<Option<Alleles>> {
        let Self { first, last, edit, .. } = *self;
        let length = (last - first + 1) as usize;
        let mut own = Vec::new();
        contig.copy(first, length, &mut own)?;
        if own.len() < length {
            return Ok(None);
        }
        let (anchor, reference, alt) = match edit {
            Edit::Delins(inserted) if !inserted.is_empty() => {
                return Ok(Some((first, own, inserted.to_ascii_uppercase())));
            }
            // At the start of a contig the base behind stands for the one before (VCF 4.5, section 1.6.1, field 4).
            Edit::Delins(_) if first == 1 => {
                let Some(behind) = contig.base(last + 1)? else { return Ok(None) };
                own.push(behind);
                return Ok(Some((1, own, vec![behind])));
            }
            Edit::Delins(_) => (first - 1, own, Vec::new()),
            Edit::Insert(inserted) => (first, Vec::new(), inserted.to_ascii_uppercase()),
            Edit::Duplicate => (last, Vec::new(), own),
        };
        let Some(base) = contig.base(anchor)? else { return Ok(None) };
        let with = |bases: Vec<u8>| [vec![base], bases].concat();
        Ok(Some((anchor, with(reference), with(alt))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_words() {
        for (word, expected) in [
            ("1-55505599-C-G", "1 55505599 C G"),
            ("chr1:5:CAT:c", "chr1 5 CAT c"),
            ("HLA-A*01:01-5-C-G", "HLA-A*01:01 5 C G"),
            ("chr1_KI270706v1_random-5-C-G", "chr1_KI270706v1_random 5 C G"),
            ("1_5_C_G", "1 5 C G"),
            ("1/5/C/G", "1 5 C G"),
            ("1:5 ", "-"),
            ("1:5,C,G", "1 5 C G"),
            ("1-5-C-G,T", "1 5 C G,T"),
            ("2:22317G>A", "2 22317 G A"),
            ("chr2:g.22317g>a\t", "chr2 22317 g a"),
            ("NC_000002.12:g.22317G>A", "NC_000002.12 22317 G A"),
            ("MT:m.7A>G", "MT 7 A G"),
            ("2 22317 G A", "2 22317 G A"),
            ("2\t22317\tG\tA\r", "2 22317 G A"),
            ("1-300-N-<INS:ME:ALU>", "1 300 N <INS:ME:ALU>"),
            ("", "-"),
            ("rs12x", "-"),
            ("1-5-C", "-"),
            ("1-x-C-G", "-"),
            ("1-5--G", "-"),
            ("1-5-C-", "-"),
            ("-5-C-G", "-"),
            ("1 5 C", "-"),
            ("NC_000002.12:g.5_7del", "-"),
        ] {
            let found = variant(word.as_bytes());
            let text = found.map_or("-".to_owned(), |parts| String::from_utf8_lossy(&parts.join(&b' ')).into_owned());
            assert_eq!(text, expected, "{word}");
        }
    }

    #[test]
    fn changes_become_alleles() {
        let mut contig = &b"ACGTTTGCA"[..];
        for (word, expected) in [
            ("1:g.4del", "3 GT G"),
            ("1:g.4_6delTTT", "3 GTTT G"),
            ("1:g.1_2del", "1 ACG G"),
            ("1:g.2_3insAa", "2 C CAA"),
            ("1:g.6dup", "6 T TT"),
            ("1:g.2_3dup", "3 G GCG"),
            ("1:g.2_3delinsTTA", "2 CG TTA"),
            ("1:g.8_12del", "beyond"),
            ("1:g.2insA", "none"),
            ("1:g.3_2del", "none"),
            ("1:g.2_3ins", "none"),
            ("1:c.2del", "none"),
            ("1:g.2_3inv", "none"),
        ] {
            let found = Change::parse(word.as_bytes()).map(|change| change.alleles(&mut contig).unwrap());
            let text = match found {
                None => "none".to_owned(),
                Some(None) => "beyond".to_owned(),
                Some(Some((pos, reference, alt))) => {
                    format!("{pos} {} {}", String::from_utf8_lossy(&reference), String::from_utf8_lossy(&alt))
                }
            };
            assert_eq!(text, expected, "{word}");
        }
    }
}
