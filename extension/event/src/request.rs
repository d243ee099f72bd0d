//! An HTTP request as its front end hands it on: line, headers and body, each decoded once.
//!
//! Signatures are made over what the sender sent; so nothing here is cut, trimmed or guessed.
use crate::classify::Classified;
use crate::open::{base64_decode, is_request};
use crate::scan;
use crate::trigger::Trigger;
use crate::value::Value;

/// A request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// The host that it was sent to, as far as the front end tells.
    pub host: String,
    /// Its path, with the stage where the sender wrote it.
    pub path: String,
    /// Its query without `?`, as it was sent; where a front end hands on decoded parameters, those
    /// are encoded again.
    pub query: String,
    /// Its headers: each value apart where the front end keeps them apart.
    pub headers: Vec<(String, String)>,
    /// Its body, out of base64 where the front end put it in. `None` if that cannot be undone.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// `https://host/path?query`.
    pub fn url(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("https://{}{}{mark}{}", self.host, self.path, self.query)
    }
}

impl Classified {
    /// The request of an HTTP event; none of another trigger's. Costs one look at it and a copy of
    /// its body.
    pub fn request(&self) -> Option<Request> {
        if !is_request(self.trigger()) {
            return None;
        }
        let root = Value::root(self.decoded());
        let [headers, all_headers, body, is_base64, other_base64, context] = root.members([
            "headers",
            "multiValueHeaders",
            "body",
            "isBase64Encoded",
            "is_base64_encoded",
            "requestContext",
        ]);
        let headers = joined(all_headers, headers);
        let [method, path, whole_path, domain] = root_and_context(root, context);
        let named = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let host = named.map(|(_, host)| host.clone()).or(domain).unwrap_or_default();
        let is_base64 = is_base64.or(other_base64).is_some_and(|flag| flag.json() == b"true");
        Some(Request {
            method: method.unwrap_or_default(),
            host,
            path: whole_path.or(path).unwrap_or_default(),
            query: query(self.trigger(), root),
            headers,
            body: read_body(body, is_base64),
        })
    }
}

/// Headers out of the form with lists and the form without. A value that only the second one has
/// stands besides: a function may read either, and what is proved of one says nothing of the other.
fn joined(lists: Option<Value<'_>>, single: Option<Value<'_>>) -> Vec<(String, String)> {
    let read = |headers: Option<Value<'_>>| {
        headers.filter(|headers| headers.is_object()).map(pairs).unwrap_or_default()
    };
    let (mut all, mut single) = (read(lists), read(single));
    single.retain(|(name, value)| {
        !all.iter().any(|(other, text)| other.eq_ignore_ascii_case(name) && text == value)
    });
    all.append(&mut single);
    all
}

/// The value of a header by its name in any case; none where it stands twice.
pub(crate) fn one_header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value)
}

/// Method, path, path with the stage, and domain name.
fn root_and_context(root: Value<'_>, context: Option<Value<'_>>) -> [Option<String>; 4] {
    let [method, http_method, path, raw_path, lattice_path] =
        root.members(["method", "httpMethod", "path", "rawPath", "raw_path"]);
    let [http, whole_path, domain] =
        context.map_or([None; 3], |context| context.members(["http", "path", "domainName"]));
    let inner = http.and_then(|http| http.get("method"));
    [
        http_method.or(inner).or(method).and_then(whole),
        raw_path.or(lattice_path).or(path).and_then(whole),
        whole_path.filter(|_| raw_path.is_none()).and_then(whole),
        domain.and_then(whole),
    ]
}

fn read_body(body: Option<Value<'_>>, is_base64: bool) -> Option<Vec<u8>> {
    let Some(body) = body.filter(|body| body.json() != b"null") else { return Some(Vec::new()) };
    let Some(raw) = body.raw_text() else { return Some(body.json().to_vec()) };
    let text = scan::unescape(raw);
    if !is_base64 {
        return Some(text);
    }
    let mut decoded = Vec::new();
    base64_decode(&text, &mut decoded).map(|()| decoded)
}

/// A string's value, uncut.
pub(crate) fn whole(value: Value<'_>) -> Option<String> {
    value.raw_text().map(unescaped)
}

fn unescaped(raw: &[u8]) -> String {
    String::from_utf8(scan::unescape(raw)).unwrap_or_default()
}

/// Names and texts of an object, those in lists one by one.
fn pairs(object: Value<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    // Taken as it stands: of an object that is larger than any that AWS writes the outline knows
    // nothing.
    Value::inside(object.json()).each_member(|key, value| {
        let name = unescaped(key);
        if value.is_array() {
            value.each_element(|value| {
                pairs.extend(whole(value).map(|text| (name.clone(), text)));
            });
        } else {
            pairs.extend(whole(value).map(|text| (name, text)));
        }
    });
    pairs
}

/// The query as it was sent. A load balancer hands parameters on as they are; REST APIs and VPC
/// Lattice decode them (Elastic Load Balancing, "Use Lambda functions as targets of an Application
/// Load Balancer"; Amazon API Gateway Developer Guide, "Input format of a Lambda function for proxy
/// integration").
fn query(trigger: Trigger, root: Value<'_>) -> String {
    let [raw, all, single, lattice] = root.members([
        "rawQueryString",
        "multiValueQueryStringParameters",
        "queryStringParameters",
        "query_string_parameters",
    ]);
    if let Some(raw) = raw.and_then(whole) {
        return raw;
    }
    let object = all.filter(|all| all.is_object()).or(single).or(lattice);
    let pairs = object.filter(|object| object.is_object()).map(pairs).unwrap_or_default();
    let text = |text: &str| match trigger {
        Trigger::Alb => text.to_owned(),
        _ => encoded(text),
    };
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", text(name), text(value))).collect();
    pairs.join("&")
}

/// RFC 3986: all but unreserved characters as `%XX`.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(digit).map(|it| it.to_ascii_uppercase()));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::{Invocation, Limits, RawEvent, classify, decode};

    fn request(event: &Json) -> Option<Request> {
        let body = Bytes::from(event.to_string());
        classify(decode(RawEvent::new(Invocation::default(), body), &Limits::default())).request()
    }

    fn v2(more: &Json) -> Json {
        let mut event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/prod/hooks", "rawQueryString": "a=1&b=%20",
            "headers": { "x-signature": "grü\u{df}e \"x\"" , "Host": "hooks.example.com" },
            "requestContext": {
                "accountId": "123456789012", "apiId": "a1", "stage": "$default", "domainName": "a1.example",
                "http": { "method": "POST", "path": "/prod/hooks", "sourceIp": "192.0.2.1" },
            },
            "body": "{\"a\": \"\u{e4}\\n\"}", "isBase64Encoded": false,
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    }

    #[test]
    fn a_request_is_what_was_sent() {
        let found = request(&v2(&json!({}))).unwrap();
        assert_eq!(found.method, "POST");
        assert_eq!(found.url(), "https://hooks.example.com/prod/hooks?a=1&b=%20");
        assert_eq!(found.body.as_deref(), Some("{\"a\": \"\u{e4}\\n\"}".as_bytes()));
        assert!(found.headers.contains(&("x-signature".to_owned(), "grüße \"x\"".to_owned())));
        let base64 = request(&v2(&json!({ "body": "AP8=", "isBase64Encoded": true }))).unwrap();
        assert_eq!(base64.body, Some(vec![0, 255]));
        let broken = request(&v2(&json!({ "body": "AP8", "isBase64Encoded": true }))).unwrap();
        assert_eq!(broken.body, None);
        let none = request(&v2(&json!({ "body": null }))).unwrap();
        assert_eq!(none.body, Some(Vec::new()));
        let no_host = request(&v2(&json!({ "headers": {} }))).unwrap();
        assert_eq!(no_host.url(), "https://a1.example/prod/hooks?a=1&b=%20");
    }

    #[test]
    fn values_of_a_header_stay_apart() {
        let rest = json!({
            "resource": "/hooks", "path": "/hooks", "httpMethod": "POST",
            "headers": { "X-A": "2" }, "multiValueHeaders": { "X-A": ["1", "2"], "host": ["h.example"] },
            "queryStringParameters": { "a": "2" },
            "multiValueQueryStringParameters": { "a b": ["1", "\u{e4}&"] },
            "requestContext": {
                "accountId": "123456789012", "apiId": "a1", "stage": "prod", "path": "/prod/hooks",
                "identity": { "sourceIp": "192.0.2.1" }, "resourcePath": "/hooks",
            },
            "body": "x", "isBase64Encoded": false,
        });
        let found = request(&rest).unwrap();
        let values = found.headers.iter().filter(|(name, _)| name == "X-A");
        assert_eq!(values.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(found.url(), "https://h.example/prod/hooks?a%20b=1&a%20b=%C3%A4%26");
        assert_eq!(request(&json!({ "a": 1 })), None);
    }

    #[test]
    fn security_two_forms_of_headers_that_disagree_are_both_seen() {
        let rest = json!({
            "resource": "/hooks", "path": "/hooks", "httpMethod": "POST",
            "headers": { "Authorization": "forged", "X-A": "2" },
            "multiValueHeaders": { "authorization": ["good"], "x-a": ["1", "2"] },
            "requestContext": {
                "accountId": "123456789012", "apiId": "a1", "stage": "prod", "path": "/prod/hooks",
                "identity": { "sourceIp": "192.0.2.1" }, "resourcePath": "/hooks",
            },
            "body": "x", "isBase64Encoded": false,
        });
        let found = request(&rest).unwrap().headers;
        let values = |name: &str| {
            let named = found.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(values("authorization"), ["good", "forged"]);
        assert_eq!(values("x-a"), ["1", "2"]);
    }

    #[test]
    fn more_headers_than_any_service_sends_are_all_seen() {
        let many: serde_json::Map<_, _> =
            (0..5000).map(|i| (format!("x-{i}"), Json::from("v"))).collect();
        let found = request(&v2(&json!({ "headers": many }))).unwrap();
        assert_eq!(found.headers.len(), 5000);
    }
}
