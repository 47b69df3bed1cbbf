//! The digits and the exponent of a text, where it is the very text that a style prints.

/// The digits of `text`, which must be as [`super::backward::Backward::fixed`] prints them.
pub(super) fn fixed(text: &[u8], decimals: usize) -> Option<u64> {
    let whole = text.len().checked_sub(if decimals == 0 { 0 } else { decimals + 1 })?;
    let (before, behind) = text.split_at(whole);
    if before.is_empty() || (before[0] == b'0' && whole > 1) {
        return None;
    }
    let behind = if decimals == 0 { behind } else { behind.strip_prefix(b".")? };
    number(behind, number(before, 0)?)
}

/// Digits and exponent of `d.ddde-dd`.
pub(super) fn exponential(text: &[u8], decimals: usize) -> Option<(u64, i32)> {
    let size = if decimals == 0 { 1 } else { decimals + 2 };
    let (mantissa, rest) = text.split_at_checked(size)?;
    let digits = fixed(mantissa, decimals)?;
    let (below, power) = match rest {
        [b'e', b'-', power @ ..] => (true, power),
        [b'e', b'+', power @ ..] => (false, power),
        _ => return None,
    };
    if !matches!(power, [_, _] | [b'1'..=b'9', _, _]) {
        return None;
    }
    let power = number(power, 0)? as i32;
    let proper = if digits == 0 { power == 0 && !below } else { mantissa[0] != b'0' && !(power == 0 && below) };
    proper.then_some((digits, if below { -power } else { power }))
}

/// Digits and exponent of what `%#.6g` prints.
pub(super) fn general(text: &[u8]) -> Option<(u64, i32)> {
    if text.contains(&b'e') {
        return exponential(text, 5).filter(|(digits, exponent)| *digits > 0 && !(-4..6).contains(exponent));
    }
    let point = text.iter().position(|&byte| byte == b'.')?;
    let (before, behind) = (&text[..point], &text[point + 1..]);
    if before == b"0" {
        let zeros = behind.iter().take_while(|&&byte| byte == b'0').count();
        return match behind.len() - zeros {
            0 if zeros == 5 => Some((0, 0)),
            6 if zeros < 4 => Some((number(behind, 0)?, -1 - zeros as i32)),
            _ => None,
        };
    }
    let proper = before.len() + behind.len() == 6 && before.first().is_some_and(|&byte| byte != b'0');
    Some((number(behind, number(before, 0)?)?, before.len() as i32 - 1)).filter(|_| proper)
}

/// The digits behind those of `value`.
fn number(text: &[u8], mut value: u64) -> Option<u64> {
    for &byte in text {
        value = value.checked_mul(10)?.checked_add(digit(byte)?)?;
    }
    Some(value)
}

pub(super) fn sign(text: &[u8]) -> (bool, &[u8]) {
    text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest))
}

fn digit(byte: u8) -> Option<u64> {
    byte.is_ascii_digit().then(|| u64::from(byte - b'0'))
}
