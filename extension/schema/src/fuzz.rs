//! Entries for fuzz targets and saved corpora: whatever the bytes are, nothing may panic or hang.
use crate::{Api, Request, Schema};

/// The first line is a method, a path and a query, separated by blanks; then headers up to an
/// empty line; the rest is the body. Bytes that are not UTF-8 are replaced, but in the body.
pub fn request(api: &Api, bytes: &[u8]) {
    let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let head = String::from_utf8_lossy(head);
    let (first, rest) = head.split_once('\n').unwrap_or((&head, ""));
    let mut words = first.split(' ');
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        body: body.get(2..),
        ..Request::default()
    };
    for pair in words.next().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request.query.push((name.into(), value.into()));
    }
    for line in rest.lines() {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        request.headers.push((name.into(), value.into()));
    }
    drop(api.check(&request));
}

/// A schema and a document, separated by a NUL byte.
pub fn schema(bytes: &[u8]) {
    let mut halves = bytes.splitn(2, |byte| *byte == 0);
    let text = String::from_utf8_lossy(halves.next().unwrap_or_default());
    let mut read = |_: &str| Err("no other file".to_owned());
    if let Ok(schema) = Schema::compile("schema.yaml", &text, &mut read) {
        drop(schema.check(halves.next().unwrap_or_default()));
    }
}

/// An OpenAPI document and a request, separated by a NUL byte.
pub fn api(bytes: &[u8]) {
    let mut halves = bytes.splitn(2, |byte| *byte == 0);
    let text = String::from_utf8_lossy(halves.next().unwrap_or_default());
    let mut read = |_: &str| Err("no other file".to_owned());
    if let Ok(api) = Api::compile("api.yaml", &text, &mut read) {
        request(&api, halves.next().unwrap_or_default());
    }
}
