//! The table of checks: every id there is, what it asks, and what an answer to it means.
use std::fmt;
use std::str::FromStr;

use tollgate_detect::{Family, Work};
use tollgate_event::{Digest, ENVELOPE, INFLATED_BYTES, NESTING, limits};

use crate::stage::Stage;

/// One question asked of every event.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Its stable id, `family.name`.
    pub id: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// What it does unless the policy says otherwise.
    pub default: Setting,
    /// Whether `checks:` may set it; others follow another key, or nothing.
    pub settable: bool,
    /// The HTTP status of a refusal (RFC 9110).
    pub status: u16,
    /// Who has to act on a refusal.
    pub fault: Blame,
}

/// Whose fault a refusal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// Whoever sent the event.
    Caller,
    /// The function's owner.
    Function,
    /// Tollgate itself.
    Us,
}

/// What becomes of an event that a check fires on. Ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// The check is not asked.
    Off,
    /// It is recorded.
    Observe,
    /// It is refused, for this many of 100 request ids, chosen by a stable hash.
    Enforce {
        /// 0 to 100.
        percent: u8,
    },
}

/// The ceilings that are asked before the function runs.
const BEFOREHAND: [&str; 3] = [CEILING_ITEMS, CEILING_HOPS, CEILING_RETRIES];

const ENFORCE: Setting = Setting::Enforce { percent: 100 };

/// Unlisted source: the policy lists sources, and the event comes from none of them.
pub(crate) const SOURCE_UNLISTED: &str = "source.unlisted";
/// The policy names callers, and the event's is another function, role or service.
pub(crate) const SOURCE_LATERAL: &str = "source.lateral";
/// No policy of the owner's permits it, or one forbids it.
pub(crate) const POLICY_DENIED: &str = "policy.denied";
/// A policy of the owner's could not be evaluated.
pub(crate) const POLICY_ERROR: &str = "policy.error";
/// Its trust score is below a bound.
pub(crate) const TRUST_LOW: &str = "trust.low";
/// The policy could not be read in full.
pub(crate) const POLICY_INVALID: &str = "policy.invalid";
/// A stage failed inside Tollgate.
pub(crate) const INTERNAL_PANIC: &str = "internal.panic";

/// An item is too large for its schema.
pub(crate) const SCHEMA_BYTES: &str = "limits.schema_bytes";
/// The detectors would need more steps than `limits.scan_work`.
pub(crate) const SCAN: &str = Work::CHECK;
/// The API has no such route.
pub(crate) const ROUTE: &str = "schema.route";
/// A parameter is missing, wrong or unknown.
pub(crate) const PARAMETER: &str = "schema.parameter";
/// The API takes no such content type.
pub(crate) const CONTENT_TYPE: &str = "schema.content_type";
/// An item's content does not hold its schema.
pub(crate) const BODY: &str = "schema.body";
/// An object's key has another form.
pub(crate) const KEY: &str = "schema.key";
/// An object is too large.
pub(crate) const OBJECT_BYTES: &str = "schema.object_bytes";

/// An operator's order denies it.
pub(crate) const DENY_ORDER: &str = "deny.order";
/// A budget has no room for it.
pub(crate) const BUDGET_SPENT: &str = "budget.spent";
/// Nobody knows whether a budget has room for it.
pub(crate) const BUDGET_UNAVAILABLE: &str = "budget.unavailable";
/// A place that `sovereignty` does not list.
pub(crate) const SOURCE_SOVEREIGNTY: &str = "source.sovereignty";
/// No proof is there.
pub(crate) const AUTH_MISSING: &str = "auth.missing";
/// The proof does not hold.
pub(crate) const AUTH_INVALID: &str = "auth.invalid";
/// The proof held at another time.
pub(crate) const AUTH_EXPIRED: &str = "auth.expired";
/// The proof was used already.
pub(crate) const AUTH_REPLAY: &str = "auth.replay";
/// The key is not at hand.
pub(crate) const AUTH_UNAVAILABLE: &str = "auth.unavailable";

/// More items than `ceilings.items`.
pub(crate) const CEILING_ITEMS: &str = "ceiling.items";
/// More attempts than `ceilings.retries` allows.
pub(crate) const CEILING_RETRIES: &str = "ceiling.retries";
/// The function came by more often than `ceilings.hops`.
pub(crate) const CEILING_HOPS: &str = "ceiling.hops";
/// The function had no answer within `ceilings.time`.
pub const CEILING_TIME: &str = "ceiling.time";
/// Its answer is larger than `ceilings.response_bytes`.
pub const CEILING_RESPONSE: &str = "ceiling.response_bytes";
/// It uses more memory than `ceilings.memory`.
pub const CEILING_MEMORY: &str = "ceiling.memory";

/// Every check. Where several fire, the first of this table answers for the event.
pub static CHECKS: &[Check] = TABLE;

/// The length of it is a constant.
pub(crate) const TABLE: &[Check] = &[
    limit(limits::EVENT_BYTES, "is the event larger than `limits.event_bytes`?", 413),
    limit(limits::DEPTH, "does it nest deeper than `limits.depth`?", 400),
    limit(limits::KEYS, "has it more members than `limits.keys`?", 400),
    limit(limits::STRING_BYTES, "is a string in it longer than `limits.string_bytes`?", 400),
    limit(limits::DUPLICATE_KEYS, "has an object in it the same key twice?", 400),
    limit(limits::UTF8, "is it anything but UTF-8?", 400),
    limit(limits::JSON, "is it anything but one JSON text?", 400),
    limit(INFLATED_BYTES, "does what is encoded in it unfold to more than the limit?", 413),
    limit(NESTING, "are there more envelopes in envelopes than the limit?", 400),
    limit(SCHEMA_BYTES, "is an item too large for its schema?", 413),
    limit(SCAN, "would the detectors need more steps than `limits.scan_work`?", 413),
    Check {
        id: SOURCE_UNLISTED,
        asks: "does it come from a source that `sources` does not list?",
        default: ENFORCE,
        settable: true,
        status: 403,
        fault: Blame::Caller,
    },
    Check {
        id: SOURCE_SOVEREIGNTY,
        asks: "does it come from, or run in, a place that `sovereignty` does not list?",
        default: ENFORCE,
        settable: true,
        status: 403,
        fault: Blame::Caller,
    },
    Check {
        id: SOURCE_LATERAL,
        asks: "does it come from a function, role or service that `callers` does not name?",
        default: ENFORCE,
        settable: true,
        status: 403,
        fault: Blame::Caller,
    },
    limit(AUTH_MISSING, "does it lack the proof that its source asks for?", 401),
    limit(AUTH_INVALID, "is its proof none?", 401),
    limit(AUTH_EXPIRED, "is its proof too old?", 401),
    limit(AUTH_REPLAY, "was the same answered with success before?", 403),
    Check {
        id: AUTH_UNAVAILABLE,
        asks: "is the key that would check its proof not at hand?",
        default: ENFORCE,
        settable: true,
        status: 503,
        fault: Blame::Function,
    },
    limit(CEILING_ITEMS, "has it more items than `ceilings.items`?", 413),
    limit(CEILING_HOPS, "did the function come by more often than `ceilings.hops`?", 403),
    limit(CEILING_RETRIES, "was it tried again more often than `ceilings.retries`?", 403),
    limit(DENY_ORDER, "does an operator's order deny it?", 403),
    limit(BUDGET_SPENT, "has a budget no room for it?", 429),
    limit(BUDGET_UNAVAILABLE, "can nobody tell whether a budget has room for it?", 429),
    limit(ENVELOPE, "is it of a trigger's shape, but not formed as that service does?", 400),
    limit(ROUTE, "does it ask for a route that the OpenAPI document does not have?", 400),
    limit(PARAMETER, "is a parameter missing, wrong or unknown?", 400),
    limit(CONTENT_TYPE, "has its body a type that the OpenAPI document does not name?", 400),
    limit(BODY, "is an item's content not what its schema says?", 400),
    limit(KEY, "has an object's key another form than `key.pattern`?", 400),
    limit(OBJECT_BYTES, "is an object larger than `key.max_bytes`?", 413),
    detector(Family::Sql, "does a text break out into SQL?"),
    detector(Family::Nosql, "does a text or a key carry an operator of a document database?"),
    detector(Family::Shell, "does a text break out into a command of the system?"),
    detector(Family::Path, "does a path leave the place it is meant for?"),
    detector(Family::Xss, "does a text carry script for a browser?"),
    detector(Family::Template, "does a text carry an expression of a template engine?"),
    detector(Family::Xml, "does XML define or fetch entities?"),
    detector(Family::Ssrf, "does a URL point to what only a server can reach?"),
    detector(Family::Log4j, "does a text carry a lookup of Log4j?"),
    detector(Family::Prototype, "does a key reach for a prototype?"),
    detector(Family::Ldap, "does a text break out of a directory's filter?"),
    detector(Family::Crlf, "does a text begin a new header?"),
    detector(Family::Deserialize, "is a text a serialised object?"),
    detector(Family::Formula, "does a text begin as a formula that a spreadsheet executes?"),
    detector(Family::Unicode, "does a text hide or disguise characters?"),
    detector(Family::Prompt, "does a model's input carry instructions of its own?"),
    Check {
        id: TRUST_LOW,
        asks: "is its trust score below `trust.refuse_below`?",
        default: ENFORCE,
        settable: true,
        status: 403,
        fault: Blame::Caller,
    },
    Check {
        id: POLICY_DENIED,
        asks: "do the policies of `authorise` not permit it?",
        default: ENFORCE,
        settable: true,
        status: 403,
        fault: Blame::Caller,
    },
    Check {
        id: POLICY_ERROR,
        asks: "can a policy of `authorise` not be evaluated?",
        default: ENFORCE,
        settable: true,
        status: 403,
        fault: Blame::Function,
    },
    ceiling(CEILING_TIME, "had the function no answer within `ceilings.time`?", ENFORCE, 504),
    ceiling(
        CEILING_RESPONSE,
        "is the function's answer larger than `ceilings.response_bytes`?",
        ENFORCE,
        502,
    ),
    ceiling(
        CEILING_MEMORY,
        "does the function use more memory than `ceilings.memory`?",
        Setting::Observe,
        503,
    ),
    leak("leak.private_key", "is there a private key in the function's answer? (`leaks` decides)"),
    leak("leak.aws_key", "is there an access key of AWS in it? (`leaks` decides)"),
    leak("leak.environment", "is there a secret of the environment in it? (`leaks` decides)"),
    leak("leak.token", "is there an access token in it? (`leaks` decides)"),
    leak("leak.jwt", "is there a JSON Web Token in it? (`leaks` decides)"),
    leak("leak.card", "is there the number of a payment card in it? (`leaks` decides)"),
    leak("leak.iban", "is there the number of a bank account in it? (`leaks` decides)"),
    Check {
        id: POLICY_INVALID,
        asks: "is the policy broken?",
        default: ENFORCE,
        settable: false,
        status: 403,
        fault: Blame::Function,
    },
    Check {
        id: INTERNAL_PANIC,
        asks: "did a stage fail inside Tollgate? (`on_error` decides)",
        default: ENFORCE,
        settable: false,
        status: 500,
        fault: Blame::Us,
    },
];

impl Check {
    /// The check of this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        CHECKS.iter().find(|check| check.id == id)
    }

    /// The stage that asks it; none for what can happen in any.
    pub fn stage(&self) -> Option<Stage> {
        match self.family() {
            "limits" if limits::ALL.contains(&self.id) => Some(Stage::Decode),
            "limits" | "schema" | "detect" => Some(Stage::Validate),
            "budget" | "deny" => Some(Stage::Admit),
            "ceiling" if BEFOREHAND.contains(&self.id) => Some(Stage::Admit),
            "trust" => Some(Stage::Authorise),
            "policy" if self.id != POLICY_INVALID => Some(Stage::Authorise),
            "source" | "auth" | "policy" => Some(Stage::Authenticate),
            _ => None,
        }
    }

    /// The part of the id before its point.
    pub fn family(&self) -> &'static str {
        self.id.split_once('.').map_or(self.id, |(family, _)| family)
    }
}

impl Setting {
    /// Always refused.
    pub const ENFORCE: Self = ENFORCE;

    /// Whether it refuses the event with this request id. The same id always gets the same answer.
    pub fn enforces(self, request_id: &str) -> bool {
        match self {
            Self::Off | Self::Observe => false,
            Self::Enforce { percent: 100 } => true,
            Self::Enforce { percent } => share(request_id) < percent,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Observe => f.write_str("observe"),
            Self::Enforce { percent: 100 } => f.write_str("enforce"),
            Self::Enforce { percent } => write!(f, "enforce: {percent}%"),
        }
    }
}

/// A text that is no setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotASetting;

impl FromStr for Setting {
    type Err = NotASetting;

    fn from_str(text: &str) -> Result<Self, NotASetting> {
        match text {
            "off" => Ok(Self::Off),
            "observe" => Ok(Self::Observe),
            "enforce" => Ok(ENFORCE),
            _ => text.strip_prefix("enforce:").ok_or(NotASetting)?.trim_start().percent(),
        }
    }
}

trait Percent {
    fn percent(&self) -> Result<Setting, NotASetting>;
}

impl Percent for str {
    /// `5%`: a whole number of at most 100.
    fn percent(&self) -> Result<Setting, NotASetting> {
        let digits = self.strip_suffix('%').ok_or(NotASetting)?;
        let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let percent = digits.parse().ok().filter(|percent| whole && *percent <= 100);
        percent.map(|percent| Setting::Enforce { percent }).ok_or(NotASetting)
    }
}

/// Where a request id stands among 100 equal shares: 0 to 99.
fn share(request_id: &str) -> u8 {
    let digest = Digest::of(request_id.as_bytes());
    let [a, b, c, d, ..] = *digest.as_bytes();
    let scaled = (u64::from(u32::from_be_bytes([a, b, c, d])) * 100) >> 32;
    u8::try_from(scaled).unwrap_or(u8::MAX)
}

const fn limit(id: &'static str, asks: &'static str, status: u16) -> Check {
    Check { id, asks, default: ENFORCE, settable: true, status, fault: Blame::Caller }
}

/// Something in the function's answer that must not get out.
const fn leak(id: &'static str, asks: &'static str) -> Check {
    let (default, fault) = (Setting::Off, Blame::Function);
    Check { id, asks, default, settable: false, status: 502, fault }
}

/// A ceiling that is met while the function runs.
const fn ceiling(id: &'static str, asks: &'static str, default: Setting, status: u16) -> Check {
    Check { id, asks, default, settable: true, status, fault: Blame::Function }
}

const fn detector(family: Family, asks: &'static str) -> Check {
    let id = family.check();
    Check { id, asks, default: ENFORCE, settable: true, status: 403, fault: Blame::Caller }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_limit_first_and_in_order() {
        let ids: Vec<_> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(ids.get(..limits::ALL.len()), Some(&limits::ALL[..]));
        for check in CHECKS {
            assert_eq!(CHECKS.iter().filter(|other| other.id == check.id).count(), 1);
            assert!(check.asks.ends_with(['?', ')']), "{}", check.id);
        }
    }

    #[test]
    fn settings_are_read_as_they_are_shown() {
        for text in ["off", "observe", "enforce", "enforce: 0%", "enforce: 5%", "enforce: 99%"] {
            assert_eq!(text.parse::<Setting>().unwrap().to_string(), text);
        }
        assert_eq!("enforce:5%".parse(), Ok(Setting::Enforce { percent: 5 }));
        assert_eq!("enforce: 100%".parse(), Ok(Setting::ENFORCE));
        for text in [
            "",
            "on",
            "enforce: 5",
            "enforce: %",
            "enforce: -1%",
            "enforce: 101%",
            "enforce: 5.5%",
            "enforce: 999%",
        ] {
            assert_eq!(text.parse::<Setting>(), Err(NotASetting), "{text}");
        }
    }

    #[test]
    fn a_share_of_request_ids_is_what_it_says_and_grows_with_the_percentage() {
        let enforced = |percent, id: u32| {
            Setting::Enforce { percent }.enforces(&format!("0f4d8f6c-3a52-4f1e-9f63-{id:012}"))
        };
        for percent in [0, 1, 5, 50, 99, 100] {
            let hits = (0..10_000).filter(|id| enforced(percent, *id)).count();
            let expected = usize::from(percent) * 100;
            assert!(hits.abs_diff(expected) < 200, "{percent}%: {hits}");
        }
        assert!((0..1000).all(|id| !enforced(5, id) || enforced(10, id)));
    }
}
