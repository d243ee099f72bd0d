//! A request that arrived, in the parts that events are made of.
use std::net::IpAddr;

use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value, json};

use crate::{base64, clock};

/// A request, whichever service it comes to.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) method: String,
    /// As sent, with its percent signs.
    pub(super) path: String,
    /// As sent, without the question mark.
    pub(super) query: String,
    pub(super) protocol: String,
    /// Lower-case names in the order of arrival, with what the service adds.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    pub(super) peer: IpAddr,
    pub(super) id: String,
    pub(super) unix_ms: u64,
    pub(super) trace: String,
}

impl Arrived {
    pub(super) fn new(parts: &Parts, body: Bytes, peer: IpAddr) -> Self {
        let unix_ms = clock::unix_ms();
        let mut headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .filter(|(name, _)| !is_hop(name.as_str()))
            .map(|(name, value)| (name.to_string(), latin(value.as_bytes())))
            .collect();
        let trace = add_trace(&mut headers, unix_ms);
        add_forwarded(&mut headers, peer);
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            protocol: format!("{:?}", parts.version),
            headers,
            body,
            peer,
            id: clock::uuid(),
            unix_ms,
            trace,
        }
    }

    /// The last value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The values of each header, names sorted.
    pub(super) fn headers_listed(&self) -> Map<String, Value> {
        listed(self.headers.iter().map(|(name, value)| (name.clone(), value.clone())))
    }

    /// The last value of each header.
    pub(super) fn headers_last(&self) -> Map<String, Value> {
        self.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
    }

    /// The parameters of the query, decoded.
    pub(super) fn query_decoded(&self) -> Vec<(String, String)> {
        self.query_sent().into_iter().map(|(name, value)| (decode(&name), decode(&value))).collect()
    }

    /// The parameters of the query, as sent.
    pub(super) fn query_sent(&self) -> Vec<(String, String)> {
        let parts = self.query.split('&').filter(|part| !part.is_empty());
        let pair = |part: &str| match part.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (part.to_owned(), String::new()),
        };
        parts.map(pair).collect()
    }

    /// The body for a service that knows text by its type, and whether it is base64.
    pub(super) fn body_by_type(&self) -> (Option<String>, bool) {
        let text = self.header("content-type").is_none_or(is_text);
        let text = text && self.header("content-encoding").is_none();
        self.body_if(text)
    }

    /// The body as text where `text` says so and it is UTF-8, otherwise as base64.
    pub(super) fn body_if(&self, text: bool) -> (Option<String>, bool) {
        if self.body.is_empty() {
            return (None, false);
        }
        match std::str::from_utf8(&self.body) {
            Ok(body) if text => (Some(body.to_owned()), false),
            _ => (Some(base64::encode(&self.body)), true),
        }
    }
}

/// Groups values by name.
pub(super) fn listed(pairs: impl IntoIterator<Item = (String, String)>) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in pairs {
        let values = all.entry(name).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(json!(value));
        }
    }
    all
}

/// The types whose bodies API Gateway and load balancers hand on as text. A form is not among them.
fn is_text(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"]
            .contains(&essence.as_str())
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
}

/// Headers of one connection, which no service hands on.
fn is_hop(name: &str) -> bool {
    ["connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"].contains(&name)
}

/// Bytes of a header as text; what is not ASCII is read as Latin-1.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The trace of the request, made where none was sent.
fn add_trace(headers: &mut Vec<(String, String)>, unix_ms: u64) -> String {
    const NAME: &str = "x-amzn-trace-id";
    if let Some((_, sent)) = headers.iter().find(|(name, _)| name == NAME) {
        return sent.clone();
    }
    let random = clock::random_hex();
    let part = random.get(..24).unwrap_or_default();
    let trace = format!("Root=1-{:08x}-{part}", unix_ms / 1000);
    headers.push((NAME.to_owned(), trace.clone()));
    trace
}

/// Who sent it, after those who say that they handed it on.
fn add_forwarded(headers: &mut Vec<(String, String)>, peer: IpAddr) {
    let before = headers.iter().position(|(name, _)| name == "x-forwarded-for");
    let before = before.map(|place| headers.remove(place).1);
    let chain = before.map_or_else(|| peer.to_string(), |before| format!("{before}, {peer}"));
    headers.retain(|(name, _)| !name.starts_with("x-forwarded-"));
    headers.push(("x-forwarded-for".to_owned(), chain));
    headers.push(("x-forwarded-port".to_owned(), "443".to_owned()));
    headers.push(("x-forwarded-proto".to_owned(), "https".to_owned()));
}

/// Undoes percent signs and plus signs; what is no escape stays.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = (ahead.next().and_then(hex), ahead.next().and_then(hex));
        match (byte, digits) {
            (b'%', (Some(high), Some(low))) => {
                bytes.push(high * 16 + low);
                rest = ahead;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_what_is_none_stays() {
        assert_eq!(decode("a%20b+c%2"), "a b c%2");
        assert_eq!(decode("%e2%9c%93%zz"), "✓%zz");
    }

    #[test]
    fn a_form_is_no_text() {
        assert!(is_text("application/json; charset=utf-8") && is_text("application/problem+json"));
        assert!(!is_text("application/x-www-form-urlencoded") && !is_text("image/png"));
    }
}
