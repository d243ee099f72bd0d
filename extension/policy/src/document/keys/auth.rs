//! Keys of proofs: who must have made a source's events.
mod forms;

use super::forms::ARN;
use super::{Key, Kind, REQUIRED, key, words};
use crate::options::{CodeEncoding, CodeHash, Replay, SchemeName, TokenAlgorithm};
use forms::{
    ANYTHING, CODE_TEMPLATE, HEADER, HTTPS, KEY_FILE, ORIGIN_URL, PREFIX, SECRET_NAME, VARIABLE,
};

/// The longest tolerance, in milliseconds: a day.
const DAY_MS: u64 = 24 * 3600 * 1000;

/// The keys, in the order of the reference.
pub(super) const AUTH: &[Key] = &[
    key(
        "sources[].auth",
        Kind::Table,
        "nothing is to be proved",
        "Who must have made this source's events; where several ways stand here, all must hold.",
    ),
    key("sources[].auth.jwt", Kind::Table, "none", "A token of an issuer, in a header."),
    key("sources[].auth.jwt.issuer", Kind::Text(&ANYTHING), REQUIRED, "Its `iss`, to the letter."),
    key(
        "sources[].auth.jwt.audience",
        Kind::Texts(&ANYTHING),
        REQUIRED,
        "Its `aud` must be or hold one of these.",
    ),
    key(
        "sources[].auth.jwt.jwks_file",
        Kind::Text(&KEY_FILE),
        "none",
        "The issuer's public keys, a JSON Web Key set. This or `jwks_url`.",
    ),
    key(
        "sources[].auth.jwt.jwks_url",
        Kind::Text(&HTTPS),
        "none",
        "Where they are fetched, off the path, every 15 minutes and when a key id is new.",
    ),
    key(
        "sources[].auth.jwt.header",
        Kind::Text(&HEADER),
        "`authorization`",
        "The header with the token, after `Bearer` or alone.",
    ),
    key(
        "sources[].auth.jwt.algorithms",
        Kind::Words(words::<TokenAlgorithm>),
        "those that the keys are for",
        "The algorithms that are taken.",
    ),
    key(
        "sources[].auth.jwt.scopes",
        Kind::Texts(&ANYTHING),
        "none",
        "Scopes that it must have, all of them, in `scope` or `scp`.",
    ),
    key("sources[].auth.jwt.claims", Kind::Tables, "none", "Claims that it must have."),
    key("sources[].auth.jwt.claims[].name", Kind::Text(&ANYTHING), REQUIRED, "The claim's name."),
    key(
        "sources[].auth.jwt.claims[].value",
        Kind::Texts(&ANYTHING),
        "any",
        "It must be or hold one of these.",
    ),
    key(
        "sources[].auth.jwt.leeway",
        Kind::Duration { max_ms: DAY_MS },
        "60s",
        "How far the issuer's clock may be off.",
    ),
    key(
        "sources[].auth.jwt.max_age",
        Kind::Duration { max_ms: 365 * DAY_MS },
        "as long as it says",
        "How long ago it may have been issued.",
    ),
    key("sources[].auth.hmac", Kind::Table, "none", "A webhook, signed with a shared secret."),
    key(
        "sources[].auth.hmac.scheme",
        Kind::Word(words::<SchemeName>),
        REQUIRED,
        "Whose way of signing.",
    ),
    key(
        "sources[].auth.hmac.secret_env",
        Kind::Texts(&VARIABLE),
        "none",
        "Environment variables with secrets, any of which may have signed.",
    ),
    key(
        "sources[].auth.hmac.secret_file",
        Kind::Texts(&KEY_FILE),
        "none",
        "Files with secrets, one each.",
    ),
    key(
        "sources[].auth.hmac.secret_arn",
        Kind::Texts(&SECRET_NAME),
        "none",
        "Secrets of AWS Secrets Manager, fetched off the path.",
    ),
    key(
        "sources[].auth.hmac.secret_parameter",
        Kind::Texts(&SECRET_NAME),
        "none",
        "Parameters of AWS Systems Manager, fetched off the path.",
    ),
    key(
        "sources[].auth.hmac.tolerance",
        Kind::Duration { max_ms: DAY_MS },
        "5m",
        "How far the signed timestamp may lie from now, where the scheme has one.",
    ),
    key(
        "sources[].auth.hmac.url",
        Kind::Text(&ORIGIN_URL),
        "`https://` and the request's host",
        "What stands before the path in the URL that the sender used, for schemes that sign it.",
    ),
    key(
        "sources[].auth.hmac.header",
        Kind::Text(&HEADER),
        "none",
        "With `generic`: the header with the signature.",
    ),
    key(
        "sources[].auth.hmac.algorithm",
        Kind::Word(words::<CodeHash>),
        "sha256",
        "With `generic`: the hash function.",
    ),
    key(
        "sources[].auth.hmac.encoding",
        Kind::Word(words::<CodeEncoding>),
        "hex",
        "With `generic`: how the signature is written.",
    ),
    key(
        "sources[].auth.hmac.prefix",
        Kind::Text(&PREFIX),
        "none",
        "With `generic`: what stands before the signature, such as `sha256=`.",
    ),
    key(
        "sources[].auth.hmac.timestamp_header",
        Kind::Text(&HEADER),
        "none",
        "With `generic`: the header with the time in seconds.",
    ),
    key(
        "sources[].auth.hmac.signed",
        Kind::Text(&CODE_TEMPLATE),
        "`{body}`, or `{timestamp}.{body}`",
        "With `generic`: what is signed.",
    ),
    key(
        "sources[].auth.sns",
        Kind::Table,
        "none",
        "The signature of Amazon SNS on each message, also on those that come through a queue.",
    ),
    key(
        "sources[].auth.sns.topics",
        Kind::Texts(&ARN),
        "the source's `arn` with `trigger: sns`; else all of the function's own account",
        "ARNs of topics that messages may come through, in which `*` stands for any text: SNS signs \
         for everybody's topics.",
    ),
    key(
        "sources[].auth.sns.certs_file",
        Kind::Text(&KEY_FILE),
        "none: each message's own, fetched from SNS",
        "Certificates in PEM, the only ones that count.",
    ),
    key(
        "sources[].auth.sns.tolerance",
        Kind::Duration { max_ms: 30 * DAY_MS },
        "6h",
        "How old a message may be.",
    ),
    key(
        "sources[].auth.context",
        Kind::Table,
        "none",
        "A signed context of the function that calls, see `signed-context.md`.",
    ),
    key(
        "sources[].auth.context.keys_file",
        Kind::Text(&KEY_FILE),
        "none",
        "The keys that contexts are checked with. This or one of the next three.",
    ),
    key(
        "sources[].auth.context.keys_env",
        Kind::Text(&VARIABLE),
        "none",
        "An environment variable with them.",
    ),
    key(
        "sources[].auth.context.keys_arn",
        Kind::Text(&SECRET_NAME),
        "none",
        "A secret of AWS Secrets Manager with them.",
    ),
    key(
        "sources[].auth.context.keys_parameter",
        Kind::Text(&SECRET_NAME),
        "none",
        "A parameter of AWS Systems Manager with them.",
    ),
    key(
        "sources[].auth.context.leeway",
        Kind::Duration { max_ms: DAY_MS },
        "30s",
        "How far the caller's clock may be off.",
    ),
    key(
        "sources[].auth.context.strip",
        Kind::Flag,
        "`false`",
        "Whether the payload's member `_tollgate` is taken out before the function sees it; every \
         other byte stays as it is.",
    ),
    key(
        "sources[].auth.asserted",
        Kind::Table,
        "none",
        "What the event's service must say of who calls. It counts only under `direct_invoke: \
         closed`, since whoever may invoke can write it.",
    ),
    key(
        "sources[].auth.asserted.iam",
        Kind::Texts(&ANYTHING),
        "any",
        "ARNs of IAM principals, in which `*` stands for any text.",
    ),
    key(
        "sources[].auth.asserted.api_key",
        Kind::Texts(&ANYTHING),
        "any",
        "Ids of API keys, never the keys.",
    ),
    key(
        "sources[].auth.asserted.sender",
        Kind::Texts(&ANYTHING),
        "any",
        "`SenderId` of messages of SQS, message by message: `AROA…:session`, `AIDA…` or an account; \
         `*` stands for any text.",
    ),
    key(
        "sources[].auth.asserted.certificate",
        Kind::Table,
        "none",
        "The client certificate of mutual TLS, which must hold at the time.",
    ),
    key(
        "sources[].auth.asserted.certificate.subject",
        Kind::Texts(&ANYTHING),
        "any",
        "Its subject's distinguished name, as the front end writes it; `*` stands for any text.",
    ),
    key(
        "sources[].auth.asserted.certificate.issuer",
        Kind::Texts(&ANYTHING),
        "any",
        "Its issuer's distinguished name, likewise.",
    ),
    key(
        "sources[].auth.asserted.certificate.san",
        Kind::Texts(&ANYTHING),
        "any",
        "One of its alternative names (host, URI or address of mail), likewise.",
    ),
    key(
        "sources[].auth.asserted.claims",
        Kind::Tables,
        "none",
        "Claims that the front end's authorizer found or added.",
    ),
    key(
        "sources[].auth.asserted.claims[].name",
        Kind::Text(&ANYTHING),
        REQUIRED,
        "The claim's name.",
    ),
    key(
        "sources[].auth.asserted.claims[].value",
        Kind::Texts(&ANYTHING),
        "any",
        "It must be or hold one of these.",
    ),
    key(
        "sources[].auth.replay",
        Kind::Word(words::<Replay>),
        "the tolerance alone",
        "Whether what was answered with success is refused when it comes again: to this environment, or \
         to any of the function (`fleet`: one write to `tables.budgets` before the function sees it).",
    ),
    key(
        "contexts",
        Kind::Table,
        "this function signs none",
        "The key that contexts for the functions that this one calls are signed with, see \
         `signed-context.md`.",
    ),
    key(
        "contexts.key_file",
        Kind::Text(&KEY_FILE),
        "none",
        "A file with the key. This or one of the next three.",
    ),
    key("contexts.key_env", Kind::Text(&VARIABLE), "none", "An environment variable with it."),
    key(
        "contexts.key_arn",
        Kind::Text(&SECRET_NAME),
        "none",
        "A secret of AWS Secrets Manager with it.",
    ),
    key(
        "contexts.key_parameter",
        Kind::Text(&SECRET_NAME),
        "none",
        "A parameter of AWS Systems Manager with it.",
    ),
    key("contexts.life", Kind::Duration { max_ms: DAY_MS }, "60s", "How long a context holds."),
];
