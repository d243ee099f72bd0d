//! What the policy lets a record hold: where it ran, content of the event, names of callers.

use crate::ship::opening::entropy;
use bytes::Bytes;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tollgate_leak::{Watch, is_secret_name};
use tollgate_ledger::metrics::Metrics;
use tollgate_ledger::record::{Body, Environment, Invocation, Open, Payload as Content};
use tollgate_ledger::redact::{CONTENT_BYTES_MAX, Pseudonyms, Redactor};
use tollgate_ledger::sealed;
use tollgate_ledger::thrift::Thrift;
use tollgate_policy::{LedgerOptions, Metrics as MetricsOption, Payload, RecordOptions};

/// Events whose records are not written yet and that are kept for their content, at most. On
/// classic there is one at a time.
const HELD_MAX: usize = 64;

/// How often metrics are written while records are, in milliseconds: the finest that `CloudWatch`
/// keeps without extra cost is a minute.
const METRICS_EVERY_MS: u64 = 60_000;

/// Completes records.
#[derive(Debug)]
pub(crate) struct Contents {
    payload: Payload,
    record: RecordOptions,
    redactor: Redactor,
    pseudonyms: Option<Pseudonyms>,
    environment: Environment,
    held: HashMap<String, Bytes>,
    thrift: Thrift,
    metrics: Metrics,
    metrics_since_ms: u64,
    function: String,
}

impl Contents {
    /// Reads what the policy says. Also gives back what of it cannot be done.
    pub(crate) fn new(options: &LedgerOptions) -> (Self, Option<String>) {
        let record = options.record.clone();
        let watch = match options.payload {
            Payload::Redacted => own_secrets(),
            _ => Watch::default(),
        };
        let (pseudonyms, complaint) = pseudonyms(&record);
        let contents = Self {
            payload: options.payload,
            redactor: Redactor::new(watch, &record.fields),
            record,
            pseudonyms,
            environment: Environment::default(),
            held: HashMap::new(),
            thrift: Thrift::default(),
            metrics: Metrics::default(),
            metrics_since_ms: 0,
            function: String::new(),
        };
        (contents, complaint)
    }

    /// Takes where this is from the chain's `open` record.
    pub(crate) fn settle_in(&mut self, open: &Open) {
        let function = &open.function;
        self.function.clone_from(&function.name);
        self.environment = Environment {
            id: open.environment.clone(),
            version: function.version.clone(),
            alias: None,
            runtime: function.runtime.clone(),
            memory_mb: function.memory_mb,
            architecture: function.architecture.clone(),
            initialization_type: function.initialization_type.clone(),
        };
    }

    /// Whether records hold content of events.
    pub(crate) fn wants_events(&self) -> bool {
        matches!(self.payload, Payload::Redacted | Payload::Sealed)
    }

    /// Keeps an event until its record is written; the bytes are shared, not copied.
    pub(crate) fn hold(&mut self, request_id: &str, event: Bytes) {
        if self.held.len() < HELD_MAX {
            self.held.insert(request_id.to_owned(), event);
        }
    }

    /// What is to be written for a record.
    pub(crate) fn finish(&mut self, now_ms: u64, body: Body) -> Vec<Body> {
        let bodies = match body {
            Body::Invocation(mut invocation) => {
                self.complete(&mut invocation);
                self.thrift.weigh(now_ms, *invocation)
            }
            body => vec![body],
        };
        if self.record.metrics == MetricsOption::Emf {
            for body in &bodies {
                self.metrics.count(body);
            }
        }
        bodies
    }

    /// The lines of metrics, where they are due; with `last` whatever was counted.
    pub(crate) fn metrics(&mut self, now_ms: u64, spool_bytes: usize, last: bool) -> Vec<Vec<u8>> {
        let waited_ms = now_ms.saturating_sub(self.metrics_since_ms);
        if self.metrics.is_empty() || !(last || waited_ms >= METRICS_EVERY_MS) {
            return Vec::new();
        }
        self.metrics_since_ms = now_ms;
        self.metrics.lines(now_ms, &self.function, spool_bytes as u64)
    }

    /// Whether a record is not journalled as it is.
    pub(crate) fn conceals(&self) -> bool {
        self.pseudonyms.is_some() || self.payload == Payload::None
    }

    /// What was counted and is still to be written.
    pub(crate) fn rest(&mut self) -> Vec<Body> {
        self.thrift.rest()
    }

    fn complete(&mut self, record: &mut Invocation) {
        let event = self.held.remove(&record.request_id);
        if record.environment.is_none() && !self.environment.id.is_empty() {
            let alias = record.function.as_deref().and_then(Environment::alias_of);
            record.environment = Some(Environment { alias, ..self.environment.clone() });
        }
        record.retention.clone_from(&self.record.retention);
        record.payload = event.and_then(|event| self.content(&record.request_id, &event));
        self.conceal(record);
    }

    /// Takes out of a record what the policy wants nobody to read, be it in the ledger or in the
    /// journal, which the function can read. What was taken out before stays as it is.
    pub(crate) fn conceal(&self, record: &mut Invocation) {
        if self.payload == Payload::None {
            record.event = None;
            if let Some(response) = &mut record.response {
                response.sha256 = None;
            }
        }
        if let Some(pseudonyms) = &self.pseudonyms {
            hide(pseudonyms, record);
        }
    }

    fn content(&self, request_id: &str, event: &[u8]) -> Option<Content> {
        let left_out = |why: &str| Content { left_out: Some(why.to_owned()), ..Content::default() };
        match (self.payload, &self.record.seal_to) {
            (Payload::Redacted, _) => {
                // Whatever is in an event, it has its record.
                let redacted = catch_unwind(AssertUnwindSafe(|| self.redactor.event(event)));
                Some(redacted.unwrap_or_else(|_| left_out("failure")))
            }
            (Payload::Sealed, Some(_)) if event.len() > CONTENT_BYTES_MAX => {
                Some(left_out("too-long"))
            }
            (Payload::Sealed, Some(recipient)) => {
                let fresh = entropy().ok()?;
                let sealed = sealed::seal(recipient, fresh, request_id, event);
                Some(match sealed {
                    Some(sealed) => Content { sealed: Some(sealed), ..Content::default() },
                    None => left_out("recipient"),
                })
            }
            _ => None,
        }
    }
}

fn hide(pseudonyms: &Pseudonyms, record: &mut Invocation) {
    if let Some(caller) = &mut record.caller {
        pseudonyms.hide(caller);
    }
    if let Some(subject) = record.proof.as_mut().and_then(|proof| proof.subject.as_mut())
        && !subject.starts_with("p:")
    {
        *subject = pseudonyms.of("proof", subject);
    }
}

/// The environment's own secrets, by the names of their variables.
pub(crate) fn own_secrets() -> Watch {
    let variables: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| is_secret_name(name))
        .collect();
    Watch::new(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

fn pseudonyms(record: &RecordOptions) -> (Option<Pseudonyms>, Option<String>) {
    let Some(variable) = &record.pseudonym_key_env else { return (None, None) };
    let key = std::env::var_os(variable).map(std::os::unix::ffi::OsStringExt::into_vec);
    if let Some(pseudonyms) = key.as_deref().and_then(Pseudonyms::new) {
        return (Some(pseudonyms), None);
    }
    // Names must not stand in the clear where the owner wanted none: an own key, which nobody has,
    // makes them unreadable for good.
    let random: Option<[u8; 32]> = entropy().ok();
    let own = Pseudonyms::new(&random.unwrap_or_default());
    let detail = format!("`{variable}` holds no key of {} bytes", Pseudonyms::KEY_BYTES_MIN);
    (own, Some(detail))
}
