//! Patterns behind `~`: the basic regular expressions of POSIX with GNU's additions, which bcftools takes.

use regex::bytes::{Regex, RegexBuilder};

/// Compiles a pattern; `/i` at its end makes upper and lower case the same.
///
/// # Errors
/// What of the pattern cannot be had.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    let folded = pattern.strip_suffix("/i").filter(|rest| !rest.is_empty() && !rest.ends_with('\\'));
    let translated = translate(folded.unwrap_or(pattern))?;
    RegexBuilder::new(&translated)
        .case_insensitive(folded.is_some())
        .unicode(false)
        .dot_matches_new_line(true)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
            _ => "this is no basic regular expression".to_owned(),
        })
}

/// The pattern in the notation of the regex crate: in a basic one `(`, `)`, `{`, `}`, `+`, `?` and `|` stand for
/// themselves and have their meaning behind a backslash.
fn translate(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern.chars().peekable();
    // Where a `*` stands for itself and a `^` is an anchor.
    let mut start = true;
    while let Some(c) = rest.next() {
        let was_start = std::mem::replace(&mut start, false);
        match c {
            '\\' => match rest.next() {
                None => return Err("a pattern cannot end with '\\'".to_owned()),
                Some(c @ ('(' | '|')) => {
                    out.push(c);
                    start = true;
                }
                Some(c @ (')' | '{' | '}' | '+' | '?' | 'w' | 'W' | 's' | 'S' | 'b' | 'B')) => {
                    if !matches!(c, ')' | '{' | '}' | '+' | '?') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                Some('<') => out.push_str(r"\b{start}"),
                Some('>') => out.push_str(r"\b{end}"),
                Some('`') => out.push_str(r"\A"),
                Some('\'') => out.push_str(r"\z"),
                Some('1'..='9') => return Err("back-references such as \\1 are not offered".to_owned()),
                Some(c) => push_literal(c, &mut out),
            },
            '[' => bracket(&mut rest, &mut out)?,
            '.' => out.push('.'),
            '*' if was_start => out.push_str(r"\*"),
            '*' => out.push('*'),
            '^' if was_start => {
                out.push('^');
                start = true;
            }
            '$' => {
                let mut ahead = rest.clone();
                let ends = matches!((ahead.next(), ahead.next()), (None, _) | (Some('\\'), Some(')' | '|')));
                out.push_str(if ends { "$" } else { r"\$" });
            }
            c => push_literal(c, &mut out),
        }
    }
    Ok(out)
}

fn push_literal(c: char, out: &mut String) {
    let mut buffer = [0; 4];
    out.push_str(&regex::escape(c.encode_utf8(&mut buffer)));
}

/// `[...]`: a backslash and a `[` in it stand for themselves, a `]` at its start, too.
fn bracket(rest: &mut std::iter::Peekable<std::str::Chars>, out: &mut String) -> Result<(), String> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    while let Some(c) = rest.next() {
        match c {
            ']' if !first => {
                out.push(']');
                return Ok(());
            }
            '[' if rest.peek() == Some(&':') => {
                out.push('[');
                for c in rest.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            '[' if matches!(rest.peek(), Some('.' | '=')) => {
                return Err("[.x.] and [=x=] in a pattern are not offered".to_owned());
            }
            '-' => out.push('-'),
            c if c.is_ascii_punctuation() => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        first = false;
    }
    Err("'[' in a pattern lacks its ']'".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().is_match(text.as_bytes())
    }

    #[test]
    fn what_is_special_is_so_behind_a_backslash() {
        for (pattern, text, expected) in [
            ("a|b", "a", false),
            ("a|b", "xa|b", true),
            (r"a\|b", "b", true),
            ("a+", "aa", false),
            (r"a\+$", "aa", true),
            (r"^\(ab\)\{2\}$", "abab", true),
            ("(a)", "(a)", true),
            ("a.c*", "xab", true),
            ("*a", "*a", true),
            (r"\(*a\)", "*a", true),
            ("a^b$c", "a^b$c", true),
            ("^ab$", "xab", false),
            (r"\.", "a", false),
            ("a/I", "a", false),
            ("MISS/i", "missense", true),
            ("MISS", "missense", false),
            (r"\bsense\b", "mis sense", true),
            (r"\<sense\>", "missense", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn brackets_hold_anything() {
        for (pattern, text, expected) in [
            ("[]a]", "]", true),
            ("[^]a]", "]", false),
            (r"[\d]", "5", false),
            (r"[\d]", "\\", true),
            ("[[a]", "[", true),
            ("[a-c&&b]", "&", true),
            ("[[:digit:]x]", "5", true),
            ("[a-c]$", "xb", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_cannot_be_had_is_said() {
        for (pattern, message) in
            [(r"\(a\)\1", "back-references"), ("[a", "lacks its ']'"), ("a\\", "end with"), (r"\(a", "basic regular")]
        {
            assert!(compile(pattern).unwrap_err().contains(message), "{pattern}");
        }
    }
}
