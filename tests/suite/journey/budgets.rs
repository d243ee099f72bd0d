//! Budgets on the local Lambda: who is over is refused, a reset forgets nothing, records tell what
//! it cost.

use crate::support::guarded::{Guarded, Setup};
use crate::support::places;
use serde_json::{Value, json};
use tollgate_emulator::{Answer, Event};

const THREE: &str = "version: 1\nmode: enforce\nbudgets:\n  - { name: three, unit: invocations, \
                     limit: 3, per: 1h, scope: environment }\n";

#[tokio::test]
async fn who_is_over_is_refused_until_the_window_ends() {
    let guarded = Setup::rust().policy(THREE).start().await;
    for _ in 0..3 {
        assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    }
    let over = guarded.invoke("{}").await;
    assert_eq!(over.answer.error_type(), Some("Function.TollgateRefused"));
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&over.request_id);
    assert_eq!(record["checks"][0]["id"], "budget.spent");
    assert_eq!(record["outcome"], "refused");
    ledger.assert_verifies();
}

#[tokio::test]
async fn a_reset_forgets_no_count() {
    let guarded = Setup::rust().policy(THREE).start().await;
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    // Each of these ends the process; what they took was written down before they began.
    for _ in 0..2 {
        let dead = guarded.invoke(r#"{"control":{"exit":3}}"#).await;
        assert!(matches!(dead.answer, Answer::Crash { .. }), "{:?}", dead.answer);
    }
    let over = guarded.invoke("{}").await;
    assert_eq!(over.answer.error_type(), Some("Function.TollgateRefused"));
}

#[tokio::test]
async fn a_record_tells_what_was_set_aside_and_what_it_cost() {
    let policy = "version: 1\nmode: enforce\nceilings: { time: 3s }\nbudgets:\n  - { name: wallet, \
                  unit: usd, limit: 1, per: day, scope: function }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let first = guarded.invoke("{}").await;
    let second = guarded.invoke("{}").await;
    assert_eq!(second.answer.error_type(), None);
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&second.request_id);
    let amount = |name: &str| record["cost"][name].as_u64().unwrap();
    assert!(amount("reservedPicodollars") > amount("estimatedPicodollars"), "{record}");
    assert!(amount("estimatedPicodollars") > 200_000, "a request, and at least a millisecond");
    assert_eq!(record["budgets"][0]["name"], "wallet");
    assert_eq!(record["budgets"][0]["basis"], "memory");
    let reports = ledger.of_kind("report");
    let report = reports.iter().find(|it| it["requestId"] == first.request_id.as_str()).unwrap();
    assert!(report["cost"]["settledPicodollars"].as_u64().unwrap() > 200_000, "{report}");
    ledger.assert_verifies();
}

/// Which check refused the event; none where it passed. Each trigger says it in its own form.
async fn refused(guarded: &Guarded, event: Event) -> bool {
    let answer = guarded.environment.invoke(event).await.unwrap().answer;
    String::from_utf8_lossy(&answer.body()).contains("budget.spent")
}

fn fixture(path: &str) -> Value {
    let text = std::fs::read_to_string(places::fixtures(&format!("events/{path}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Two events of one caller and one of another: the second of the first is too many.
async fn tells_apart(key: &str, of: impl Fn(&str) -> Event) {
    let policy = format!(
        "version: 1\nmode: enforce\nbudgets:\n  - {{ name: each, unit: invocations, limit: 1, per: \
         1h, scope: caller, key: '{key}' }}\n"
    );
    let guarded = Setup::rust().policy(&policy).start().await;
    assert!(!refused(&guarded, of("one")).await, "{key}");
    assert!(refused(&guarded, of("one")).await, "{key}");
    assert!(!refused(&guarded, of("two")).await, "{key}");
    guarded.ledger().await.assert_verifies();
}

/// An event with a caller's value at each of these places.
fn varied(fixture: &Value, places: &[&str], value: &str) -> Event {
    let mut event = fixture.clone();
    for place in places {
        *event.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = json!(value);
    }
    Event::new(event.to_string())
}

#[tokio::test]
async fn callers_are_told_apart_by_each_key() {
    let iam = fixture("function-url/iam-caller");
    tells_apart("source_ip", |caller| {
        let address = if caller == "one" { "192.0.2.1" } else { "192.0.2.2" };
        varied(&iam, &["/requestContext/http/sourceIp"], address)
    })
    .await;
    tells_apart("principal", |caller| {
        let arn = format!("arn:aws:iam::123456789012:user/{caller}");
        varied(&iam, &["/requestContext/authorizer/iam/userArn"], &arn)
    })
    .await;
    let rest = fixture("api-gateway-v1/post-order");
    tells_apart("api_key", |caller| {
        varied(&rest, &["/requestContext/identity/apiKeyId"], &format!("key{caller}"))
    })
    .await;
    tells_apart("tenant", |caller| Event { tenant: Some(caller.to_owned()), ..Event::new("{}") })
        .await;
}

/// The claim of API Gateway's authorizers, of HTTP APIs and of REST APIs, and of AppSync's.
#[tokio::test]
async fn callers_are_told_apart_by_a_claim_of_their_token() {
    let jwt = fixture("api-gateway-v2/jwt-caller");
    let claim = "/requestContext/authorizer/jwt/claims/sub";
    tells_apart("jwt:sub", |caller| varied(&jwt, &[claim], caller)).await;
    let mut pool = fixture("api-gateway-v1/post-order");
    pool["requestContext"]["authorizer"] = json!({ "claims": { "sub": "", "custom:org": "" } });
    let claim = "/requestContext/authorizer/claims/custom:org";
    tells_apart("jwt:custom:org", |caller| varied(&pool, &[claim], caller)).await;
    let graph = fixture("appsync/user-pool");
    tells_apart("jwt:sub", |caller| varied(&graph, &["/identity/claims/sub"], caller)).await;
}

/// Whom the envelope in a message names, and a key of choice where a record names nobody.
#[tokio::test]
async fn callers_are_told_apart_by_a_place() {
    let message = fixture("sqs/one-message");
    tells_apart("at:/body/account", |caller| {
        let body = json!({ "source": "example.orders", "account": caller, "detail": {} });
        varied(&message, &["/Records/0/body"], &body.to_string())
    })
    .await;
    tells_apart("at:/body/Message/tenant", |caller| {
        let message_in_it = json!({ "tenant": caller }).to_string();
        let body = json!({ "Type": "Notification", "Message": message_in_it });
        varied(&message, &["/Records/0/body"], &body.to_string())
    })
    .await;
    let stream = fixture("kinesis/two-records");
    tells_apart("at:/kinesis/partitionKey", |caller| {
        let places = ["/Records/0/kinesis/partitionKey", "/Records/1/kinesis/partitionKey"];
        varied(&stream, &places, caller)
    })
    .await;
    let bus = fixture("eventbridge/custom-event");
    tells_apart("at:/account", |caller| varied(&bus, &["/account"], caller)).await;
}

/// One environment serves all aliases of its version: each has its own budget. Without a qualifier
/// an event is the version's.
#[tokio::test]
async fn each_alias_has_a_budget_of_its_own() {
    let policy = "version: 1\nmode: enforce\nbudgets:\n  - { name: each, unit: invocations, limit: 1, \
                  per: 1h, scope: alias }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let of =
        |alias: Option<&str>| Event { qualifier: alias.map(str::to_owned), ..Event::new("{}") };
    for alias in [Some("live"), Some("beta"), None] {
        assert!(!refused(&guarded, of(alias)).await, "{alias:?}");
        assert!(refused(&guarded, of(alias)).await, "{alias:?}");
    }
    assert!(refused(&guarded, of(Some("live"))).await);
    assert!(refused(&guarded, of(Some("$LATEST"))).await, "the version, by its name");
    let ledger = guarded.ledger().await;
    assert_eq!(ledger.of_kind("open").len(), 1, "one environment");
    ledger.assert_verifies();
}

/// A day ends at midnight of the place that the policy names, whatever the machine calls its zone.
#[tokio::test]
async fn a_day_ends_where_the_named_place_has_midnight() {
    let policy = "version: 1\nmode: enforce\nbudgets:\n  - { name: there, unit: invocations, limit: 9, \
                  per: day, time_zone: Pacific/Chatham, scope: environment }\n  - { name: fixed, unit: \
                  invocations, limit: 9, per: day, time_zone: '-05:30', scope: environment }\n";
    let guarded = Setup::rust().policy(policy).start().await;
    let passed = guarded.invoke("{}").await;
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&passed.request_id);
    let minutes_of = |budget: usize| {
        let end =
            record["budgets"][budget]["resetsAt"].as_u64().unwrap_or_else(|| panic!("{record}"));
        end % 86_400_000 / 60_000
    };
    // Midnight there is 11:15 or, in summer time, 10:15 in UTC: no other zone has these minutes.
    assert!([675, 615].contains(&minutes_of(0)), "{record}");
    assert_eq!(minutes_of(1), 330, "{record}");
}
