//! What reading and asking 50 policies costs, with the crate `cedar-policy` in the same run:
//! `cargo run --release -p tollgate-cedar --example cedar_speed`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for people")]

use std::hint::black_box;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tollgate_cedar::{Entity, Policies, Record, Request, Source, Uid, Value};

const ROUNDS: usize = 2000;

fn main() {
    let text: String = (0..50).map(policy).collect();
    let source = [Source { name: "speed.cedar", text: &text }];
    let ours = Policies::parse(&source).unwrap();
    let theirs = cedar_policy::PolicySet::from_str(&text).unwrap();
    let asked = request();
    let (their_request, their_entities) = foreign();
    let authorizer = cedar_policy::Authorizer::new();
    let answer = authorizer.is_authorized(&their_request, &theirs, &their_entities);
    let permitted = ours.decide(&asked).permitted;
    assert!(permitted && answer.decision() == cedar_policy::Decision::Allow);
    println!("{:<34}{:>12}{:>16}", "50 policies, medians of 2000", "ours", "cedar-policy");
    row(
        "read the text",
        || drop(Policies::parse(black_box(&source))),
        || {
            drop(cedar_policy::PolicySet::from_str(black_box(&text)));
        },
    );
    row("make the request", || drop(black_box(request())), || drop(black_box(foreign())));
    row(
        "decide",
        || drop(ours.decide(black_box(&asked))),
        || {
            drop(authorizer.is_authorized(black_box(&their_request), &theirs, &their_entities));
        },
    );
}

fn row(what: &str, ours: impl FnMut(), theirs: impl FnMut()) {
    let micros = |time: Duration| format!("{:.2} µs", time.as_secs_f64() * 1e6);
    println!("{what:<34}{:>12}{:>16}", micros(median(ours)), micros(median(theirs)));
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

/// Half of them hold for the request, and each looks at several facts.
fn policy(number: usize) -> String {
    let method = if number.is_multiple_of(2) { "POST" } else { "PUT" };
    format!(
        "@id(\"rule-{number}\")\n{}(principal is Caller, action == Action::\"Invoke\", resource in \
         Function::\"orders\")\nwhen {{ context.trigger == \"api-gateway-v2\" && context has route && \
         context.route.method == \"{method}\" && context.route.path like \"/orders/*\" }}\nwhen {{ \
         context.bytes < 100000 && principal.proof == \"jwt\" && context.sourceIp.isInRange(ip(\"10.0.0.0/8\")) \
         && context.claims.hasTag(\"scope\") && context.claims.getTag(\"scope\").contains(\"orders:{number}\") }}\
         \nunless {{ context.trust.lessThan(decimal(\"0.3\")) || [\"eu-west-1\", \"eu-central-1\"].contains(\
         context.region) == false }};\n",
        if number == 7 { "forbid" } else { "permit" }
    )
}

fn request() -> Request {
    let text = |text: &str| Value::text(text);
    let record = |pairs: Vec<(&str, Value)>| -> Record {
        pairs.into_iter().map(|(key, value)| (Arc::from(key), value)).collect()
    };
    let (caller, claims) = (Uid::new("Caller", "alice"), Uid::new("Claims", "alice"));
    let function = Uid::new("Alias", "orders:live");
    let scopes = Value::set((0..50).filter(|it| *it != 7).map(|it| text(&format!("orders:{it}"))));
    let route = Value::record([("method", text("POST")), ("path", text("/orders/1"))]);
    let context = record(vec![
        ("trigger", text("api-gateway-v2")),
        ("route", route),
        ("bytes", Value::Long(1024)),
        ("items", Value::Long(1)),
        ("sourceIp", Value::address("10.1.2.3").unwrap()),
        ("claims", Value::Entity(claims.clone())),
        ("trust", Value::Decimal(8000)),
        ("region", text("eu-west-1")),
        ("time", Value::Datetime(1_795_000_000_000)),
        ("coldStart", Value::Bool(false)),
    ]);
    let person = Entity { attributes: record(vec![("proof", text("jwt"))]), ..Entity::default() };
    let tags = Entity { tags: record(vec![("scope", scopes)]), ..Entity::default() };
    let alias = Entity { ancestors: vec![Uid::new("Function", "orders")], ..Entity::default() };
    Request {
        principal: caller.clone(),
        action: Uid::new("Action", "Invoke"),
        resource: function.clone(),
        context: Arc::new(context),
        entities: [(caller, person), (claims, tags), (function, alias)].into_iter().collect(),
    }
}

/// The same for the crate.
fn foreign() -> (cedar_policy::Request, cedar_policy::Entities) {
    use cedar_policy::{Context, EntityUid, RestrictedExpression};
    let uid = |text: &str| EntityUid::from_str(text).unwrap();
    let value = |text: &str| RestrictedExpression::from_str(text).unwrap();
    let scopes: Vec<String> =
        (0..50).filter(|it| *it != 7).map(|it| format!("\"orders:{it}\"")).collect();
    let context = Context::from_pairs([
        ("trigger".to_owned(), value("\"api-gateway-v2\"")),
        ("route".to_owned(), value("{method: \"POST\", path: \"/orders/1\"}")),
        ("bytes".to_owned(), value("1024")),
        ("items".to_owned(), value("1")),
        ("sourceIp".to_owned(), value("ip(\"10.1.2.3\")")),
        ("claims".to_owned(), value("Claims::\"alice\"")),
        ("trust".to_owned(), value("decimal(\"0.8\")")),
        ("region".to_owned(), value("\"eu-west-1\"")),
        ("time".to_owned(), value("datetime(\"2026-11-18\")")),
        ("coldStart".to_owned(), value("false")),
    ]);
    let attributes = [("proof".to_owned(), value("\"jwt\""))].into_iter().collect();
    let tags = [("scope".to_owned(), value(&format!("[{}]", scopes.join(","))))];
    let entity = |name, attributes, parents: &[&str], tags: Vec<(String, _)>| {
        let parents: std::collections::HashSet<_> = parents.iter().map(|it| uid(it)).collect();
        cedar_policy::Entity::new_with_tags(uid(name), attributes, parents, tags).unwrap()
    };
    let none = std::collections::HashMap::new;
    let all = [
        entity("Caller::\"alice\"", attributes, &[], Vec::new()),
        entity("Claims::\"alice\"", none(), &[], tags.into()),
        entity("Alias::\"orders:live\"", none(), &["Function::\"orders\""], Vec::new()),
    ];
    let entities = cedar_policy::Entities::from_entities(all, None).unwrap();
    let [principal, action, resource] =
        ["Caller::\"alice\"", "Action::\"Invoke\"", "Alias::\"orders:live\""].map(uid);
    let request = cedar_policy::Request::new(principal, action, resource, context.unwrap(), None);
    (request.unwrap(), entities)
}
