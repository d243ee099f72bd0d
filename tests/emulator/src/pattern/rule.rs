//! One rule of a pattern, held against one leaf of an event.
use std::net::IpAddr;

use serde_json::Value;

use super::text::Text;

/// The rules that EventBridge documents.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    /// A string, a number, `true`, `false` or `null`.
    Is(Value),
    /// `prefix`, `suffix`, `equals-ignore-case`, `wildcard`
    Like(Text),
    /// `anything-but` these values
    Other(Vec<Value>),
    /// `anything-but` texts that look like one of these
    Unlike(Vec<Text>),
    /// `numeric`
    Within(Range),
    /// `cidr`
    Network(Network),
    /// `exists`: held against the place, not against a leaf
    Exists(bool),
}

/// The bounds of `numeric`, each with whether the bound itself counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Range {
    pub(super) from: Option<(f64, bool)>,
    pub(super) to: Option<(f64, bool)>,
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    base: IpAddr,
    bits: u32,
}

/// Numbers beyond this are not compared (EventBridge user guide, "Numeric matching").
pub(super) const NUMBER_MAX: f64 = 5.0e9;

impl Rule {
    pub(super) fn holds(&self, leaf: &Value) -> bool {
        match self {
            Self::Is(value) => is_same(value, leaf),
            Self::Like(text) => leaf.as_str().is_some_and(|leaf| text.holds(leaf)),
            Self::Other(values) => !values.iter().any(|value| is_same(value, leaf)),
            Self::Unlike(texts) => {
                !leaf.as_str().is_some_and(|leaf| texts.iter().any(|text| text.holds(leaf)))
            }
            Self::Within(range) => leaf.as_f64().is_some_and(|number| range.holds(number)),
            Self::Network(network) => leaf.as_str().is_some_and(|leaf| network.holds(leaf)),
            Self::Exists(there) => *there,
        }
    }
}

/// Numbers are the same if they are written the same: 300 is not 300.0.
fn is_same(rule: &Value, leaf: &Value) -> bool {
    match (rule, leaf) {
        (Value::Number(rule), Value::Number(leaf)) => rule.to_string() == leaf.to_string(),
        _ => rule == leaf,
    }
}

impl Range {
    fn holds(&self, number: f64) -> bool {
        let above = self.from.is_none_or(|(from, own)| number > from || (own && number >= from));
        let below = self.to.is_none_or(|(to, own)| number < to || (own && number <= to));
        (-NUMBER_MAX..=NUMBER_MAX).contains(&number) && above && below
    }
}

impl Network {
    /// Reads `10.0.0.0/24` or `2001:db8::/32`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (base, bits) = text.split_once('/')?;
        let base: IpAddr = base.parse().ok()?;
        let bits: u32 = bits.parse().ok()?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self { base, bits })
    }

    fn holds(&self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else { return false };
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differs = base.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.bits
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differs = base.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}
