//! `sam/fleet.yaml` against what the extension does: the rows and the metrics that the template names
//! are those that it writes.
use super::{sam, succeeds};
use crate::support::guarded::Setup;
use crate::support::places;
use crate::support::stand::Stand;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

/// Everything that leaves a row or a metric behind.
const POLICY: &str = "\
version: 1
mode: enforce
metrics: emf
limits: { depth: 4 }
tables: { budgets: tollgate-budgets, orders: tollgate-orders }
budgets:
  - { name: wallet, unit: invocations, limit: 100, per: 31d, scope: function, store: dynamodb, first: wait }
  - { name: shop, unit: invocations, limit: 100, per: 31d, scope: fleet, fleet: shop, store: dynamodb, first: wait }
  - { name: burst, unit: invocations, limit: 100, per: 31d, scope: caller, store: dynamodb }
";

fn template() -> String {
    std::fs::read_to_string(sam().join("fleet.yaml")).unwrap()
}

/// The parts of the template that stand between `start` and `end`.
fn between(start: &str, end: char) -> BTreeSet<String> {
    let text = template();
    let parts = text.split(start).skip(1).filter_map(|part| part.split_once(end));
    parts.map(|(part, _)| part.to_owned()).collect()
}

/// The leading keys that the template allows to a function with these tags.
fn allowed() -> Vec<String> {
    let text = template();
    let quoted = text.split('"').filter(|part| part.contains("${aws:PrincipalTag/"));
    let keys = quoted.map(|key| {
        key.replace("${aws:PrincipalTag/tollgate-function}", "orders")
            .replace("${aws:PrincipalTag/tollgate-fleet}", "shop")
    });
    keys.map(|key| key.strip_suffix('*').unwrap().to_owned()).collect()
}

#[tokio::test]
async fn rows_and_metrics_are_those_that_the_template_names() {
    let stand = Stand::moto().await;
    stand.table("tollgate-budgets").await;
    stand.table("tollgate-orders").await;
    let url = stand.url.clone();
    let setup = Setup::rust().policy(POLICY);
    let guarded = setup.map(|it| it.name("orders").env("AWS_ENDPOINT_URL", url)).start().await;
    assert_eq!(guarded.invoke("{}").await.answer.error_type(), None);
    let refused = guarded.invoke("[[[[[[[[1]]]]]]]]").await;
    assert_eq!(refused.answer.error_type(), Some("Function.TollgateRefused"));
    guarded.environment.shutdown().await.unwrap();

    let rows = stand.scan("tollgate-budgets").await;
    let keys: Vec<_> =
        rows["Items"].as_array().unwrap().iter().map(|row| &row["pk"]["S"]).collect();
    let allowed = allowed();
    assert_eq!(allowed.len(), 3, "{allowed:?}");
    for wanted in allowed.iter().filter(|key| key.starts_with("budget#")) {
        let found = keys.iter().any(|key| key.as_str().unwrap().starts_with(wanted));
        assert!(found, "no row of `{wanted}`: {keys:?}");
    }
    for key in keys {
        let held = allowed.iter().any(|start| key.as_str().unwrap().starts_with(start));
        assert!(held, "{key} is not allowed by the template: {allowed:?}");
    }

    let logs = guarded.environment.logs();
    let lines = logs.iter().filter_map(|line| serde_json::from_str::<Value>(&line.text).ok());
    let metrics = lines.filter(|line| line["_aws"].is_object()).flat_map(|line| {
        let names: Vec<String> = line.as_object().unwrap().keys().cloned().collect();
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Tollgate");
        names
    });
    let written: BTreeSet<String> = metrics.collect();
    let mut read = between("MetricName=\\\"", '\\');
    read.extend(between("SELECT SUM(", ')'));
    read.extend(between("SELECT MAX(", ')'));
    assert!(read.len() >= 6, "{read:?}");
    for name in read {
        let name = name.replace("${BudgetName}", "wallet");
        assert!(written.contains(&name), "`{name}` is written nowhere: {written:?}");
    }
}

/// The function that stands in the template itself.
fn inline_code() -> String {
    let text = template();
    let code = text.split_once("InlineCode: |\n").unwrap().1;
    let lines = code.lines().take_while(|line| line.is_empty() || line.starts_with("        "));
    lines.map(|line| line.get(8..).unwrap_or("").to_owned() + "\n").collect()
}

#[tokio::test]
async fn changes_of_leases_reach_their_store() {
    let stand = Stand::moto().await;
    stand.put("/leases-example").await;
    let role = "arn:aws:iam::123456789012:role/delivery";
    let to =
        json!({ "RoleARN": role, "BucketARN": "arn:aws:s3:::leases-example", "Prefix": "leases/" });
    let body = json!({ "DeliveryStreamName": "leases", "ExtendedS3DestinationConfiguration": to });
    stand.json("firehose", "Firehose_20150804.CreateDeliveryStream", &body).await;

    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("index.py"), inline_code()).unwrap();
    let event = places::fixtures("events/dynamodb").join("insert-modify-remove.json");
    let call = "import index, json, sys; index.handler(json.load(open(sys.argv[1])), None)";
    let mut python = Command::new(places::python());
    python.args(["-c", call]).arg(&event).current_dir(directory.path());
    python.envs([
        ("STORE", "leases"),
        ("AWS_ENDPOINT_URL", stand.url.as_str()),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "example"),
        ("AWS_SECRET_ACCESS_KEY", "example"),
    ]);
    succeeds(&mut python);

    let listed = String::from_utf8(stand.get("/leases-example?list-type=2").await).unwrap();
    let key = listed.split_once("<Key>").unwrap().1.split_once("</Key>").unwrap().0;
    assert!(key.starts_with("leases/"), "{listed}");
    let stored = String::from_utf8(stand.get(&format!("/leases-example/{key}")).await).unwrap();
    let stored: Vec<Value> =
        stored.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sent: Value = serde_json::from_slice(&std::fs::read(event).unwrap()).unwrap();
    assert_eq!(Value::Array(stored), sent["Records"]);
}

/// Whether a filter pattern of CloudWatch Logs matches: terms on fields, joined by `&&`, with `*` at the
/// end of a text for anything ("Filter pattern syntax for metric filters").
fn matches(pattern: &str, event: &Value) -> bool {
    let terms = pattern.strip_prefix("{ ").unwrap().strip_suffix(" }").unwrap();
    terms.split(" && ").all(|term| {
        let (field, wanted) = term.split_once(" = ").unwrap();
        let wanted = wanted.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        let pointer = field.strip_prefix('$').unwrap().replace('.', "/");
        let text = event.pointer(&pointer).and_then(Value::as_str);
        text.is_some_and(|text| match wanted.strip_suffix('*') {
            Some(start) => text.starts_with(start),
            None => text == wanted,
        })
    })
}

/// Each filter of the template: its pattern, the metric, and the value's place.
fn filters() -> Vec<(String, String, String)> {
    let text = template();
    let parts = text.split("FilterPattern: '").skip(1);
    let found = parts.map(|part| {
        let (pattern, rest) = part.split_once("'\n").unwrap();
        let (_, rest) = rest.split_once("MetricName: ").unwrap();
        let (metric, rest) = rest.split_once(", MetricValue: ").unwrap();
        let (value, _) = rest.split_once(',').unwrap();
        (pattern.to_owned(), metric.to_owned(), value.trim_matches('"').to_owned())
    });
    found.collect()
}

/// The alarms hear of what is in the audit log, whatever its form.
#[tokio::test]
async fn filters_count_findings_of_both_forms() {
    let policy = "version: 1\nmode: enforce\nbudgets:\n  - { name: wallet, unit: invocations, limit: 1, per: 31d }\n";
    let filters = filters();
    for format in ["native", "ocsf"] {
        let text = format!("{policy}ledger: {{ format: {format} }}\n");
        let guarded = Setup::rust().policy(&text).start().await;
        guarded.invoke("{}").await;
        guarded.invoke("{}").await;
        guarded.environment.kill_extension("tollgate");
        guarded.environment.reset_done().await;
        let journal = guarded.environment.tmp().join(".tollgate/journal");
        let mut bytes = std::fs::read(&journal).unwrap();
        bytes[40] ^= 1;
        std::fs::write(&journal, bytes).unwrap();
        guarded.invoke("{}").await;
        guarded.environment.shutdown().await.unwrap();
        let mut ungated = Setup::rust().policy(&text).without_wrapper();
        ungated = ungated.map(|it| it.name("ungated"));
        let around = ungated.start().await;
        around.invoke("{}").await;
        around.environment.shutdown().await.unwrap();
        let logs = [guarded.environment.logs(), around.environment.logs()].concat();
        let records: Vec<Value> =
            logs.iter().filter_map(|line| serde_json::from_str(&line.text).ok()).collect();
        for metric in ["Findings.Ungated", "Findings.Budget", "Findings.Gap"] {
            let mut counted = Vec::new();
            for (pattern, _, value) in filters.iter().filter(|(_, of, _)| of == metric) {
                let of = |record: &Value| match value.strip_prefix('$') {
                    Some(place) => {
                        record.pointer(&place.replace('.', "/")).unwrap().as_u64().unwrap()
                    }
                    None => value.parse().unwrap(),
                };
                let matching = records.iter().filter(|record| matches(pattern, record));
                counted.push(matching.map(of).sum::<u64>());
            }
            // One of the two patterns is for this form, and counts; the other is for the other form.
            counted.sort_unstable();
            assert!(counted[0] == 0 && counted[1] > 0, "{format}: {metric}: {counted:?}");
            assert_eq!(counted.len(), 2);
        }
    }
}
