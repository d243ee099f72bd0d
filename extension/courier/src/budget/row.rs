//! Names and values in the tables.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::Blob;
use std::collections::HashMap;
use tollgate_budget::store::{Row, Standing};
use tollgate_budget::{Amount, CallerId, LeaseId};
use tollgate_link::{Cause, Failure};

/// An item, as the SDK has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The partition key of both tables, a string.
pub(super) const KEY: &str = "pk";
/// When an item may go, in seconds since 1970: the attribute for time to live.
pub(super) const EXPIRES: &str = "expires";
/// The sum of all leases of a row, less what was returned.
pub(super) const GRANTED: &str = "granted";
/// The limit that the last lease was taken under; for people.
pub(super) const LIMIT: &str = "limit";
/// Environments that asked in this window.
pub(super) const ENVIRONMENTS: &str = "environments";
/// Names of leases that were returned.
pub(super) const RETURNED: &str = "returned";
/// What a caller used.
pub(super) const USED: &str = "used";
/// The last report that was added.
pub(super) const LAST: &str = "last";
/// Callers that are over their bound.
pub(super) const OVER: &str = "over";
/// The chain, sequence number and hash of the anchored head of a ledger.
pub(super) const ANCHOR: [&str; 3] = ["anchorChain", "anchorSeq", "anchorHead"];

/// Digits that a number of `DynamoDB` holds exactly ("Amazon DynamoDB Developer Guide": data types).
const DIGITS_MAX: u128 = 10_u128.pow(38);

/// How long a row stays after its window, in seconds.
const KEPT_S: u64 = 86_400;

/// An amount as a number.
pub(super) fn number(amount: Amount) -> Result<AttributeValue, Failure> {
    if amount.0 >= DIGITS_MAX {
        return Err(Failure::new(Cause::Refused, "an amount of more than 38 digits"));
    }
    Ok(AttributeValue::N(amount.0.to_string()))
}

/// A small number.
pub(super) fn count(count: u64) -> AttributeValue {
    AttributeValue::N(count.to_string())
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A lease's name: the first 8 of its 16 random bytes tell those of one row apart.
pub(super) fn short(id: LeaseId) -> Blob {
    let name: Option<[u8; 8]> = id.0.to_be_bytes().first_chunk().copied();
    Blob::new(name.unwrap_or_default())
}

/// A caller's name.
pub(super) fn caller(id: CallerId) -> Blob {
    Blob::new(id.0.to_be_bytes())
}

/// A caller of a set.
pub(super) fn caller_of(blob: &Blob) -> Option<CallerId> {
    Some(CallerId(u64::from_be_bytes(blob.as_ref().try_into().ok()?)))
}

/// When a window's row may go.
pub(super) fn expires(row: &Row) -> AttributeValue {
    count((row.span.end_ms / 1000).saturating_add(KEPT_S))
}

/// The number in an attribute; zero where it is missing or none.
pub(super) fn amount_of(item: &Item, name: &str) -> Amount {
    let number = item.get(name).and_then(|it| it.as_n().ok()?.parse().ok());
    Amount(number.unwrap_or_default())
}

/// How a row stands.
pub(super) fn standing(item: &Item) -> Standing {
    let environments = amount_of(item, ENVIRONMENTS).0;
    Standing {
        granted: amount_of(item, GRANTED),
        environments: u32::try_from(environments).unwrap_or(u32::MAX),
    }
}
