//! Who made this event, by what it carries: signatures and tokens of its whole, or of each of its
//! items.
mod asserted;

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tollgate_event::{Caller, Classified, Request, Trigger, without_member};
use tollgate_proof::context::{self, Situation};
use tollgate_proof::keyring::Keyring;
use tollgate_proof::replay::{Seen, Sight};
use tollgate_proof::{Lack, Proof, Unproved, jwt, sns};

use super::Case;
use crate::auth::{Auth, ContextRule, HmacRule, JwtRule, SnsRule, Way};
use crate::checks;
use crate::desk::Used;
use crate::facts::ProofFacts;
use crate::options::{DirectInvoke, Replay};

/// How long what names no end of its own is kept as used, in milliseconds.
const KEPT_MS: u64 = 24 * 3600 * 1000;

/// What was found of the whole event, or of one item: where, and the outcome.
type Outcome = (Option<u32>, String, Result<Proof, Unproved>);

/// What was proved of an event.
#[derive(Debug, Default)]
pub(super) struct Proved {
    /// None where nothing was asked for.
    pub(super) facts: Option<ProofFacts>,
    /// What may be used once only.
    pub(super) used: Vec<Used>,
    /// What its token says, for policies.
    pub(super) claims: Map<String, Value>,
    /// Whether a signature or a token was asked for.
    pub(super) signed: bool,
    /// The contexts that were verified.
    pub(super) chains: Vec<Chain>,
    /// What did not hold: items, or the whole event.
    unproved: Vec<Option<u32>>,
    /// Whether the payload's reserved member is taken out.
    pub(super) strips: bool,
}

/// A context that was verified, and the item that carried it.
#[derive(Debug)]
pub(super) struct Chain {
    item: Option<u32>,
    /// The functions that it names; the last one signed it.
    hops: Vec<String>,
    /// Itself.
    pub(super) text: String,
}

impl Proved {
    /// Whether a signature or a token was asked for, and all that was asked for holds.
    pub(super) fn holds(&self) -> bool {
        self.signed && self.facts.as_ref().is_some_and(|facts| facts.verified)
    }

    /// The function that signed an item, or the whole event, where all that was asked of it holds.
    /// An item that somebody forged takes nothing from the others of its batch.
    pub(super) fn signer(&self, item: Option<u32>) -> Option<&str> {
        let fails = |it: &Option<u32>| item.is_none() || it.is_none() || *it == item;
        if !self.signed || self.unproved.iter().any(fails) {
            return None;
        }
        let mut chains = self.chains.iter();
        chains.find(|chain| chain.item == item)?.hops.last().map(String::as_str)
    }

    /// How often each item, or the whole event, came through this function, by the signed context
    /// that it carries.
    pub(super) fn times_through(&self, function_arn: &str) -> Vec<(Option<u32>, u32)> {
        let [_, own] = own_names(function_arn);
        let count = |hops: &[String]| {
            hops.iter().fold(0, |count, hop| count + u32::from(own_names(hop)[1] == own))
        };
        self.chains.iter().map(|chain| (chain.item, count(&chain.hops))).collect()
    }

    /// Who called: whom the proof names, or else whom the event does.
    pub(super) fn caller(&self, asserted: Caller) -> Caller {
        let facts = self.facts.as_ref().filter(|facts| facts.verified);
        let subject = facts.and_then(|facts| Some(("jwt", facts.subject.clone()?)));
        let function = || facts.and_then(|facts| Some(("function", facts.hops.last()?.clone())));
        match subject.or_else(function) {
            Some((kind, id)) => Caller { kind, id: Some(id), ..asserted },
            None => asserted,
        }
    }
}

/// Asks for what the event's source must prove.
pub(super) fn ask(case: &mut Case<'_>) {
    let policy = case.policy();
    let auths: Vec<&Auth> = policy.auths(case.source(), case.event().assertions()).collect();
    if auths.is_empty() {
        return;
    }
    let closed = policy.direct_invoke == DirectInvoke::Closed;
    let (event, desk, now_ms) = case.at_hand();
    let request = Lazy::new(event);
    let mut proving = Proving::default();
    for auth in &auths {
        for way in &auth.ways {
            let once = auth.replay.filter(|_| way.is_signed());
            let outcomes = match way {
                Way::Asserted(rule) => asserted::prove(rule, event, closed, now_ms),
                way => prove(way, event, &request, &mut desk.keys, now_ms),
            };
            for outcome in outcomes {
                proving.take(outcome, once.map(|replay| (replay, &desk.seen)), now_ms);
            }
        }
    }
    let signed = auths.iter().flat_map(|auth| &auth.ways).any(Way::is_signed);
    proving.refuse_copies();
    let Proving { mut facts, used, claims, chains, refusals } = proving;
    let used = used.into_iter().map(|(used, _)| used).collect();
    let strips = auths.iter().flat_map(|auth| &auth.ways).any(Way::strips);
    facts.scheme = auths.iter().map(|auth| scheme(auth)).collect::<Vec<_>>().join("+");
    facts.verified = refusals.is_empty();
    let unproved = refusals.iter().map(|(item, ..)| *item).collect();
    for (item, at, (check, why)) in refusals {
        case.fire_as(check, None, item, at, why.into_owned());
    }
    let facts = Some(facts);
    case.set_proved(Proved { facts, used, claims, signed, chains, unproved, strips });
}

/// Whether this proof of an event hangs on a key that is on its way for the first time; the
/// certificates that its messages name are wanted from now on.
pub(crate) fn awaits(way: &Way, event: &Classified, keys: &mut Keyring) -> bool {
    match way {
        Way::Jwt(rule) => keys.awaits(rule.keys),
        Way::Hmac(rule) => rule.secrets.iter().any(|index| keys.awaits(*index)),
        Way::Context(rule) => keys.awaits(rule.keys),
        Way::Asserted(_) => false,
        Way::Sns(SnsRule { certificates: Some(index), .. }) => keys.awaits(*index),
        Way::Sns(_) => {
            let is_sns = event.trigger() == Trigger::Sns;
            let mut awaited = false;
            for record in records(event).iter().flatten() {
                let message = message(record, is_sns).ok();
                let url = message.as_ref().and_then(sns::Message::certificate_url);
                awaited |= url.is_some_and(|url| keys.awaits_certificate(url));
            }
            awaited
        }
    }
}

/// What is gathered on the way.
#[derive(Default)]
struct Proving {
    facts: ProofFacts,
    /// With the place where it stands.
    used: Vec<(Used, String)>,
    claims: Map<String, Value>,
    chains: Vec<Chain>,
    refusals: Vec<(Option<u32>, String, Refusal)>,
}

impl Proving {
    /// The same may stand in one item of a batch only: what comes behind the first one is a copy.
    fn refuse_copies(&mut self) {
        tollgate_order::sort_by(&mut self.used, |(one, _), (other, _)| one.id.cmp(&other.id));
        let mut first: Option<(Used, String)> = None;
        for (used, at) in &self.used {
            match &first {
                Some((known, place)) if known.id == used.id => {
                    if place != at {
                        let why = "another item of the batch carries the same".into();
                        self.refusals.push((used.item, at.clone(), (checks::AUTH_REPLAY, why)));
                    }
                }
                _ => first = Some((used.clone(), at.clone())),
            }
        }
    }

    fn take(&mut self, (item, at, outcome): Outcome, once: Option<(Replay, &Seen)>, now_ms: u64) {
        let fleet = once.is_some_and(|(replay, _)| replay == Replay::Fleet);
        let checked = outcome.map_err(refusal).and_then(|proof| match once {
            None => Ok((proof, None)),
            Some((_, seen)) => look(proof, seen, now_ms),
        });
        match checked {
            Ok((proof, mark)) => {
                self.facts.add(&proof);
                if let Some(text) = proof.context {
                    let hops = proof.hops.into_iter().map(|hop| hop.function).collect();
                    self.chains.push(Chain { item, hops, text });
                }
                if let Some((id, sight)) = mark {
                    self.facts.retry |= sight == Sight::Retry;
                    // As long as it is taken it can be used again, past its own end too.
                    let ends_ms = proof.holds_ms.unwrap_or(now_ms.saturating_add(KEPT_MS));
                    self.used
                        .push((Used { id, item, name: None, failed: false, ends_ms, fleet }, at));
                }
                if self.claims.is_empty() {
                    self.claims = proof.claims;
                }
            }
            Err(refusal) => self.refusals.push((item, at, refusal)),
        }
    }
}

/// What was asked for, in words.
fn scheme(auth: &Auth) -> String {
    let names = auth.ways.iter().map(|way| match way {
        Way::Jwt(_) => Cow::from("jwt"),
        Way::Hmac(rule) => format!("hmac.{}", rule.webhook.scheme.as_str()).into(),
        Way::Sns(_) => "sns".into(),
        Way::Context(_) => "context".into(),
        Way::Asserted(_) => "asserted".into(),
    });
    names.collect::<Vec<_>>().join("+")
}

/// The check that fires and why.
type Refusal = (&'static str, Cow<'static, str>);

fn refusal(unproved: Unproved) -> Refusal {
    let check = match unproved.lack {
        Lack::Missing => checks::AUTH_MISSING,
        Lack::Invalid => checks::AUTH_INVALID,
        Lack::Expired => checks::AUTH_EXPIRED,
        Lack::Unavailable | Lack::UnknownKey => checks::AUTH_UNAVAILABLE,
    };
    (check, unproved.why)
}

/// An id and what was known of it.
type Mark = Option<([u8; 32], Sight)>;

fn look(proof: Proof, seen: &Seen, now_ms: u64) -> Result<(Proof, Mark), Refusal> {
    let Some(id) = proof.id else {
        let why = "it has nothing that tells it from others, so that it could be used again";
        return Err((checks::AUTH_INVALID, why.into()));
    };
    match seen.look(&id, now_ms) {
        Sight::Used => Err((checks::AUTH_REPLAY, "the same was answered with success".into())),
        Sight::Unknown => {
            let why = "it cannot be told whether the same was used in another environment";
            Err((checks::AUTH_UNAVAILABLE, why.into()))
        }
        sight => Ok((proof, Some((id, sight)))),
    }
}

/// An HTTP event's request, read once it is asked for.
struct Lazy<'e> {
    event: &'e Classified,
    request: std::cell::OnceCell<Option<Request>>,
}

impl<'e> Lazy<'e> {
    fn new(event: &'e Classified) -> Self {
        Self { event, request: std::cell::OnceCell::new() }
    }

    fn get(&self) -> Result<&Request, Unproved> {
        let request = self.request.get_or_init(|| self.event.request());
        request.as_ref().ok_or(Unproved::missing("the event is no HTTP request"))
    }
}

fn prove(
    way: &Way,
    event: &Classified,
    request: &Lazy<'_>,
    keys: &mut Keyring,
    now_ms: u64,
) -> Vec<Outcome> {
    let whole = |outcome| vec![(None, String::new(), outcome)];
    match way {
        Way::Jwt(rule) => whole(request.get().and_then(|it| prove_jwt(rule, it, keys, now_ms))),
        Way::Hmac(rule) => whole(request.get().and_then(|it| prove_hmac(rule, it, keys, now_ms))),
        Way::Sns(rule) => prove_sns(rule, event, keys, now_ms),
        Way::Context(rule) => prove_context(*rule, event, keys, now_ms),
        // It needs no key.
        Way::Asserted(_) => Vec::new(),
    }
}

fn prove_jwt(
    rule: &JwtRule,
    request: &Request,
    keys: &mut Keyring,
    now_ms: u64,
) -> Result<Proof, Unproved> {
    let request = signed_request(request, "")?;
    let header = request.header(&rule.header)?.ok_or(Unproved::missing("no token"))?;
    let token = jwt::from_header(header)?;
    let proof =
        keys.jwks(rule.keys).and_then(|set| jwt::verify(token, &rule.expected, set, now_ms));
    if let Err(unproved) = &proof {
        keys.missed(rule.keys, unproved);
    }
    proof
}

fn prove_hmac(
    rule: &HmacRule,
    request: &Request,
    keys: &mut Keyring,
    now_ms: u64,
) -> Result<Proof, Unproved> {
    let url = match &rule.url {
        Some(base) => {
            let mark = if request.query.is_empty() { "" } else { "?" };
            format!("{base}{}{mark}{}", request.path, request.query)
        }
        None => request.url(),
    };
    let secrets = keys.secrets(&rule.secrets)?;
    rule.webhook.verify(&signed_request(request, &url)?, &secrets, now_ms)
}

fn signed_request<'a>(
    request: &'a Request,
    url: &'a str,
) -> Result<tollgate_proof::Request<'a>, Unproved> {
    let body = request.body.as_deref().ok_or(Unproved::invalid("the body is no base64"))?;
    Ok(tollgate_proof::Request { method: &request.method, url, headers: &request.headers, body })
}

#[derive(Deserialize)]
struct Records<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<Record<'a>>,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(rename = "Sns", borrow)]
    sns: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<Cow<'a, str>>,
    #[serde(rename = "eventSourceARN", borrow)]
    queue: Option<Cow<'a, str>>,
    #[serde(rename = "messageAttributes", borrow)]
    attributes: Option<HashMap<Cow<'a, str>, Attribute<'a>>>,
    #[serde(rename = "attributes", borrow)]
    system: Option<System<'a>>,
}

#[derive(Deserialize)]
struct System<'a> {
    #[serde(rename = "SenderId", borrow)]
    sender: Option<Cow<'a, str>>,
}

impl Record<'_> {
    /// Who sent a message of SQS.
    fn sender(&self) -> Option<&str> {
        self.system.as_ref()?.sender.as_deref()
    }
}

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(rename = "stringValue", alias = "Value", borrow)]
    value: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct SnsMessage<'a> {
    #[serde(rename = "Message", borrow)]
    message: Cow<'a, str>,
    #[serde(rename = "TopicArn", borrow)]
    topic: Cow<'a, str>,
    #[serde(rename = "MessageAttributes", borrow)]
    attributes: Option<HashMap<Cow<'a, str>, Attribute<'a>>>,
}

/// The records of an SQS or SNS event.
fn records(event: &Classified) -> Option<Vec<Record<'_>>> {
    let records: Records<'_> = serde_json::from_slice(event.raw().body()).ok()?;
    Some(records.records)
}

/// One outcome for each record; one for the whole event where they cannot be read.
fn each_record(
    event: &Classified,
    mut prove: impl FnMut(&Record<'_>) -> Result<Proof, Unproved>,
) -> Vec<Outcome> {
    let Some(records) = records(event).filter(|records| !records.is_empty()) else {
        let why = Unproved::missing("it has no records that could be read");
        return vec![(None, String::new(), Err(why))];
    };
    let place = |index: usize| (u32::try_from(index).ok(), format!("/Records/{index}"));
    let alone = event.trigger() == Trigger::Sqs;
    let outcomes = records.iter().enumerate().map(|(index, record)| {
        let (item, at) = place(index);
        (item.filter(|_| alone), at, prove(record))
    });
    outcomes.collect()
}

/// Each message of an SQS event, by its index and its place, with who sent it.
pub(super) fn senders(event: &Classified) -> Vec<(Option<u32>, String, Option<String>)> {
    let records = records(event).into_iter().flatten().enumerate();
    let sender = |record: &Record<'_>| record.sender().map(str::to_owned);
    let one = |(i, record): (usize, Record<'_>)| {
        (u32::try_from(i).ok(), format!("/Records/{i}"), sender(&record))
    };
    records.map(one).collect()
}

/// The message of SNS that a record carries.
fn message(record: &Record<'_>, is_sns: bool) -> Result<sns::Message, Unproved> {
    let json = match (is_sns, record.sns, record.body.as_deref()) {
        (true, Some(sns), _) => sns.get(),
        (false, _, Some(body)) => body,
        _ => return Err(Unproved::missing("the record carries no message of SNS")),
    };
    let message = sns::Message::read(json.as_bytes());
    message.ok_or(Unproved::missing("the record carries no message of SNS"))
}

fn prove_sns(rule: &SnsRule, event: &Classified, keys: &mut Keyring, now_ms: u64) -> Vec<Outcome> {
    let is_sns = event.trigger() == Trigger::Sns;
    each_record(event, |record| {
        let message = message(record, is_sns)?;
        let topic = message.topic().unwrap_or_default();
        // What a source is matched by is the topic of the first message.
        if !is_expected(rule, topic, event) || is_sns && !is_of_source(event, Some(topic)) {
            return Err(Unproved::invalid("the message came through another topic"));
        }
        let certificates = if let Some(index) = rule.certificates {
            keys.certificates(index)?
        } else {
            let url = message.certificate_url();
            keys.certificate_at(url.ok_or(Unproved::missing("no certificate is named"))?)?
        };
        message.verify(certificates, rule.tolerance_seconds, now_ms)
    })
}

/// Whether messages may come through this topic. SNS signs for the topics of everybody, and anybody
/// can have a topic of any name.
fn is_expected(rule: &SnsRule, topic: &str, event: &Classified) -> bool {
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    match account(&event.raw().invocation().function_arn) {
        Some(own) if rule.topics.is_empty() => account(topic) == Some(own),
        // Where no function is invoked, as on a desk of saved events, there is no account.
        None if rule.topics.is_empty() => true,
        _ => rule.topics.iter().any(|pattern| pattern.matches(topic)),
    }
}

/// Whether a record's own word for its source is the event's: sources are matched by that.
fn is_of_source(event: &Classified, own: Option<&str>) -> bool {
    own.is_some() && own == event.assertions().source.arn.as_deref()
}

fn prove_context(
    rule: ContextRule,
    event: &Classified,
    keys: &mut Keyring,
    now_ms: u64,
) -> Vec<Outcome> {
    let function = own_names(&event.raw().invocation().function_arn);
    let check = |text: &str, through: Option<&str>, payload: &[u8], keys: &mut Keyring| {
        let targets: Vec<&str> = function.into_iter().chain(through).collect();
        let leeway_seconds = rule.leeway_seconds;
        let situation = Situation { targets: &targets, payload, leeway_seconds, now_ms };
        let verified = keys.contexts(rule.keys);
        let verified = verified.and_then(|set| context::verify(text, set, &situation));
        if let Err(unproved) = &verified {
            keys.missed(rule.keys, unproved);
        }
        verified.map(|(proof, _)| proof)
    };
    let none = || Unproved::missing("no context");
    match event.trigger() {
        Trigger::Sqs => each_record(event, |record| {
            let text = attribute(record.attributes.as_ref()).ok_or_else(none)?;
            let body = record.body.as_deref().unwrap_or_default();
            let queue = record.queue.as_deref().filter(|own| is_of_source(event, Some(own)));
            check(text, queue, body.as_bytes(), keys)
        }),
        Trigger::Sns => each_record(event, |record| {
            let message = record.sns.and_then(|sns| serde_json::from_str(sns.get()).ok());
            let message: SnsMessage<'_> = message.ok_or_else(none)?;
            let text = attribute(message.attributes.as_ref()).ok_or_else(none)?;
            let topic = Some(&*message.topic).filter(|own| is_of_source(event, Some(own)));
            check(text, topic, message.message.as_bytes(), keys)
        }),
        _ => {
            let outcome = carried(event).ok_or_else(none).and_then(|(text, payload)| {
                let through = event.assertions().source.arn.as_deref();
                check(&text, through, payload, keys)
            });
            vec![(None, String::new(), outcome)]
        }
    }
}

/// A function's ARN as it is, and without its qualifier (AWS Lambda API Reference, `Invoke`):
/// `arn:partition:lambda:region:account:function:name:qualifier`.
fn own_names(whole: &str) -> [&str; 2] {
    let qualified = whole.split(':').count() > 7;
    let bare = whole.rsplit_once(':').filter(|_| qualified).map_or(whole, |(bare, _)| bare);
    [whole, bare]
}

fn attribute<'a>(attributes: Option<&'a HashMap<Cow<'a, str>, Attribute<'a>>>) -> Option<&'a str> {
    attributes?.get(context::ATTRIBUTE)?.value.as_deref()
}

#[derive(Deserialize)]
struct ClientContext<'a> {
    #[serde(borrow)]
    custom: Option<HashMap<Cow<'a, str>, &'a RawValue>>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(rename = "_tollgate", borrow)]
    context: Option<Cow<'a, str>>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
}

/// A context in the client context, or in the payload's reserved member; with the payload that it
/// is for.
fn carried(event: &Classified) -> Option<(String, &[u8])> {
    let body = event.raw().body();
    let client = event.raw().invocation().client_context.as_deref();
    let client: Option<ClientContext<'_>> = client.and_then(|it| serde_json::from_str(it).ok());
    let custom = client.and_then(|client| client.custom);
    if let Some(text) = custom.as_ref().and_then(|custom| custom.get(context::ATTRIBUTE)) {
        return Some((serde_json::from_str(text.get()).ok()?, body));
    }
    let payload: Payload<'_> = serde_json::from_slice(body).ok()?;
    if let Some(text) = payload.context {
        return Some((text.into_owned(), body));
    }
    let detail = payload.detail?.get();
    let inner: Payload<'_> = serde_json::from_str(detail).ok()?;
    Some((inner.context?.into_owned(), detail.as_bytes()))
}

/// The event without its reserved member, where it has one.
pub(super) fn stripped(body: &[u8]) -> Option<Vec<u8>> {
    let own = without_member(body, None, context::MEMBER);
    own.or_else(|| without_member(body, Some("detail"), context::MEMBER))
}

#[cfg(test)]
mod tests;
