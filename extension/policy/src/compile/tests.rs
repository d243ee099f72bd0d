//! Two documents: what may be tightened, what may not, and both places in the message.
use super::*;

fn both(baseline: &str, own: &str, mode: Option<Mode>) -> Result<Policy, String> {
    let (baseline, own) = (format!("version: 1\n{baseline}"), format!("version: 1\n{own}"));
    let documents = [
        Document { name: "fleet.yaml", text: &baseline, role: Role::Baseline },
        Document { name: "own.yaml", text: &own, role: Role::Function },
    ];
    compile(&documents, &Overrides { mode }).map_err(|problems| problems.to_string())
}

#[track_caller]
fn loosens(baseline: &str, own: &str, expected: &str) {
    let problems = both(baseline, own, None).map(|_| ()).unwrap_err();
    assert_eq!(problems, expected);
}

#[test]
fn an_attempt_to_loosen_names_both_places() {
    loosens(
        "mode: enforce",
        "mode: observe",
        "own.yaml:2:7: mode: `observe` loosens `enforce` set at fleet.yaml:2:7",
    );
    loosens(
        "on_error: refuse",
        "on_error: allow",
        "own.yaml:2:11: on_error: `allow` loosens `refuse` set at fleet.yaml:2:11",
    );
    loosens(
        "direct_invoke: closed",
        "direct_invoke: open",
        "own.yaml:2:16: direct_invoke: `open` loosens `closed` set at fleet.yaml:2:16",
    );
    loosens(
        "limits: { depth: 32 }",
        "limits: { depth: 33 }",
        "own.yaml:2:18: limits.depth: 33 loosens 32 set at fleet.yaml:2:18",
    );
    loosens(
        "limits: { event_bytes: 1KiB }",
        "limits: { event_bytes: 1025 }",
        "own.yaml:2:24: limits.event_bytes: 1025 loosens 1024 set at fleet.yaml:2:24",
    );
    loosens(
        "checks: { limits.*: enforce }",
        "checks: { limits.depth: \"enforce: 99%\" }",
        "own.yaml:2:25: checks.limits.depth: `enforce: 99%` loosens `enforce` of `limits.depth` set at fleet.yaml:2:21",
    );
    loosens(
        "checks: { limits.duplicate_keys: observe }",
        "limits: { duplicate_keys: off }",
        "own.yaml:2:27: limits.duplicate_keys: `off` loosens `observe` of `limits.duplicate_keys` set at fleet.yaml:2:34",
    );
    loosens(
        "sources: [{ trigger: sqs, arn: \"arn:aws:sqs:*:123456789012:*\" }]",
        "sources: [{ trigger: sqs }]",
        "own.yaml:2:11: sources[0]: lists a source beyond the sources set at fleet.yaml:2:10",
    );
    loosens(
        "ledger: { flush: end }",
        "ledger: { flush: overlap }",
        "own.yaml:2:18: ledger.flush: changes what is set at fleet.yaml:2:18",
    );
}

#[test]
fn tightening_and_what_the_baseline_leaves_open_are_allowed() {
    let policy = both(
        "mode: observe\nlimits: { depth: 32 }\nchecks: { limits.*: observe }\nsources: [{ trigger: [sqs, sns] }]",
        "mode: enforce\nlimits: { depth: 8, keys: 50 }\nchecks: { limits.depth: enforce, source.unlisted: observe }\nsources: [{ trigger: sqs, region: eu-west-1 }]\nledger: { flush: end }",
        None,
    )
    .unwrap();
    assert_eq!(policy.mode(), Mode::Enforce);
    assert_eq!((policy.limits().depth, policy.limits().keys), (8, 50));
    let shown: Vec<_> = policy.settings.iter().take(3).map(ToString::to_string).collect();
    assert_eq!(shown, ["observe", "enforce", "observe"]);
    assert_eq!(policy.sources.map(|sources| sources.len()), Some(1));
}

#[test]
fn the_environment_may_tighten_the_baseline_and_replace_the_functions_word() {
    assert_eq!(both("mode: observe", "", Some(Mode::Enforce)).unwrap().mode(), Mode::Enforce);
    assert_eq!(both("", "mode: enforce", Some(Mode::Observe)).unwrap().mode(), Mode::Observe);
    let loosened = both("mode: enforce", "", Some(Mode::Observe)).map(|_| ()).unwrap_err();
    assert_eq!(loosened, "TOLLGATE_MODE: `observe` loosens `enforce` set at fleet.yaml:2:7");
}

#[test]
fn problems_of_both_documents_come_together_baseline_first() {
    let problems = both("moed: 1", "moed: 2", None).map(|_| ()).unwrap_err();
    assert_eq!(
        problems,
        "fleet.yaml:2:1: moed: unknown key; did you mean `mode`?\n\
         own.yaml:2:1: moed: unknown key; did you mean `mode`?"
    );
}

#[test]
fn the_digest_tells_policies_apart() {
    let digest = |baseline, own, mode| both(baseline, own, mode).unwrap().digest();
    let first = digest("mode: observe", "", None);
    assert_eq!(first, digest("mode: observe", "", None));
    assert_ne!(first, digest("", "mode: observe", None));
    assert_ne!(first, digest("mode: observe", "", Some(Mode::Observe)));
    assert_ne!(first, Policy::builtin().digest());
    assert_ne!(Policy::builtin().digest(), Policy::invalid().digest());
}

#[test]
fn no_document_at_all_is_the_builtin_policy_under_the_overrides() {
    let policy = compile(&[], &Overrides { mode: Some(Mode::Enforce) }).unwrap();
    assert_eq!(policy.mode(), Mode::Enforce);
    assert_eq!(*policy.limits(), Limits::default());
}

#[test]
fn two_documents_of_one_role_are_refused() {
    let document = |name| Document { name, text: "version: 1", role: Role::Function };
    let problems = compile(&[document("a"), document("b")], &Overrides::default());
    let problems = problems.map(|_| ()).unwrap_err().to_string();
    assert_eq!(problems, "b:1:1: a second document of the same role; expected one");
}
