//! Leases: one conditional update each, so that a row never grants more than its limit.
//!
//! A row stays below 1 KB while nothing is returned, so that an update costs one write unit. That is
//! why it does not hold every lease: sixteen slots remember the newest leases, so that an update which
//! the network delivers twice is applied once; and the names of returned leases are kept, at most
//! [`RETURNS_MAX`] of them, so that none is returned twice.

use super::Table;
use super::row::{
    ANCHOR, ENVIRONMENTS, EXPIRES, GRANTED, Item, KEY, LIMIT, RETURNED, count, expires, number,
    short, standing, text,
};
use crate::aws;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure,
};
use aws_smithy_types::Blob;
use tollgate_budget::store::{Lease, Return, Row, Said};
use tollgate_link::budget::Anchor;
use tollgate_link::{Cause, Failure};

/// Slots for the newest leases of a row.
const SLOTS: u128 = 16;

/// Returns that a row takes: 10 KB of names. Further ones are refused, and what they would give
/// back stays granted until the window ends.
const RETURNS_MAX: u64 = 1_000;

/// Adds a lease to its row, if the row has that much left.
pub(super) async fn lend(
    table: &Table,
    lease: &Lease,
    anchor: Option<&Anchor>,
) -> Result<Said, Failure> {
    if lease.amount > lease.limit {
        return Err(Failure::new(Cause::Refused, "a lease of more than the limit"));
    }
    let slot = format!("slot{:x}", lease.id.0 % SLOTS);
    let id = AttributeValue::B(short(lease.id));
    let mut update = "SET #granted = if_not_exists(#granted, :zero) + :amount, \
                      #environments = if_not_exists(#environments, :zero) + :newcomer, \
                      #limit = :limit, #expires = :expires, #slot = :id"
        .to_owned();
    let mut condition = "(attribute_not_exists(#granted) OR #granted <= :room) \
                         AND (attribute_not_exists(#slot) OR #slot <> :id)"
        .to_owned();
    let mut request = table
        .update(&lease.row.key())
        .expression_attribute_names("#granted", GRANTED)
        .expression_attribute_names("#environments", ENVIRONMENTS)
        .expression_attribute_names("#limit", LIMIT)
        .expression_attribute_names("#expires", EXPIRES)
        .expression_attribute_names("#slot", &slot)
        .expression_attribute_values(":zero", count(0))
        .expression_attribute_values(":amount", number(lease.amount)?)
        .expression_attribute_values(":newcomer", count(lease.newcomer.into()))
        .expression_attribute_values(":limit", number(lease.limit)?)
        .expression_attribute_values(":room", number(lease.limit.less(lease.amount))?)
        .expression_attribute_values(":expires", expires(&lease.row))
        .expression_attribute_values(":id", id.clone());
    if let Some(anchor) = anchor {
        update.push_str(", #chain = :chain, #seq = :seq, #head = :head");
        condition
            .push_str(" AND (attribute_not_exists(#chain) OR #chain <> :chain OR #seq <= :seq)");
        request = anchored(request, anchor);
    }
    let sent = request
        .return_values(ReturnValue::AllNew)
        .update_expression(update)
        .condition_expression(condition);
    match sent.customize().interceptor(table.clock.clone()).send().await {
        Ok(done) => Ok(Said::Granted(standing(&done.attributes.unwrap_or_default()))),
        Err(error) => {
            let item = table.refused(&lease.row, &error).await?;
            // The network delivered the update twice, and this is the answer to the second.
            let twice = item.get(&slot) == Some(&id);
            let standing = standing(&item);
            Ok(if twice { Said::Granted(standing) } else { Said::Refused(standing) })
        }
    }
}

fn anchored(request: UpdateItemFluentBuilder, anchor: &Anchor) -> UpdateItemFluentBuilder {
    let [chain, seq, head] = ANCHOR;
    request
        .expression_attribute_names("#chain", chain)
        .expression_attribute_names("#seq", seq)
        .expression_attribute_names("#head", head)
        .expression_attribute_values(":chain", text(&anchor.chain))
        .expression_attribute_values(":seq", count(anchor.seq))
        .expression_attribute_values(":head", AttributeValue::B(Blob::new(anchor.head)))
}

/// Takes the rest of a lease back, once.
pub(super) async fn take_back(table: &Table, rest: &Return) -> Result<Said, Failure> {
    let id = short(rest.lease);
    let sent = table
        .update(&rest.row.key())
        .update_expression("SET #granted = #granted - :amount ADD #returned :ids")
        .condition_expression(
            "#granted >= :amount AND (attribute_not_exists(#returned) \
             OR (NOT contains(#returned, :id) AND size(#returned) < :most))",
        )
        .expression_attribute_names("#granted", GRANTED)
        .expression_attribute_names("#returned", RETURNED)
        .expression_attribute_values(":amount", number(rest.amount)?)
        .expression_attribute_values(":ids", AttributeValue::Bs(vec![id.clone()]))
        .expression_attribute_values(":id", AttributeValue::B(id))
        .expression_attribute_values(":most", count(RETURNS_MAX));
    match sent.customize().interceptor(table.clock.clone()).send().await {
        Ok(_) => Ok(Said::Returned),
        Err(error) => {
            let failure = aws::failure(&error);
            if failure.cause == Cause::Condition { Ok(Said::NotReturned) } else { Err(failure) }
        }
    }
}

impl Table {
    /// An update of one item that gives back what it changed, or what stood in its way.
    pub(super) fn update(&self, key: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.name)
            .key(KEY, text(key))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
    }

    /// The row as it stood when its condition failed; any other failure stays one.
    async fn refused(&self, row: &Row, error: &SdkError<UpdateItemError>) -> Result<Item, Failure> {
        let failure = aws::failure(error);
        if failure.cause != Cause::Condition {
            return Err(failure);
        }
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(told)) if told.item.is_some() => {
                Ok(told.item.clone().unwrap_or_default())
            }
            // Not every table that speaks this language tells it.
            _ => self.read(&row.key()).await,
        }
    }

    /// An item as it is now; empty where there is none.
    pub(super) async fn read(&self, key: &str) -> Result<Item, Failure> {
        let sent = self.client.get_item().table_name(&self.name).key(KEY, text(key));
        let sent = sent.consistent_read(true).customize().interceptor(self.clock.clone());
        let got = sent.send().await.map_err(|error| aws::failure(&error))?;
        Ok(got.item.unwrap_or_default())
    }
}
