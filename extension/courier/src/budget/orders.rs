//! Orders: an item for each function or fleet, and an attribute for each order. Functions read them;
//! operators write them, by another role.

use super::Table;
use super::row::{Item, KEY, amount_of, count, text};
use crate::aws;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use std::collections::HashMap;
use tollgate_budget::Order;
use tollgate_link::{Cause, Failure};

/// What an order's attribute is called, before its id.
const PREFIX: &str = "order#";

/// An order as it stands in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The order.
    pub order: Order,
    /// When it was given, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who gave it.
    pub by: String,
}

/// All orders of an item, the newest last. One that cannot be read is an error, so that it does
/// not pass for none.
pub(crate) async fn read(table: &Table, key: &str) -> Result<Vec<Given>, Failure> {
    orders(&table.read(key).await?)
}

/// Gives an order; one of the same id is replaced.
pub(crate) async fn give(table: &Table, key: &str, given: &Given) -> Result<(), Failure> {
    let order = serde_json::to_string(&given.order)
        .map_err(|_| Failure::new(Cause::Refused, "an order that cannot be written"))?;
    let value = HashMap::from([
        ("order".to_owned(), text(order)),
        ("at".to_owned(), count(given.at_ms)),
        ("by".to_owned(), text(&given.by)),
    ]);
    let sent = table
        .update(key)
        .update_expression("SET #order = :order")
        .expression_attribute_names("#order", format!("{PREFIX}{}", given.order.id))
        .expression_attribute_values(":order", AttributeValue::M(value));
    sent.send().await.map(drop).map_err(|error| aws::failure(&error))
}

/// Takes an order back; false where there was none of this id.
pub(crate) async fn take_back(table: &Table, key: &str, id: &str) -> Result<bool, Failure> {
    let sent = table
        .update(key)
        .return_values(ReturnValue::None)
        .update_expression("REMOVE #order")
        .condition_expression("attribute_exists(#order)")
        .expression_attribute_names("#order", format!("{PREFIX}{id}"));
    match sent.send().await {
        Ok(_) => Ok(true),
        Err(error) => {
            let failure = aws::failure(&error);
            if failure.cause == Cause::Condition { Ok(false) } else { Err(failure) }
        }
    }
}

fn orders(item: &Item) -> Result<Vec<Given>, Failure> {
    let bad = |name: &str| Failure::new(Cause::Refused, format!("`{name}` is no order"));
    let mut orders = Vec::new();
    for (name, value) in item.iter().filter(|(name, _)| *name != KEY) {
        let Some(id) = name.strip_prefix(PREFIX) else { continue };
        let value = value.as_m().map_err(|_| bad(name))?;
        let text = |name: &str| value.get(name).and_then(|it| it.as_s().ok());
        let order: Order = text("order")
            .and_then(|it| serde_json::from_str(it).ok())
            .filter(|order: &Order| order.id == id)
            .ok_or_else(|| bad(name))?;
        let at_ms = u64::try_from(amount_of(value, "at").0).unwrap_or(u64::MAX);
        orders.push(Given { order, at_ms, by: text("by").cloned().unwrap_or_default() });
    }
    orders.sort_by(|a, b| a.at_ms.cmp(&b.at_ms).then_with(|| a.order.id.cmp(&b.order.id)));
    Ok(orders)
}
