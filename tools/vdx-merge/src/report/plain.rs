//! What the page says before its lists, in sentences that are read once.

use super::about::{About, MatchRun, grouped};
use super::tally::Tally;
use crate::table::trust::{Rarity, is_array};

/// A sentence, with the number or the words that it begins with in bold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// In bold; may be empty.
    pub(crate) lead: String,
    /// The rest.
    pub(crate) text: String,
}

fn sentence(lead: impl Into<String>, text: impl Into<String>) -> Sentence {
    Sentence { lead: lead.into(), text: text.into() }
}

/// Genes that are named in a sentence; the list has all.
const MOST_GENES: usize = 8;

/// What was found, of what matters most.
pub(crate) fn in_short(tally: &Tally, rarity: Rarity) -> Vec<Sentence> {
    let mut said = Vec::new();
    let (are, findings) = words_for(tally.pathogenic);
    said.push(match tally.pathogenic {
        0 => sentence("No finding", "is pathogenic or likely pathogenic with at least one review star."),
        count => sentence(
            format!("{} {findings}", grouped(count)),
            format!("{are} pathogenic or likely pathogenic with at least one review star."),
        ),
    });
    if tally.likely_wrong > 0 {
        let (are, _) = words_for(tally.likely_wrong);
        let errors = if tally.likely_wrong == 1 { "an error" } else { "errors" };
        let rest = if tally.likely_wrong < tally.pathogenic { " What follows leaves them out." } else { "" };
        said.push(sentence(
            format!("{} of them", grouped(tally.likely_wrong)),
            format!("{are} probably {errors} of the array: it often calls such rare variants wrongly.{rest}"),
        ));
    } else if tally.pathogenic > 0 && rarity == Rarity::NotChecked {
        said.push(sentence(
            "How many are errors",
            "is not known: without gnomAD's frequencies this page cannot tell rare calls, which arrays often get wrong.",
        ));
    }
    if tally.two_copies > 0 {
        let (are, _) = words_for(tally.two_copies);
        said.push(sentence(grouped(tally.two_copies), format!("{are} there in two copies.")));
    }
    if tally.only_copy > 0 {
        let (are, _) = words_for(tally.only_copy);
        let text = format!("{are} on the only copy there is (X or Y of a man, mitochondria).");
        said.push(sentence(grouped(tally.only_copy), text));
    }
    let genes = tally.genes_with_several();
    if !genes.is_empty() {
        let more = match genes.len().saturating_sub(MOST_GENES) {
            0 => String::new(),
            more => format!(" and {} more", grouped(more as u64)),
        };
        let named = genes.iter().take(MOST_GENES).cloned().collect::<Vec<_>>().join(", ");
        let noun = if genes.len() == 1 { "a gene" } else { "genes" };
        let text = format!(
            "{noun} with two or more different ones. Whether these lie on one copy of the gene or on both is not known."
        );
        said.push(sentence(format!("{named}{more}:"), text));
    }
    if tally.carrier > 0 {
        let verb = if tally.carrier == 1 { "is" } else { "are" };
        said.push(sentence(
            grouped(tally.carrier),
            format!(
                "{verb} one copy of a recessive condition. One copy of a recessive condition usually makes a carrier, not ill."
            ),
        ));
    }
    if tally.without_stars > 0 {
        let (are, findings) = words_for(tally.without_stars);
        let text = format!("{are} called pathogenic by somebody who gave no criteria (no stars).");
        said.push(sentence(format!("{} more {findings}", grouped(tally.without_stars)), text));
    }
    said
}

/// `is` or `are`, and the noun.
fn words_for(count: u64) -> (&'static str, &'static str) {
    if count == 1 { ("is", "finding") } else { ("are", "findings") }
}

/// What nobody should conclude from the page.
pub(crate) fn cannot_tell(about: &About, run: Option<&MatchRun>) -> Vec<Sentence> {
    let mut said = vec![sentence(
        "Nothing found rules nothing out.",
        "Most disease-causing variants are rare and not looked at here.",
    )];
    if let Some(run) = run.filter(|run| run.records > 0) {
        let share = percent(run.spoken, run.records);
        let (spoken, records) = (grouped(run.spoken), grouped(run.records));
        said.push(sentence(
            format!("{share} of ClinVar"),
            format!("lies at positions that the file has ({spoken} of {records} records). The rest was not tested."),
        ));
    }
    let no_calls = |count: u64, of: &str| {
        let positions = if count == 1 { "position" } else { "positions" };
        sentence(format!("{} {positions}", grouped(count)), format!("{of} without a result."))
    };
    match (about.rows, run) {
        (Some((rows, no_call)), _) if no_call > 0 => {
            said.push(no_calls(no_call, &format!("of the file's {} ({}) are", grouped(rows), percent(no_call, rows))));
        }
        (None, Some(run)) if run.no_calls > 0 => said.push(no_calls(run.no_calls, "of ClinVar are")),
        _ => {}
    }
    if !about.without_calls.is_empty() {
        let noun = if about.without_calls.len() == 1 { "chromosome" } else { "chromosomes" };
        let text = "The file may have been cut, or the test does not look there.";
        said.push(sentence(format!("No calls at all on {noun} {}.", runs(&about.without_calls)), text));
    }
    let array = is_array(about.vendor.as_deref().unwrap_or_default().as_bytes());
    said.push(if array {
        sentence("Not measured by arrays:", "most insertions and deletions, repeats, and missing or doubled pieces.")
    } else {
        sentence(
            "Not in such a file:",
            "positions that were read badly and not written; often repeats, and missing or doubled pieces.",
        )
    });
    let unproven = match (about.build_shown, about.strand_known) {
        (true, true) => None,
        (false, true) => Some("build"),
        (true, false) => Some("strand"),
        (false, false) => Some("build and strand"),
    };
    if let Some(what) = unproven {
        let text = "Too few letters could be compared with ClinVar: every finding may be wrong.";
        said.push(sentence(format!("Not proven: {what}."), text));
    }
    said
}

/// Names of chromosomes; three or more numbers in a row as `6 to 22`.
fn runs(names: &[String]) -> String {
    let number = |at: usize| names.get(at).and_then(|name| name.parse::<u32>().ok());
    let mut parts: Vec<String> = Vec::new();
    let mut at = 0;
    while at < names.len() {
        let mut last = at;
        while number(last).is_some() && number(last + 1) == number(last).map(|number| number + 1) {
            last += 1;
        }
        if last > at + 1 {
            parts.push(format!("{} to {}", names[at], names[last]));
        } else {
            parts.extend_from_slice(&names[at..=last]);
        }
        at = last + 1;
    }
    parts.join(", ")
}

/// A share with one decimal, or two significant digits below one percent.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    match share {
        share if part == 0 || share >= 1.0 => format!("{share:.1} %"),
        share if share >= 0.1 => format!("{share:.2} %"),
        share if share >= 0.01 => format!("{share:.3} %"),
        _ => "less than 0.01 %".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sentences: Vec<Sentence>) -> Vec<String> {
        sentences.into_iter().map(|sentence| format!("{} {}", sentence.lead, sentence.text)).collect()
    }

    #[test]
    fn what_was_found_is_said_in_sentences() {
        let none = texts(in_short(&Tally::default(), Rarity::NotChecked));
        assert_eq!(none, ["No finding is pathogenic or likely pathogenic with at least one review star."]);
        let tally = Tally {
            pathogenic: 1200,
            likely_wrong: 1100,
            two_copies: 1,
            carrier: 2,
            without_stars: 3,
            ..Tally::default()
        };
        let said = texts(in_short(&tally, Rarity::Checked));
        assert!(said[0].starts_with("1,200 findings are pathogenic"), "{said:?}");
        assert!(said[1].starts_with("1,100 of them are probably errors of the array"), "{said:?}");
        assert_eq!(said[2], "1 is there in two copies.");
        assert!(said[3].starts_with("2 are one copy of a recessive condition. One copy of a recessive"), "{said:?}");
        assert_eq!(said.len(), 5);
        let one = Tally { pathogenic: 1, ..Tally::default() };
        assert!(texts(in_short(&one, Rarity::NotChecked))[1].starts_with("How many are errors is not known"));
    }

    #[test]
    fn what_was_not_tested_is_said() {
        let about = About {
            vendor: Some("23andMe".into()),
            build_shown: true,
            strand_known: true,
            rows: Some((640_000, 8000)),
            without_calls: vec!["18".into(), "19".into()],
            ..About::default()
        };
        let run = MatchRun { records: 1_000_000, spoken: 26_000, no_calls: 7, ..MatchRun::default() };
        let said = texts(cannot_tell(&about, Some(&run)));
        assert!(said[0].starts_with("Nothing found rules nothing out."));
        assert!(said[1].starts_with("2.6 % of ClinVar lies at positions that the file has (26,000 of 1,000,000"));
        assert!(said[2].starts_with("8,000 positions of the file's 640,000 (1.2 %) are without"), "{said:?}");
        assert!(said[3].starts_with("No calls at all on chromosomes 18, 19."));
        assert!(said[4].starts_with("Not measured by arrays"));
        assert_eq!(said.len(), 5);
        let vcf = About { vendor: Some("VCF".into()), ..About::default() };
        let said = texts(cannot_tell(&vcf, Some(&run)));
        assert!(
            said[2].starts_with("7 positions of ClinVar are") && said[3].starts_with("Not in such a file"),
            "{said:?}"
        );
        assert!(said[4].starts_with("Not proven: build and strand."));
    }

    #[test]
    fn chromosomes_in_a_row_are_joined() {
        let of = |names: &str| runs(&names.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(of("1 3 4 6 7 8 22 X MT"), "1, 3, 4, 6 to 8, 22, X, MT");
        assert_eq!(of("18 19 20 21 22"), "18 to 22");
    }

    #[test]
    fn shares_keep_digits_that_mean_something() {
        let shares = [(0, 5), (26, 1000), (4, 1000), (4, 10_000), (1, 1_000_000), (5, 5)]
            .map(|(part, whole)| percent(part, whole));
        assert_eq!(shares, ["0.0 %", "2.6 %", "0.40 %", "0.040 %", "less than 0.01 %", "100.0 %"]);
    }
}
