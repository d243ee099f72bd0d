//! Keys of leaks: what is looked for in the function's answers.
use super::{Key, Kind, key, words};
use crate::options::LeakAction;

const ACTION: Kind = Kind::Word(words::<LeakAction>);
const OFF: &str = "off";

/// The keys, in the order of the reference.
pub(super) const LEAKS: &[Key] = &[
    key(
        "leaks",
        Kind::Table,
        "as each key says",
        "Secrets in the function's answers: recorded, written over, or reason not to send the answer. \
         A streamed answer is cut where `mask` or `refuse` is set.",
    ),
    key("leaks.private_key", ACTION, OFF, "Private keys in PEM."),
    key("leaks.aws_key", ACTION, OFF, "Access keys of AWS."),
    key(
        "leaks.environment",
        ACTION,
        OFF,
        "Values of the environment's own variables whose names say that they are secret.",
    ),
    key("leaks.token", ACTION, OFF, "Access tokens whose form their issuers publish."),
    key("leaks.jwt", ACTION, OFF, "JSON Web Tokens, which some functions hand out by design."),
    key("leaks.card", ACTION, OFF, "Numbers of payment cards."),
    key("leaks.iban", ACTION, OFF, "Numbers of bank accounts."),
    key(
        "leaks.egress_bytes",
        Kind::Size { max: 1 << 40 },
        "none",
        "Answers to one caller of this environment within the window; more is a finding.",
    ),
    key("leaks.egress_window", Kind::Duration { max_ms: 86_400_000 }, "1h", "That window."),
];
