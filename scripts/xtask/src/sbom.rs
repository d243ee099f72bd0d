//! The layer's bill of materials (`CycloneDX` 1.6, JSON): its files by digest, and every crate that is
//! linked into one of its programs. No date, no serial number: the same commit gives the same bytes.
use crate::remap::said;
use crate::run::{cargo, root, shown};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The crates whose programs stand in the layer.
const PROGRAMS: [&str; 3] = ["tollgate-start", "tollgate-extension", "tollgate-courier"];

/// A crate at a version, and what is known of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Crate {
    licence: String,
    uses: BTreeSet<String>,
}

/// Crates by their package URLs.
type Crates = BTreeMap<String, Crate>;

/// The document for the layer that is linked for `triple` and holds `files`.
pub(crate) fn document(arch: &str, triple: &str, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>> {
    let mut crates = Crates::new();
    for program in PROGRAMS {
        read(&tree(program, triple)?, &mut crates)?;
    }
    let checksums = checksums(&std::fs::read_to_string(root().join("Cargo.lock"))?)?;
    let layer = format!("tollgate-layer-{arch}");
    let mut components: Vec<Value> = files.iter().map(|(path, data)| file(path, data)).collect();
    components.extend(crates.iter().map(|(url, one)| component(url, one, &checksums)));
    components.extend(toolchain(triple)?);
    let programs = PROGRAMS.map(|name| package_url(name, env!("CARGO_PKG_VERSION")));
    let mut edges = vec![json!({"ref": layer, "dependsOn": programs})];
    edges.extend(crates.iter().map(|(url, one)| json!({"ref": url, "dependsOn": one.uses})));
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {
            "type": "application",
            "bom-ref": layer,
            "name": layer,
            "version": env!("CARGO_PKG_VERSION"),
            "licenses": [{"license": {"id": "Apache-2.0"}}],
        }},
        "components": components,
        "dependencies": edges,
    });
    let mut text = serde_json::to_vec_pretty(&document)?;
    text.push(b'\n');
    Ok(text)
}

/// What cargo would link into `program`: normal dependencies, with the features of that build.
/// Macros and build scripts run on the machine that builds, and are not part of it.
fn tree(program: &str, triple: &str) -> Result<String> {
    let mut tree = cargo();
    tree.args(["tree", "--locked", "--package", program, "--target", triple]);
    tree.args(["--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", "|{p}|{l}|"]);
    let output = tree.output().with_context(|| format!("cannot run `{}`", shown(&tree)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(&tree), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Adds the crates of a tree: lines of `DEPTH|NAME vVERSION …|LICENCE|`. A subtree that was shown
/// before is not shown again.
fn read(tree: &str, crates: &mut Crates) -> Result<()> {
    let mut above: Vec<String> = Vec::new();
    for line in tree.lines() {
        let (depth, url, licence) =
            parts(line).with_context(|| format!("`cargo tree` printed `{line}`"))?;
        above.truncate(depth);
        if let Some(user) = above.last().and_then(|user| crates.get_mut(user)) {
            user.uses.insert(url.clone());
        }
        let entry = crates.entry(url.clone()).or_default();
        // Some manifests still separate licences by a slash.
        entry.licence = licence.replace(" / ", "/").replace('/', " OR ");
        above.push(url);
    }
    Ok(())
}

fn parts(line: &str) -> Option<(usize, String, &str)> {
    let mut columns = line.split('|');
    let depth = columns.next()?.parse().ok()?;
    let mut words = columns.next()?.split(' ');
    let url = package_url(words.next()?, words.next()?.strip_prefix('v')?);
    Some((depth, url, columns.next()?))
}

fn package_url(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// SHA-256 of each crate as the registry has it, by package URL; our own have none.
fn checksums(lock: &str) -> Result<BTreeMap<String, String>> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is wrong")?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let found = packages.into_iter().flatten().filter_map(|package| {
        let text = |key: &str| package.get(key)?.as_str();
        Some((package_url(text("name")?, text("version")?), text("checksum")?.to_owned()))
    });
    Ok(found.collect())
}

fn component(url: &str, one: &Crate, checksums: &BTreeMap<String, String>) -> Value {
    let (name, version) =
        url.strip_prefix("pkg:cargo/").and_then(|rest| rest.split_once('@')).unwrap_or((url, ""));
    let licence = (!one.licence.is_empty()).then(|| json!({"expression": one.licence}));
    let checksum = checksums.get(url).map(|sum| json!({"alg": "SHA-256", "content": sum}));
    json!({
        "type": "library",
        "bom-ref": url,
        "name": name,
        "version": version.replace("%2B", "+"),
        "purl": url,
        "licenses": Vec::from_iter(licence),
        "hashes": Vec::from_iter(checksum),
    })
}

/// A file of the layer.
fn file(path: &str, data: &[u8]) -> Value {
    json!({
        "type": "file",
        "bom-ref": format!("file:{path}"),
        "name": path,
        "hashes": [{"alg": "SHA-256", "content": hex(&Sha256::digest(data))}],
    })
}

/// What the compiler links by itself: Rust's standard library, and the C library beneath it, whose
/// version the toolchain does not tell.
fn toolchain(triple: &str) -> Result<[Value; 2]> {
    let version = said(&["-vV"])?;
    let release = version.lines().find_map(|line| line.strip_prefix("release: "));
    let release = release.context("`rustc -vV` names no release")?;
    let (library, licence) =
        if triple.ends_with("-musl") { ("musl", "MIT") } else { ("glibc", "LGPL-2.1-or-later") };
    Ok([
        json!({
            "type": "library",
            "bom-ref": "rust-std",
            "name": "rust-std",
            "version": release,
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
        }),
        json!({
            "type": "library",
            "bom-ref": library,
            "name": library,
            "licenses": [{"license": {"id": licence}}],
        }),
    ])
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "\
        0|a v0.1.0 (/somewhere)|Apache-2.0|\n\
        1|b v2.0.0|MIT/Apache-2.0|\n\
        2|c v3.0.0+z|MIT|\n\
        1|d v4.0.0||\n\
        2|b v2.0.0|MIT/Apache-2.0| (*)\n";

    #[test]
    fn a_tree_becomes_crates_and_what_they_use() {
        let mut crates = Crates::new();
        read(TREE, &mut crates).unwrap();
        let uses = |url: &str| crates[url].uses.iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(uses("pkg:cargo/a@0.1.0"), ["pkg:cargo/b@2.0.0", "pkg:cargo/d@4.0.0"]);
        assert_eq!(uses("pkg:cargo/b@2.0.0"), ["pkg:cargo/c@3.0.0%2Bz"]);
        assert_eq!(uses("pkg:cargo/d@4.0.0"), ["pkg:cargo/b@2.0.0"]);
        assert_eq!(crates["pkg:cargo/b@2.0.0"].licence, "MIT OR Apache-2.0");
        assert!(read("0|a 1|x|\n", &mut crates).unwrap_err().to_string().contains("`0|a 1|x|`"));
    }

    #[test]
    fn the_document_names_what_is_linked_and_nothing_else() {
        let triple = "x86_64-unknown-linux-musl";
        let files = [("tollgate/exec".to_owned(), b"text".to_vec())];
        let text = document("x86_64", triple, &files).unwrap();
        assert_eq!(text, document("x86_64", triple, &files).unwrap());
        let document: Value = serde_json::from_slice(&text).unwrap();
        let components = document["components"].as_array().unwrap();
        let named = |name: &str| components.iter().find(|component| component["name"] == name);
        assert_eq!(named("tollgate/exec").unwrap()["hashes"][0]["alg"], "SHA-256");
        assert_eq!(named("httparse").unwrap()["hashes"][0]["content"].as_str().unwrap().len(), 64);
        assert!(named("rustls").is_some() && named("musl").is_some());
        // A macro, and crates that only the command, the tests or another system use.
        for absent in ["serde_derive", "clap", "moto", "proptest", "windows-sys"] {
            assert!(named(absent).is_none(), "{absent}");
        }
        let known = |reference: &Value| {
            components.iter().any(|component| component["bom-ref"] == *reference)
        };
        for edge in document["dependencies"].as_array().unwrap() {
            let dangling = edge["dependsOn"].as_array().unwrap().iter().find(|one| !known(one));
            assert_eq!(dangling, None, "{edge}");
        }
    }
}
