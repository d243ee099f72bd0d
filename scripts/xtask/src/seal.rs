//! What stands beside the zips so that others can tell that they are ours: `SHA256SUMS`, and its
//! Ed25519 signature where a key is given.
use crate::run::{say, target};
use crate::sbom::hex;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The variable that names the file with the key.
const KEY_FILE: &str = "LAYER_SIGNING_KEY_FILE";
/// The variable that holds the key itself, as build services hand out secrets.
const KEY: &str = "LAYER_SIGNING_KEY";
/// What stands before the key in PKCS #8, version 1 (RFC 8410, section 7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Writes the sums of all that is ready in `target/layer`, and signs them if there is a key.
pub(crate) fn seal() -> Result<()> {
    let directory = target().join("layer");
    let key = given()?;
    let files = write(&directory, key.as_ref())?;
    let signed = if key.is_some() { ", signed" } else { "; no key given, so no signature" };
    say(&format!("sums of {files} files: {}{signed}", directory.join("SHA256SUMS").display()))
}

/// The key that the environment gives.
fn given() -> Result<Option<SigningKey>> {
    if let Some(file) = std::env::var_os(KEY_FILE) {
        let shown = Path::new(&file).display().to_string();
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("{KEY_FILE}: cannot read `{shown}`"))?;
        return read(&text).with_context(|| format!("{KEY_FILE}: `{shown}`")).map(Some);
    }
    match std::env::var(KEY) {
        Ok(text) => read(&text).context(KEY).map(Some),
        Err(_) => Ok(None),
    }
}

/// Reads a key as `openssl genpkey -algorithm ed25519` writes it.
fn read(pem: &str) -> Result<SigningKey> {
    const WANTED: &str = "expected an Ed25519 key in PEM (PKCS #8), as \
                          `openssl genpkey -algorithm ed25519` writes it";
    let body = pem
        .trim()
        .strip_prefix("-----BEGIN PRIVATE KEY-----")
        .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"))
        .context(WANTED)?;
    let text: String = body.split_whitespace().collect();
    let der = STANDARD.decode(text).ok().context(WANTED)?;
    let seed = der.strip_prefix(&PKCS8).and_then(|seed| <[u8; 32]>::try_from(seed).ok());
    Ok(SigningKey::from_bytes(&seed.context(WANTED)?))
}

/// Writes `SHA256SUMS` and, with a key, `SHA256SUMS.sig`; gives the number of files.
fn write(directory: &Path, key: Option<&SigningKey>) -> Result<usize> {
    let sums = sums(directory)?;
    ensure!(!sums.is_empty(), "`{}` holds no layer", directory.display());
    std::fs::write(directory.join("SHA256SUMS"), &sums)?;
    let signature = directory.join("SHA256SUMS.sig");
    match key {
        Some(key) => std::fs::write(signature, key.sign(sums.as_bytes()).to_bytes())?,
        // One of another build would not fit.
        None if signature.exists() => std::fs::remove_file(signature)?,
        None => {}
    }
    Ok(sums.lines().count())
}

/// A line for each zip and bill of materials, as `sha256sum` writes them.
fn sums(directory: &Path) -> Result<String> {
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let ours = name.strip_prefix("tollgate-").and_then(|rest| rest.split_once('.'));
        if ours.is_some_and(|(_, kind)| kind == "zip" || kind == "cdx.json") {
            let data = std::fs::read(directory.join(&name))?;
            lines.push((name, hex(&Sha256::digest(data))));
        }
    }
    lines.sort();
    let lines = lines.into_iter().map(|(name, digest)| format!("{digest}  {name}\n"));
    Ok(lines.collect::<Vec<_>>().concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::command;
    use std::fs;

    /// Runs a line of the guide, in `directory`.
    fn runs(directory: &Path, line: &str) -> bool {
        let output = command("sh").args(["-c", line]).current_dir(directory).output().unwrap();
        output.status.success()
    }

    const CHECK: &str = "sha256sum --check SHA256SUMS";
    const VERIFY: &str = "openssl pkeyutl -verify -pubin -inkey layer-key.pub.pem -rawin \
                          -in SHA256SUMS -sigfile SHA256SUMS.sig";

    #[test]
    fn what_is_signed_verifies_by_the_commands_of_the_guide_until_a_byte_changes() {
        let directory = tempfile::tempdir().unwrap();
        let here = directory.path();
        assert!(runs(here, "openssl genpkey -algorithm ed25519 -out layer-key.pem"));
        assert!(runs(here, "openssl pkey -in layer-key.pem -pubout -out layer-key.pub.pem"));
        fs::write(here.join("tollgate-x86_64.zip"), "a zip").unwrap();
        fs::write(here.join("tollgate-x86_64.cdx.json"), "{}").unwrap();
        fs::write(here.join("notes.zip"), "not ours").unwrap();
        let key = read(&fs::read_to_string(here.join("layer-key.pem")).unwrap()).unwrap();
        assert_eq!(write(here, Some(&key)).unwrap(), 2);
        assert!(runs(here, CHECK) && runs(here, VERIFY));
        fs::write(here.join("tollgate-x86_64.zip"), "another").unwrap();
        assert!(!runs(here, CHECK) && runs(here, VERIFY));
        let sums = fs::read_to_string(here.join("SHA256SUMS")).unwrap();
        fs::write(here.join("SHA256SUMS"), sums.replace('a', "b")).unwrap();
        assert!(!runs(here, VERIFY));
        write(here, None).unwrap();
        assert!(!here.join("SHA256SUMS.sig").exists(), "a signature of other sums is left");
    }

    #[test]
    fn a_key_of_another_kind_is_refused_and_what_is_right_is_said() {
        let wrapped = |text: &str| {
            format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
        };
        for text in ["", "c2VjcmV0", &wrapped("c2VjcmV0"), &wrapped("%")] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("openssl genpkey"), "{error}");
        }
    }

    #[test]
    fn the_guide_names_these_commands() {
        let guide = fs::read_to_string(crate::run::root().join("extension/docs/layer.md")).unwrap();
        assert!(guide.contains(CHECK) && guide.contains("openssl pkeyutl -verify -pubin"));
    }
}
