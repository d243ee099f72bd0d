//! Numbers as exact decimals, however large or long: nothing is rounded.
//!
//! `1`, `1.0` and `10e-1` are the same number and a whole one. An exponent beyond 64 bits counts
//! as the largest that fits. Everything takes time linear in the digits.
use std::cmp::Ordering;

/// How many digits a `u64` holds, whatever they are.
const SMALL_DIGITS: usize = 19;

/// A number without leading or trailing zeros: `digits × 10^exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    digits: Digits,
    exponent: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Digits {
    /// At most 19 digits; 0 for the number 0.
    Small(u64),
    /// More, as ASCII.
    Long(Box<[u8]>),
}

impl Decimal {
    /// Reads a number as JSON writes it.
    pub(crate) fn read(text: &[u8]) -> Self {
        let negative = text.first() == Some(&b'-');
        let end = text.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(text.len());
        let (mantissa, written) = text.split_at_checked(end).unwrap_or((text, &[]));
        let point = mantissa.iter().position(|byte| *byte == b'.');
        let behind_point = point.map_or(0, |point| mantissa.len() - point - 1);
        let digits = || mantissa.iter().copied().filter(u8::is_ascii_digit);
        let trailing = digits().rev().take_while(|digit| *digit == b'0').count();
        let leading = digits().take_while(|digit| *digit == b'0').count();
        let total = digits().count();
        if leading == total {
            return Self { negative: false, digits: Digits::Small(0), exponent: 0 };
        }
        let kept = digits().skip(leading).take(total - leading - trailing);
        let digits = if total - leading - trailing <= SMALL_DIGITS {
            Digits::Small(kept.fold(0, |value, digit| value * 10 + u64::from(digit - b'0')))
        } else {
            Digits::Long(kept.collect())
        };
        let shift = wide(trailing).saturating_sub(wide(behind_point));
        Self { negative, digits, exponent: exponent(written).saturating_add(shift) }
    }

    /// Whether it has no fraction.
    pub(crate) fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is more than 0.
    pub(crate) fn is_positive(&self) -> bool {
        !self.negative && !self.is_zero()
    }

    fn is_zero(&self) -> bool {
        matches!(self.digits, Digits::Small(0))
    }

    /// Its value, if it is whole, not negative and fits.
    pub(crate) fn as_u64(&self) -> Option<u64> {
        let Digits::Small(digits) = self.digits else { return None };
        if self.negative {
            return None;
        }
        10u64.checked_pow(u32::try_from(self.exponent).ok()?)?.checked_mul(digits)
    }

    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (1, 1) => self.compare_magnitude(other),
            (-1, -1) => other.compare_magnitude(self),
            (mine, theirs) => mine.cmp(&theirs),
        }
    }

    fn sign(&self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let (mut mine, mut theirs) = ([0; 20], [0; 20]);
        let (mine, theirs) = (self.digits(&mut mine), other.digits(&mut theirs));
        let top = |number: &Self, digits: &[u8]| number.exponent.saturating_add(wide(digits.len()));
        top(self, mine).cmp(&top(other, theirs)).then_with(|| mine.cmp(theirs))
    }

    /// Its digits as ASCII, without zeros at either end.
    fn digits<'a>(&'a self, buffer: &'a mut [u8; 20]) -> &'a [u8] {
        let mut rest = match &self.digits {
            Digits::Long(digits) => return digits,
            Digits::Small(small) => *small,
        };
        let mut unused = buffer.len();
        for slot in buffer.iter_mut().rev() {
            if rest == 0 {
                break;
            }
            *slot = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
            unused -= 1;
        }
        buffer.get(unused..).unwrap_or_default()
    }

    /// Whether it is a whole multiple of `unit`.
    pub(crate) fn is_multiple_of(&self, unit: &Unit) -> bool {
        if self.is_zero() {
            return true;
        }
        // Without trailing zeros of its own, a number has none that a larger unit would need.
        let Some(shift) =
            self.exponent.checked_sub(unit.exponent).and_then(|shift| u64::try_from(shift).ok())
        else {
            return false;
        };
        let modulus = u128::from(unit.digits);
        let mut buffer = [0; 20];
        let digits = self.digits(&mut buffer);
        let rest = digits
            .iter()
            .fold(0, |rest: u128, digit| (rest * 10 + u128::from(digit - b'0')) % modulus);
        (rest * power_of_ten(shift, modulus)).is_multiple_of(modulus)
    }

    /// Writes it so that equal numbers, and only those, give equal bytes.
    pub(crate) fn write_canonical(&self, out: &mut Vec<u8>) {
        out.push(if self.negative { b'-' } else { b'+' });
        let mut buffer = [0; 20];
        out.extend_from_slice(self.digits(&mut buffer));
        out.push(b'e');
        out.extend_from_slice(&self.exponent.to_be_bytes());
    }
}

/// What `multipleOf` divides by: `digits × 10^exponent`, more than 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    digits: u64,
    exponent: i64,
}

impl Unit {
    /// None for 0, a negative number, and one of more than 19 digits.
    pub(crate) fn new(number: &Decimal) -> Option<Self> {
        match number.digits {
            Digits::Small(digits) if number.is_positive() => {
                Some(Self { digits, exponent: number.exponent })
            }
            _ => None,
        }
    }
}

/// 10 to the power of `exponent`, modulo a number below 2^64.
fn power_of_ten(mut exponent: u64, modulus: u128) -> u128 {
    let (mut power, mut square) = (1 % modulus, 10 % modulus);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = power * square % modulus;
        }
        square = square * square % modulus;
        exponent >>= 1;
    }
    power
}

/// The value of `e+12`; 0 for nothing.
fn exponent(written: &[u8]) -> i64 {
    let negative = written.get(1) == Some(&b'-');
    let digits = written.iter().filter(|byte| byte.is_ascii_digit());
    let value = digits.fold(0i64, |value, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    });
    if negative { -value } else { value }
}

fn wide(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        Decimal::read(text.as_bytes())
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        for (a, b) in [
            ("1", "1.0"),
            ("1", "10e-1"),
            ("0", "-0.00e7"),
            ("100", "1e2"),
            ("0.001", "1E-3"),
            ("12345678901234567890123", "1234567890123456789012300e-2"),
        ] {
            assert_eq!(number(a), number(b), "{a} {b}");
            assert_eq!(number(a).compare(&number(b)), Ordering::Equal);
        }
    }

    #[test]
    fn order_is_exact_where_floats_round() {
        for (less, more) in [
            ("9007199254740992", "9007199254740993"),
            ("18446744073709551615", "18446744073709551616"),
            ("0.1", "0.10000000000000000000000001"),
            ("-1e400", "-1e399"),
            ("-1", "0"),
            ("0", "1e-400"),
            ("99", "1e2"),
            ("1e308", "1e309"),
            ("-2", "1"),
            ("1", "1e99999999999999999999999"),
            ("1e-99999999999999999999999", "1"),
        ] {
            assert_eq!(number(less).compare(&number(more)), Ordering::Less, "{less} {more}");
            assert_eq!(number(more).compare(&number(less)), Ordering::Greater);
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (value, unit, expected) in [
            ("10", "2", true),
            ("7", "2", false),
            ("0", "1.5", true),
            ("4.5", "1.5", true),
            ("35", "1.5", false),
            ("0.0075", "0.0001", true),
            ("0.00751", "0.0001", false),
            ("1.1", "0.1", true),
            ("20", "20", true),
            ("4", "20", false),
            ("100", "20", true),
            ("50", "20", false),
            ("-9", "3", true),
            ("1e308", "0.123456789", false),
            ("12391239123", "1e-8", true),
            ("1e99999999999999999999", "3", false),
            ("3e99999999999999999999", "3", true),
            ("9007199254740993", "2", false),
        ] {
            let unit = Unit::new(&number(unit)).unwrap();
            assert_eq!(number(value).is_multiple_of(&unit), expected, "{value} {unit:?}");
        }
        assert_eq!(Unit::new(&number("0")), None);
        assert_eq!(Unit::new(&number("-1")), None);
        assert_eq!(Unit::new(&number("1.00000000000000000001")), None);
    }

    #[test]
    fn counts_come_back_as_integers() {
        assert_eq!(number("1.2e3").as_u64(), Some(1200));
        assert_eq!(number("1.5").as_u64(), None);
        assert_eq!(number("-1").as_u64(), None);
        assert_eq!(number("18446744073709551615").as_u64(), None);
        assert_eq!(number("1e19").as_u64(), Some(10_000_000_000_000_000_000));
        assert_eq!(number("1e20").as_u64(), None);
    }

    proptest! {
        #[test]
        fn agrees_with_integers(a: i64, b: i64, unit in 1u64..10_000) {
            let (x, y) = (number(&a.to_string()), number(&b.to_string()));
            prop_assert_eq!(x.compare(&y), a.cmp(&b));
            let divisor = Unit::new(&number(&unit.to_string())).unwrap();
            prop_assert_eq!(x.is_multiple_of(&divisor), a.unsigned_abs() % unit == 0);
            prop_assert!(x.is_whole());
        }

        #[test]
        fn never_panics(text in "-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,25})?") {
            let number = number(&text);
            prop_assert_eq!(number.compare(&number), Ordering::Equal);
            if let Some(unit) = Unit::new(&number) {
                prop_assert!(number.is_multiple_of(&unit));
            }
        }
    }
}
