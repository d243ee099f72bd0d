//! National identity numbers: forms that are unmistakable, or check digits that agree.
use super::Span;
use crate::class::Class;

/// The longest word that is looked at: an Italian tax code has 16 characters, a French number with
/// its spaces 21.
const WORD_BYTES_MAX: usize = 24;

/// Finds numbers that stand alone as a word.
pub(super) fn ids(text: &[u8], spans: &mut Vec<Span>) {
    let mut start = 0;
    for word in text.split(|byte| !is_inner(*byte)) {
        let trimmed = word.trim_ascii_start();
        let from = start + word.len() - trimmed.len();
        let body = trimmed.iter().rposition(u8::is_ascii_alphanumeric);
        let body = body.and_then(|last| trimmed.get(..=last)).unwrap_or_default();
        if (9..=WORD_BYTES_MAX).contains(&body.len()) && is_id(body) {
            spans.push((Class::NationalId, from..from + body.len()));
        }
        start += word.len() + 1;
    }
}

const fn is_inner(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

fn is_id(word: &[u8]) -> bool {
    const KINDS: [fn(&[u8]) -> bool; 7] =
        [us_ssn, uk_nino, es_dni, it_codice, fr_nir, br_cpf, se_personnummer];
    KINDS.iter().any(|kind| kind(word))
}

/// Whether the word has this shape: `d` a digit, `A` a letter of either case, else itself.
fn fits(word: &[u8], shape: &[u8]) -> bool {
    word.len() == shape.len()
        && word.iter().zip(shape).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_alphabetic(),
            _ => byte == wanted,
        })
}

fn digits(word: &[u8]) -> Vec<u64> {
    word.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| u64::from(byte - b'0')).collect()
}

/// The number that these digits write. More than 19 of them write none that fits any form.
fn number(digits: &[u64]) -> u64 {
    digits.iter().fold(0, |sum: u64, digit| sum.wrapping_mul(10).wrapping_add(*digit))
}

/// United States: social security number, in the ranges that are given out ("Social Security
/// Administration: randomization").
fn us_ssn(word: &[u8]) -> bool {
    let area = || number(digits(word).get(..3).unwrap_or_default());
    fits(word, b"ddd-dd-dddd") && !matches!(area(), 0 | 666 | 900..)
}

/// United Kingdom: national insurance number.
fn uk_nino(word: &[u8]) -> bool {
    fits(word, b"AAddddddA")
        && word.last().is_some_and(|last| matches!(last.to_ascii_uppercase(), b'A'..=b'D'))
}

/// Spain: DNI and NIE, whose letter is the number modulo 23.
fn es_dni(word: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let upper = word.to_ascii_uppercase();
    if !fits(&upper, b"ddddddddA") && !fits(&upper, b"AdddddddA") {
        return false;
    }
    let [first, .., last] = upper.as_slice() else { return false };
    let leading = match first {
        b'X' | b'0'..=b'9' => 0,
        b'Y' => 1,
        b'Z' => 2,
        _ => return false,
    };
    let power = if first.is_ascii_digit() { 0 } else { 10_000_000 };
    let rest = (leading * power + number(&digits(&upper))) % 23;
    usize::try_from(rest).ok().and_then(|at| LETTERS.get(at)) == Some(last)
}

/// Italy: codice fiscale.
fn it_codice(word: &[u8]) -> bool {
    fits(word, b"AAAAAAddAddAdddA")
}

/// France: NIR, whose key is 97 less the number modulo 97.
fn fr_nir(word: &[u8]) -> bool {
    let digits = digits(word);
    let Some((body, key)) = digits.split_at_checked(13) else { return false };
    let sex = matches!(body.first(), Some(1 | 2));
    let month = (1..=12).contains(&number(body.get(3..5).unwrap_or_default()));
    word.len() == 15 && key.len() == 2 && sex && month && number(key) == 97 - number(body) % 97
}

/// Brazil: CPF as people write it, with its two check digits.
fn br_cpf(word: &[u8]) -> bool {
    let digits = digits(word);
    let check = |count: usize| {
        let weights = (2..=count as u64 + 1).rev();
        let sum: u64 =
            digits.iter().take(count).zip(weights).map(|(digit, weight)| digit * weight).sum();
        sum * 10 % 11 % 10
    };
    fits(word, b"ddd.ddd.ddd-dd")
        && digits.get(9) == Some(&check(9))
        && digits.get(10) == Some(&check(10))
}

/// Sweden: personnummer with its dash, a date and a Luhn digit.
fn se_personnummer(word: &[u8]) -> bool {
    let short = match word.len() {
        13 => word.get(2..).unwrap_or_default(),
        _ => word,
    };
    let digits = digits(short);
    let part = |range: std::ops::Range<usize>| number(digits.get(range).unwrap_or_default());
    let sum: u64 = digits
        .iter()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    fits(short, b"dddddd-dddd")
        && (1..=12).contains(&part(2..4))
        && matches!(part(4..6), 1..=31 | 61..=91)
        && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_length_of_digits_is_too_much() {
        for digits in 0..=WORD_BYTES_MAX {
            for digit in ["0", "1", "9"] {
                for word in [digit.repeat(digits), format!("X{}", digit.repeat(digits))] {
                    ids(word.as_bytes(), &mut Vec::new());
                    ids(format!("{word}A").as_bytes(), &mut Vec::new());
                }
            }
        }
    }
}
