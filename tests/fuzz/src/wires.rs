//! Targets of what other processes send or leave behind: HTTP, frames, journals, telemetry, replies,
//! ledgers. Where one result must follow from another, it is compared.
use std::borrow::Cow;
use std::io;
use std::sync::OnceLock;

use tollgate_budget::{CallerKey, Order, Span, Window, Zone};
use tollgate_http::framing::{Framing, Part, Tracker};
use tollgate_http::head::{RequestHead, ResponseHead};
use tollgate_journal::Entry;
use tollgate_leak::{Classes, LeakScan, Watch};
use tollgate_ledger::proof::{Proof, Prover};
use tollgate_ledger::redact::Redactor;
use tollgate_ledger::verify::{Anchor, RequestIds, Roots, Status, Trust, Verifier, each_record};
use tollgate_link::{Frames, ask_of, encode_ask, outcome_of};

/// What a place in the input says: where to cut it, which time it is.
fn first(input: &[u8]) -> (usize, &[u8]) {
    input.split_first().map_or((0, input), |(byte, rest)| (usize::from(*byte), rest))
}

/// A head ends at one place only, however much of it has arrived, and is one head when it goes on.
pub(crate) fn http_head(input: &[u8]) {
    if let Ok(Some((mut head, length))) = RequestHead::parse(input) {
        for cut in 0..length {
            let early = RequestHead::parse(input.get(..cut).unwrap_or_default());
            assert!(matches!(early, Ok(None)), "a request of {length} bytes ends at {cut}");
        }
        head.prepare();
        let sent = head.encode(&head.method, "", "example.com");
        let again = RequestHead::parse(&sent).ok().flatten();
        let again = again.map(|(again, whole)| (whole, again.framing, again.method));
        assert_eq!(again, Some((sent.len(), head.framing, head.method)));
    }
    if let Ok(Some((head, length))) = ResponseHead::parse(input) {
        let early = ResponseHead::parse(input.get(..length - 1).unwrap_or_default());
        assert!(matches!(early, Ok(None)), "an answer of {length} bytes ends before");
        let sent = head.encode(true);
        let again = ResponseHead::parse(&sent)
            .ok()
            .flatten()
            .map(|(again, whole)| (whole, again.status, again.framing));
        assert_eq!(again, Some((sent.len(), head.status, head.framing)));
    }
}

/// What a body was told to be: its content, its trailers, and how it ended.
#[derive(Debug, Default, PartialEq)]
struct Told {
    content: Vec<u8>,
    trailers: Vec<Vec<u8>>,
    end: Option<usize>,
    failed: Option<io::ErrorKind>,
}

fn told<'a>(framing: Framing, parts: impl Iterator<Item = &'a [u8]>) -> Told {
    let (mut told, mut tracker, mut at) = (Told::default(), Tracker::new(framing), 0);
    for part in parts.chain([&[][..]]) {
        let (content, trailers) = (&mut told.content, &mut told.trailers);
        let mut each = |part: Part<'_>| match part {
            Part::Data(data) => content.extend_from_slice(data),
            Part::Trailer(line) => trailers.push(line.to_vec()),
        };
        match tracker.advance(part, &mut each) {
            Ok(taken) => at += taken,
            Err(error) => {
                told.failed = Some(error.kind());
                return told;
            }
        }
        if tracker.is_done() {
            told.end = Some(at);
            return told;
        }
    }
    told.failed = tracker.close().err().map(|error| error.kind());
    told
}

/// A body is the same however it is cut.
pub(crate) fn http_body(input: &[u8]) {
    let (step, body) = first(input);
    for framing in [Framing::Chunked, Framing::Length(step as u64 * 7), Framing::ToClose] {
        let whole = told(framing, std::iter::once(body));
        for step in [1, step.max(2)] {
            assert_eq!(told(framing, body.chunks(step)), whole, "{framing:?} cut by {step}");
        }
    }
}

/// Frames are the same however they are cut, and an ask that can be read can be written.
pub(crate) fn frames(input: &[u8]) {
    let (step, bytes) = first(input);
    let read = |step: usize| {
        let (mut frames, mut seen) = (Frames::default(), Vec::new());
        for part in bytes.chunks(step) {
            frames.feed(part);
            loop {
                match frames.next_frame() {
                    Ok(Some((number, message))) => seen.push((number, message.to_vec())),
                    Ok(None) => break,
                    Err(_) => return seen,
                }
            }
        }
        seen
    };
    let seen = read(bytes.len().max(1));
    assert_eq!(read(step.max(1)), seen);
    for message in seen.iter().map(|(_, message)| message.as_slice()).chain([bytes]) {
        drop(outcome_of(message));
        let Ok(ask) = ask_of(message) else { continue };
        let mut out = Vec::new();
        if encode_ask(1, &ask, &mut out).is_ok() {
            let mut frames = Frames::default();
            frames.feed(&out);
            let again = frames.next_frame().ok().flatten().map(|(_, message)| ask_of(message));
            assert!(matches!(again, Some(Ok(_))), "an ask that was written cannot be read");
        }
    }
}

/// What is whole in a journal stays, whatever stands behind it.
pub(crate) fn journal(input: &[u8]) {
    let read = |bytes: &[u8]| {
        let mut seen: Vec<(Entry, Vec<u8>)> = Vec::new();
        let whole = tollgate_journal::decode(bytes, |entry, payload| {
            seen.push((entry, payload.to_vec()));
        });
        (whole, seen)
    };
    let (whole, seen) = read(input);
    let torn = [input, b"L\x10\x00\x00\x00torn"].concat();
    let (still, again) = read(&torn);
    assert!(!still, "an entry that is torn counts as whole");
    if whole {
        assert_eq!(again, seen);
    }
}

pub(crate) fn telemetry(input: &[u8]) {
    drop(tollgate_lambda_api::telemetry::read_batch(input));
}

/// A secret of the environment that inputs can name.
const SECRET: &str = "correct-horse-battery";

fn watch() -> Watch {
    Watch::new([("EXAMPLE_SECRET", SECRET)]).only(Classes::ALL)
}

/// What is found in a reply does not depend on where it was cut; a masked reply keeps its length,
/// and stays JSON if it was.
pub(crate) fn leak(input: &[u8]) {
    let (step, body) = first(input);
    let watch = watch();
    let found = |step: usize| {
        let mut scan = LeakScan::new(&watch);
        body.chunks(step).for_each(|part| scan.push(part));
        scan.finish().iter().collect::<Vec<_>>()
    };
    let whole = found(body.len().max(1));
    for step in [1, step.max(2)] {
        assert_eq!(found(step), whole, "cut by {step}");
    }
    let mut masked = body.to_vec();
    tollgate_leak::mask(&watch, &mut masked);
    assert_eq!(masked.len(), body.len());
    assert!(is_json(&masked) || !is_json(body), "{}", String::from_utf8_lossy(&masked));
    assert!(!holds_secret(&masked), "{}", String::from_utf8_lossy(&masked));
}

/// By way of a text: what is ignored may be no UTF-8.
fn is_json(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes);
    text.is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

fn holds_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes())
}

/// A redacted event is JSON without the environment's secret; what can be read as a value is never
/// taken for something else. (A number beyond a double is JSON, and is not read.)
pub(crate) fn redact(input: &[u8]) {
    let redactor = Redactor::new(watch(), &[]);
    let payload = redactor.event(input);
    if let Some(redacted) = &payload.redacted {
        assert!(!holds_secret(redacted.get().as_bytes()), "{redacted}");
    } else if serde_json::from_slice::<serde_json::Value>(input).is_ok() {
        assert_ne!(payload.left_out.as_deref(), Some("not-json"));
    }
    let mut text = String::from_utf8_lossy(input).into_owned();
    redactor.text(&mut text);
    assert!(!holds_secret(text.as_bytes()), "{text}");
}

/// A log that somebody else wrote: nothing in it is verified by itself.
pub(crate) fn verify(input: &[u8]) {
    let mut verifier = Verifier::default();
    let mut prover = Prover::new("example");
    for (number, line) in (1..).zip(input.split(|byte| *byte == b'\n')) {
        verifier.push("log", number, line);
        prover.push(line);
        each_record(line, &mut |record| {
            assert!(record.len() <= line.len() * 2, "a record is longer than its line");
        });
    }
    drop(verifier.finish(&Roots::default()));
    drop(prover.finish());
    let text = String::from_utf8_lossy(input);
    drop((Anchor::parse_all(&text), RequestIds::parse(&text), Trust::parse(&text)));
    drop(serde_json::from_slice::<Proof>(input).map(|proof| proof.check(&Trust::default())));
}

/// A ledger of two environments, and the keys that vouch for it.
const LEDGER: [&str; 2] = [
    include_str!("../../fixtures/ledger/ledger.ndjson"),
    include_str!("../../fixtures/ledger/ledger-2.ndjson"),
];
const TRUST: &str = include_str!("../../fixtures/ledger/trust.json");

/// What a key vouches for in a chain: its id, how it stands, how much is sealed, what is wrong.
type Vouched = (String, Status, u64, u64, u64);

/// The ledger's chains as they are judged with these lines of somebody else before them.
fn judged(foreign: &[u8]) -> Vec<Vouched> {
    let mut verifier = Verifier::default();
    for (number, line) in (1..).zip(foreign.split(|byte| *byte == b'\n')) {
        verifier.push("foreign", number, line);
    }
    for (file, text) in LEDGER.iter().enumerate() {
        for (number, line) in (1..).zip(text.lines()) {
            verifier.push(&file.to_string(), number, line.as_bytes());
        }
    }
    let roots = Roots { trust: Trust::parse(TRUST).ok(), ..Roots::default() };
    let chains = verifier.finish(&roots).chains.into_iter();
    let vouched = chains.filter(|chain| chain.authenticated_by.is_some()).map(|chain| {
        (chain.chain, chain.status, chain.sealed, chain.invocations, chain.problem_count)
    });
    vouched.collect()
}

/// Lines that somebody else adds to a log disturb nothing that is sealed in it.
pub(crate) fn forge(input: &[u8]) {
    static GENUINE: OnceLock<Vec<Vouched>> = OnceLock::new();
    let genuine = GENUINE.get_or_init(|| judged(b""));
    assert!(!genuine.is_empty(), "the ledger holds under no key");
    assert_eq!(&judged(input), genuine);
}

/// What an operator or a policy says of budgets.
pub(crate) fn budget(input: &[u8]) {
    let (offset, rest) = input.split_at_checked(8).unwrap_or((input, &[]));
    let now_ms = offset.iter().fold(0, |now, byte| now << 8 | u64::from(*byte));
    let text = String::from_utf8_lossy(rest);
    let (zone, text) = text
        .split_once(' ')
        .map_or((Cow::from("Z"), &*text), |(zone, text)| (Cow::from(zone.to_owned()), text));
    let zone = zone.parse().unwrap_or(Zone::UTC);
    if let Ok(window) = Window::parse(text, zone) {
        // Until the year 9999.
        let now_ms = now_ms % 253_402_300_800_000;
        let Span { start_ms, end_ms } = window.span(now_ms);
        assert!((start_ms..end_ms).contains(&now_ms), "{window:?} of {now_ms}");
        assert_eq!(window.span(end_ms - 1), Span { start_ms, end_ms });
        assert_eq!(window.span(end_ms).start_ms, end_ms);
    }
    if let Some((key, value)) = text.split_once('=')
        && let Some(key) = CallerKey::parse(key)
    {
        // The form under which a value counts is its own.
        let normal = key.normal(value).into_owned();
        assert_eq!(key.normal(&normal), normal);
        assert_eq!(key.caller(Some(&normal)), key.caller(Some(value)));
        assert_eq!(CallerKey::parse(&key.name()), Some(key));
    }
    if let Ok(order) = serde_json::from_str::<Order>(text) {
        order.is_in_force(now_ms);
    }
}
