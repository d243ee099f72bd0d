//! The public half of a key of AWS KMS: from a file, or from KMS itself.
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tollgate_courier::reader;
use tollgate_ledger::AttestingKey;

use super::Stop;
use crate::command::logs;

const EXPECTED: &str = "expected the public half of a key of the spec ECC_NIST_P256, as PEM, DER or what \
                        `aws kms get-public-key` prints";

/// Reads the file of this name; what names no file is a key of KMS.
pub(super) fn read(key: &str) -> Result<AttestingKey, Stop> {
    let path = Path::new(key);
    let (bytes, expected) = if path.is_file() {
        let read = logs::whole(path);
        (read.map_err(|cause| Stop::Read { path: path.to_owned(), cause })?, EXPECTED)
    } else {
        let of_kms = "its key spec is not ECC_NIST_P256";
        (ask(key).map_err(|why| Stop::Key { key: key.to_owned(), why })?, of_kms)
    };
    let found = der(&bytes).and_then(|der| AttestingKey::read(&der));
    found.ok_or_else(|| Stop::Key { key: key.to_owned(), why: expected.to_owned() })
}

fn ask(key: &str) -> Result<Vec<u8>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let asked = runtime.block_on(reader::public_key(key));
    asked.map_err(|failure| format!("no such file, and KMS does not give it: {failure}"))
}

/// The DER in any of the forms.
fn der(bytes: &[u8]) -> Option<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some(bytes.to_vec()) };
    let text = text.trim();
    let base64 = if let Some(pem) = text.strip_prefix("-----BEGIN PUBLIC KEY-----") {
        pem.strip_suffix("-----END PUBLIC KEY-----")?.split_ascii_whitespace().collect()
    } else {
        let told: Value = serde_json::from_str(text).ok()?;
        told.get("PublicKey")?.as_str()?.to_owned()
    };
    STANDARD.decode(base64).ok()
}
