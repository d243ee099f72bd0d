//! Secrets in events, answers and the environment never stand in records, logs or metrics.

use crate::support::guarded::{Guarded, Setup};
use crate::support::ledger::Ledger;
use crate::support::places;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Put together here, so that no scanner of source code takes them for real ones.
fn planted() -> Vec<String> {
    [
        ["correct-horse", "-battery-staple"],
        ["AKIA", "IOSFODNN7EXAMPLE"],
        ["4111", "111111111111"],
        ["jane.doe", "@mail.example.com"],
        ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"],
        ["GB82WEST", "12345698765432"],
        ["s3cr3t", "-field-value"],
    ]
    .map(|parts| parts.concat())
    .to_vec()
}

fn event(planted: &[String]) -> Value {
    // The last one is told by the name of its field alone.
    let (named, told) = planted.split_last().unwrap();
    let body = json!({"password": named, "note": told.join(" ")}).to_string();
    json!({"all": told.join(" and "), "body": body, "headers": {"Authorization": named}})
}

async fn guarded(ledger: &str) -> Guarded {
    let secret = planted()[0].clone();
    let policy = format!("version: 1\nmode: enforce\nmetrics: emf\nledger: {ledger}\n");
    Setup::rust().policy(&policy).map(|it| it.env("DB_PASSWORD", secret)).start().await
}

/// All that the extension wrote, on both streams.
fn written(guarded: &Guarded) -> Vec<String> {
    let lines = guarded.environment.logs();
    let ours = |line: &&tollgate_emulator::LogLine| {
        line.origin == tollgate_emulator::Origin::Extension("tollgate".into())
    };
    lines.iter().filter(ours).map(|line| line.text.to_string()).collect()
}

#[track_caller]
fn holds_none(lines: &[String]) {
    for line in lines {
        for secret in planted() {
            assert!(!line.contains(&secret), "{secret} in {line}");
        }
    }
}

fn tollgate(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(places::tollgate()).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn security_no_form_of_record_holds_a_planted_secret() {
    for ledger in [
        "{ payload: redacted }",
        "{ payload: redacted, format: ocsf }",
        "{ payload: digest, format: ocsf }",
        "{ payload: none }",
    ] {
        let guarded = guarded(ledger).await;
        let invoked = guarded.invoke(event(&planted()).to_string()).await;
        assert_eq!(invoked.answer.error_type(), None);
        // One that is refused, and one that is no JSON.
        guarded.invoke(planted().join("{")).await;
        guarded.environment.shutdown().await.unwrap();
        let lines = written(&guarded);
        holds_none(&lines);
        assert_eq!(
            lines.iter().any(|line| line.contains("[environment]")),
            ledger.contains("redacted")
        );
        assert!(lines.iter().any(|line| line.contains("CloudWatchMetrics")), "{lines:#?}");
    }
}

/// Keys of webhooks and of contexts, well-formed and not, in variables: neither what is signed and
/// checked with them nor what is wrong with them says anything of them.
#[tokio::test]
async fn security_no_key_of_a_proof_is_ever_written() {
    let shared = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    let key = json!({ "kid": "k", "alg": "HS256", "secret": shared });
    let keys = json!({ "keys": [key] }).to_string();
    let secrets = [shared, "canary-of-a-webhook", "canary-that-is-no-base64", "canary-of-no-key"];
    let policy = "version: 1\nmode: enforce\ndetect: none\ncontexts: { key_env: SIGNING }\nsources:\n  - \
                  trigger: function-url\n    auth: { hmac: { scheme: github, secret_env: HOOK } }\n  - \
                  trigger: api-gateway-v2\n    auth: { hmac: { scheme: standard-webhooks, secret_env: \
                  BROKEN } }\n  - trigger: lattice-v2\n    auth: { context: { keys_env: NONE } }\n  - \
                  trigger: direct\n    auth: { context: { keys_env: CHECKING } }\nchecks: { \
                  auth.missing: observe }\n";
    let setup = Setup::python().policy(policy).map(|settings| {
        let settings = settings.env("SIGNING", key.to_string()).env("CHECKING", keys);
        let settings = settings.env("HOOK", secrets[1]).env("BROKEN", secrets[2]);
        settings
            .env("NONE", format!("{{\"keys\":\"{}\"}}", secrets[3]))
            .env("TOLLGATE_LOG", "debug")
    });
    let guarded = setup.start().await;
    let http = |domain: &str| {
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "",
            "headers": {
                "x-hub-signature-256": "sha256=00", "webhook-id": "a",
                "webhook-timestamp": "1800000000", "webhook-signature": "v1,AAAA",
            },
            "requestContext": {
                "accountId": "123456789012", "apiId": "a1", "domainName": domain,
                "domainPrefix": "a1", "requestId": "q", "routeKey": "$default", "stage": "$default",
                "time": "15/Jan/2027:08:00:00 +0000", "timeEpoch": 1_800_000_000_000_u64,
                "http": { "method": "POST", "path": "/", "protocol": "HTTP/1.1",
                          "sourceIp": "192.0.2.1", "userAgent": "example" },
            },
            "body": "{}", "isBase64Encoded": false,
        })
    };
    let target = "arn:aws:lambda:eu-west-1:123456789012:function:function";
    let sign = json!({ "control": { "sign": { "target": target, "payload": { "a": 1 } } } });
    let mut answers = Vec::new();
    for event in [
        http("a1.lambda-url.eu-west-1.on.aws"),
        http("a1.execute-api.eu-west-1.amazonaws.com"),
        json!({ "_tollgate": "tg1.e30.AAAA" }),
        sign,
    ] {
        answers.push(format!("{:?}", guarded.invoke(event.to_string()).await.answer));
    }
    guarded.environment.shutdown().await.unwrap();
    let lines = written(&guarded);
    assert!(lines.iter().any(|line| line.contains("auth.invalid")), "{lines:#?}");
    assert!(
        lines.iter().any(|line| line.contains("sources[1].auth.hmac.secret_env")),
        "{lines:#?}"
    );
    assert!(
        lines.iter().any(|line| line.contains("sources[2].auth.context.keys_env")),
        "{lines:#?}"
    );
    for line in lines.iter().chain(&answers) {
        assert!(secrets.iter().all(|secret| !line.contains(secret)), "{line}");
    }
}

/// A number that no form can hold ends in a record as any other, and the environment lives on.
#[tokio::test]
async fn security_numbers_of_any_length_are_redacted() {
    let guarded = guarded("{ payload: redacted }").await;
    let mut ids = Vec::new();
    for digits in 15..=30 {
        let event = serde_json::json!({ "number": "9".repeat(digits), "word": format!("X{}", "9".repeat(digits)) });
        ids.push(guarded.invoke(event.to_string()).await.request_id);
    }
    let ledger = guarded.ledger().await;
    for id in &ids {
        let record = ledger.invocation(id);
        assert_eq!(record["outcome"], "success");
        assert!(record["payload"]["redacted"].is_object(), "{record}");
    }
    assert_eq!(ledger.of_kind("open").len(), 1, "the same process wrote them all");
}

/// Plants a secret wherever an event carries what somebody wrote: bodies, messages, headers, data.
fn plant(value: &mut Value, secret: &str) {
    const TEXTS: [&str; 9] =
        ["body", "Body", "Message", "message", "inputText", "value", "password", "input", "text"];
    const FIELDS: [&str; 3] = ["headers", "queryStringParameters", "detail"];
    match value {
        Value::Array(list) => list.iter_mut().for_each(|one| plant(one, secret)),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if TEXTS.contains(&name.as_str()) => *text += secret,
                    Value::Object(fields) if FIELDS.contains(&name.as_str()) => {
                        fields.insert("x-note".to_owned(), secret.into());
                        fields
                            .insert("authorization".to_owned(), format!("Bearer {secret}").into());
                    }
                    _ => {}
                }
                plant(value, secret);
            }
        }
        _ => {}
    }
}

/// Saved events of every trigger, with a secret in each; the function answers with it.
fn planted_events(secret: &str) -> Vec<String> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(places::fixtures("events")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let text = std::fs::read(file.unwrap().path()).unwrap();
            let mut event: Value = serde_json::from_slice(&text).unwrap();
            plant(&mut event, secret);
            found.push(event.to_string());
        }
    }
    let with = found.iter().filter(|event| event.contains(secret)).count();
    assert!(with > 60, "{with} of {} events hold it", found.len());
    found
}

#[tokio::test]
async fn security_no_event_of_any_trigger_leaves_its_secrets_in_a_record() {
    let secret = planted()[4].clone();
    let events = planted_events(&secret);
    for (mode, leaks, ledger) in [
        ("enforce", "observe", "{ payload: redacted }"),
        ("observe", "mask", "{ payload: redacted, format: ocsf }"),
        ("observe", "refuse", "{ payload: digest, format: ocsf }"),
        ("enforce", "observe", "{ payload: none }"),
    ] {
        let policy = format!(
            "version: 1\nmode: {mode}\nmetrics: emf\ndetect: all\nleaks: {{ token: {leaks} }}\nledger: {ledger}\n"
        );
        let guarded = Setup::rust().policy(&policy).start().await;
        for event in &events {
            guarded.invoke(event.clone()).await;
        }
        guarded.environment.shutdown().await.unwrap();
        let lines = written(&guarded);
        for line in &lines {
            assert!(!line.contains(&secret), "{line}");
        }
        let leaked = lines.iter().filter(|line| line.contains("leak.")).count();
        assert!(leaked > 20, "{ledger}: {leaked} records tell of a secret in a reply");
    }
}

#[tokio::test]
async fn events_of_the_schema_are_shipped_and_verified() {
    let guarded = guarded("{ format: ocsf }").await;
    let id = guarded.invoke("{}").await.request_id;
    guarded.environment.shutdown().await.unwrap();
    let lines = written(&guarded);
    let events: Vec<Value> =
        lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let open = events.iter().find(|event| event["unmapped"]["kind"] == "open").unwrap();
    let invoked =
        events.iter().find(|event| event["api"]["request"]["uid"] == id.as_str()).unwrap();
    assert_eq!((&invoked["class_uid"], &invoked["action_id"]), (&json!(6003), &json!(1)));
    let files = tempfile::tempdir().unwrap();
    let (ledger, trust) = (files.path().join("ledger"), files.path().join("trust.json"));
    std::fs::write(&ledger, lines.join("\n")).unwrap();
    let keys =
        json!([{"chain": open["unmapped"]["chain"], "publicKey": open["unmapped"]["publicKey"]}]);
    std::fs::write(&trust, keys.to_string()).unwrap();
    let (code, said) = tollgate(&["verify", "--trust", text(&trust), text(&ledger)]);
    assert_eq!(code, Some(0), "{said}");
    let (code, shown) = tollgate(&["show", "--request", &id, text(&ledger)]);
    assert_eq!(code, Some(0));
    assert!(shown.contains("success") && shown.contains("direct"), "{shown}");

    let (code, proof) = tollgate(&["prove", "--request", &id, text(&ledger)]);
    assert_eq!(code, Some(0), "{proof}");
    let path = files.path().join("proof.ndjson");
    std::fs::write(&path, &proof).unwrap();
    let (code, said) = tollgate(&["prove", "--check", "--trust", text(&trust), text(&path)]);
    assert_eq!(code, Some(0), "{said}");
    std::fs::write(&path, proof.replace("success", "refused")).unwrap();
    let (code, said) = tollgate(&["prove", "--check", "--trust", text(&trust), text(&path)]);
    assert_eq!(code, Some(4), "{said}");
}

#[tokio::test]
async fn sealed_content_opens_with_the_recipients_key_alone() {
    let files = tempfile::tempdir().unwrap();
    let (key, other) = (files.path().join("key"), files.path().join("other"));
    let (code, public) = tollgate(&["unseal", "--keygen", text(&key)]);
    assert_eq!(code, Some(0), "{public}");
    assert_eq!(tollgate(&["unseal", "--keygen", text(&other)]).0, Some(0));
    assert_eq!(tollgate(&["unseal", "--keygen", text(&key)]).0, Some(1), "a key is never lost");
    let guarded = guarded(&format!("{{ payload: sealed, seal_to: {} }}", public.trim())).await;
    let event = event(&planted());
    let id = guarded.invoke(event.to_string()).await.request_id;
    guarded.environment.shutdown().await.unwrap();
    let lines = written(&guarded);
    holds_none(&lines);
    let ledger = files.path().join("ledger");
    std::fs::write(&ledger, lines.join("\n")).unwrap();
    let (code, said) = tollgate(&["unseal", "--key", text(&key), text(&ledger)]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        serde_json::from_str::<Value>(&said).unwrap(),
        json!({"requestId": id, "event": event})
    );
    assert_eq!(tollgate(&["unseal", "--key", text(&other), text(&ledger)]).0, Some(1));
    Ledger::from_lines(lines).assert_verifies();
}

#[tokio::test]
async fn a_flood_of_refusals_is_recorded_in_few_bytes_and_counted_as_one_finding() {
    let guarded = guarded("{}").await;
    let deep = "[".repeat(100) + &"]".repeat(100);
    let mut ids = Vec::new();
    for _ in 0..130 {
        ids.push(guarded.invoke(deep.clone()).await.request_id);
    }
    let ledger = guarded.ledger().await;
    let compact = ledger.of_kind("invocation");
    let compact: Vec<_> = compact.iter().filter(|record| record["refused"].is_string()).collect();
    // A minute may turn while they come.
    assert!(!compact.is_empty() && compact.len() <= 30, "{}", compact.len());
    for record in &compact {
        assert!(record.to_string().len() <= 300, "{record}");
    }
    for id in &ids {
        ledger.invocation(id);
    }
    let findings = ledger.findings().iter().filter(|id| *id == "limits.depth").count();
    assert!((2..=4).contains(&findings), "{findings}");
    ledger.assert_verifies();
}

/// The function can read the journal: it holds no more of a caller than the ledger does.
#[tokio::test]
async fn security_the_journal_names_no_caller_that_the_ledger_does_not() {
    let policy = "version: 1\nledger: { pseudonym_key_env: PSEUDONYM_KEY, payload: none }\n";
    let setup = Setup::rust().policy(policy);
    let setup = setup.map(|it| it.env("PSEUDONYM_KEY", "0123456789abcdef0123456789abcdef"));
    let guarded = setup.start().await;
    let event = places::fixtures("events/function-url/anonymous-get.json");
    let mut event: Value = serde_json::from_slice(&std::fs::read(event).unwrap()).unwrap();
    event["control"] = json!({ "sleep_ms": 60_000 });
    let running =
        guarded.environment.begin(tollgate_emulator::Event::new(event.to_string())).unwrap();
    guarded.at_work().await;
    let journal = std::fs::read(guarded.environment.tmp().join(".tollgate/journal")).unwrap();
    let journal = String::from_utf8_lossy(&journal).into_owned();
    assert!(journal.contains(running.request_id()), "{journal}");
    assert!(!journal.contains("203.0.113.9"), "{journal}");
    assert!(!journal.contains("sha256"), "{journal}");
    guarded.environment.kill_extension("tollgate");
    let dead = running.finished().await.unwrap();
    guarded.invoke("{}").await;
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&dead.request_id);
    assert_eq!((&record["outcome"], &record["event"]), (&json!("lost"), &Value::Null));
    let address = record["userIdentity"]["sourceIPAddress"].as_str().unwrap();
    assert!(address.starts_with("p:"), "{record}");
    assert!(!ledger.text().contains("203.0.113.9"));
    ledger.assert_verifies();
}
