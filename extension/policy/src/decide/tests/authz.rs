//! Callers, trust and policies over the facts, from a document to a verdict.
use super::*;
use crate::Problems;
use crate::compile::compile_with;
use crate::desk::{Ended, Ending, Here};
use crate::facts::Permission;
use crate::graph::Edge;

const RULES: &str = r#"
@id("own-queue") permit(principal, action == Action::"Invoke", resource in Function::"orders")
when { context.trigger == "sqs" && context.source has account };
@id("small") permit(principal, action, resource) when { context.bytes < 100 };
@id("no-prompts") forbid(principal, action, resource) when { context.checks.contains("detect.sql") };
"#;

fn compiled(lines: &str, baseline: Option<&str>, rules: &str) -> Result<Policy, Problems> {
    let text = format!("version: 1\n{lines}");
    let own = Document { name: "p.yaml", text: &text, role: Role::Function };
    let outer = baseline.map(|text| Document { name: "b.yaml", text, role: Role::Baseline });
    let documents: Vec<_> = outer.into_iter().chain([own]).collect();
    let mut files = |document: &str, path: &str| match (document, path) {
        (_, "policies/*.cedar") => Ok("policies/a.cedar\npolicies/b.cedar".to_owned()),
        (_, "policies/b.cedar") => Ok(String::new()),
        ("b.yaml", _) => {
            Ok("permit(principal, action, resource) unless { context.bytes > 50 };".into())
        }
        _ => Ok(rules.to_owned()),
    };
    compile_with(&documents, &Overrides::default(), &mut files)
}

fn decided(body: &str, policy: &Policy, desk: &mut Desk) -> Facts {
    decide(event(body), policy, desk, NOW).facts().clone()
}

fn orders() -> Desk {
    Desk::new(Here { function: "orders".into(), ..Here::default() })
}

#[test]
fn policies_decide_and_are_named() {
    let policy = compiled("mode: enforce\nauthorise: [policies/*.cedar]\n", None, RULES).unwrap();
    assert_eq!(policy.policies(), 3);
    let sqs = decide(fixture("events/sqs/one-message.json"), &policy, &mut orders(), NOW);
    let permission = |facts: &Facts| facts.permission.clone().unwrap();
    let by = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected = Permission { permitted: true, policies: by(&["own-queue"]), errors: 0 };
    assert_eq!(permission(sqs.facts()), expected);
    let small = decided("{}", &policy, &mut orders());
    assert_eq!((permission(&small).policies, small.decision), (by(&["small"]), DecisionKind::Pass));
    let large = decided(&format!("[{:200}]", 1), &policy, &mut orders());
    assert_eq!(permission(&large), Permission { permitted: false, policies: vec![], errors: 0 });
    let denied = ("policy.denied", Effect::Enforced);
    assert_eq!((ids(&large), large.decision), (vec![denied], DecisionKind::Refuse));
    assert_eq!(large.checks.first().unwrap().detail, "no policy permits it");
}

#[test]
fn what_was_only_noted_can_be_forbidden() {
    let lines =
        "mode: enforce\ndetect: [sql]\nchecks: { detect.sql: observe }\nauthorise: [a.cedar]\n";
    let policy = compiled(lines, None, RULES).unwrap();
    let facts =
        decided(r#"{"q": "' UNION SELECT password FROM users --"}"#, &policy, &mut orders());
    let expected = [("detect.sql", Effect::Observed), ("policy.denied", Effect::Enforced)];
    assert_eq!(ids(&facts), expected);
    assert_eq!(facts.checks.last().unwrap().detail, "forbidden by `no-prompts`");
}

#[test]
fn a_policy_that_cannot_be_evaluated_refuses() {
    let rules = "permit(principal, action, resource); forbid(principal, action, resource) when { context.no };";
    let policy = compiled("mode: enforce\nauthorise: [a.cedar]\n", None, rules).unwrap();
    let facts = decided("{}", &policy, &mut orders());
    assert_eq!(ids(&facts), [("policy.error", Effect::Enforced)]);
    assert_eq!(facts.checks.first().unwrap().detail, "`a.cedar#2`: an attribute is missing");
    assert_eq!(facts.permission.unwrap().errors, 1);
}

#[test]
fn both_documents_must_permit() {
    let baseline = "version: 1\nmode: enforce\nauthorise: [base.cedar]\n";
    let policy = compiled("authorise: [a.cedar]\n", Some(baseline), RULES).unwrap();
    assert_eq!(decided("{}", &policy, &mut orders()).decision, DecisionKind::Pass);
    let between = decided(&format!("[{:60}]", 1), &policy, &mut orders());
    assert_eq!(between.decision, DecisionKind::Refuse);
    assert!(between.permission.unwrap().policies.is_empty());
}

#[test]
fn problems_name_the_place() {
    let wrong = |lines: &str, rules: &str| {
        let problems = compiled(lines, None, rules).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        wrong("authorise: [a.cedar]\n", "permit(principal, action, resource)\nwhen { x };"),
        "a.cedar:2:8: there is no variable `x`"
    );
    let outside = wrong("authorise: [../a.cedar]\n", "");
    assert!(outside.starts_with("p.yaml:2:13: authorise[0]: `../a.cedar` is not"), "{outside}");
    let share = wrong("trust: { refuse_below: 3 }\n", "");
    assert!(share.contains("`3` is too large; expected a number from 0 to 1"), "{share}");
    let order = wrong("trust: { refuse_below: 0.5, observe_below: 0.4 }\n", "");
    assert!(order.contains("below `trust.refuse_below`"), "{order}");
    let baseline = "version: 1\ntrust: { refuse_below: 0.3 }\n";
    let loose = compiled("trust: { refuse_below: 0.2 }\n", Some(baseline), "").unwrap_err();
    assert!(loose.to_string().contains("0.200 loosens 0.300 set at b.yaml:2:24"), "{loose}");
}

#[test]
fn a_lateral_call_is_refused() {
    let policy = policy("mode: enforce\ncallers: { functions: [checkout] }\n");
    let facts = decided("{}", &policy, &mut Desk::default());
    assert_eq!(ids(&facts), [("source.lateral", Effect::Enforced)]);
    assert_eq!(facts.edge, Some(Edge::Unknown));
    let queue = fixture("events/sqs/one-message.json");
    assert_eq!(granted(queue, &policy).1.edge, Some(Edge::Known));
}

#[test]
fn strangers_are_noted_until_they_misbehave_or_are_known() {
    let policy =
        policy("mode: enforce\ndetect: [sql]\ntrust: { refuse_below: 0.3, observe_below: 0.6 }\n");
    let mut desk = Desk::default();
    let first = decided(r#"{"a": 1}"#, &policy, &mut desk);
    assert_eq!(ids(&first), [("trust.low", Effect::Observed)]);
    assert_eq!(first.checks.first().unwrap().detail, "0.350 < 0.600");
    for _ in 0..64 {
        let Verdict::Granted(mut granted) = decide(event(r#"{"a": 1}"#), &policy, &mut desk, NOW)
        else {
            panic!("refused")
        };
        let ending =
            Ending { outcome: Ended::Success, duration_ms: 1, response_bytes: 1, at_ms: 1 };
        desk.settle(granted.take_ticket(), &ending);
    }
    let known = decided(r#"{"a": 2}"#, &policy, &mut desk);
    assert!(known.checks.is_empty(), "{:?}", known.trust);
    for _ in 0..200 {
        decided(r#"{"a": "' UNION SELECT password FROM users --"}"#, &policy, &mut desk);
    }
    let after = decided(r#"{"b": [{"c": 2}]}"#, &policy, &mut desk);
    assert_eq!(ids(&after), [("trust.low", Effect::Enforced)], "{:?}", after.trust);
    let names: Vec<_> = after.trust.unwrap().contributions.iter().map(|it| it.name).collect();
    assert_eq!(names, ["start", "source", "caller", "caller.refusals", "shape", "size"]);
}
