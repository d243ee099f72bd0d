//! Orders and budgets: who is denied, what has no room, what an event is charged.
use serde_json::Value;
use tollgate_budget::{CallerKey, Charge, Over, Stop, Subject, Usage, request_units};
use tollgate_event::Classified;

use super::Case;
use super::prove::Proved;
use super::senders::{self, Said, Sender};
use crate::checks::{self, Check, Setting};
use crate::desk::{Desk, Here, Owed};
use crate::facts::{BudgetFact, CostFacts, Spent};

/// The longest invocation there is: 15 minutes (AWS Lambda Developer Guide, "Lambda quotas").
const LONGEST_MS: u64 = 900_000;
/// The longest init phase (the same, "Lambda execution environment lifecycle").
const INIT_MS_MOST: u64 = 10_000;

/// Is anybody who is behind the event denied, or any budget spent? Nothing is taken.
pub(super) fn admit(case: &mut Case<'_>) {
    open(case);
    for (item, id) in denied(case) {
        fire_at(case, checks::DENY_ORDER, None, item, &format!("order `{id}`"));
    }
    let Some(mut charge) = charge(case) else { return };
    let now_ms = case.moment().unix_ms;
    let stops = case.desk().books().map(|books| books.admit(&mut charge, now_ms));
    case.charge = Some(charge);
    for stop in stops.unwrap_or_default() {
        fire(case, &stop);
    }
}

/// Takes what the event may cost. A budget that had room when it was admitted and has none now
/// fires, on the items of its caller or, where it must come to an end, on the whole event; then
/// nothing is taken yet, and it is false.
pub(super) fn reserve(case: &mut Case<'_>, ends: bool) -> bool {
    let Some(mut charge) = case.charge.take() else { return true };
    if let Some(filtered) = &case.filtered {
        charge.without(|index| filtered.out.binary_search(&index).is_ok());
    }
    let now_ms = case.moment().unix_ms;
    let Some(books) = case.desk().books() else { return true };
    let hold = match books.reserve(&mut charge, now_ms) {
        Ok(hold) => hold,
        Err(stops) => {
            case.charge = Some(charge);
            for mut stop in stops {
                if ends {
                    stop.items.clear();
                }
                fire(case, &stop);
            }
            return false;
        }
    };
    let cost = books.tariff().price(&charge.usage());
    let uses = books.uses(&hold, now_ms);
    charge_refused_items(case);
    case.desk().note_books();
    let prices = case.desk().prices;
    case.spent = Some(Box::new(Spent {
        cost: CostFacts { reserved: cost, prices },
        budgets: uses.into_iter().map(BudgetFact::from).collect(),
    }));
    let owed = Owed::new(hold, &case.event().raw().invocation().request_id);
    case.owe(owed);
    true
}

/// A refused event is charged to its caller; one that is refused for some of its items, to theirs.
pub(super) fn refused(case: &mut Case<'_>, check: &Check) {
    open(case);
    if case.refused_by.is_none() && case.senders.is_some() {
        charge_refused_items(case);
    } else if is_callers(check)
        && let Some(charge) = asked(case).or_else(|| charge(case))
    {
        let now_ms = case.moment().unix_ms;
        if let Some(books) = case.desk().books() {
            books.refused(&charge, &[], is_by_budget(check), now_ms);
        }
    }
    case.desk().note_books();
}

/// What was asked of the whole event.
fn asked(case: &mut Case<'_>) -> Option<Charge> {
    case.charge.take().filter(|_| case.filtered.is_none())
}

/// Items that were refused alone are charged to their own callers.
fn charge_refused_items(case: &mut Case<'_>) {
    let (mut by_budget, mut others) = (Vec::new(), Vec::new());
    for (index, check) in case.refused_items.iter().filter(|(_, check)| is_callers(check)) {
        if is_by_budget(check) { &mut by_budget } else { &mut others }.push(*index);
    }
    // That of the stages before may be for the rest of the batch alone.
    if by_budget.is_empty() && others.is_empty() {
        return;
    }
    let Some(charge) = charge(case) else { return };
    let now_ms = case.moment().unix_ms;
    let Some(books) = case.desk().books() else { return };
    for (items, by_budget) in [(by_budget, true), (others, false)] {
        if !items.is_empty() {
            books.refused(&charge, &items, by_budget, now_ms);
        }
    }
}

/// Whether a refusal is its caller's: not the policy's own, nor ours.
fn is_callers(check: &Check) -> bool {
    !matches!(check.family(), "policy" | "internal")
}

fn is_by_budget(check: &Check) -> bool {
    matches!(check.family(), "budget" | "deny")
}

fn open(case: &mut Case<'_>) {
    if !case.policy().spending.is_used() {
        return;
    }
    let policy = case.policy();
    let (event, desk) = case.event_and_desk();
    desk.open_books(policy);
    desk.turn_to(&event.raw().invocation().function_arn);
    if case.said.is_none() {
        senders::note(case);
    }
}

fn fire(case: &mut Case<'_>, stop: &Stop) {
    let id = if stop.is_spent { checks::BUDGET_SPENT } else { checks::BUDGET_UNAVAILABLE };
    let setting = match stop.over {
        Over::Refuse | Over::Quarantine => None,
        Over::Observe | Over::Alert => Some(Setting::Observe),
    };
    if setting.is_none() {
        case.retry_ms = case.retry_ms.max(stop.wait_ms);
        case.store_whole |= stop.over == Over::Quarantine;
    }
    let Stop { budget, unit, scope, items, .. } = stop;
    let detail = format!("`{budget}`: {unit} of the {scope}");
    if items.is_empty() {
        fire_at(case, id, setting, None, &detail);
    }
    for index in items {
        fire_at(case, id, setting, Some(*index), &detail);
    }
}

/// Fires on an item, or on the whole event.
fn fire_at(
    case: &mut Case<'_>,
    id: &'static str,
    setting: Option<Setting>,
    item: Option<u32>,
    detail: &str,
) {
    let sender = item.and_then(|index| case.senders.as_ref()?.get(usize::try_from(index).ok()?));
    let at = sender.map(|sender| sender.at.clone()).unwrap_or_default();
    case.fire_as(id, setting, item, at, detail.to_owned());
}

/// The orders that deny the event, or items of it.
fn denied(case: &mut Case<'_>) -> Vec<(Option<u32>, String)> {
    let fleets = case.policy().spending.fleets();
    let now_ms = case.moment().unix_ms;
    let Case { event, desk, proved, senders, said, .. } = case;
    let Desk { orders, books, here, .. } = &mut **desk;
    let Some(orders) = orders.as_ref() else { return Vec::new() };
    if let Some(books) = books {
        books.order(orders.orders(), now_ms);
    }
    let source = event.assertions().source.arn.as_deref();
    let subject = Subject { function: &here.function, fleets: &fleets, source };
    if let Some(order) = orders.denies(&subject, now_ms) {
        return vec![(None, order.id.clone())];
    }
    let mut denied = Vec::new();
    let mut ask = |key: &CallerKey, item: Option<(u32, &Sender)>| {
        let value = value(event, proved, said.as_ref(), key, item);
        let order = value.and_then(|value| orders.denies_caller(key, &value, now_ms));
        denied.extend(order.map(|order| (item.map(|(index, _)| index), order.id.clone())));
    };
    for key in orders.keys() {
        match senders {
            Some(senders) if senders::is_of_items(event, key) => {
                (0..).zip(senders.iter()).for_each(|item| ask(key, Some(item)));
            }
            _ => ask(key, None),
        }
    }
    denied
}

/// What the event may cost, and whom it is counted for.
fn charge(case: &mut Case<'_>) -> Option<Charge> {
    let ceiling_ms = case.ceilings().time_ms;
    let now_ms = case.moment().unix_ms;
    let Case { event, desk, proved, senders, said, .. } = case;
    let Desk { books, here, .. } = &**desk;
    let books = books.as_ref()?;
    let deadline_ms = event.raw().invocation().deadline_ms;
    let lambda_ms = if deadline_ms == 0 { LONGEST_MS } else { deadline_ms.saturating_sub(now_ms) };
    let worst_ms = ceiling_ms.unwrap_or(LONGEST_MS).min(lambda_ms).max(1);
    let bytes = event.raw().body().len() as u64;
    let usage = Usage {
        billed_ms: books.foreseen_ms(worst_ms).saturating_add(init_ms(here, now_ms)),
        requests: request_units(bytes, event.trigger().is_async()),
        restored: here.cold_start,
        bytes,
    };
    let senders = senders.as_deref().unwrap_or_default();
    let weights = senders.iter().map(|sender| sender.bytes).collect();
    Some(books.charge_items(usage, weights, |key, index| {
        let sender = usize::try_from(index).ok().and_then(|at| senders.get(at));
        value(event, proved, said.as_ref(), key, sender.map(|sender| (index, sender)))
    }))
}

/// The init phase is billed with the first invocation (AWS Compute Blog, "AWS Lambda standardizes
/// billing for INIT Phase", 2025).
fn init_ms(here: &Here, now_ms: u64) -> u64 {
    let is_billed = here.cold_start && here.initialization == "on-demand" && here.started_ms > 0;
    if is_billed { now_ms.saturating_sub(here.started_ms).min(INIT_MS_MOST) } else { 0 }
}

/// The value of an event, or of an item, under a key of callers: by what was proved, or else by what
/// it says.
fn value(
    event: &Classified,
    proved: &Proved,
    said: Option<&Said>,
    key: &CallerKey,
    item: Option<(u32, &Sender)>,
) -> Option<String> {
    let item = item.filter(|_| senders::is_of_items(event, key));
    let caller = item.map_or(&event.assertions().caller, |(_, sender)| &sender.caller);
    match key {
        CallerKey::SourceIp => caller.source_ip.clone(),
        CallerKey::Principal => match item {
            Some((index, _)) => {
                let signer = proved.signer(Some(index)).map(str::to_owned);
                signer.or_else(|| caller.id.clone())
            }
            None => proved.caller(caller.clone()).id,
        },
        CallerKey::ApiKey => caller.key_id.clone(),
        CallerKey::At(place) => item.map(|(_, it)| &it.said).or(said)?.at(place).cloned(),
        CallerKey::Tenant => event.raw().invocation().tenant_id.clone(),
        CallerKey::Jwt(name) => {
            let own = proved.holds().then(|| proved.claims.get(name)).flatten();
            own.map(text).or_else(|| CLAIMS.iter().find_map(|at| event.told_at(at, name)))
        }
    }
}

/// A claim as a text; what is none counts as it is written.
fn text(claim: &Value) -> String {
    claim.as_str().map_or_else(|| claim.to_string(), str::to_owned)
}

/// Where the authorizers of API Gateway and AppSync hand on the claims that they verified (Amazon API
/// Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers" and "Integrate a REST
/// API with a user pool"; AWS AppSync Developer Guide, "Resolver context object reference").
const CLAIMS: [&[&str]; 3] = [
    &["requestContext", "authorizer", "jwt", "claims"],
    &["requestContext", "authorizer", "claims"],
    &["identity", "claims"],
];
