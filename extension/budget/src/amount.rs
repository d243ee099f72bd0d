//! What budgets count, in whole base units: never a float.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Events that went to the function.
    Invocations,
    /// Memory times billed time. Base unit: one megabyte for one millisecond; a GB-second has
    /// 1,024,000 of them (AWS Lambda pricing: GB is configured memory / 1024, time is rounded up
    /// to 1 ms).
    GbSeconds,
    /// Money. Base unit: one picodollar, 10⁻¹² US dollars.
    Usd,
    /// Events that the function answered with an error, or not at all.
    Errors,
    /// Events that were refused.
    Refusals,
    /// Bytes of events.
    Bytes,
}

/// So much of a unit, in its base units.
///
/// Written as decimal digits in text, so that no reader turns it into a float.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub u128);

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnAmount {
    /// It is no decimal number.
    Form,
    /// It carries the mark of another unit.
    OtherUnit,
    /// It is zero or negative.
    TooSmall,
    /// It has more decimals than the unit can tell apart.
    TooFine,
    /// It is over [`Unit::most`].
    TooLarge,
}

/// Sizes of bytes as people write them.
const SIZES: [(&str, u128); 8] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 6] =
        [Self::Invocations, Self::GbSeconds, Self::Usd, Self::Errors, Self::Refusals, Self::Bytes];

    /// Its name in policies and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invocations => "invocations",
            Self::GbSeconds => "gb_seconds",
            Self::Usd => "usd",
            Self::Errors => "errors",
            Self::Refusals => "refusals",
            Self::Bytes => "bytes",
        }
    }

    /// How many base units make one.
    pub const fn base(self) -> u128 {
        match self {
            Self::GbSeconds => 1_024_000,
            Self::Usd => 1_000_000_000_000,
            Self::Invocations | Self::Errors | Self::Refusals | Self::Bytes => 1,
        }
    }

    /// The most that a budget may be, in base units: 10¹⁵ of what is counted, a billion dollars.
    /// Far below what the counters hold, so that no sum of them overflows.
    pub const fn most(self) -> Amount {
        match self {
            Self::Usd => Amount(1_000_000_000 * self.base()),
            _ => Amount(1_000_000_000_000_000 * self.base()),
        }
    }

    /// Whether it is taken before an event passes. Errors and refusals are known afterwards.
    pub const fn is_reserved(self) -> bool {
        !matches!(self, Self::Errors | Self::Refusals)
    }

    /// Reads a positive amount: `25`, `0.5`; bytes also as `10MiB`.
    pub fn parse(self, text: &str) -> Result<Amount, NotAnAmount> {
        let size = SIZES.iter().find_map(|(mark, by)| Some((text.strip_suffix(mark)?, *by)));
        let (digits, by) = match size {
            Some(_) if self != Self::Bytes => return Err(NotAnAmount::OtherUnit),
            Some(sized) => sized,
            None if text.starts_with('$') || text.ends_with("USD") => {
                return Err(NotAnAmount::OtherUnit);
            }
            None => (text, self.base()),
        };
        let amount = decimal(digits, by)?;
        if amount > self.most().0 { Err(NotAnAmount::TooLarge) } else { Ok(Amount(amount)) }
    }

    /// An amount as people read it: whole units and up to six decimals, rounded up.
    pub fn show(self, amount: Amount) -> String {
        let base = self.base();
        if base == 1 {
            return amount.0.to_string();
        }
        let step = (base / 1_000_000).max(1);
        let fine = amount.0.div_ceil(step);
        let per_unit = base / step;
        let (whole, rest) = (fine / per_unit, fine % per_unit);
        let decimals = format!("{:06}", rest * 1_000_000 / per_unit);
        match decimals.trim_end_matches('0') {
            "" => whole.to_string(),
            decimals => format!("{whole}.{decimals}"),
        }
    }
}

/// A positive decimal number times `by`, exactly.
fn decimal(text: &str, by: u128) -> Result<u128, NotAnAmount> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(part) {
        return Err(NotAnAmount::Form);
    }
    let part = part.trim_end_matches('0');
    if digits.len() < text.len() || (part.is_empty() && whole.bytes().all(|b| b == b'0')) {
        return Err(NotAnAmount::TooSmall);
    }
    let whole: u128 = whole.parse().map_err(|_| NotAnAmount::TooLarge)?;
    let whole = whole.checked_mul(by).ok_or(NotAnAmount::TooLarge)?;
    let places = u32::try_from(part.len()).ok().filter(|places| *places <= 18);
    let scale = 10_u128.pow(places.ok_or(NotAnAmount::TooFine)?);
    let part = if part.is_empty() { 0 } else { part.parse().map_err(|_| NotAnAmount::Form)? };
    let part: u128 = u128::checked_mul(part, by).ok_or(NotAnAmount::TooLarge)?;
    if !part.is_multiple_of(scale) {
        return Err(NotAnAmount::TooFine);
    }
    whole.checked_add(part / scale).ok_or(NotAnAmount::TooLarge)
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// One base unit.
    pub const ONE: Self = Self(1);

    /// The sum; the most there can be where it is more.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference; nothing where the other is more.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The same in 64 bits; the most that they hold where it is more.
    pub fn narrow(self) -> u64 {
        u64::try_from(self.0).unwrap_or(u64::MAX)
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// So many hundredths of it, rounded up.
    #[must_use]
    pub const fn percent(self, percent: u8) -> Self {
        Self(self.0.saturating_mul(percent as u128).div_ceil(100))
    }
}

impl FromStr for Amount {
    type Err = NotAnAmount;

    /// Base units as decimal digits; zero is one.
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAnAmount::Form);
        }
        text.parse().map(Self).map_err(|_| NotAnAmount::TooLarge)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("not an amount in decimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_amounts_exactly() {
        for (unit, text, base) in [
            (Unit::Usd, "25", 25_000_000_000_000),
            (Unit::Usd, "0.000000000001", 1),
            (Unit::Usd, "0.10", 100_000_000_000),
            (Unit::GbSeconds, "0.5", 512_000),
            (Unit::GbSeconds, "0.0009765625", 1_000),
            (Unit::Bytes, "10MiB", 10_485_760),
            (Unit::Bytes, "0.5KiB", 512),
            (Unit::Invocations, "0050", 50),
        ] {
            assert_eq!(unit.parse(text), Ok(Amount(base)), "{text}");
        }
    }

    #[test]
    fn tells_wrong_amounts_apart() {
        for (unit, text, wrong) in [
            (Unit::Usd, "", NotAnAmount::Form),
            (Unit::Usd, "1e3", NotAnAmount::Form),
            (Unit::Usd, "1.", NotAnAmount::Form),
            (Unit::Usd, ".5", NotAnAmount::Form),
            (Unit::Usd, "NaN", NotAnAmount::Form),
            (Unit::Usd, "1,5", NotAnAmount::Form),
            (Unit::Usd, "+1", NotAnAmount::Form),
            (Unit::Usd, "0", NotAnAmount::TooSmall),
            (Unit::Usd, "0.000", NotAnAmount::TooSmall),
            (Unit::Usd, "-1", NotAnAmount::TooSmall),
            (Unit::Usd, "0.0000000000001", NotAnAmount::TooFine),
            (Unit::Usd, "1000000001", NotAnAmount::TooLarge),
            (Unit::Usd, "340282366920938463463374607431768211456", NotAnAmount::TooLarge),
            (Unit::Usd, "10MiB", NotAnAmount::OtherUnit),
            (Unit::Invocations, "$5", NotAnAmount::OtherUnit),
            (Unit::Invocations, "5USD", NotAnAmount::OtherUnit),
            (Unit::Invocations, "1.5", NotAnAmount::TooFine),
            (Unit::Invocations, "10KB", NotAnAmount::OtherUnit),
            (Unit::Bytes, "0MiB", NotAnAmount::TooSmall),
        ] {
            assert_eq!(unit.parse(text), Err(wrong), "{text}");
        }
    }

    #[test]
    fn shows_what_people_read_and_never_less_than_it_is() {
        assert_eq!(Unit::Usd.show(Amount(25_000_000_000_000)), "25");
        assert_eq!(Unit::Usd.show(Amount(1)), "0.000001");
        assert_eq!(Unit::Usd.show(Amount(1_500_000_000_000)), "1.5");
        assert_eq!(Unit::GbSeconds.show(Amount(512_000)), "0.5");
        assert_eq!(Unit::Bytes.show(Amount(7)), "7");
    }
}
