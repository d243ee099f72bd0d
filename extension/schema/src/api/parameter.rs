//! Parameters of path, query, headers and cookies.
use std::borrow::Cow;

use super::style::Style;
use super::value::{self, Raw, Shape};
use super::{ApiViolation, PARAMETER, Request, violated, wrong};
use crate::program::{Id, Program};
use crate::violation::Pointer;

/// A parameter of an operation.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: Box<str>,
    pub(super) place: Place,
    pub(super) required: bool,
    pub(super) allow_empty: bool,
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) content: Content,
    pub(super) rule: Option<Id>,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

/// How its text is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// By its style and schema.
    Styled,
    /// As JSON.
    Json,
    /// Not at all: a media type that is not looked into.
    Opaque,
}

/// What a request has for its parameters.
pub(super) struct Inputs<'i> {
    pub(super) request: &'i Request<'i>,
    /// The path's values.
    pub(super) captured: &'i [(Box<str>, String)],
    /// Query parameters that carry an API key.
    pub(super) keys: &'i [Box<str>],
}

impl Place {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "path" => Some(Self::Path),
            "query" => Some(Self::Query),
            "header" => Some(Self::Header),
            "cookie" => Some(Self::Cookie),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// Checks all parameters, and that there is no other in the query.
pub(super) fn check(
    program: &Program,
    parameters: &[Parameter],
    inputs: &Inputs<'_>,
    steps_left: &mut u64,
) -> Result<(), ApiViolation> {
    let mut claimed = vec![false; inputs.request.query.len()];
    let cookies = cookies(inputs.request);
    for parameter in parameters {
        let raw = match parameter.place {
            Place::Path => parameter.in_path(program, inputs.captured),
            Place::Query => parameter.in_query(program, parameters, inputs, &mut claimed),
            Place::Header => parameter.in_header(program, inputs.request),
            Place::Cookie => parameter.in_cookies(program, &cookies),
        };
        match raw.map_err(|keyword| wrong(PARAMETER, parameter.at(), keyword))? {
            Some(raw) => parameter.check(program, &raw, steps_left)?,
            None if parameter.required => {
                return Err(wrong(PARAMETER, parameter.at(), "required"));
            }
            None => {}
        }
    }
    let mut unclaimed = inputs.request.query.iter().zip(&claimed).filter(|(_, claimed)| !**claimed);
    match unclaimed.find(|((name, _), _)| !inputs.keys.iter().any(|key| **key == **name)) {
        Some(((name, _), _)) => Err(wrong(PARAMETER, at(Place::Query, name), "unknown")),
        None => Ok(()),
    }
}

/// What was found: none if it is not there, a keyword if it cannot be read.
type Found = Result<Option<Raw>, &'static str>;

impl Parameter {
    fn at(&self) -> String {
        at(self.place, &self.name)
    }

    fn check(
        &self,
        program: &Program,
        raw: &Raw,
        steps_left: &mut u64,
    ) -> Result<(), ApiViolation> {
        if self.allow_empty && *raw == Raw::One(String::new()) {
            return Ok(());
        }
        let Some(rule) = self.rule else { return Ok(()) };
        let checked = match (self.content, raw) {
            (Content::Opaque, _) => Ok(()),
            (Content::Json, Raw::One(text)) => {
                value::check_json(program, rule, text.as_bytes(), steps_left)
            }
            (Content::Styled | Content::Json, raw) => value::check(program, rule, raw, steps_left),
        };
        checked.map_err(|violation| violated(PARAMETER, &self.at(), violation))
    }

    fn shape(&self, program: &Program) -> Shape {
        match self.content {
            Content::Styled => value::shape(program, self.rule),
            Content::Json | Content::Opaque => Shape::One,
        }
    }

    fn read(&self, program: &Program, text: &str) -> Found {
        let shape = self.shape(program);
        let style = if shape == Shape::One && self.style == Style::Form {
            Style::Simple
        } else {
            self.style
        };
        style.read(&self.name, text, self.explode, shape).map(Some).ok_or("style")
    }

    fn in_path(&self, program: &Program, captured: &[(Box<str>, String)]) -> Found {
        match captured.iter().find(|(name, _)| *name == self.name) {
            Some((_, text)) => self.read(program, text),
            None => Ok(None),
        }
    }

    fn in_header(&self, program: &Program, request: &Request<'_>) -> Found {
        let same = |name: &str| name.eq_ignore_ascii_case(&self.name);
        let values: Vec<&str> = request
            .headers
            .iter()
            .filter(|(name, _)| same(name))
            .map(|(_, value)| &**value)
            .collect();
        match values.as_slice() {
            [] => Ok(None),
            [_, _, ..] if self.shape(program) == Shape::One => Err("duplicate"),
            values => {
                let parts = values.iter().flat_map(|value| value.split(',')).map(str::trim);
                let joined = match self.shape(program) {
                    Shape::One => values.concat().trim().to_owned(),
                    _ => parts.collect::<Vec<_>>().join(","),
                };
                self.read(program, &joined)
            }
        }
    }

    fn in_cookies(&self, program: &Program, cookies: &[(Cow<'_, str>, Cow<'_, str>)]) -> Found {
        let mut values = cookies.iter().filter(|(name, _)| **name == *self.name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(_), Some(_)) => Err("duplicate"),
            (Some((_, text)), None) => self.read(program, text),
        }
    }

    fn in_query(
        &self,
        program: &Program,
        all: &[Self],
        inputs: &Inputs<'_>,
        claimed: &mut [bool],
    ) -> Found {
        let query = &inputs.request.query;
        let shape = self.shape(program);
        let mut claim = |holds: &dyn Fn(&str) -> bool| {
            let mut values = Vec::new();
            for ((name, value), claimed) in query.iter().zip(claimed.iter_mut()) {
                if holds(name) {
                    *claimed = true;
                    values.push(((**name).to_owned(), (**value).to_owned()));
                }
            }
            values
        };
        if self.style == Style::DeepObject {
            let inner = |name: &str| inner_name(name, &self.name).map(str::to_owned);
            let members = claim(&|name| inner(name).is_some());
            let named = |(name, value): (String, String)| inner(&name).map(|name| (name, value));
            return table(members.into_iter().filter_map(named).collect());
        }
        if let (Style::Form, true, Shape::Table, Some(rule)) =
            (self.style, self.explode, shape, self.rule)
        {
            // Its members stand in the query under their own names.
            let declared = |name: &str| {
                all.iter().any(|other| other.place == Place::Query && *other.name == *name)
                    || inputs.keys.iter().any(|key| **key == *name)
            };
            return table(claim(&|name| !declared(name) && value::may_have(program, rule, name)));
        }
        let mut values: Vec<String> =
            claim(&|name| *name == *self.name).into_iter().map(|(_, value)| value).collect();
        match (values.len(), shape, self.style == Style::Form && self.explode) {
            (0, _, _) => Ok(None),
            (_, Shape::Many, true) | (2.., Shape::Either, true) => Ok(Some(Raw::Many(values))),
            (1, Shape::Either, true) => Ok(values.pop().map(Raw::One)),
            (1, _, _) => self.read(program, &values.pop().unwrap_or_default()),
            _ => Err("duplicate"),
        }
    }
}

/// An object, if any of its members is there, and none twice.
fn table(members: Vec<(String, String)>) -> Found {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    tollgate_order::sort(&mut names);
    if names.array_windows().any(|[a, b]| a == b) {
        return Err("duplicate");
    }
    Ok((!members.is_empty()).then_some(Raw::Table(members)))
}

/// `b` of `a[b]`.
fn inner_name<'n>(name: &'n str, outer: &str) -> Option<&'n str> {
    name.strip_prefix(outer)?.strip_prefix('[')?.strip_suffix(']')
}

/// RFC 6265, section 4.2.1.
fn cookies<'r>(request: &'r Request<'_>) -> Vec<(Cow<'r, str>, Cow<'r, str>)> {
    let headers = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let pairs = headers.flat_map(|(_, value)| value.split(';'));
    let split = |pair: &'r str| {
        let (name, value) = pair.split_once('=')?;
        let value = value.trim();
        let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        Some((name.trim().into(), bare.unwrap_or(value).into()))
    };
    pairs.filter_map(split).collect()
}

fn at(place: Place, name: &str) -> String {
    let mut pointer = Pointer::default();
    pointer.push_key(place.as_str().as_bytes());
    pointer.push_key(name.as_bytes());
    pointer.finish()
}
