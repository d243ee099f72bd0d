//! Ids that were seen, all over the fleet: one conditional write each.

use super::Table;
use super::row::{EXPIRES, KEY, count, text};
use crate::aws;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use tollgate_link::budget::{MarkSeen, MarkStep, Marked};
use tollgate_link::{Cause, Failure};

/// Whose a mark is while the function has the event.
const BY: &str = "by";

/// Makes, keeps or takes away a mark. `DynamoDB` removes what expired within days, so the moment of
/// asking decides.
pub(crate) async fn mark(table: &Table, ask: &MarkSeen) -> Result<Marked, Failure> {
    match ask.step {
        MarkStep::Claim => claim(table, ask).await,
        MarkStep::Keep => keep(table, ask).await,
        MarkStep::Free => free(table, ask).await,
    }
}

async fn claim(table: &Table, ask: &MarkSeen) -> Result<Marked, Failure> {
    let put = table
        .client
        .put_item()
        .table_name(&table.name)
        .item(KEY, text(&ask.key))
        .item(EXPIRES, count(ask.expires_s))
        .item(BY, text(&ask.by))
        .condition_expression("attribute_not_exists(#key) OR #expires < :now OR #by = :by")
        .expression_attribute_names("#key", KEY)
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_names("#by", BY)
        .expression_attribute_values(":now", count(ask.now_s))
        .expression_attribute_values(":by", text(&ask.by));
    told(put.send().await)
}

async fn keep(table: &Table, ask: &MarkSeen) -> Result<Marked, Failure> {
    let update = table
        .client
        .update_item()
        .table_name(&table.name)
        .key(KEY, text(&ask.key))
        .update_expression("SET #expires = :expires REMOVE #by")
        .condition_expression("#by = :by")
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_names("#by", BY)
        .expression_attribute_values(":expires", count(ask.expires_s))
        .expression_attribute_values(":by", text(&ask.by));
    told(update.send().await)
}

async fn free(table: &Table, ask: &MarkSeen) -> Result<Marked, Failure> {
    let delete = table
        .client
        .delete_item()
        .table_name(&table.name)
        .key(KEY, text(&ask.key))
        .condition_expression("#by = :by")
        .expression_attribute_names("#by", BY)
        .expression_attribute_values(":by", text(&ask.by));
    told(delete.send().await)
}

/// What the table said: a condition that does not hold is an answer.
fn told<T, E>(sent: Result<T, SdkError<E>>) -> Result<Marked, Failure>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match sent {
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
