//! How the sender of a source's events is proved, ready for use.
use tollgate_proof::jwt::{Claim, Expected};
use tollgate_proof::keyring::Need;
use tollgate_proof::webhook::Webhook;

use crate::options::Replay;
use crate::problem::Problem;
use crate::sources::Pattern;

/// What the events of a source must prove. Nothing by default.
#[derive(Debug, Clone, Default)]
pub(crate) struct Auth {
    /// All of these must hold.
    pub(crate) ways: Vec<Way>,
    /// Whether what was proved may be used once only.
    pub(crate) replay: Option<Replay>,
}

/// One thing to be proved. Keys are places in the policy's needs.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// A token of an issuer.
    Jwt(Box<JwtRule>),
    /// What a service signs.
    Hmac(Box<HmacRule>),
    /// A message of Amazon SNS.
    Sns(SnsRule),
    /// What the calling function says.
    Context(ContextRule),
    /// What the event's service says of who calls.
    Asserted(Box<AssertedRule>),
}

/// A token of an issuer.
#[derive(Debug, Clone)]
pub(crate) struct JwtRule {
    /// The header that it stands in, in lower case.
    pub(crate) header: String,
    pub(crate) keys: usize,
    pub(crate) expected: Expected,
}

/// What a service signs.
#[derive(Debug, Clone)]
pub(crate) struct HmacRule {
    pub(crate) webhook: Webhook,
    /// Any of these.
    pub(crate) secrets: Vec<usize>,
    /// What stands before the path in the URL that the sender used.
    pub(crate) url: Option<String>,
}

/// A message of Amazon SNS.
#[derive(Debug, Clone)]
pub(crate) struct SnsRule {
    /// The ARNs of topics that it may come through; none: those of the function's own account. SNS
    /// signs for everybody's topics.
    pub(crate) topics: Vec<Pattern>,
    /// None: each message's own, fetched from SNS.
    pub(crate) certificates: Option<usize>,
    pub(crate) tolerance_seconds: u32,
}

/// What the calling function says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContextRule {
    pub(crate) keys: usize,
    pub(crate) leeway_seconds: u32,
    /// Whether the payload's reserved member is taken out before the function sees it.
    pub(crate) strip: bool,
}

/// What the event's service says of who calls. Of each that is not empty, one must fit.
#[derive(Debug, Clone, Default)]
pub(crate) struct AssertedRule {
    /// ARNs of IAM principals.
    pub(crate) iam: Vec<Pattern>,
    /// Ids of API keys.
    pub(crate) api_key: Vec<Pattern>,
    /// Senders of messages.
    pub(crate) sender: Vec<Pattern>,
    /// None: no certificate is asked for.
    pub(crate) certificate: Option<CertificateRule>,
    /// All of these.
    pub(crate) claims: Vec<Claim>,
}

/// What a client certificate must say; that it holds now is always asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct CertificateRule {
    pub(crate) subject: Vec<Pattern>,
    pub(crate) issuer: Vec<Pattern>,
    pub(crate) san: Vec<Pattern>,
}

/// What contexts for the functions that this one calls are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signing {
    /// The place of the key in the policy's needs.
    pub key: usize,
    /// How long a context holds, in milliseconds.
    pub life_ms: u64,
}

/// A key that the policy names, and where.
#[derive(Debug, Clone)]
pub struct KeyNeed {
    /// What it is and where it is kept.
    pub need: Need,
    /// The place in a document that names it; its message is yet to be written.
    pub(crate) place: Problem,
}

impl KeyNeed {
    /// The problem that the key is not at hand, for this reason.
    pub fn problem(&self, why: &str) -> Problem {
        Problem { message: why.to_owned(), ..self.place.clone() }
    }
}

impl Way {
    /// Whether it rests on a signature or a token that is verified here.
    pub(crate) const fn is_signed(&self) -> bool {
        !matches!(self, Self::Asserted(_))
    }

    /// Whether the payload's reserved member is taken out.
    pub(crate) const fn strips(&self) -> bool {
        matches!(self, Self::Context(ContextRule { strip: true, .. }))
    }
}

impl Auth {
    /// How a caller is told what is asked for (RFC 9110, section 11.6.1; RFC 6750, section 3).
    pub(crate) fn challenge(&self) -> &'static str {
        if self.ways.iter().any(|way| matches!(way, Way::Jwt(_))) { "Bearer" } else { "Signature" }
    }
}
