//! Orders and budgets: who is denied, what has no room, what an event is charged.
use serde_json::Value;
use tollgate_budget::{CallerKey, Charge, Over, Stop, Subject, Usage, request_units};
use tollgate_event::Classified;

use super::Case;
use super::prove::Proved;
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
    if let Some(id) = denied(case) {
        case.fire(checks::DENY_ORDER, String::new(), format!("order `{id}`"));
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
/// fires.
pub(super) fn reserve(case: &mut Case<'_>) {
    let Some(charge) = case.charge.take() else { return };
    let now_ms = case.moment().unix_ms;
    let Some(books) = case.desk().books() else { return };
    let hold = match books.reserve(&charge, now_ms) {
        Ok(hold) => hold,
        Err(stops) => {
            case.charge = Some(charge);
            for stop in &stops {
                fire(case, stop);
            }
            return;
        }
    };
    let cost = books.tariff().price(&charge.usage());
    let uses = books.uses(&hold, now_ms);
    case.desk().note_books();
    let prices = case.desk().prices;
    case.spent = Some(Box::new(Spent {
        cost: CostFacts { reserved: cost, prices },
        budgets: uses.into_iter().map(BudgetFact::from).collect(),
    }));
    let owed = Owed::new(hold, &case.event().raw().invocation().request_id);
    case.owe(owed);
}

/// A refused event is charged to its caller.
pub(super) fn refused(case: &mut Case<'_>, check: &Check) {
    if check.family() == "policy" || check.family() == "internal" {
        return;
    }
    open(case);
    let Some(charge) = case.charge.take().or_else(|| charge(case)) else { return };
    let now_ms = case.moment().unix_ms;
    let by_budget = matches!(check.family(), "budget" | "deny");
    if let Some(books) = case.desk().books() {
        books.refused(&charge, by_budget, now_ms);
        case.desk().note_books();
    }
}

fn open(case: &mut Case<'_>) {
    if !case.policy().spending.is_used() {
        return;
    }
    let policy = case.policy();
    let (event, desk) = case.event_and_desk();
    desk.open_books(policy);
    desk.turn_to(&event.raw().invocation().function_arn);
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
    let Stop { budget, unit, scope, .. } = stop;
    case.fire_as(id, setting, None, String::new(), format!("`{budget}`: {unit} of the {scope}"));
}

/// The order that denies the event.
fn denied(case: &mut Case<'_>) -> Option<String> {
    let fleets = case.policy().spending.fleets();
    let now_ms = case.moment().unix_ms;
    let Case { event, desk, proved, .. } = case;
    let Desk { orders, books, here, .. } = &mut **desk;
    let orders = orders.as_ref()?;
    if let Some(books) = books {
        books.order(orders.orders(), now_ms);
    }
    let source = event.assertions().source.arn.as_deref();
    let subject = Subject { function: &here.function, fleets: &fleets, source };
    orders.denies(&subject, |key| value(event, proved, key), now_ms).map(|order| order.id.clone())
}

/// What the event may cost, and whom it is counted for.
fn charge(case: &mut Case<'_>) -> Option<Charge> {
    let ceiling_ms = case.ceilings().time_ms;
    let now_ms = case.moment().unix_ms;
    let Case { event, desk, proved, .. } = case;
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
    Some(books.charge(usage, |key| value(event, proved, key)))
}

/// The init phase is billed with the first invocation (AWS Compute Blog, "AWS Lambda standardizes
/// billing for INIT Phase", 2025).
fn init_ms(here: &Here, now_ms: u64) -> u64 {
    let is_billed = here.cold_start && here.initialization == "on-demand" && here.started_ms > 0;
    if is_billed { now_ms.saturating_sub(here.started_ms).min(INIT_MS_MOST) } else { 0 }
}

/// The event's value under a key of callers: by what was proved, or else by what the event says.
fn value(event: &Classified, proved: &Proved, key: &CallerKey) -> Option<String> {
    let caller = &event.assertions().caller;
    match key {
        CallerKey::SourceIp => caller.source_ip.clone(),
        CallerKey::Principal => proved.caller(caller.clone()).id,
        CallerKey::ApiKey => caller.key_id.clone(),
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
