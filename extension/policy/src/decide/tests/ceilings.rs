//! Ceilings: what is asked before the function runs, and what is ready for while it does.
use super::*;
use crate::checks::Check;
use crate::{AfterTime, Bounds};

fn bounds(event: RawEvent, policy: &Policy) -> Option<Box<Bounds>> {
    match decide(event, policy, &mut Desk::default(), NOW) {
        Verdict::Granted(mut granted) => granted.take_bounds(),
        Verdict::Refused(refused) => panic!("refused: {:?}", refused.facts()),
    }
}

fn stopped(event: RawEvent, policy: &Policy, id: &str) -> Answer {
    let bounds = bounds(event, policy).unwrap();
    bounds.stop(policy, Check::find(id).unwrap()).unwrap().answer(BUFFERED)
}

fn json(answer: &Answer) -> Value {
    let Answer::Response { body, .. } = answer else { panic!("{answer:?}") };
    serde_json::from_slice(body).unwrap()
}

#[test]
fn without_a_ceiling_nothing_is_carried_along() {
    assert!(bounds(event("{}"), &policy("mode: enforce")).is_none());
    assert!(bounds(event("{}"), &policy("mode: enforce\nceilings: { items: 3 }")).is_none());
    let off = "mode: enforce\nceilings: { time: 3s }\nchecks: { ceiling.time: off }";
    assert!(bounds(event("{}"), &policy(off)).is_none());
}

#[test]
fn a_ceiling_that_is_only_observed_has_no_answer_ready() {
    let policy = policy("ceilings: { time: 3s }");
    let bounds = bounds(event("{}"), &policy).unwrap();
    assert_eq!(bounds.time.unwrap().effect, Effect::Observed);
    assert!(bounds.stop(&policy, Check::find("ceiling.time").unwrap()).is_none());
}

#[test]
fn a_source_has_ceilings_of_its_own() {
    let policy = policy(
        "mode: enforce\nceilings: { time: 3s, response_bytes: 1KiB }\nsources:\n\
         - { trigger: function-url, route: POST /slow, ceilings: { time: 20s, after_time: detach } }\n\
         - { trigger: [function-url, direct] }",
    );
    let of = |event| {
        let bounds = bounds(event, &policy).unwrap();
        let time = bounds.time.unwrap();
        (time.allowed_ms, bounds.after, bounds.response_bytes.unwrap().limit)
    };
    assert_eq!(of(event("{}")), (3000, AfterTime::Recycle, 1024));
    let url = fixture("events/function-url/webhook-post.json");
    let mut body: Value = serde_json::from_slice(url.body()).unwrap();
    assert_eq!(of(url), (3000, AfterTime::Recycle, 1024));
    body["rawPath"] = "/slow".into();
    body["requestContext"]["http"]["path"] = "/slow".into();
    body["requestContext"]["http"]["method"] = "POST".into();
    assert_eq!(of(event(body.to_string())), (20_000, AfterTime::Detach, 1024));
}

#[test]
fn every_trigger_gets_its_form_of_a_refusal_at_the_ceiling() {
    let policy = policy("mode: enforce\nceilings: { time: 3s }");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");
    let (mut statuses, mut errors) = (0, 0);
    for directory in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(directory.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let raw = event(std::fs::read(&path).unwrap());
            let classified =
                tollgate_event::classify(tollgate_event::decode(raw.clone(), policy.limits()));
            let answer = stopped(raw, &policy, "ceiling.time");
            if classified.trigger().is_http() {
                assert_eq!(json(&answer)["statusCode"], 504, "{}", path.display());
                statuses += 1;
            }
            if let Answer::Error { error_type, .. } = answer {
                assert_eq!(error_type, "Function.TollgateRefused");
                errors += 1;
            }
        }
    }
    assert!(statuses > 5 && errors > 5);
}

/// What is ready ahead is what would be made of the event.
#[test]
fn what_is_ready_ahead_fits_the_event() {
    use crate::refusal::Shape;
    let policy = policy("mode: enforce\nceilings: { time: 3s }");
    let check = Check::find("ceiling.time").unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/events");
    for directory in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(directory.unwrap().path()).unwrap() {
            let raw = event(std::fs::read(file.unwrap().path()).unwrap());
            let event = tollgate_event::classify(tollgate_event::decode(raw, policy.limits()));
            let Some(ahead) = Shape::ahead(&event, None) else { continue };
            let made = Shape::of_running(&event, None, check);
            assert_eq!(format!("{ahead:?}"), format!("{made:?}"));
        }
    }
}

#[test]
fn items_fail_one_by_one_where_the_source_reads_that() {
    for (file, count) in [
        ("sqs/ten-messages.json", None),
        ("kinesis/two-records.json", Some(1)),
        ("dynamodb/insert-modify-remove.json", Some(1)),
        ("msk/two-partitions.json", Some(2)),
    ] {
        let (trigger, _) = file.split_once('/').unwrap();
        let lines = format!(
            "mode: enforce\nceilings: {{ time: 3s }}\nsources:\n\
             - {{ trigger: {trigger}, mapping: {{ reports_item_failures: true }} }}"
        );
        let raw = fixture(&format!("events/{file}"));
        let records: Value = serde_json::from_slice(raw.body()).unwrap();
        let count = count.unwrap_or_else(|| records["Records"].as_array().unwrap().len());
        let answer = json(&stopped(raw, &policy(&lines), "ceiling.time"));
        let failures = answer["batchItemFailures"].as_array().unwrap();
        assert_eq!(failures.len(), count, "{trigger}");
        assert!(failures.iter().all(|failure| !failure["itemIdentifier"].is_null()));
    }
}

#[test]
fn a_batch_with_too_many_items_is_refused() {
    let raw = fixture("events/sqs/fifo.json");
    let policy = policy("mode: enforce\nceilings: { items: 1 }");
    let mut body: Value = serde_json::from_slice(raw.body()).unwrap();
    let records = body["Records"].as_array_mut().unwrap();
    records.truncate(1);
    let mut second = records[0].clone();
    second["messageId"] = "11111111-2222-4333-8444-555555555555".into();
    granted(event(body.to_string()), &policy);
    body["Records"].as_array_mut().unwrap().push(second);
    let refused = refused(event(body.to_string()), &policy);
    assert_eq!(ids(refused.facts()), [("ceiling.items", Effect::Enforced)]);
    assert_eq!(refused.facts().checks[0].detail, "2 > 1");
}

#[test]
fn a_loop_is_stopped_by_its_lineage() {
    let policy = policy("mode: enforce\nceilings: { hops: 3 }");
    let at = |count: u32| {
        let trace = format!("Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a87bd80c:{count}");
        let invocation = Invocation { trace_id: Some(trace), ..Invocation::default() };
        RawEvent::new(invocation, bytes::Bytes::from_static(b"{}"))
    };
    granted(at(3), &policy);
    let refused = refused(at(4), &policy);
    assert_eq!(refused.check().id, "ceiling.hops");
    assert_eq!(refused.facts().checks[0].detail, "4 > 3");
}

#[test]
fn a_message_that_fails_again_and_again_goes_alone() {
    let raw = fixture("events/sqs/fifo.json");
    let mut body: Value = serde_json::from_slice(raw.body()).unwrap();
    let records = body["Records"].as_array_mut().unwrap();
    records.truncate(1);
    for (count, id) in [("3", "a1111111"), ("5", "b1111111")] {
        let mut record = records[0].clone();
        record["messageId"] = format!("{id}-2222-4333-8444-555555555555").into();
        record["attributes"]["ApproximateReceiveCount"] = count.into();
        record["attributes"]["MessageGroupId"] = id.into();
        records.push(record);
    }
    records.remove(0);
    let lines = "mode: enforce\nquarantine: file:/mnt/copies\nceilings: { retries: 3 }\nsources:\n\
                 - { trigger: sqs, on_refuse: quarantine }";
    let (rest, facts) = granted(event(body.to_string()), &policy(lines));
    let rest: Value = serde_json::from_slice(&rest).unwrap();
    assert_eq!(rest["Records"].as_array().unwrap().len(), 1);
    assert_eq!(facts.checks[0].id, "ceiling.retries");
    assert_eq!((&*facts.checks[0].at, &*facts.checks[0].detail), ("/Records/1", "4 > 3"));
    assert!(facts.trigger == Trigger::Sqs && facts.withheld.unwrap().quarantined);
}

#[test]
fn wrong_values_are_refused_with_their_place() {
    let problems = |lines: &str| {
        let text = format!("version: 1\n{lines}");
        let document = Document { name: "p.yaml", text: &text, role: Role::Function };
        compile(&[document], &Overrides::default()).unwrap_err().to_string()
    };
    let time = "expected a time from `1ms` to `900000ms`, such as `3s`";
    for (lines, message) in [
        ("ceilings: { time: 0s }", format!("p.yaml:2:19: ceilings.time: `0s` is too small; {time}")),
        ("ceilings: { time: -3s }", format!("p.yaml:2:19: ceilings.time: `-3s` is too small; {time}")),
        ("ceilings: { time: 901s }", format!("p.yaml:2:19: ceilings.time: `901s` is too large; {time}")),
        (
            "ceilings: { time: 1m30s }",
            format!("p.yaml:2:19: ceilings.time: `1m30s` has more than one unit; {time}"),
        ),
        (
            "ceilings: { time: 3 }",
            "p.yaml:2:19: ceilings.time: `3` is not a time from `1ms` to `900000ms`, such as `3s`".into(),
        ),
        (
            "ceilings: { items: -1 }",
            "p.yaml:2:20: ceilings.items: `-1` is too small; expected a whole number from 1 to 10000".into(),
        ),
        (
            "ceilings: { response_bytes: 99999999999999999999KiB }",
            "p.yaml:2:29: ceilings.response_bytes: `99999999999999999999KiB` is too large; expected a size from 1 to 209715200 bytes, such as `256KiB`".into(),
        ),
        (
            "ceilings: { memory: 101% }",
            "p.yaml:2:21: ceilings.memory: `101%` is too large; expected a share from `1%` to `100%`".into(),
        ),
        (
            "ceilings: { time: 1s, reserve: 1s }",
            "p.yaml:2:32: ceilings.reserve: 1000 ms leave nothing of 1000 ms".into(),
        ),
        (
            "ceilings: { after_time: recylce }",
            "p.yaml:2:25: ceilings.after_time: `recylce` is not one of `recycle`, `detach`; did you mean `recycle`?".into(),
        ),
        ("ceilings: { tyme: 1s }", "p.yaml:2:13: ceilings.tyme: unknown key; did you mean `time`?".into()),
        (
            "sources: [{ trigger: direct, ceilings: { items: 3 } }]",
            "p.yaml:2:49: sources[0].ceilings.items: `direct` events have one item".into(),
        ),
        (
            "sources: [{ trigger: direct, ceilings: { processes: 3 } }]",
            "p.yaml:2:42: sources[0].ceilings.processes: unknown key; did you mean `ceilings.processes`?".into(),
        ),
    ] {
        assert_eq!(problems(lines), message, "{lines}");
    }
}

#[test]
fn a_functions_own_document_only_lowers() {
    let both = |baseline: &str, own: &str| {
        let (baseline, own) = (format!("version: 1\n{baseline}"), format!("version: 1\n{own}"));
        let documents = [
            Document { name: "fleet.yaml", text: &baseline, role: Role::Baseline },
            Document { name: "own.yaml", text: &own, role: Role::Function },
        ];
        compile(&documents, &Overrides::default()).map_err(|problems| problems.to_string())
    };
    let message = |baseline: &str, own: &str| both(baseline, own).unwrap_err();
    assert_eq!(
        message("ceilings: { time: 3s }", "ceilings: { time: 4s }"),
        "own.yaml:2:19: ceilings.time: 4000 loosens 3000 set at fleet.yaml:2:19"
    );
    assert_eq!(
        message("ceilings: { after_time: recycle }", "ceilings: { after_time: detach }"),
        "own.yaml:2:25: ceilings.after_time: `detach` loosens `recycle` set at fleet.yaml:2:25"
    );
    assert_eq!(
        message("ceilings: { time: 3s }", "sources: [{ trigger: sqs, ceilings: { time: 4s } }]"),
        "own.yaml:2:45: sources[0].ceilings.time: 4000 loosens 3000 set at fleet.yaml:2:19"
    );
    assert_eq!(
        message("ceilings: { descriptors: 3 }", "ceilings: { descriptors: 4 }"),
        "own.yaml:2:26: ceilings.descriptors: 4 loosens 3 set at fleet.yaml:2:26"
    );
    let wider =
        "ceilings: { time: 3s }\nsources: [{ trigger: sqs, ceilings: { time: 60s, items: 5 } }]";
    let policy = both(wider, "sources: [{ trigger: sqs, ceilings: { time: 50s } }]").unwrap();
    let sqs = policy.sources.as_ref().unwrap().first();
    let ceilings = policy.ceilings(sqs);
    assert_eq!((ceilings.time_ms, ceilings.items), (Some(50_000), Some(5)));
    assert_eq!(policy.ceilings(None).time_ms, Some(3000));
}
