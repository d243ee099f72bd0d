//! Every bound and waiting time of the process, each with its reason.

use std::time::Duration;

/// Connections that may be open to the proxy at once. A managed runtime opens one or two; a
/// Managed Instances runtime opens one per concurrent invocation.
/// Each may need a second descriptor upstream, and the environment has 1,024 in all.
/// One more closes one that has no request.
pub(crate) const PROXY_CONNECTIONS_MAX: usize = 384;

/// Heads of requests that may be here in part at once. A runtime sends a head in one piece.
pub(crate) const HEADS_UNFINISHED_MAX: usize = 32;

/// Memory of such heads, and of large ones that are being served, in bytes. One may be as long as
/// Lambda takes, 1 MB, in a buffer of twice that.
pub(crate) const HEADS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A head is large if its buffer has grown beyond this, in bytes.
pub(crate) const LARGE_HEAD_BYTES: usize = 64 * 1024;

/// Largest head of a telemetry batch, in bytes.
pub(crate) const TELEMETRY_HEAD_BYTES_MAX: usize = 16 * 1024;

/// Connections that may be open to the telemetry listener at once; the platform uses one.
pub(crate) const TELEMETRY_CONNECTIONS_MAX: usize = 8;

/// How long a telemetry connection may be silent. The platform opens a new one where it finds
/// the old one closed; others must not hold its place.
pub(crate) const TELEMETRY_SILENCE: Duration = Duration::from_secs(30);

/// Largest telemetry batch that is read, in bytes. The platform may send up to twice its
/// `maxBytes` with metadata on top ("Lambda Telemetry API reference": buffering).
pub(crate) const TELEMETRY_BATCH_BYTES_MAX: usize = 2_500_000;

/// Attempts at a poll whose connection broke before an answer. Asking again is safe: Lambda
/// hands out the same invocation until it is answered.
pub(crate) const POLL_ATTEMPTS_MAX: u32 = 3;

/// Wait after a refusal that Lambda did not take: it hands out the same event again at once.
pub(crate) const REFUSAL_RETRY: Duration = Duration::from_millis(50);

/// Largest event that is read into memory: twice what the Runtime API hands out, so that a grown
/// limit of the platform is refused by `limits.event_bytes` and not by a broken connection.
pub(crate) const EVENT_BYTES_MAX: usize = 2 * tollgate_lambda_api::runtime::PAYLOAD_BYTES_MAX;

/// How long a record waits for the runtime's next poll on Managed Instances, so that writing it
/// does not delay that poll. The runtime polls within microseconds.
pub(crate) const RECORD_GRACE: Duration = Duration::from_millis(1);

/// How long a shutdown waits for the bill of the last invocation, which the platform sends just
/// before. Shutdown time is not billed, and the platform gives two seconds in all.
pub(crate) const REPORT_GRACE: Duration = Duration::from_millis(100);

/// How long a shutdown keeps trying to write what sinks do not take.
pub(crate) const FLUSH_GRACE: Duration = Duration::from_secs(1);

/// How long `event/next` waits, with `flush: end` (and with `adaptive`, where invocations are
/// rare), for sinks outside to take the last records. This time is billed; a sink that once was
/// slower is not waited for until it has taken something.
pub(crate) const END_GRACE: Duration = Duration::from_secs(1);

/// How long records wait for others before they are sent, in milliseconds: a busy function makes
/// one request a second and sink, not one an invocation.
pub(crate) const LINGER_MS: u64 = 1_000;

/// Bytes of records that do not wait for others.
pub(crate) const LINGER_BYTES: usize = 128 * 1024;

/// How long an event waits for its copies to be stored over the network. The courier tries twice
/// within this; what takes longer goes back to its source.
pub(crate) const COPY_TIME: Duration = Duration::from_secs(10);

/// How long the answer of a refusal waits for a service that must be told elsewhere.
pub(crate) const CALLBACK_TIME: Duration = Duration::from_secs(5);

/// What is left of an invocation's time for its answer, whatever is waited for before.
pub(crate) const DEADLINE_RESERVE: Duration = Duration::from_millis(300);

/// Request ids that are remembered so that a late report finds its invocation.
pub(crate) const RECENT_MAX: usize = 1_024;

/// Findings of one kind that are written a minute; the rest is counted.
pub(crate) const FINDINGS_A_MINUTE_MAX: u32 = 20;

/// Unshipped bytes of the ledger kept in memory and in the state directory before the oldest
/// records are given up for a `gap` record. Each sink has this much.
pub(crate) const SPOOL_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Largest journal of a dead process that is taken up again, in bytes.
pub(crate) const JOURNAL_ADOPT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Longest wait for a first lease or for orders, where the policy says to wait: a cold courier
/// needs most of it for its first connection.
pub(crate) const FIRST_LEASE_WAIT: Duration = Duration::from_secs(2);

/// Longest wait of an event for a key that its proof needs, was never at hand and is on its way.
/// A cold courier needs most of it for its first connection; then it is `auth.unavailable`.
pub(crate) const KEY_WAIT: Duration = Duration::from_secs(2);

/// Longest wait for the shared table to take a mark against replays; then it is `auth.unavailable`.
pub(crate) const CLAIM_TIME: Duration = Duration::from_secs(2);

/// How long a mark stands after the deadline of the invocation that it was made for, in seconds,
/// where nobody has the last word on it: clocks may differ by as much.
pub(crate) const CLAIM_SLACK_S: u64 = 60;

/// How long one request for a chain's certificate may take in all, over couriers that end meanwhile.
pub(crate) const CERTIFY_TIME: Duration = Duration::from_secs(10);

/// How often it is asked for, and the rest in between.
pub(crate) const CERTIFY_ATTEMPTS_MAX: u32 = 3;
pub(crate) const CERTIFY_REST: Duration = Duration::from_secs(5);

/// How long fetching a key may take in all, over couriers that end meanwhile: more than the
/// courier gives one request.
pub(crate) const KEY_TIME: Duration = Duration::from_secs(10);

/// Longest wait for unspent leases to be given back at the end: a part of the two seconds that
/// "Lambda execution environment lifecycle" leaves extensions.
pub(crate) const GIVE_BACK_WAIT: Duration = Duration::from_millis(300);
