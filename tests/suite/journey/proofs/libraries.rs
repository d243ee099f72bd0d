//! Webhooks by the libraries that their services publish: what a library accepts reaches the function,
//! and what it refuses does not.

use super::{ECHOED, URL, status, webhook};
use crate::support::guarded::Setup;
use crate::support::places;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const SECRET: &str = "example-secret";
const STANDARD_SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
const ORIGIN: &str = "https://hooks.example.com";

/// A delivery of Slack, as `slack_sdk` signs and judges it.
const SLACK: &str = "\
import json, sys, time
from slack_sdk.signature import SignatureVerifier
body, stamp = '{\"text\":\"Gr\\u00fc\\u00dfe\"}', str(int(time.time()))
verifier = SignatureVerifier(sys.argv[1])
headers = {'X-Slack-Request-Timestamp': stamp,
           'X-Slack-Signature': verifier.generate_signature(timestamp=stamp, body=body)}
other = body + ' '
accepts = [verifier.is_valid_request(text, headers) for text in (body, other)]
print(json.dumps({'name': 'slack', 'path': '/slack', 'query': '', 'headers': headers, 'body': body,
                  'other': other, 'accepts': accepts}))
";

fn policy() -> String {
    let hmac = |path: &str, scheme: &str, more: &str| {
        format!(
            "  - {{ trigger: function-url, route: 'POST /{path}', auth: {{ hmac: {{ scheme: {scheme}{more} }} }} }}\n"
        )
    };
    let own = ", secret_env: SECRET";
    let sources = [
        hmac("github", "github", own),
        hmac("stripe", "stripe", own),
        hmac("slack", "slack", own),
        hmac("standard", "standard-webhooks", ", secret_env: STANDARD"),
        hmac("twilio", "twilio", &format!("{own}, url: '{ORIGIN}'")),
        hmac("shopify", "shopify", own),
        hmac("shopify-events", "shopify", own),
    ];
    format!("version: 1\nmode: enforce\ndetect: none\nsources:\n{}", sources.concat())
}

/// What a program prints: a delivery a line.
fn deliveries(command: &mut Command) -> Vec<Value> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Node.js finds packages from where its program stands.
fn by_node(place: &Path) -> Vec<Value> {
    let program = place.join("webhooks.mjs");
    std::fs::copy(places::fixtures("webhooks.mjs"), &program).unwrap();
    std::os::unix::fs::symlink(places::webhook_libraries(), place.join("node_modules")).unwrap();
    let (node, _) = places::node();
    deliveries(Command::new(node).arg(program).args([SECRET, STANDARD_SECRET, ORIGIN]))
}

fn event(delivery: &Value, body: &str) -> Vec<u8> {
    let mut event: Value =
        serde_json::from_slice(&webhook(URL, &delivery["headers"], body)).unwrap();
    event["rawPath"] = delivery["path"].clone();
    event["requestContext"]["http"]["path"] = delivery["path"].clone();
    event["rawQueryString"] = delivery["query"].clone();
    event.to_string().into_bytes()
}

#[tokio::test]
async fn what_a_service_s_own_library_accepts_passes_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let mut all = by_node(place.path());
    all.extend(deliveries(Command::new(places::python()).args(["-c", SLACK, SECRET])));
    let names: Vec<&str> = all.iter().map(|it| it["name"].as_str().unwrap()).collect();
    let expected = ["github", "stripe", "standard", "twilio", "shopify", "shopify-events", "slack"];
    assert_eq!(names, expected);
    let setup = Setup::rust().policy(&policy());
    let setup = setup.map(|it| it.env("SECRET", SECRET).env("STANDARD", STANDARD_SECRET));
    let guarded = setup.start().await;
    let mut passed = Vec::new();
    for delivery in &all {
        let name = &delivery["name"];
        assert_eq!(delivery["accepts"], json!([true, false]), "{name}: the library's own word");
        let text = |key: &str| delivery[key].as_str().unwrap();
        let good = guarded.invoke(event(delivery, text("body"))).await;
        let other = guarded.invoke(event(delivery, text("other"))).await;
        assert_eq!(status(&good.answer).0, ECHOED, "{name}: {}", guarded.complaints());
        assert_eq!(status(&other.answer).0, 401, "{name}");
        passed.push(good.request_id);
    }
    let ledger = guarded.ledger().await;
    for id in passed {
        assert_eq!(ledger.invocation(&id)["grade"], "signed");
    }
    ledger.assert_verifies();
}
