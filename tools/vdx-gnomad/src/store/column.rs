//! The values of one field in a block.

use std::collections::HashMap;

use super::codes;
use super::describe::Guess;
use super::number::Style;
use crate::values::Values;

/// Values that are looked at to find the style of a column.
const SAMPLE: u32 = 64;

/// Numbers from here on are kept as texts, so that codes never overflow.
const TOO_LARGE: u64 = 1 << 60;

/// How a value is kept.
enum Kept {
    Code(u64),
    Number(u64),
    Text(u64),
}

/// Appends column `at` of all `rows` as it stands in a file.
pub(crate) fn encode(values: &Values, rows: u32, at: usize, guesses: &[Guess], out: &mut Vec<u8>) {
    let style = style(values, rows, at);
    let (mut texts, mut places) = (Vec::new(), HashMap::new());
    let mut printed = Vec::new();
    let mut last: Option<(&[u8], u64)> = None;
    let kept: Vec<Kept> = (0..rows)
        .map(|row| {
            let Some(text) = values.get(row, at) else { return Kept::Code(0) };
            let right = |guess: &Guess| is_right(*guess, style, values, row, text, &mut printed);
            // gnomAD's AF is AC / AN in a certain number of digits: what can be printed from other columns takes a
            // code and no bytes. Only where it comes out as the very text, as readers get gnomAD's own digits back.
            if let Some(guess) = guesses.iter().position(right) {
                return Kept::Code(guess as u64 + 1);
            }
            if let Some(number) = style.parse(text).filter(|&number| number < TOO_LARGE) {
                return Kept::Number(number);
            }
            // FILTER is mostly what it was the record before.
            let place = match last.filter(|(other, _)| *other == text) {
                Some((_, place)) => place,
                None => *places.entry(text).or_insert_with(|| {
                    texts.push(text);
                    texts.len() as u64 - 1
                }),
            };
            last = Some((text, place));
            Kept::Text(place)
        })
        .collect();
    let (first, factor) = (guesses.len() as u64 + 1, if texts.is_empty() { 1 } else { 2 });
    let codes: Vec<u64> = kept
        .into_iter()
        .map(|kept| match kept {
            Kept::Code(code) => code,
            Kept::Number(number) => first + number * factor,
            Kept::Text(place) => first + place * 2 + 1,
        })
        .collect();
    out.extend_from_slice(&[style.to_byte(), u8::from(!texts.is_empty())]);
    codes::put(out, &codes);
    if !texts.is_empty() {
        out.extend_from_slice(&(texts.len() as u32).to_le_bytes());
        codes::put(out, &texts.iter().map(|text| text.len() as u64).collect::<Vec<_>>());
        texts.iter().for_each(|text| out.extend_from_slice(text));
    }
}

/// The style of most values.
fn style(values: &Values, rows: u32, at: usize) -> Style {
    let mut counts: Vec<(Style, u32)> = Vec::new();
    let texts = (0..rows).filter_map(|row| values.get(row, at));
    let some = texts.clone().step_by((texts.count() as u32 / SAMPLE).max(1) as usize);
    // Zeros and other short texts are like many styles; they count, but the first of equals is the more telling one.
    for style in some.flat_map(Style::of) {
        match counts.iter_mut().find(|(known, _)| *known == style) {
            Some((_, count)) => *count += 1,
            None => counts.push((style, 1)),
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(Style::Fixed(0), |(style, _)| *style)
}

fn is_right(guess: Guess, style: Style, values: &Values, row: u32, text: &[u8], printed: &mut Vec<u8>) -> bool {
    match guess {
        Guess::Same(other) => values.get(row, other) == Some(text),
        Guess::Ratio(part, whole) => {
            printed.clear();
            let numbers =
                values.get(row, part).and_then(whole_number).zip(values.get(row, whole).and_then(whole_number));
            numbers.is_some_and(|(part, whole)| style.print_ratio(part, whole, printed).is_some()) && printed == text
        }
    }
}

/// A count, as ratios take it.
pub(crate) fn whole_number(text: &[u8]) -> Option<u64> {
    Style::Fixed(0).parse(text).filter(|number| number & 1 == 0).map(|number| number >> 1)
}

/// A column as it was read.
#[derive(Debug)]
pub(crate) struct Column {
    /// How its numbers are printed.
    pub(crate) style: Style,
    codes: Vec<u64>,
    /// Ends in `letters`.
    texts: Option<Vec<usize>>,
    letters: Vec<u8>,
}

/// What a code stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// None.
    Missing,
    /// What the guess of this number says.
    Guess(usize),
    /// A number of the column's style.
    Number(u64),
    /// This.
    Text(&'a [u8]),
}

impl Column {
    /// Reads a column of `rows` values; `None`: damaged.
    pub(crate) fn decode(mut bytes: &[u8], rows: usize) -> Option<Self> {
        let head = bytes.split_off(..2)?;
        let style = Style::from_byte(head[0])?;
        let codes = codes::get(&mut bytes, rows)?;
        let texts = match head[1] {
            0 => None,
            _ => {
                let count = codes::get_u32(&mut bytes)? as usize;
                let mut end = 0usize;
                let sizes = codes::get(&mut bytes, count)?.into_iter();
                let ends: Option<Vec<usize>> = sizes
                    .map(|size| {
                        end = end.checked_add(usize::try_from(size).ok()?)?;
                        Some(end)
                    })
                    .collect();
                Some(ends.filter(|_| end == bytes.len())?)
            }
        };
        Some(Self { style, codes, texts, letters: bytes.to_vec() })
    }

    /// The value of a row, in a column of `guesses` guesses; `None`: damaged.
    pub(crate) fn value(&self, row: usize, guesses: usize) -> Option<Value<'_>> {
        let code = *self.codes.get(row)?;
        if code == 0 {
            return Some(Value::Missing);
        }
        let Some(number) = code.checked_sub(guesses as u64 + 1) else { return Some(Value::Guess(code as usize - 1)) };
        let Some(texts) = &self.texts else { return Some(Value::Number(number)) };
        if number & 1 == 0 {
            return Some(Value::Number(number >> 1));
        }
        let place = usize::try_from(number >> 1).ok()?;
        let end = *texts.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| texts[before]);
        Some(Value::Text(&self.letters[start..end]))
    }
}
