//! What the fuzzer calls: one function a target. Saved inputs are replayed by a test here.
//!
//! The targets themselves stand in `targets/`, a workspace of its own that only the nightly
//! compiler builds; `scripts/fuzz` runs them.
mod entries;
mod wires;

/// One target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, that of its corpus and of its file.
    pub name: &'static str,
    /// Runs it on one input. Must not panic, whatever the input.
    pub run: fn(&[u8]),
}

/// Every target.
pub static TARGETS: [Target; 38] = [
    target("decode", entries::decode),
    target("classify", entries::classify),
    target("envelope", entries::envelope),
    target("open", entries::open),
    target("batch", entries::batch),
    target("decide", entries::decide),
    target("policy", entries::policy),
    target("proof-request", entries::proof_request),
    target("proof-parts", entries::proof_parts),
    target("schema", entries::schema),
    target("openapi", entries::openapi),
    target("deployment", entries::deployment),
    target("detect-sql", entries::sql),
    target("detect-nosql", entries::nosql),
    target("detect-shell", entries::shell),
    target("detect-path", entries::path),
    target("detect-xss", entries::xss),
    target("detect-template", entries::template),
    target("detect-xml", entries::xml),
    target("detect-ssrf", entries::ssrf),
    target("detect-log4j", entries::log4j),
    target("detect-prototype", entries::prototype),
    target("detect-ldap", entries::ldap),
    target("detect-crlf", entries::crlf),
    target("detect-deserialize", entries::deserialize),
    target("detect-formula", entries::formula),
    target("detect-unicode", entries::unicode),
    target("detect-prompt", entries::prompt),
    target("http-head", wires::http_head),
    target("http-body", wires::http_body),
    target("frames", wires::frames),
    target("journal", wires::journal),
    target("telemetry", wires::telemetry),
    target("leak", wires::leak),
    target("redact", wires::redact),
    target("verify", wires::verify),
    target("forge", wires::forge),
    target("budget", wires::budget),
];

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

/// Runs the target of this name; does nothing if there is none.
pub fn run(name: &str, input: &[u8]) {
    if let Some(target) = TARGETS.iter().find(|target| target.name == name) {
        (target.run)(input);
    }
}
