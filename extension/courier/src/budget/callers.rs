//! What callers used, added up over the fleet: an item each, so that no item is hot, and one item
//! for those who are over.

use super::Table;
use super::row::{
    EXPIRES, Item, LAST, OVER, USED, amount_of, caller, caller_of, count, expires, number, short,
};
use crate::aws;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_smithy_types::Blob;
use tollgate_budget::store::{CALLERS_MAX, CallerUse, Callers, CallersStanding, Row, Said};
use tollgate_budget::{Amount, CallerId};
use tollgate_link::{Cause, Failure};

/// Callers that are told to be over, at most.
const OVER_MAX: u64 = 256;

/// What a caller used in a row's window as far as the fleet was told, and how many callers are over.
pub(crate) async fn sums(
    table: &Table,
    row: &Row,
    caller: Option<CallerId>,
) -> Result<(Amount, usize), Failure> {
    let used = match caller {
        Some(caller) => amount_of(&table.read(&row.caller_key(caller)).await?, USED),
        None => Amount::ZERO,
    };
    let over = table.read(&format!("{}#over", row.key())).await?;
    let over = over.get(OVER).and_then(|it| it.as_bs().ok()).map_or(0, Vec::len);
    Ok((used, over))
}

/// Adds a report to the sums. Where it breaks off, what was added so far is the answer; what is
/// left was not added.
pub(super) async fn add_up(table: &Table, report: &Callers) -> Result<Said, Failure> {
    let mut used = Vec::new();
    for one in report.used.iter().take(CALLERS_MAX) {
        match add(table, report, *one).await {
            Ok(amount) => used.push(CallerUse { caller: one.caller, amount }),
            Err(failure) if used.is_empty() => return Err(failure),
            Err(_) => break,
        }
    }
    let fresh = used.iter().filter(|one| one.amount >= report.limit);
    let fresh: Vec<Blob> = fresh.map(|one| caller(one.caller)).collect();
    let item = over(table, report, fresh).await?;
    let set = item.get(OVER).and_then(|it| it.as_bs().ok());
    let over = set.into_iter().flatten().filter_map(caller_of).collect();
    Ok(Said::Callers(CallersStanding { used, over }))
}

/// Adds one caller's use; gives its sum.
async fn add(table: &Table, report: &Callers, one: CallerUse) -> Result<Amount, Failure> {
    let key = report.row.caller_key(one.caller);
    let sent = table
        .update(&key)
        .update_expression("SET #last = :id, #expires = :expires ADD #used :amount")
        .condition_expression("attribute_not_exists(#last) OR #last <> :id")
        .expression_attribute_names("#last", LAST)
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_names("#used", USED)
        .expression_attribute_values(":id", AttributeValue::B(short(report.id)))
        .expression_attribute_values(":expires", expires(&report.row))
        .expression_attribute_values(":amount", number(one.amount)?);
    match sent.customize().interceptor(table.clock.clone()).send().await {
        Ok(done) => Ok(amount_of(&done.attributes.unwrap_or_default(), USED)),
        Err(error) => match error.as_service_error() {
            // The network delivered the report twice. Not every service shows the item with that.
            Some(UpdateItemError::ConditionalCheckFailedException(told)) => match &told.item {
                Some(item) => Ok(amount_of(item, USED)),
                None => Ok(amount_of(&table.read(&key).await?, USED)),
            },
            _ => Err(aws::failure(&error)),
        },
    }
}

/// Notes who is over; gives the item that names all of them.
async fn over(table: &Table, report: &Callers, fresh: Vec<Blob>) -> Result<Item, Failure> {
    let key = format!("{}#over", report.row.key());
    if fresh.is_empty() {
        return table.read(&key).await;
    }
    let sent = table
        .update(&key)
        .return_values(ReturnValue::AllNew)
        .update_expression("SET #expires = :expires ADD #over :fresh")
        .condition_expression("attribute_not_exists(#over) OR size(#over) < :most")
        .expression_attribute_names("#over", OVER)
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_values(":expires", expires(&report.row))
        .expression_attribute_values(":fresh", AttributeValue::Bs(fresh))
        .expression_attribute_values(":most", count(OVER_MAX));
    match sent.customize().interceptor(table.clock.clone()).send().await {
        Ok(done) => Ok(done.attributes.unwrap_or_default()),
        Err(error) => {
            let failure = aws::failure(&error);
            // It names as many as it may.
            if failure.cause == Cause::Condition { table.read(&key).await } else { Err(failure) }
        }
    }
}
