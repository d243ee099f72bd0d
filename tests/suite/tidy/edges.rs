//! Which crate may use which, read from the manifests and the lock file.
use super::tree::Tree;
use super::{none, one};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// Every crate by its directory, with the crates of ours it may use; a crate not listed is an
/// error, so that its place is thought about.
const EDGES: &[(&str, &[&str])] = &[
    ("extension/order", &[]),
    ("extension/lanes", &[]),
    ("extension/event", &["order", "lanes"]),
    ("extension/budget", &["order"]),
    ("extension/detect", &["order", "lanes", "event"]),
    ("extension/schema", &["order", "event"]),
    ("extension/cedar", &["order"]),
    ("extension/template", &["event", "schema"]),
    ("extension/proof", &["order"]),
    ("extension/policy", &["order", "proof", "event", "detect", "schema", "cedar", "budget"]),
    ("extension/leak", &["order"]),
    ("extension/ledger", &["order", "leak", "event", "policy", "proof"]),
    ("extension/config", &["order", "proof", "event", "policy", "ledger"]),
    ("extension/lambda-api", &[]),
    ("extension/link", &["budget"]),
    ("extension/courier", &["proof", "link", "ledger", "config", "budget"]),
    ("extension/http", &[]),
    ("extension/journal", &["ledger"]),
    ("extension/start", &["config", "lambda-api"]),
    ("extension/entry", &["sidecar"]),
    (
        "extension/sidecar",
        &[
            "start",
            "http",
            "journal",
            "order",
            "proof",
            "leak",
            "event",
            "budget",
            "policy",
            "ledger",
            "config",
            "lambda-api",
            "link",
        ],
    ),
    (
        "extension/cli",
        &[
            "proof", "event", "cedar", "budget", "schema", "policy", "ledger", "config", "courier",
            "template", "emulator",
        ],
    ),
    ("tests/emulator", &[]),
    ("tests/bench", &["event", "detect", "schema", "policy"]),
    ("tests/corpora", &["event", "detect", "policy"]),
    ("tests/functions", &["emulator"]),
    (
        "tests/fuzz",
        &[
            "event",
            "detect",
            "schema",
            "proof",
            "policy",
            "budget",
            "leak",
            "ledger",
            "template",
            "http",
            "journal",
            "lambda-api",
            "link",
        ],
    ),
    ("tests/suite", &["emulator"]),
    ("scripts/xtask", &[]),
];

/// Crates from elsewhere, by the start of their names, that only some of ours may name.
const RESERVED: [(&str, &[&str]); 7] = [
    (
        "tokio",
        &[
            "extension/http",
            "extension/sidecar",
            "extension/courier",
            "extension/cli",
            "tests/",
            "sam/",
        ],
    ),
    ("hyper", &["extension/sidecar", "extension/courier", "extension/cli", "tests/", "sam/"]),
    ("lambda_runtime", &["tests/", "sam/"]),
    ("reqwest", &["extension/courier", "sam/"]),
    ("rustls", &["extension/courier", "sam/"]),
    ("aws-lambda-runtime-proxy", &["tests/bench"]),
    ("aws-", &["extension/courier", "sam/"]),
];

/// What speaks to the outside; none of it may be linked into the extension's process.
const OUTSIDE: [&str; 8] =
    ["aws-config", "aws-sdk-", "hickory-", "native-tls", "openssl", "reqwest", "rustls", "webpki"];

/// Lints and versions are set in the workspace and nowhere else; every crate is a member.
pub(super) fn manifests(tree: &Tree) -> Vec<String> {
    let root = tree.files.get("Cargo.toml").and_then(|text| text.parse::<Table>().ok());
    let members = root.as_ref().and_then(|root| root.get("workspace")?.get("members")?.as_array());
    let mut complaints = Vec::new();
    for (directory, manifest) in tree.crates() {
        let mut complain = |what: &str| complaints.push(format!("{directory}/Cargo.toml: {what}"));
        if !members.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(directory))) {
            complain("no member of the workspace");
        }
        if manifest.get("lints").and_then(|lints| lints.get("workspace"))
            != Some(&Value::Boolean(true))
        {
            complain("does not take the workspace's lints");
        }
        for (name, how) in dependencies(&manifest) {
            if how.get("workspace") != Some(&Value::Boolean(true)) {
                complain(&format!("`{name}` does not take the workspace's version"));
            }
        }
    }
    complaints
}

/// Crates of ours use each other only along the allowed edges.
pub(super) fn between_crates(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (directory, manifest) in tree.crates() {
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == directory) else {
            complaints.push(format!("{directory}: not in the table of edges"));
            continue;
        };
        for (name, _) in dependencies(&manifest) {
            let ours = name.strip_prefix("tollgate-");
            if ours.is_some_and(|ours| !allowed.contains(&ours)) {
                complaints.push(format!("{directory} -> {name}: no such edge"));
            }
        }
    }
    complaints
}

/// Crates with a runtime or a network behind them stay where they belong.
pub(super) fn reserved(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (directory, manifest) in tree.crates() {
        for (name, _) in dependencies(&manifest) {
            let rule = RESERVED.iter().find(|(start, _)| name.starts_with(start));
            if rule.is_some_and(|(_, homes)| !homes.iter().any(|home| directory.starts_with(home)))
            {
                complaints.push(format!("{directory} -> {name}: not allowed here"));
            }
        }
    }
    complaints
}

/// Nothing that speaks to the outside is reached from the extension's process, however far away.
pub(super) fn sidecar_stays_offline(tree: &Tree) -> Vec<String> {
    let lock = tree.files.get("Cargo.lock").and_then(|text| text.parse::<Table>().ok());
    let graph = lock.as_ref().map(graph).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut next = vec!["tollgate-extension"];
    while let Some(name) = next.pop() {
        if seen.insert(name) {
            next.extend(graph.get(name).into_iter().flatten());
        }
    }
    let outside =
        seen.into_iter().filter(|name| OUTSIDE.iter().any(|start| name.starts_with(start)));
    outside.map(|name| format!("extension/sidecar reaches `{name}`")).collect()
}

/// The lock file's packages, by name, with the names of what each uses.
fn graph(lock: &Table) -> BTreeMap<&str, Vec<&str>> {
    let packages = lock.get("package").and_then(Value::as_array).into_iter().flatten();
    let mut graph: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let uses = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        // A version follows the name where several are locked.
        let uses = uses.filter_map(|one| one.as_str()?.split(' ').next());
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
        graph.entry(name).or_default().extend(uses);
    }
    graph
}

/// All dependencies of a manifest: those of the code, its tests, its build and its targets.
fn dependencies(manifest: &Table) -> Vec<(&str, &Value)> {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let tables = std::iter::once(manifest).chain(targets);
    let lists =
        tables.flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()));
    lists.flatten().map(|(name, how)| (name.as_str(), how)).collect()
}

#[cfg(test)]
fn manifest(directory: &str, text: &str) -> Tree {
    Tree::of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"extension/event\", \"extension/cli\"]\n"),
        (&format!("{directory}/Cargo.toml"), text),
    ])
}

#[test]
fn a_manifest_that_goes_its_own_way_is_found() {
    let good = "[dependencies]\nserde.workspace = true\n[lints]\nworkspace = true\n";
    none(&manifests(&manifest("extension/event", good)));
    one(&manifests(&manifest("extension/other", good)), "no member");
    one(&manifests(&manifest("extension/event", "[package]\n")), "lints");
    let own = good.replace("serde.workspace = true", "serde = \"1\"");
    one(&manifests(&manifest("extension/event", &own)), "`serde`");
    let target = format!("{good}[target.'cfg(unix)'.dev-dependencies]\nnix = \"1\"\n");
    one(&manifests(&manifest("extension/event", &target)), "`nix`");
}

#[test]
fn an_edge_against_the_design_is_found() {
    let uses = |name: &str| format!("[dependencies]\n{name}.workspace = true\n");
    none(&between_crates(&manifest("extension/policy", &uses("tollgate-event"))));
    one(&between_crates(&manifest("extension/event", &uses("tollgate-policy"))), "no such edge");
    one(&between_crates(&manifest("tests/emulator", &uses("tollgate-lambda-api"))), "no such edge");
    one(&between_crates(&manifest("extension/sidecar", &uses("tollgate-courier"))), "no such edge");
    let dev = "[dev-dependencies]\ntollgate-emulator.workspace = true\n";
    one(&between_crates(&manifest("extension/sidecar", dev)), "no such edge");
    one(&between_crates(&manifest("extension/new", "")), "not in the table");
}

#[test]
fn a_runtime_or_network_crate_in_the_wrong_place_is_found() {
    let uses = |name: &str| format!("[dependencies]\n{name}.workspace = true\n");
    none(&reserved(&manifest("extension/sidecar", &uses("tokio"))));
    none(&reserved(&manifest("extension/courier", &uses("aws-sdk-dynamodb"))));
    for (directory, name) in [
        ("extension/policy", "tokio"),
        ("extension/lambda-api", "hyper"),
        ("scripts/xtask", "tokio-util"),
        ("extension/sidecar", "rustls"),
        ("extension/sidecar", "aws-config"),
        ("extension/cli", "reqwest"),
    ] {
        one(&reserved(&manifest(directory, &uses(name))), name);
    }
}

#[test]
fn a_network_crate_far_below_the_extension_is_found() {
    let package = |name: &str, uses: &str| {
        format!("[[package]]\nname = \"{name}\"\ndependencies = [\"{uses}\"]\n")
    };
    let extension = package("tollgate-extension", "far 1.0.0");
    let lock = format!("{extension}{}", package("far", "rustls 0.23.0"));
    one(&sidecar_stays_offline(&Tree::of(&[("Cargo.lock", &lock)])), "rustls");
    let lock = format!("{extension}{}", package("near", "rustls 0.23.0"));
    none(&sidecar_stays_offline(&Tree::of(&[("Cargo.lock", &lock)])));
}
