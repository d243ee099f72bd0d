//! What the Runtime API handed out, untouched: the body, its digest and the invocation's headers.
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::digest::Digest;
use crate::limits::EVENT_BYTES_MAX;

/// One event as it came: nothing is known about its content yet. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct RawEvent {
    body: Bytes,
    digest: Digest,
    invocation: Arc<Invocation>,
}

/// The headers of one invocation (AWS Lambda Developer Guide, "Using the Lambda runtime API",
/// "Next invocation"), as received.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    /// `Lambda-Runtime-Aws-Request-Id`.
    pub request_id: String,
    /// `Lambda-Runtime-Deadline-Ms`: milliseconds since the Unix epoch.
    pub deadline_ms: u64,
    /// `Lambda-Runtime-Invoked-Function-Arn`, with the alias or version the caller used.
    pub function_arn: String,
    /// `Lambda-Runtime-Trace-Id`: the X-Ray header.
    pub trace_id: Option<String>,
    /// `Lambda-Runtime-Client-Context`: JSON that the caller supplied, untrusted.
    pub client_context: Option<String>,
    /// `Lambda-Runtime-Cognito-Identity`: JSON, influenced by the caller.
    pub cognito_identity: Option<String>,
    /// `Lambda-Runtime-Aws-Tenant-Id`: set in tenant isolation mode.
    pub tenant_id: Option<String>,
    /// `Lambda-Runtime-Invocation-Id`: the nonce of this attempt.
    pub invocation_id: Option<String>,
}

/// Takes a body in as it arrives and hashes it on the way, so that the bytes are held once.
#[derive(Debug, Default)]
pub struct Intake {
    body: Vec<u8>,
    hasher: Sha256,
    hashed: usize,
}

impl AsMut<Vec<u8>> for Intake {
    fn as_mut(&mut self) -> &mut Vec<u8> {
        self.tail()
    }
}

impl RawEvent {
    /// An event whose body is already whole; hashes it at once.
    pub fn new(invocation: Invocation, body: Bytes) -> Self {
        let digest = Digest::of(&body);
        Self { body, digest, invocation: Arc::new(invocation) }
    }

    /// The event's bytes, shared and not copied.
    pub fn share(&self) -> Bytes {
        self.body.clone()
    }

    /// The body, exactly as Lambda sent it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The SHA-256 of the body.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The invocation's headers.
    pub fn invocation(&self) -> &Invocation {
        &self.invocation
    }

    /// Takes the event apart: the body as it came, and the invocation's headers.
    pub fn into_parts(self) -> (Bytes, Invocation) {
        (self.body, Arc::unwrap_or_clone(self.invocation))
    }
}

/// What has grown to this may become as large as any.
const LARGE_BYTES: usize = 512 * 1024;
/// As large as any.
#[expect(clippy::cast_possible_truncation, reason = "a few million")]
const LARGEST_BYTES: usize = EVENT_BYTES_MAX as usize;

impl Intake {
    /// An intake with room for a body of `bytes` bytes (its `Content-Length`, if there is one).
    pub fn with_capacity(bytes: usize) -> Self {
        Self { body: Vec::with_capacity(bytes), hasher: Sha256::new(), hashed: 0 }
    }

    /// Where the next bytes may be appended directly, so that they are not copied once more;
    /// [`settle`](Self::settle) takes them in.
    pub fn tail(&mut self) -> &mut Vec<u8> {
        &mut self.body
    }

    /// Hashes what was appended to the [`tail`](Self::tail) while it is still at hand.
    pub fn settle(&mut self) {
        if let Some(fresh) = self.body.get(self.hashed..) {
            self.hasher.update(fresh);
        }
        self.hashed = self.body.len();
    }

    /// Takes the next part of the body. One whose length nobody told gets room for the largest once it
    /// is large: doubling it would copy it again and again, and each half is a hole in the heap that the next
    /// whole one does not fit into.
    pub fn push(&mut self, part: &[u8]) {
        let (bytes, room) = (self.body.len(), self.body.spare_capacity_mut().len());
        if part.len() > room && bytes >= LARGE_BYTES {
            self.body.reserve_exact(LARGEST_BYTES.saturating_sub(bytes).max(part.len()));
        }
        self.body.extend_from_slice(part);
        self.settle();
    }

    /// How many bytes have arrived.
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// Whether nothing has arrived yet.
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The body is whole.
    pub fn finish(mut self, invocation: Invocation) -> RawEvent {
        self.settle();
        RawEvent {
            body: self.body.into(),
            digest: Digest::finish(self.hasher),
            invocation: Arc::new(invocation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_of_unknown_length_has_room_for_the_largest_and_no_more() {
        let mut intake = Intake::with_capacity(0);
        let part = vec![b'x'; 100_000];
        for _ in 0..62 {
            intake.push(&part);
        }
        assert_eq!((intake.len(), intake.body.capacity()), (6_200_000, LARGEST_BYTES));
        for _ in 0..4 {
            intake.push(&part);
        }
        assert_eq!(intake.len(), 6_600_000, "what is larger fits too");
    }

    #[test]
    fn an_intake_gives_what_a_whole_body_gives() {
        let invocation = Invocation { request_id: "r-1".into(), ..Invocation::default() };
        let mut intake = Intake::with_capacity(4);
        assert!(intake.is_empty());
        intake.push(b"{\"a\"");
        intake.tail().extend_from_slice(b":1}");
        assert_eq!(intake.len(), 7);
        let arrived = intake.finish(invocation.clone());
        let whole = RawEvent::new(invocation.clone(), Bytes::from_static(b"{\"a\":1}"));
        assert_eq!(arrived.digest(), whole.digest());
        assert_eq!(arrived.body(), whole.body());
        assert_eq!(arrived.into_parts(), (Bytes::from_static(b"{\"a\":1}"), invocation));
    }
}
