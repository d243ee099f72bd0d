//! Keys of budgets: how much in what time, for whom; what Lambda charges; and orders.
use super::{Form, Key, Kind, REQUIRED, key, words};
use crate::budgets::{ScopeWord, Stale, StoreWord};
use tollgate_budget::lease::{First, OnStoreError};
use tollgate_budget::{CallerKey, Over, Unit, Window, Zone};

/// The longest refresh of orders: an hour.
const REFRESH_MS_MAX: u64 = 3_600_000;

static NAME: Form = Form {
    name: "a name of at most 64 lower-case letters, digits, `-` and `_`",
    pattern: "^[a-z0-9][a-z0-9_-]{0,63}$",
    bytes_max: 64,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
        text.bytes().all(fits) && text.starts_with(|c: char| c.is_ascii_alphanumeric())
    },
};

static TABLE: Form = Form {
    name: "a table's name",
    pattern: "^[A-Za-z0-9_.-]{3,255}$",
    bytes_max: 255,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
        text.len() >= 3 && text.bytes().all(fits)
    },
};

static WINDOW: Form = Form {
    name: "a time from `1s` to `31d`, or `day` or `month`",
    pattern: "^([0-9]+[smhd]|day|month)$",
    bytes_max: 16,
    holds: |text| Window::parse(text, Zone::UTC).is_ok(),
};

/// Which names are known is asked where the budget is read: a message can then propose one.
static ZONE: Form = Form {
    name: "a time zone such as `Europe/Berlin`, a distance from UTC such as `+02:00`, or `UTC`",
    pattern: "^(UTC|[+-][0-9]{2}:[0-9]{2}|[A-Z][A-Za-z0-9_+/-]*)$",
    bytes_max: 40,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"_+-/".contains(&b);
        let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic());
        text.parse::<Zone>().is_ok() || is_name && text.bytes().all(fits)
    },
};

static CALLER: Form = Form {
    name: "`source_ip`, `principal`, `api_key`, `tenant`, `jwt:<claim>` or `at:/<place>`",
    pattern: "^(source_ip|principal|api_key|tenant|jwt:[!-~]+|at:/[!-~]+)$",
    bytes_max: 132,
    holds: |text| CallerKey::parse(text).is_some(),
};

/// The words of `thresholds`.
fn thresholds() -> Vec<&'static str> {
    vec!["none", "25%", "50%", "75%", "80%", "90%", "95%", "100%"]
}

/// The keys, in the order of the reference.
pub(super) const BUDGETS: &[Key] = &[
    key("budgets", Kind::Tables, "none", "Bounds on many invocations, in a window of time."),
    key("budgets[].name", Kind::Text(&NAME), REQUIRED, "By which records and orders name it."),
    key("budgets[].unit", Kind::Word(words::<Unit>), REQUIRED, "What it counts."),
    key(
        "budgets[].limit",
        Kind::Amount,
        REQUIRED,
        "How much of it: a positive number of the unit; bytes also with a unit of their own.",
    ),
    key(
        "budgets[].per",
        Kind::Text(&WINDOW),
        REQUIRED,
        "In what time. A length of time slides; with `store: dynamodb` it is cut at multiples of \
         its length. `day` and `month` follow the calendar.",
    ),
    key(
        "budgets[].time_zone",
        Kind::Text(&ZONE),
        "UTC",
        "Where days and months begin. A name of the tz database follows summer time, a distance \
         does not.",
    ),
    key("budgets[].scope", Kind::Word(words::<ScopeWord>), "function", "For whom it is."),
    key(
        "budgets[].key",
        Kind::Text(&CALLER),
        "source_ip",
        "By what callers are told apart, with `scope: caller`. Callers without it count as one. \
         `at:/body/account` is what the event or the item says at that place.",
    ),
    key(
        "budgets[].fleet",
        Kind::Text(&NAME),
        "none",
        "The name that functions share, with `scope: fleet`.",
    ),
    key(
        "budgets[].store",
        Kind::Word(words::<StoreWord>),
        "memory",
        "Where it is counted: in each environment for itself, or over all of them.",
    ),
    key("budgets[].over", Kind::Word(words::<Over>), "refuse", "What happens beyond the limit."),
    key(
        "budgets[].thresholds",
        Kind::Words(thresholds),
        "50%, 80% and 100%",
        "Parts of the limit that are noted as findings when they are reached.",
    ),
    key(
        "budgets[].first",
        Kind::Word(words::<First>),
        "credit",
        "What an event meets that comes before the environment's first lease: one passes, it \
         waits, or it is refused.",
    ),
    key(
        "budgets[].on_store_error",
        Kind::Word(words::<OnStoreError>),
        "safe",
        "What an event meets while the store cannot be asked: one smallest lease for each \
         environment and window, everything passes, or nothing.",
    ),
    key("budgets[].lease", Kind::Table, "as each key says", "How leases are taken."),
    key(
        "budgets[].lease.smallest",
        Kind::Amount,
        "what two events may cost at most",
        "The smallest lease.",
    ),
    key("budgets[].lease.largest", Kind::Amount, "a 32nd of the limit", "The largest lease."),
    key(
        "budgets[].lease.shards",
        Kind::Count { max: 256 },
        "1",
        "In how many rows the budget is cut. One row takes about a thousand leases a second.",
    ),
    key("tables", Kind::Table, "as each key says", "The DynamoDB tables of budgets and orders."),
    key("tables.budgets", Kind::Text(&TABLE), "none", "Where `store: dynamodb` counts."),
    key("tables.orders", Kind::Text(&TABLE), "none: there are no orders", "Where orders stand."),
    key("tables.region", Kind::Text(&super::forms::REGION), "the function's own", "Their Region."),
    key("orders", Kind::Table, "as each key says", "What operators say while functions run."),
    key(
        "orders.refresh",
        Kind::Duration { max_ms: REFRESH_MS_MAX },
        "10s",
        "How often they are read, in running time.",
    ),
    key(
        "orders.stale",
        Kind::Word(words::<Stale>),
        "pass",
        "What the first event after a long rest meets: it passes by the orders that are known, or \
         waits until they are read.",
    ),
    key(
        "orders.fleet",
        Kind::Text(&NAME),
        "the fleets of the budgets",
        "A fleet whose orders hold for this function.",
    ),
    key(
        "prices",
        Kind::Table,
        "as each key says",
        "What Lambda charges, in US dollars, where it is not what the table of prices says.",
    ),
    key("prices.gb_second", Kind::Amount, "of the table", "A GB-second, in the tier that holds."),
    key(
        "prices.gb_second_provisioned",
        Kind::Amount,
        "of the table",
        "A GB-second on provisioned concurrency.",
    ),
    key("prices.request", Kind::Amount, "of the table", "A request."),
    key(
        "prices.storage_gb_second",
        Kind::Amount,
        "of the table",
        "A GB-second of ephemeral storage beyond 512 MB.",
    ),
    key("prices.restore_gb", Kind::Amount, "of the table", "A GB of a restored snapshot."),
    key(
        "prices.tier",
        Kind::Count { max: 3 },
        "1: the dearest",
        "The tier of the account's monthly use.",
    ),
    key(
        "prices.storage_mb",
        Kind::Count { max: 10_240 },
        "512",
        "The function's ephemeral storage in MB, which nothing in an environment tells.",
    ),
];
