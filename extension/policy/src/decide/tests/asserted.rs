//! What events say of their callers: it counts where the owner states that nobody else may invoke,
//! and nowhere else.
use super::*;

fn closed(trigger: &str, rule: &str) -> Policy {
    policy(&stated("closed", trigger, rule))
}

fn stated(invoke: &str, trigger: &str, rule: &str) -> String {
    format!(
        "mode: enforce\ndetect: none\ndirect_invoke: {invoke}\nsources: [{{ trigger: {trigger}, auth: {{ \
         asserted: {{ {rule} }} }} }}]"
    )
}

fn edited(path: &str, edit: impl FnOnce(&mut Value)) -> RawEvent {
    let mut value: Value = serde_json::from_slice(fixture(path).body()).unwrap();
    edit(&mut value);
    event(value.to_string())
}

/// The checks that fired, with why.
fn fired(event: RawEvent, policy: &Policy) -> Vec<(&'static str, String)> {
    let verdict = decide(event, policy, &mut Desk::default(), NOW);
    let checks = verdict.facts().checks.iter();
    checks.map(|fired| (fired.id, fired.detail.clone())).collect()
}

/// A certificate with a name in it, and a key that no signature of ours is checked with.
fn pem() -> String {
    let text = include_str!("../../../../proof/tests/fixtures/peers.json");
    let peers: Value = serde_json::from_str(text).unwrap();
    peers["sns"]["curve certificate"].as_str().unwrap().to_owned()
}

#[test]
fn a_field_counts_where_nobody_else_may_invoke() {
    for (trigger, path, good, bad, check) in [
        (
            "api-gateway-v1",
            "iam-caller",
            "iam: 'arn:aws:sts::123456789012:assumed-role/orders-reader/*'",
            "iam: 'arn:aws:iam::*'",
            "auth.invalid",
        ),
        ("api-gateway-v1", "post-order", "api_key: a1b2c3", "iam: '*'", "auth.missing"),
        (
            "api-gateway-v1",
            "custom-domain-binary",
            "claims: [{ name: scope, value: files/write }]",
            "claims: [{ name: scope, value: files }]",
            "auth.invalid",
        ),
        (
            "api-gateway-v2",
            "jwt-caller",
            "claims: [{ name: aud, value: [x, orders] }, { name: groups, value: staff }, { name: sub }]",
            "claims: [{ name: aud, value: x }]",
            "auth.invalid",
        ),
        (
            "api-gateway-v2",
            "client-certificate",
            "certificate: { subject: 'CN=partner.example.com', issuer: CN=example-ca }",
            "certificate: { issuer: CN=example }",
            "auth.invalid",
        ),
        (
            "api-gateway-v2",
            "client-certificate",
            "certificate: { san: '*.amazonaws.com' }",
            "certificate: { san: amazonaws.com }",
            "auth.invalid",
        ),
        (
            "function-url",
            "iam-caller",
            "iam: 'arn:aws:iam::123456789012:user/example'",
            "iam: 'arn:aws:iam::123456789012:user/example2'",
            "auth.invalid",
        ),
        ("function-url", "anonymous-get", "iam: '*', api_key: '*'", "", ""),
        (
            "lattice-v2",
            "iam-caller",
            "iam: 'arn:aws:sts::123456789012:*'",
            "certificate: { subject: '*' }",
            "auth.missing",
        ),
        ("appsync", "iam", "iam: '*'", "claims: [{ name: sub }]", "auth.missing"),
        ("sqs", "one-message", "sender: [AIDA*, AROA*]", "sender: '123456789012'", "auth.invalid"),
    ] {
        // A source may ask only for what its events can name.
        if bad.is_empty() {
            let text = format!("version: 1\n{}", stated("closed", trigger, good));
            let document = Document { name: "p.yaml", text: &text, role: Role::Function };
            let problems = compile(&[document], &Overrides::default()).unwrap_err().to_string();
            let wanted = "sources[0].auth.asserted.api_key: `function-url` is a trigger whose events name no API key";
            assert!(problems.contains(wanted), "{problems}");
            continue;
        }
        let event = || {
            edited(&format!("events/{trigger}/{path}.json"), |event| {
                let context = &mut event["requestContext"];
                match path {
                    "post-order" => context["identity"]["apiKeyId"] = json!("a1b2c3"),
                    "jwt-caller" => {
                        context["authorizer"]["jwt"]["claims"]["groups"] = json!("[staff other]");
                    }
                    "client-certificate" => {
                        context["authentication"]["clientCert"]["clientCertPem"] = json!(pem());
                    }
                    _ => {}
                }
            })
        };
        let (_, facts) = granted(event(), &closed(trigger, good));
        assert_eq!(facts.grade, Grade::Asserted, "{path}");
        let proof = facts.proof.unwrap();
        assert_eq!((proof.scheme.as_str(), proof.verified), ("asserted", true), "{path}");
        let no = fired(event(), &closed(trigger, bad));
        assert_eq!(no.first().map(|(id, _)| *id), Some(check), "{path}: {no:?}");
        // Where anybody may invoke it adds nothing, and the record says so.
        let open = policy(&stated("open", trigger, good));
        let verdict = decide(event(), &open, &mut Desk::default(), NOW);
        let facts = verdict.facts();
        assert_eq!(
            (facts.grade, facts.decision),
            (Grade::Unproved, DecisionKind::Refuse),
            "{path}"
        );
        assert!(facts.checks[0].detail.ends_with("only under `direct_invoke: closed`"), "{path}");
        assert!(!facts.proof.as_ref().unwrap().verified);
    }
}

#[test]
fn policies_see_claims_that_hold() {
    let lines =
        stated("closed", "api-gateway-v2", "claims: [{ name: sub }]") + "\nauthorise: [a.cedar]";
    let text = format!("version: 1\n{lines}");
    let document = Document { name: "p.yaml", text: &text, role: Role::Function };
    let rule = "permit (principal, action, resource) when { principal.grade == \"asserted\" && \
                context.claims.hasTag(\"sub\") && context.claims.getTag(\"sub\").contains(\"user-4711\") \
                && !(principal has proof) };";
    let mut files = |_: &str, _: &str| Ok(rule.to_owned());
    let policy =
        crate::compile::compile_with(&[document], &Overrides::default(), &mut files).unwrap();
    let event = || fixture("events/api-gateway-v2/jwt-caller.json");
    assert!(fired(event(), &policy).is_empty());
    let other = edited("events/api-gateway-v2/jwt-caller.json", |event| {
        event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = json!("user-1");
    });
    assert_eq!(fired(other, &policy)[0].0, "policy.denied");
}

#[test]
fn a_certificate_must_hold_now_and_say_so() {
    let rule = closed("api-gateway-v2", "certificate: { subject: CN=partner.example.com }");
    let with = |name: &str, time: Value| {
        edited("events/api-gateway-v2/client-certificate.json", |event| {
            event["requestContext"]["authentication"]["clientCert"]["validity"][name] = time;
        })
    };
    for (event, expected) in [
        (with("notAfter", json!("Mar 12 19:03:57 2026 GMT")), "auth.expired"),
        (with("notBefore", json!("Mar 12 19:03:59 2026 GMT")), "auth.expired"),
        (with("notAfter", json!("soon")), "auth.invalid"),
        (with("notAfter", Value::Null), "auth.invalid"),
    ] {
        assert_eq!(fired(event, &rule)[0].0, expected);
    }
    let (_, facts) = granted(with("notAfter", json!("Mar 12 19:03:59 2026 GMT")), &rule);
    assert_eq!(facts.proof.unwrap().ends_ms, Some(1_773_342_239_000));
}

#[test]
fn a_load_balancers_certificate_counts_by_its_headers() {
    let rule = closed("alb", "certificate: { issuer: CN=example-ca, subject: 'CN=*.example.com' }");
    let alb = |subject: &str| {
        edited("events/alb/get.json", |event| {
            let headers = &mut event["headers"];
            headers["x-amzn-mtls-clientcert-subject"] = json!(subject);
            headers["x-amzn-mtls-clientcert-issuer"] = json!("CN=example-ca");
            headers["x-amzn-mtls-clientcert-validity"] =
                json!("NotBefore=2026-01-01T00:00:00Z;NotAfter=2027-01-01T00:00:00Z");
        })
    };
    assert_eq!(granted(alb("CN=partner.example.com"), &rule).1.grade, Grade::Asserted);
    assert_eq!(fired(alb("CN=partner.example.net"), &rule)[0].0, "auth.invalid");
    assert_eq!(fired(fixture("events/alb/get.json"), &rule)[0].0, "auth.missing");
}

#[test]
fn each_message_is_held_against_the_senders() {
    let lines = stated("closed", "sqs", "sender: AIDAEXAMPLEID").replace(
        "trigger: sqs,",
        "trigger: sqs, mapping: { reports_item_failures: true }, on_refuse: report-item,",
    );
    let event = edited("events/sqs/ten-messages.json", |event| {
        event["Records"][3]["attributes"]["SenderId"] = json!("AROAOTHER:stranger");
    });
    let Verdict::Granted(granted) = decide(event, &policy(&lines), &mut Desk::default(), NOW)
    else {
        panic!("refused")
    };
    let facts = granted.facts();
    assert_eq!((facts.decision, facts.items_refused), (DecisionKind::Filter, 1));
    assert_eq!((facts.checks[0].id, facts.checks[0].at.as_str()), ("auth.invalid", "/Records/3"));
}

#[test]
fn the_graph_knows_whom_it_can_believe() {
    let graph = |invoke: &str| {
        policy(&format!(
            "mode: enforce\ndirect_invoke: {invoke}\ncallers: {{ functions: [checkout] }}"
        ))
    };
    let queue = |sender: &str| {
        edited("events/sqs/ten-messages.json", |event| {
            for record in event["Records"].as_array_mut().unwrap() {
                record["attributes"]["SenderId"] = json!("AROAEXAMPLE:checkout");
            }
            event["Records"][7]["attributes"]["SenderId"] = json!(sender);
        })
    };
    assert!(fired(queue("AROAEXAMPLE:checkout"), &graph("closed")).is_empty());
    let verdict = decide(queue("AROAOTHER:basket"), &graph("closed"), &mut Desk::default(), NOW);
    let lateral = &verdict.facts().checks;
    assert_eq!(
        (lateral.len(), lateral[0].id, lateral[0].at.as_str()),
        (1, "source.lateral", "/Records/7")
    );
    let verdict = decide(queue("AIDAUSER"), &graph("open"), &mut Desk::default(), NOW);
    let facts = verdict.facts();
    assert_eq!(facts.checks.len(), 9, "all but the one that is nobody's");
    assert_eq!(facts.edge.unwrap().as_str(), "unproved");
}

#[test]
fn check_says_where_a_rule_counts_for_nothing() {
    let said = |lines: &str| {
        let policy = policy(lines);
        policy.notes().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let open = said(&stated("open", "sqs", "sender: '*'"));
    assert!(open[0].starts_with("p.yaml:5:"), "{open:?}");
    assert!(
        open[0].contains("sources[0].auth.asserted: counts only under `direct_invoke: closed`")
    );
    assert!(said(&stated("closed", "sqs", "sender: '*'")).is_empty());
    assert!(
        said("callers: { functions: [a] }")[0].contains("callers: without `direct_invoke: closed`")
    );
}

#[test]
fn a_rule_that_asks_for_nothing_is_a_mistake() {
    let wrong = |auth: &str| {
        let text = format!("version: 1\nsources: [{{ trigger: sqs, auth: {{ {auth} }} }}]");
        let document = Document { name: "p.yaml", text: &text, role: Role::Function };
        compile(&[document], &Overrides::default()).unwrap_err().to_string()
    };
    assert!(wrong("asserted: {}").contains("expected `iam`, `api_key`, `sender`"));
    assert!(
        wrong("asserted: { sendr: x }").contains("did you mean `sender`"),
        "{}",
        wrong("asserted: { sendr: x }")
    );
    let replay = wrong("asserted: { sender: '*' }, replay: environment");
    assert!(replay.contains("nothing here tells one event from another"), "{replay}");
}
