//! Ids that were seen, all over the fleet: one conditional write each.

use super::Table;
use super::row::{EXPIRES, KEY, count, text};
use crate::aws;
use tollgate_link::budget::{MarkSeen, Marked};
use tollgate_link::{Cause, Failure};

/// Marks an id, if it is not marked. `DynamoDB` removes what expired within days, so the moment of
/// asking decides.
pub(crate) async fn mark(table: &Table, ask: &MarkSeen) -> Result<Marked, Failure> {
    let put = table
        .client
        .put_item()
        .table_name(&table.name)
        .item(KEY, text(&ask.key))
        .item(EXPIRES, count(ask.expires_s))
        .condition_expression("attribute_not_exists(#key) OR #expires < :now")
        .expression_attribute_names("#key", KEY)
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_values(":now", count(ask.now_s));
    match put.send().await {
        Ok(_) => Ok(Marked { first: true }),
        Err(error) => {
            let failure = aws::failure(&error);
            if failure.cause == Cause::Condition {
                Ok(Marked { first: false })
            } else {
                Err(failure)
            }
        }
    }
}
