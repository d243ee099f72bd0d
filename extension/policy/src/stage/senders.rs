//! Batches whose items name callers of their own: each item with its caller.
use tollgate_budget::{CallerKey, Plan};
use tollgate_event::{Caller, Classified};

use super::Case;

/// An item, and whom it says that it is from.
#[derive(Debug)]
pub(super) struct Sender {
    /// Where the item stands.
    pub(super) at: String,
    /// How many bytes it has.
    pub(super) bytes: u64,
    pub(super) caller: Caller,
}

/// The senders of a batch, where a budget or an order tells callers apart by what its items say.
pub(super) fn of(case: &Case<'_>) -> Option<Vec<Sender>> {
    let event = &case.event;
    if !event.trigger().names_callers_of_items() {
        return None;
    }
    let counted = |plan: &Plan| plan.scope.caller().is_some_and(CallerKey::is_of_items);
    let denied = || case.desk.orders.as_ref().map_or(&[][..], |orders| orders.keys());
    let is_asked = case.policy.spending.budgets.iter().any(counted)
        || denied().iter().any(CallerKey::is_of_items);
    let senders = if is_asked { read(event)? } else { Vec::new() };
    (!senders.is_empty()).then_some(senders)
}

fn read(event: &Classified) -> Option<Vec<Sender>> {
    let sender = |item: tollgate_event::Item| {
        let caller = event.caller_of(&item)?;
        Some(Sender { at: item.pointer, bytes: item.span.len() as u64, caller })
    };
    event.batch().into_iter().map(sender).collect()
}
