//! Request bodies: JSON, forms, and texts.
use super::media::{self, Reading};
use super::value::{self, Raw, Shape};
use super::{ApiViolation, BODY, CONTENT_TYPE, Request, violated, wrong};
use crate::program::{Id, Program};
use crate::source::write_quoted;
use crate::uri;
use crate::violation::UTF8;

/// What an operation takes as its body.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) required: bool,
    pub(super) media: Vec<Media>,
}

/// One of its media types, or a range of them.
#[derive(Debug)]
pub(super) struct Media {
    /// In lower case, without parameters.
    pub(super) range: Box<str>,
    pub(super) rule: Option<Id>,
}

/// What is assumed where a body comes without a type, as API Gateway does.
const ASSUMED: &str = "application/json";

/// Checks a request's body.
pub(super) fn check(
    program: &Program,
    body: Option<&Body>,
    request: &Request<'_>,
    steps_left: &mut u64,
) -> Result<(), ApiViolation> {
    let sent = request.body.filter(|bytes| !bytes.is_empty());
    let (body, bytes) = match (body, sent) {
        (None, Some(_)) => return Err(wrong(BODY, String::new(), "unknown")),
        (Some(body), None) if body.required => {
            return Err(wrong(BODY, String::new(), "required"));
        }
        (_, None) => return Ok(()),
        (Some(body), Some(bytes)) => (body, bytes),
    };
    let mut types =
        request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let essence = match (types.next(), types.next()) {
        (Some(_), Some(_)) => return Err(wrong(CONTENT_TYPE, String::new(), "duplicate")),
        (Some((_, value)), None) => media::essence(value),
        (None, _) => ASSUMED.to_owned(),
    };
    let best = body
        .media
        .iter()
        .filter_map(|media| Some((media::fit(&media.range, &essence)?, media)))
        .max_by_key(|(fit, _)| *fit);
    let Some((_, media)) = best else {
        let keyword = if essence.is_empty() { "required" } else { "content" };
        return Err(wrong(CONTENT_TYPE, String::new(), keyword));
    };
    let Some(rule) = media.rule else { return Ok(()) };
    let json = match media::reading(&essence) {
        Reading::Opaque => return Ok(()),
        Reading::Json => {
            return value::check_json(program, rule, bytes, steps_left)
                .map_err(|violation| violated(BODY, "", violation));
        }
        Reading::Form => form(program, rule, bytes),
        Reading::Text => text(bytes),
    };
    let json = json.ok_or_else(|| wrong(BODY, String::new(), UTF8))?;
    value::check_json(program, rule, json.as_bytes(), steps_left)
        .map_err(|violation| violated(BODY, "", violation))
}

fn text(bytes: &[u8]) -> Option<String> {
    let mut json = String::new();
    write_quoted(std::str::from_utf8(bytes).ok()?, &mut json);
    Some(json)
}

/// A form as a JSON object: what stands there more than once is a list.
fn form(program: &Program, rule: Id, bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut pairs: Vec<(String, usize, String)> = Vec::new();
    for (order, pair) in text.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = |text: &str| uri::percent_decoded(&text.replace('+', " ")).into_owned();
        pairs.push((decoded(name), order, decoded(value)));
    }
    // By name, and in order under each name.
    tollgate_order::sort(&mut pairs);
    let mut json = "{".to_owned();
    for (i, group) in pairs.chunk_by(|(a, _, _), (b, _, _)| a == b).enumerate() {
        let Some((name, _, first)) = group.first() else { continue };
        json.push_str(if i == 0 { "" } else { "," });
        write_quoted(name, &mut json);
        json.push(':');
        let member = value::member_of(program, rule, name);
        let many = || Raw::Many(group.iter().map(|(_, _, value)| value.clone()).collect());
        let raw = match (value::shape(program, member), group.len()) {
            (Shape::Many, _) | (_, 2..) => many(),
            // An object in a form is written as JSON.
            (Shape::Table, _) if crate::tape::Tape::read(first.as_bytes()).is_ok() => {
                json.push_str(first);
                continue;
            }
            _ => Raw::One(first.clone()),
        };
        value::write(program, member, &raw, &mut json);
    }
    json.push('}');
    Some(json)
}
