//! Whom callers are told apart by: what the event says of them, and each item of a batch.
use tollgate_budget::CallerKey;
use tollgate_event::{Caller, Classified};

use super::Case;
use crate::checks;

/// What it takes at most to look through a byte, in steps as detectors count them.
const STEPS_OF_A_BYTE: u64 = 4;

/// An item, and whom it says that it is from.
#[derive(Debug)]
pub(super) struct Sender {
    /// Where the item stands.
    pub(super) at: String,
    /// How many bytes it has.
    pub(super) bytes: u64,
    pub(super) caller: Caller,
    pub(super) said: Said,
}

/// What stands at the places that budgets and orders ask for.
#[derive(Debug, Default)]
pub(super) struct Said(Vec<(String, Option<String>)>);

impl Said {
    fn of(event: &Classified, item: Option<&[u8]>, places: &[&str], bytes_left: &mut u64) -> Self {
        let said = |place: &&str| ((*place).to_owned(), event.said(item, place, bytes_left));
        Self(places.iter().map(said).collect())
    }

    pub(super) fn at(&self, place: &str) -> Option<&String> {
        self.0.iter().find(|(known, _)| known == place)?.1.as_ref()
    }
}

/// Notes the senders of a batch, where a budget or an order tells callers apart by what its items
/// say; of an event that is no batch what it says itself.
pub(super) fn note(case: &mut Case<'_>) {
    let orders = case.desk.orders.as_ref().map_or(&[][..], |orders| orders.keys());
    let budgets = case.policy.spending.budgets.iter().filter_map(|plan| plan.scope.caller());
    let mut places = Vec::new();
    let mut is_asked = false;
    for key in budgets.chain(orders) {
        is_asked |= is_of_items(&case.event, key);
        if let CallerKey::At(place) = key
            && !places.contains(&place.as_str())
        {
            places.push(place.as_str());
        }
    }
    if !is_asked {
        return;
    }
    // One that would take longer is refused as one that detectors take too long for; where that is only
    // observed, the rest is nobody's.
    let most = case.policy.scan_work / STEPS_OF_A_BYTE;
    let mut bytes_left = most;
    let senders = read(&case.event, &places, &mut bytes_left);
    let mut whole = || Said::of(&case.event, None, &places, &mut bytes_left);
    let said = if senders.is_empty() { whole() } else { Said::default() };
    case.said = Some(said);
    case.senders = (!senders.is_empty()).then_some(senders);
    if bytes_left == 0 {
        let detail = format!("more than {most} bytes to find callers in");
        case.fire(checks::SCAN, String::new(), detail);
    }
}

/// Whether each item of an event's batch can have its own caller under a key.
pub(super) fn is_of_items(event: &Classified, key: &CallerKey) -> bool {
    match key {
        CallerKey::At(_) => true,
        key => key.is_of_items() && event.trigger().names_callers_of_items(),
    }
}

fn read(event: &Classified, places: &[&str], bytes_left: &mut u64) -> Vec<Sender> {
    let sender = |item: tollgate_event::Item| {
        let caller = event.caller_of(&item);
        let json = event.raw().body().get(item.span.clone());
        Sender {
            at: item.pointer,
            bytes: item.span.len() as u64,
            caller: caller.unwrap_or_else(|| event.assertions().caller.clone()),
            said: Said::of(event, json, places, bytes_left),
        }
    };
    event.batch().into_iter().map(sender).collect()
}
