//! What a function's answer becomes on the wire, and what the services say themselves.
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::Door;
use super::limits::ALB_BYTES_MAX;
use crate::base64;
use crate::invocation::Answer;

/// A reply before it is on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shaped {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

/// The function's answer is not in the form that the service asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Between the prelude of a streamed answer and its body.
const PRELUDE_END: [u8; 8] = [0; 8];
/// The content type of a streamed answer that has a prelude.
const PRELUDE_TYPE: &str = "application/vnd.awslambda.http-integration-response";

/// An answer in payload format 2.0. Without a `statusCode` the service infers it: status 200,
/// JSON, and the answer itself as body ("Lambda proxy integrations for HTTP APIs").
pub(super) fn inferred(answer: &[u8]) -> Result<Shaped, Malformed> {
    let value: Value = serde_json::from_slice(answer).map_err(|_| Malformed)?;
    let Some(form) = value.as_object().filter(|form| form.contains_key("statusCode")) else {
        let body = match value {
            Value::String(text) => Bytes::from(text),
            _ => Bytes::copy_from_slice(answer),
        };
        return Ok(Shaped { status: 200, headers: vec![json_type()], body });
    };
    let mut shaped = structured(form)?;
    if !has(&shaped.headers, "content-type") {
        shaped.headers.push(json_type());
    }
    Ok(shaped)
}

/// A streamed answer: its prelude names status, headers and cookies. Without a prelude it is the
/// body of a 200. An answer that was not streamed is none.
pub(super) fn streamed(answer: &Answer) -> Option<Result<Shaped, Malformed>> {
    let Answer::Response { body, content_type, streamed: true, .. } = answer else { return None };
    Some(match stream_head(content_type) {
        Some(shaped) => Ok(Shaped { body: body.clone(), ..shaped }),
        None => with_prelude(body),
    })
}

/// The head of a streamed answer of this content type; `None` if a prelude says it.
pub(super) fn stream_head(content_type: &str) -> Option<Shaped> {
    let kind = match content_type {
        PRELUDE_TYPE => return None,
        "" => "application/octet-stream",
        kind => kind,
    };
    let headers = vec![("content-type".to_owned(), kind.to_owned())];
    Some(Shaped { status: 200, headers, body: Bytes::new() })
}

/// Whether the prelude of a streamed answer is whole.
pub(super) fn has_prelude(read: &[u8]) -> bool {
    prelude_end(read).is_some()
}

fn prelude_end(read: &[u8]) -> Option<usize> {
    read.windows(PRELUDE_END.len()).position(|window| window == PRELUDE_END)
}

/// A streamed answer by its prelude, with the bytes behind it as body.
pub(super) fn with_prelude(body: &Bytes) -> Result<Shaped, Malformed> {
    let end = prelude_end(body).ok_or(Malformed)?;
    let prelude: Value = serde_json::from_slice(&body.slice(..end)).map_err(|_| Malformed)?;
    let mut form = prelude.as_object().ok_or(Malformed)?.clone();
    form.entry("statusCode").or_insert(json!(200));
    let mut shaped = structured(&form)?;
    if !has(&shaped.headers, "content-type") {
        shaped.headers.push(("content-type".to_owned(), "application/octet-stream".to_owned()));
    }
    shaped.body = body.slice(end + PRELUDE_END.len()..);
    Ok(shaped)
}

/// Format 2.0 with its members: no multi-value headers, but cookies.
fn structured(form: &Map<String, Value>) -> Result<Shaped, Malformed> {
    let mut headers = single(form.get("headers"))?;
    for cookie in form.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        headers.push(("set-cookie".to_owned(), cookie.as_str().ok_or(Malformed)?.to_owned()));
    }
    Ok(Shaped { status: status(form)?, headers, body: body(form)? })
}

/// An answer of a REST API's function. A member that is not known makes it malformed.
pub(super) fn rest(answer: &[u8]) -> Result<Shaped, Malformed> {
    const KNOWN: [&str; 5] =
        ["isBase64Encoded", "statusCode", "headers", "multiValueHeaders", "body"];
    let form = object(answer)?;
    if !form.keys().all(|name| KNOWN.contains(&name.as_str())) {
        return Err(Malformed);
    }
    let lists = multiple(form.get("multiValueHeaders"))?;
    let mut headers = single(form.get("headers"))?;
    // Where both name a header, the service merges them; the same value is sent once.
    headers.retain(|pair| {
        !lists.iter().any(|(name, value)| name.eq_ignore_ascii_case(&pair.0) && *value == pair.1)
    });
    headers.extend(lists);
    let mut shaped = Shaped { status: status(&form)?, headers, body: body(&form)? };
    if !has(&shaped.headers, "content-type") {
        shaped.headers.push(json_type());
    }
    Ok(shaped)
}

/// An answer of a load balancer's function. With multi-value headers enabled, only those count.
pub(super) fn alb(answer: &[u8], multi: bool) -> Result<Shaped, Malformed> {
    let form = object(answer)?;
    if answer.len() > ALB_BYTES_MAX {
        return Err(Malformed);
    }
    let headers =
        if multi { multiple(form.get("multiValueHeaders"))? } else { single(form.get("headers"))? };
    let mut shaped = Shaped { status: status(&form)?, headers, body: body(&form)? };
    if !has(&shaped.headers, "content-type") {
        let kind = ("content-type".to_owned(), "application/octet-stream".to_owned());
        shaped.headers.push(kind);
    }
    Ok(shaped)
}

fn object(answer: &[u8]) -> Result<Map<String, Value>, Malformed> {
    serde_json::from_slice(answer).map_err(|_| Malformed)
}

/// A number, or a number in a string, from 100 to 599.
fn status(form: &Map<String, Value>) -> Result<u16, Malformed> {
    let status = match form.get("statusCode") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    let status = status.and_then(|status| u16::try_from(status).ok());
    status.filter(|status| (100..600).contains(status)).ok_or(Malformed)
}

fn body(form: &Map<String, Value>) -> Result<Bytes, Malformed> {
    let text = match form.get("body") {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text,
        Some(_) => return Err(Malformed),
    };
    match form.get("isBase64Encoded") {
        Some(Value::Bool(true)) => base64::decode(text).map(Bytes::from).ok_or(Malformed),
        None | Some(Value::Bool(false) | Value::Null) => Ok(Bytes::from(text.to_owned())),
        Some(_) => Err(Malformed),
    }
}

fn single(headers: Option<&Value>) -> Result<Vec<(String, String)>, Malformed> {
    let Some(headers) = headers.filter(|headers| !headers.is_null()) else {
        return Ok(Vec::new());
    };
    let headers = headers.as_object().ok_or(Malformed)?;
    let pair = |(name, value): (&String, &Value)| Ok((name.clone(), scalar(value)?));
    let pairs: Result<Vec<_>, _> = headers.iter().map(pair).collect();
    Ok(kept(pairs?))
}

fn multiple(headers: Option<&Value>) -> Result<Vec<(String, String)>, Malformed> {
    let Some(headers) = headers.filter(|headers| !headers.is_null()) else {
        return Ok(Vec::new());
    };
    let mut pairs = Vec::new();
    for (name, values) in headers.as_object().ok_or(Malformed)? {
        for value in values.as_array().ok_or(Malformed)? {
            pairs.push((name.clone(), scalar(value)?));
        }
    }
    Ok(kept(pairs))
}

/// A header's value: text, or what is written like it.
fn scalar(value: &Value) -> Result<String, Malformed> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(Malformed),
    }
}

/// Without the headers that belong to the connection: the service writes its own.
fn kept(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    const OWN: [&str; 4] = ["content-length", "transfer-encoding", "connection", "keep-alive"];
    pairs.retain(|(name, _)| !OWN.iter().any(|own| name.eq_ignore_ascii_case(own)));
    pairs
}

fn has(headers: &[(String, String)], name: &str) -> bool {
    headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
}

fn json_type() -> (String, String) {
    ("content-type".to_owned(), "application/json".to_owned())
}

/// The function failed, or answered in another form than asked for ("Handling Lambda errors with
/// an API Gateway API").
pub(super) fn failed(door: Door) -> Shaped {
    own(door, 502, "Internal server error")
}

/// Lambda refused the invocation with 429. Only a function URL tells the caller.
pub(super) fn throttled(door: Door) -> Shaped {
    match door {
        Door::FunctionUrl => own(door, 429, "Too Many Requests"),
        Door::HttpApi => own(door, 503, "Service Unavailable"),
        Door::RestApi => own(door, 500, "Internal server error"),
        Door::Alb | Door::AlbMultiValue => own(door, 502, "Bad Gateway"),
    }
}

/// Lambda could not be asked at all.
pub(super) fn unavailable(door: Door) -> Shaped {
    match door {
        Door::RestApi => own(door, 500, "Internal server error"),
        _ => own(door, 503, "Service Unavailable"),
    }
}

pub(super) fn too_large(door: Door) -> Shaped {
    own(door, 413, "Request Too Long")
}

/// No route is meant by this path.
pub(super) fn not_found(door: Door) -> Shaped {
    match door {
        Door::RestApi => own(door, 403, "Missing Authentication Token"),
        _ => own(door, 404, "Not Found"),
    }
}

/// What the service says itself: JSON from API Gateway, text from a function URL, a page from a
/// load balancer.
fn own(door: Door, status: u16, message: &str) -> Shaped {
    let (kind, body) = match door {
        Door::HttpApi | Door::RestApi => {
            ("application/json", json!({ "message": message }).to_string())
        }
        Door::FunctionUrl => ("text/plain", message.to_owned()),
        Door::Alb | Door::AlbMultiValue => {
            let title = format!("{status} {message}");
            let page =
                format!("<html><head><title>{title}</title></head><body>{title}</body></html>");
            ("text/html", page)
        }
    };
    let headers = vec![("content-type".to_owned(), kind.to_owned())];
    Shaped { status, headers, body: Bytes::from(body) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaped(status: u16, kind: &str, body: &'static str) -> Shaped {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Shaped { status, headers, body: Bytes::from(body) }
    }

    #[test]
    fn format_2_infers_what_has_no_status() {
        let json = "application/json";
        assert_eq!(inferred(br#"{"a":1}"#), Ok(shaped(200, json, r#"{"a":1}"#)));
        assert_eq!(inferred(br#""text""#), Ok(shaped(200, json, "text")));
        assert_eq!(inferred(b"not json"), Err(Malformed));
        let odd = br#"{"statusCode":"many"}"#;
        assert_eq!(inferred(odd), Err(Malformed));
    }

    #[test]
    fn cookies_and_base64_are_undone() {
        let answer =
            br#"{"statusCode":201,"headers":{"content-type":"image/png","content-length":"9"},
            "cookies":["a=1","b=2"],"isBase64Encoded":true,"body":"AAH/"}"#;
        let shaped = inferred(answer).unwrap();
        assert_eq!(shaped.body, Bytes::from_static(&[0, 1, 255]));
        let cookies = shaped.headers.iter().filter(|(name, _)| name == "set-cookie").count();
        assert_eq!((shaped.status, cookies, shaped.headers.len()), (201, 2, 3));
    }

    #[test]
    fn a_rest_api_takes_only_its_own_members() {
        let fine =
            rest(br#"{"statusCode":200,"headers":{"x":"1"},"multiValueHeaders":{"x":["1","2"]}}"#);
        let values: Vec<_> = fine.unwrap().headers.into_iter().filter(|it| it.0 == "x").collect();
        assert_eq!(values.len(), 2);
        for answer in [
            &br#"{"message":"hello"}"#[..],
            br#"{"statusCode":200,"more":1}"#,
            br#"{"statusCode":200,"body":{"a":1}}"#,
            br#"{"body":"x"}"#,
            b"null",
        ] {
            assert_eq!(rest(answer), Err(Malformed), "{}", String::from_utf8_lossy(answer));
        }
    }

    #[test]
    fn a_load_balancer_reads_the_headers_that_it_is_set_to() {
        let answer =
            br#"{"statusCode":200,"headers":{"a":"1"},"multiValueHeaders":{"b":["2","3"]}}"#;
        let names = |multi| -> Vec<String> {
            let shaped = alb(answer, multi).unwrap();
            shaped.headers.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(false), ["a", "content-type"]);
        assert_eq!(names(true), ["b", "b", "content-type"]);
        assert_eq!(alb(br#"{"body":"x"}"#, false), Err(Malformed));
    }

    #[test]
    fn a_prelude_names_status_and_headers() {
        let body = Bytes::from_static(
            b"{\"statusCode\":418,\"headers\":{\"x\":\"y\"},\"cookies\":[\"c=1\"]}\0\0\0\0\0\0\0\0tea",
        );
        let shaped = with_prelude(&body).unwrap();
        assert_eq!((shaped.status, &shaped.body[..]), (418, &b"tea"[..]));
        assert!(has(&shaped.headers, "x") && has(&shaped.headers, "set-cookie"));
        assert_eq!(with_prelude(&Bytes::from_static(b"{}")), Err(Malformed));
    }
}
