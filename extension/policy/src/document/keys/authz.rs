//! Keys of who may call, how far an event is trusted, and the owner's policies over the facts.
use super::forms::{CALLER_FUNCTION, CALLER_ROLE, CALLER_SERVICE, POLICIES};
use super::{Key, Kind, key};

/// The keys, in the order of the reference.
pub(super) const AUTHZ: &[Key] = &[
    key(
        "callers",
        Kind::Table,
        "anybody",
        "The functions, roles and services that call this function; a call by any other is \
         `source.lateral`. People, devices and anonymous clients are not for it to judge.",
    ),
    key("callers.functions", Kind::Texts(&CALLER_FUNCTION), "none", "Functions, by name or ARN."),
    key("callers.roles", Kind::Texts(&CALLER_ROLE), "none", "Roles."),
    key(
        "callers.services",
        Kind::Texts(&CALLER_SERVICE),
        "any",
        "Services of AWS, by their triggers or principals.",
    ),
    key(
        "callers.unnamed",
        Kind::Flag,
        "`false`",
        "Whether direct invocations pass that name no caller.",
    ),
    key(
        "trust",
        Kind::Table,
        "no score",
        "A score from 0 to 1 for each event: what is proved, what is known of its sender, how much \
         it is like the events before it.",
    ),
    key("trust.refuse_below", Kind::Fraction, "none", "Below it, `trust.low` does as it is set."),
    key("trust.observe_below", Kind::Fraction, "none", "Below it, `trust.low` is noted."),
    key(
        "authorise",
        Kind::Texts(&POLICIES),
        "none",
        "Files of policies in the Cedar language over the facts of an event, below the policy's \
         directory; the file's name may have `*` for any text. Something must permit an event and \
         nothing forbid it.",
    ),
];
