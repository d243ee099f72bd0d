//! Whole messages for whatever can be wrong with a document.
mod budgets;

use super::*;
use crate::compile::{Overrides, compile_with};
use crate::options::{Bucket, Quarantine};
use crate::options::{Format, Metrics, RedactHow};
use crate::policy::Policy;

fn compiled(text: &str) -> Result<Policy, String> {
    let document = Document { name: "p.yaml", text, role: Role::Function };
    compile_with(&[document], &Overrides::default(), &mut file).map_err(|it| it.to_string())
}

/// The files that documents name.
fn file(document: &str, path: &str) -> Result<String, String> {
    assert_eq!(document, "p.yaml");
    match path {
        "schemas/key.json" => Ok(r#"{"type":"string"}"#.to_owned()),
        "api.yaml" => {
            Ok("openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths: {}\n".to_owned())
        }
        "policies/orders.cedar" => Ok("permit(principal, action, resource);".to_owned()),
        _ => Err("there is no such file".to_owned()),
    }
}

#[track_caller]
fn wrong(text: &str, expected: &[&str]) {
    let problems = compiled(text).map(|_| ()).unwrap_err();
    assert_eq!(problems.lines().collect::<Vec<_>>(), expected, "{text:.200}");
}

/// The same after the line that every document starts with.
#[track_caller]
fn wrong_line(line: &str, expected: &str) {
    wrong(&format!("version: 1\n{line}\n"), &[&format!("p.yaml:{expected}")]);
}

/// What a message lists where no known key is near.
fn root_keys() -> String {
    let names: Vec<&str> = Key::below("").map(Key::name).collect();
    format!("one of `{}`", names.join("`, `"))
}

#[test]
fn reports_every_problem_at_once_in_the_order_of_the_text() {
    let text = "\
version: 2
mode: enforc
limits: { event_bytes: 10MB, depht: 3, keys: 0 }
checks:
  limits.*: sometimes
sources:
  - trigger: sqss
  - arn: orders
ledger: { sink: file }
";
    wrong(
        text,
        &[
            "p.yaml:1:10: version: `2` is not `1`",
            "p.yaml:2:7: mode: `enforc` is not one of `observe`, `enforce`; did you mean `enforce`?",
            "p.yaml:3:24: limits.event_bytes: `10MB` is too large; expected a size from 1 to 6291556 bytes, such as `256KiB`",
            "p.yaml:3:30: limits.depht: unknown key; did you mean `depth`?",
            "p.yaml:3:46: limits.keys: `0` is too small; expected a whole number from 1 to 524288",
            "p.yaml:5:13: checks.limits.*: `sometimes` is unknown; expected `enforce`, `enforce: N%`, `observe` or `off`",
            "p.yaml:7:14: sources[0].trigger: `sqss` is not one of 54 words such as `api-gateway-v1`, `api-gateway-v2` and `function-url`; did you mean `sqs`?",
            "p.yaml:8:5: sources[1].trigger: missing; expected the name of a trigger",
            "p.yaml:8:10: sources[1].arn: `orders` is not an ARN, in which `*` stands for any text",
            "p.yaml:9:17: ledger.path: missing; `sink: file` needs it",
        ],
    );
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    wrong_line("moed: enforce", "2:1: moed: unknown key; did you mean `mode`?");
    wrong_line("depth: 3", "2:1: depth: unknown key; did you mean `limits.depth`?");
    wrong_line("xyzzy: [sql]", &format!("2:1: xyzzy: unknown key; expected {}", root_keys()));
    wrong_line(
        "ledger: { checkpoint: { record: 5 } }",
        "2:25: ledger.checkpoint.record: unknown key; did you mean `records`?",
    );
    wrong_line("\"a b\\n\": 1", &format!("2:1: `a b\\n`: unknown key; expected {}", root_keys()));
}

#[test]
fn values_of_the_wrong_kind() {
    wrong_line("limits: 3", "2:9: limits: expected a mapping");
    wrong_line("limits:", "2:7: limits: expected a mapping");
    wrong_line("mode: [enforce]", "2:7: mode: expected one of `observe`, `enforce`");
    wrong_line("sources: { trigger: sqs }", "2:10: sources: expected a list");
    wrong_line("sources: [sqs]", "2:11: sources[0]: expected a mapping");
    wrong_line("sources: [{ trigger: [] }]", "2:22: sources[0].trigger: expected at least one");
    wrong_line(
        "limits: { depth: deep }",
        "2:18: limits.depth: `deep` is not a whole number from 1 to 1024",
    );
    wrong_line(
        "limits: { depth: -3 }",
        "2:18: limits.depth: `-3` is too small; expected a whole number from 1 to 1024",
    );
    wrong_line(
        "sources: [{ trigger: sqs, mapping: { reports_item_failures: yes } }]",
        "2:61: sources[0].mapping.reports_item_failures: expected `true` or `false`",
    );
    wrong_line("checks: off", "2:9: checks: expected a mapping");
    wrong_line(
        "checks: { limits.depth: [off] }",
        "2:25: checks.limits.depth: expected `enforce`, `enforce: N%`, `observe` or `off`",
    );
    wrong_line(
        "checks: { limits.depth: \"enforce: 101%\" }",
        "2:25: checks.limits.depth: `enforce: 101%` is unknown; expected `enforce`, `enforce: N%`, `observe` or `off`",
    );
    wrong_line(
        "checks: { limit.depth: off }",
        "2:11: checks.limit.depth: unknown check; did you mean `limits.depth`?",
    );
    wrong_line(
        "checks: { internal.panic: off }",
        "2:11: checks.internal.panic: this check cannot be set here: did a stage fail inside Tollgate? (`on_error` decides)",
    );
    wrong_line(
        "ledger: { sink: file, path: ledger.ndjson }",
        "2:29: ledger.path: `ledger.ndjson` is not an absolute path",
    );
    wrong_line("ledger: { path: /tmp/ledger }", "2:17: ledger.path: only with `sink: file`");
    let long = "x".repeat(100);
    wrong_line(
        &format!("mode: {long}"),
        &format!("2:7: mode: `{}…` is not one of `observe`, `enforce`", "x".repeat(64)),
    );
}

#[test]
fn keys_that_contradict_each_other() {
    wrong(
        "version: 1\nlimits: { duplicate_keys: off }\nchecks: { limits.duplicate_keys: enforce }",
        &[
            "p.yaml:3:11: checks.limits.duplicate_keys: also set by `limits.duplicate_keys` at p.yaml:2:27",
        ],
    );
    wrong_line(
        "sources: [{ trigger: sqs, on_refuse: report-item }]",
        "2:38: sources[0].on_refuse: `report-item` needs `mapping: { reports_item_failures: true }`: \
         otherwise Lambda ignores the answer and the queue deletes the messages",
    );
    wrong_line(
        "sources: [{ trigger: alb, on_refuse: fail }]",
        "2:38: sources[0].on_refuse: `alb` events cannot be treated as `fail`",
    );
    wrong_line(
        "sources: [{ trigger: s3, mapping: { reports_item_failures: true } }]",
        "2:35: sources[0].mapping: `s3` has no mapping that reads item failures",
    );
    wrong_line(
        "sources: [{ trigger: sns, on_refuse: quarantine }]",
        "2:11: sources[0].on_refuse: `quarantine` needs a place for the copies: set the key \
         `quarantine`",
    );
    wrong_line(
        "sources: [{ trigger: sqs, openapi: api.yaml }]",
        "2:36: sources[0].openapi: `sqs` is no HTTP request",
    );
    wrong_line(
        "sources: [{ trigger: alb, bucket: uploads }]",
        "2:35: sources[0].bucket: `alb` is no S3 event",
    );
    wrong_line("detect: [sql, all]", "2:9: detect: `all` stands alone");
    wrong_line(
        "detect: [sqli]",
        "2:10: detect: `sqli` is not one of `all`, `none`, `sql`, `nosql`, `shell`, `path`, `xss`, \
         `template`, `xml`, `ssrf`, `log4j`, `prototype`, `ldap`, `crlf`, `deserialize`, `formula`, \
         `unicode`, `prompt`; did you mean `sql`?",
    );
    wrong_line(
        "sources: [{ trigger: sqs, fields: [{ at: /body, checks: { limits.depth: off } }] }]",
        "2:73: sources[0].fields[0].checks.limits.depth: a field can only set detectors, `detect.*`",
    );
    wrong_line(
        "sources: [{ trigger: sqs, fields: [{ text: free }] }]",
        "2:36: sources[0].fields[0].at: missing; expected a JSON pointer",
    );
    wrong_line(
        "quarantine: file:/tmp/copies",
        "2:13: quarantine: `file:/tmp/copies` is not `file:` and the absolute path of \
         a directory outside `/tmp`, `sqs:` and the URL of a queue, or `s3:` and a bucket with a \
         prefix such as `s3:example-bucket/refused`",
    );
    wrong_line(
        "quarantine_large: s3:example-bucket",
        "2:19: quarantine_large: goes with a queue in `quarantine` only",
    );
    wrong_line(
        "sources: [{ trigger: [alb, function-url], response: stream }]",
        "2:53: sources[0].response: `alb` responses cannot be streamed",
    );
    wrong_line(
        "sources: [{ trigger: sns, response: buffered }]",
        "2:37: sources[0].response: `sns` events get no response",
    );
    wrong_line(
        "sources: [{ trigger: direct, arn: \"arn:aws:*\" }]",
        "2:35: sources[0].arn: `direct` events name none, so that nothing would match",
    );
}

#[test]
fn what_is_not_a_document() {
    wrong("", &["p.yaml:1:1: the document is empty; expected a mapping"]);
    wrong("# nothing\n", &["p.yaml:1:1: the document is empty; expected a mapping"]);
    wrong("- 1\n", &["p.yaml:1:1: expected a mapping"]);
    wrong("mode: enforce\n", &["p.yaml:1:1: version: missing; expected `1`"]);
    wrong(
        "version: 1\nmode: observe\nmode: enforce\n",
        &["p.yaml:3:1: mode: given twice; first in line 2"],
    );
    wrong("version: 1\n---\nversion: 1\n", &["p.yaml:2:1: a second document; expected one"]);
    wrong(
        "version: 1\nlimits: { depth: 3\n",
        &["p.yaml:3:1: not YAML: while parsing a flow mapping, did not find expected ',' or '}'"],
    );
    let large = format!("version: 1\n#{}", "x".repeat(256 * 1024));
    wrong(&large, &["p.yaml:1:1: the document is larger than 262144 bytes"]);
}

#[test]
fn nothing_expands_and_nothing_nests_without_end() {
    wrong(
        "version: 1\nlimits: &a { depth: 3 }\nledger: *a\n",
        &[
            "p.yaml:2:9: anchors (`&name`) are not supported",
            "p.yaml:3:9: aliases (`*name`) are not supported",
        ],
    );
    wrong("version: !!int 1\n", &["p.yaml:1:10: tags (`!name`) are not supported"]);
    wrong(
        "version: 1\nlimits: { <<: { depth: 3 } }\n",
        &[
            "p.yaml:2:11: limits.`<<`: unknown key; expected one of `event_bytes`, `depth`, `keys`, `string_bytes`, `duplicate_keys`, `inflated_bytes`, `nesting`, `schema_bytes`, `scan_work`",
        ],
    );
    let nested = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    wrong(&nested(17), &["p.yaml:1:17: nested deeper than 16"]);
    wrong(&nested(100_000), &["p.yaml:1:256: not YAML: recursion limit exceeded"]);
    wrong(
        "? [a]\n: 1\nversion: 1\n",
        &[
            "p.yaml:1:3: a key must be a text",
            &format!("p.yaml:1:3: `?`: unknown key; expected {}", root_keys()),
        ],
    );
}

/// A document that sets every key.
const FULL: &str = r#"
version: 1
mode: enforce
on_error: allow
direct_invoke: closed
sovereignty: { regions: [eu-west-1], partitions: aws, run_in: eu-west-1 }
limits: { event_bytes: 1MiB, depth: 32, keys: 10000, string_bytes: 256KiB, duplicate_keys: observe, inflated_bytes: 2MiB, nesting: 3, schema_bytes: 64KiB, scan_work: 1000 }
detect: [sql, path]
quarantine: sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/refused
quarantine_large: s3:example-bucket/refused
checks:
  limits.*: observe
  limits.depth: enforce
  source.unlisted: { enforce: 5% }
  limits.utf8: "enforce: 50%"
sources:
  - trigger: sqs
    arn: arn:aws:sqs:eu-west-1:123456789012:orders
    account: 123456789012
    region: eu-west-1
    mapping: { reports_item_failures: true }
    on_refuse: report-item
    ceilings: { time: 30s, after_time: detach, reserve: 2s, response_bytes: 1KiB, items: 5, retries: 2, hops: 4, memory: 80% }
  - { trigger: [api-gateway-v1, function-url], response: stream, route: POST /orders, openapi: api.yaml }
  - trigger: s3
    bucket: uploads-*
    key: { pattern: '^[a-z]+$', max_bytes: 10MiB }
    schema: schemas/key.json
    detect: [path]
    checks: { detect.path: observe }
    fields:
      - { at: /body/comment, text: free, detect: none, checks: { detect.xss: off } }
  - trigger: function-url
    auth:
      jwt: { issuer: 'https://issuer.example', audience: [orders], jwks_file: keys.json, header: x-token, algorithms: ES256, scopes: [a, b], claims: [{ name: tenant, value: t }], leeway: 5s, max_age: 1h }
      hmac: { scheme: generic, secret_env: [A, B], secret_file: /run/key, secret_arn: orders, secret_parameter: /orders, tolerance: 1m, url: 'https://example.com', header: x-code, algorithm: sha512, encoding: base64, prefix: 'v1=', timestamp_header: x-time, signed: '{timestamp}.{body}' }
      replay: environment
  - { trigger: api-gateway-v2, auth: { jwt: { issuer: i, audience: a, jwks_url: 'https://issuer.example/keys' } } }
  - { trigger: sns, auth: { sns: { topics: ['arn:aws:sns:*:123456789012:*'], certs_file: certs.pem, tolerance: 1h } } }
  - { trigger: function-url, partition: [aws, aws-eusc], organisation: o-example1234, alias: live, tenant: 't-*' }
  - { trigger: sns, topic: orders-* }
  - { trigger: direct, auth: { context: { keys_file: context.json, leeway: 5s, strip: true } } }
  - { trigger: sqs, auth: { asserted: { sender: ['AROA*:checkout'] } } }
  - trigger: api-gateway-v1
    auth: { asserted: { iam: 'arn:aws:iam::*', api_key: a1b2c3, certificate: { subject: CN=a, issuer: CN=b, san: c.example.com }, claims: [{ name: tenant, value: t }] } }
  - { trigger: pipes, auth: { context: { keys_env: KEYS } } }
  - { trigger: step-functions, auth: { context: { keys_arn: orders } } }
  - { trigger: eventbridge, auth: { context: { keys_parameter: /orders } } }
contexts: { key_file: signing.json, life: 30s }
callers: { functions: [checkout-*], roles: ["arn:aws:iam::123456789012:role/*"], services: [sqs], unnamed: true }
trust: { refuse_below: 0.3, observe_below: 0.6 }
authorise: [policies/orders.cedar]
ceilings: { time: 3s, after_time: recycle, reserve: 250ms, response_bytes: 1MiB, items: 10, retries: 3, hops: 5, memory: 90%, processes: 1, descriptors: 20 }
budgets:
  - { name: wallet, unit: usd, limit: 25, per: day, time_zone: "+01:00", scope: fleet, fleet: shop, store: dynamodb, over: quarantine, thresholds: [50%, 100%], first: wait, on_store_error: closed, lease: { smallest: 0.01, largest: 0.5, shards: 4 } }
  - { name: burst, unit: invocations, limit: 50, per: 1s, scope: caller, key: tenant }
tables: { budgets: tollgate-budgets, orders: tollgate-orders, region: eu-west-1 }
orders: { refresh: 5s, stale: wait, fleet: all }
prices: { gb_second: 0.00002, gb_second_provisioned: 0.00001, request: 0.0000003, storage_gb_second: 0.00000004, restore_gb: 0.0002, tier: 2, storage_mb: 1024 }
leaks: { private_key: refuse, aws_key: refuse, environment: refuse, token: mask, jwt: observe, card: mask, iban: off, egress_bytes: 100MiB, egress_window: 10m }
ledger:
  sink: file
  path: /var/log/ledger.ndjson
  sinks:
    - { type: file, path: /mnt/ledger, max_bytes: 1MiB, keep: 2 }
    - type: http
      url: https://example.com/logs
      format: otlp
      compress: zstd
      headers: [{ name: x-kind, value: audit }, { name: authorization, env: TOKEN, prefix: "Bearer " }]
      hmac_env: SIGNING_KEY
    - { type: cloudwatch, log_group: /audit/orders, log_stream: "a/{environment}", region: eu-west-1 }
  flush: end
  sign: ed25519
  kms_key: alias/ledger
  payload: none
  format: ocsf
  redact: [{ at: /body/note, how: keep }]
  seal_to: 4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a
  pseudonym_key_env: PSEUDONYM_KEY
  retention: 400 days
  checkpoint: { records: 10, seconds: 5 }
metrics: emf
"#;

#[test]
fn every_key_of_the_table_can_be_set_and_counts() {
    // Of some keys a document may have one alone.
    let others = ["key_env: KEY", "key_arn: orders", "key_parameter: /orders"];
    let other = |one: &str| FULL.replace("key_file: signing.json", one);
    for document in others.map(other) {
        assert!(compiled(&document).is_ok());
    }
    let all = [FULL, &others.join("\n")].concat();
    for key in keys() {
        assert!(all.contains(&format!("{}:", key.name())), "{}", key.path);
    }
    let policy = compiled(FULL).unwrap();
    let setting = |id| policy.setting(Check::find(id).unwrap()).to_string();
    assert_eq!(policy.mode(), Mode::Enforce);
    assert_eq!((policy.on_error(), policy.direct_invoke()), (OnError::Allow, DirectInvoke::Closed));
    let limits = tollgate_event::Limits {
        event_bytes: 1_048_576,
        depth: 32,
        keys: 10_000,
        string_bytes: 262_144,
        duplicate_keys: true,
    };
    assert_eq!(*policy.limits(), limits);
    assert_eq!(setting("limits.keys"), "observe");
    assert_eq!(setting("limits.depth"), "enforce");
    assert_eq!(setting("limits.utf8"), "enforce: 50%");
    assert_eq!(setting("source.unlisted"), "enforce: 5%");
    assert_eq!(setting("internal.panic"), "observe");
    let ledger = crate::options::LedgerOptions {
        sinks: sinks::tests::full(),
        flush: Flush::End,
        sign: Sign::Ed25519,
        payload: Payload::None,
        checkpoint_records: 10,
        checkpoint_seconds: 5,
        kms_key: Some("alias/ledger".to_owned()),
        record: policy.ledger().record.clone(),
    };
    assert_eq!(*policy.ledger(), ledger);
    let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/refused".to_owned();
    assert_eq!(policy.quarantine(), Some(&Quarantine::Queue { url }));
    let large = Bucket { name: "example-bucket".to_owned(), prefix: "refused/".to_owned() };
    assert_eq!(policy.quarantine_large(), Some(&large));
    let record = &ledger.record;
    assert_eq!((record.format, record.metrics), (Format::Ocsf, Metrics::Emf));
    assert!(record.fields[0].matches("/body/note") && record.fields[0].how == RedactHow::Keep);
    assert_eq!(record.seal_to.map(|key| key[0]), Some(0x43));
    assert_eq!(record.pseudonym_key_env.as_deref(), Some("PSEUDONYM_KEY"));
    assert_eq!(record.retention.as_deref(), Some("400 days"));
    budgets::holds_what_full_says(policy.spending());
}

#[test]
fn a_json_document_is_a_policy_too() {
    let policy =
        compiled(r#"{"version": 1, "limits": {"event_bytes": "256KiB", "depth": 3}}"#).unwrap();
    assert_eq!((policy.limits().event_bytes, policy.limits().depth), (262_144, 3));
}

#[test]
fn without_keys_the_defaults_hold() {
    let policy = compiled("version: 1\n").unwrap();
    let builtin = Policy::builtin();
    assert_eq!(
        format!("{:?}", Policy { digest: builtin.digest, ..policy }),
        format!("{builtin:?}")
    );
    assert_eq!(builtin.mode(), Mode::Observe);
}

#[test]
fn the_schema_knows_every_key_and_no_other() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    for key in keys() {
        let place = key.path.replace("[]", ".[]").split('.').fold(String::new(), |at, name| {
            if name == "[]" { format!("{at}/items") } else { format!("{at}/properties/{name}") }
        });
        let property = schema.pointer(&place).unwrap_or_else(|| panic!("{place}"));
        assert!(property["description"].as_str().unwrap().starts_with(key.doc), "{place}");
    }
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], serde_json::json!(["version"]));
}

proptest::proptest! {
    /// Whatever stands in a file, compiling gives a policy or problems with places in it.
    #[test]
    fn never_fails(text in "([a-z_.*]{1,8}|[\\[\\]{}:,&*!|>#'\"% \n-]|version: 1\n|limits|depth|sources|trigger|sqs|[0-9]{1,3}){0,40}") {
        if let Err(problems) = compiled(&text) {
            proptest::prop_assert!(problems.lines().any(|line| line.starts_with("p.yaml:")));
        }
    }
}
