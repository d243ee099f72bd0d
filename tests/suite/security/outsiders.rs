//! A hostile outsider: forged, confused, stretched and repeated tokens, contexts and webhooks, made by
//! libraries of others, against the real gate.

use crate::support::guarded::Setup;
use crate::support::places;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What the fixture `forger.py` signs webhooks with.
const STRIPE: &str = "whsec_example_of_a_secret";

/// Its name, the event, and whether that may reach the function.
struct Attempt {
    name: String,
    event: String,
    good: bool,
}

/// Everything that is tried; the keys of the gate are written into the directory.
fn attempts(keys: &Path) -> Vec<Attempt> {
    let mut command = Command::new(places::python());
    let output = command.arg(places::fixtures("forger.py")).arg(keys).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let attempt = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        Attempt { name: text("name"), event: text("event"), good: line["good"] == true }
    };
    lines.lines().map(attempt).collect()
}

fn policy(keys: &Path) -> String {
    let at = keys.display();
    format!(
        "version: 1\nmode: enforce\ndetect: none\nlimits: {{ duplicate_keys: off, event_bytes: 6MiB, \
         string_bytes: 6MiB }}\nsources:\n  - trigger: function-url\n    auth: {{ jwt: {{ issuer: \
         'https://issuer.example', audience: orders, jwks_file: {at}/jwks.json }} }}\n  - trigger: \
         direct\n    auth: {{ context: {{ keys_file: {at}/contexts.json }}, replay: environment }}\n  - \
         trigger: api-gateway-v2\n    auth: {{ hmac: {{ scheme: stripe, secret_env: STRIPE_SECRET }}, \
         replay: environment }}\n"
    )
}

#[tokio::test]
async fn security_nothing_that_an_outsider_forges_reaches_the_function() {
    let keys = tempfile::tempdir().unwrap();
    let attempts = attempts(keys.path());
    let setup = Setup::rust()
        .policy(&policy(keys.path()))
        .map(|settings| settings.name("function").region("eu-west-1").env("STRIPE_SECRET", STRIPE));
    let guarded = setup.start().await;
    let mut made = Vec::new();
    for attempt in attempts {
        let invoked = guarded.invoke(attempt.event.clone()).await;
        made.push((attempt, invoked.request_id));
    }
    let ledger = guarded.ledger().await;
    let mut wrong = Vec::new();
    for (Attempt { name, good, .. }, request_id) in &made {
        let record = ledger.invocation(request_id);
        let check = record["checks"][0]["id"].as_str().unwrap_or_default();
        let by_proof = check.starts_with("auth.");
        let (passed, refused) = (record["decision"] == "pass", record["decision"] == "refuse");
        let as_wanted = if *good { passed } else { refused && by_proof };
        if !as_wanted {
            wrong.push(format!("{name}: {} by {}", record["decision"], record["checks"]));
        }
        if !good {
            assert_eq!(record["grade"], "unproved", "{name}");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(made.len() > 70, "all of it was tried");
    assert!(!ledger.text().contains(STRIPE));
    ledger.assert_verifies();
}
