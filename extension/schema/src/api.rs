//! OpenAPI 3.0 and 3.1: is a request one that the document describes?
mod body;
mod document;
mod keys;
mod media;
mod parameter;
mod route;
mod style;
mod value;

use std::borrow::Cow;

use crate::compile::{Compiler, Options, STEPS_DEFAULT, forgive_read_only};
use crate::defect::Defect;
use crate::program::Program;
use crate::violation::Violation;
use document::Operation;
use route::Routes;

/// No path and method of the document fit the request.
const ROUTE: &str = "schema.route";
/// A parameter is missing, unknown, repeated or does not fit.
const PARAMETER: &str = "schema.parameter";
/// The body's media type is none of the operation's.
const CONTENT_TYPE: &str = "schema.content_type";
/// The body is missing, unexpected or does not fit.
const BODY: &str = "schema.body";

/// A compiled OpenAPI document, version 3.0 or 3.1.
///
/// What it does not describe is refused: routes, methods, query parameters, media types, bodies.
/// Headers and cookies that it does not describe pass. Properties marked `readOnly` need not be in
/// a request. `format` is checked. Paths may end in a greedy `{name+}`; the method
/// `x-amazon-apigateway-any-method` stands for all that are not named.
#[derive(Debug)]
pub struct Api {
    program: Program,
    routes: Routes,
    operations: Vec<Operation>,
    /// Query parameters that carry an API key.
    keys: Vec<Box<str>>,
    notes: Vec<Defect>,
}

/// A request, as an event of the HTTP family tells it.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// In capitals.
    pub method: &'a str,
    /// Without the query; percent escapes are decoded here, a segment at a time.
    pub path: &'a str,
    /// What the front end puts before the path, or may have cut off it: the stage, such as
    /// `/prod`. The path is looked up as it is, with this before it, and without it. Empty for
    /// none.
    pub base_path: &'a str,
    /// Decoded, in order; a name may stand there more than once.
    pub query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// In any case; a name may stand there more than once. Cookies are read from `cookie`.
    pub headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The body's bytes, base64 decoded; none and an empty one are the same.
    pub body: Option<&'a [u8]>,
}

/// What a request was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched<'a> {
    /// The path template, such as `/orders/{id}`.
    pub route: &'a str,
    /// The operation's `operationId`.
    pub operation: Option<&'a str>,
}

/// The first thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiViolation {
    /// `schema.route`, `schema.parameter`, `schema.content_type` or `schema.body`.
    pub check: &'static str,
    /// Of a parameter `/query/limit` (or `/path/…`, `/header/…`, `/cookie/…`), of a body a JSON
    /// pointer into it. Names that could carry content are written `*`.
    pub at: String,
    /// The keyword that does not hold, as in [`Violation::keyword`]; or `path`, `method`,
    /// `unknown`, `duplicate`, `style`, `content`.
    pub keyword: &'static str,
    /// As in [`Violation::schema_at`].
    pub schema_at: String,
}

impl Api {
    /// Compiles a document, JSON or YAML; the arguments are as in
    /// [`Schema::compile`](crate::Schema::compile).
    ///
    /// # Errors
    /// Everything that is wrong with it and the files it refers to.
    pub fn compile(
        name: &str,
        text: &str,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Self, Vec<Defect>> {
        Self::compile_with(name, text, read, Options { formats: true })
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Api::compile`].
    pub fn compile_with(
        name: &str,
        text: &str,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
        options: Options,
    ) -> Result<Self, Vec<Defect>> {
        let mut compiler = Compiler::new(read, options);
        let document = document::read(&mut compiler, name, text);
        let (mut program, notes) = compiler.finish()?;
        forgive_read_only(&mut program);
        match document {
            Some(document::Document { operations, routes, keys }) => {
                Ok(Self { program, routes, operations, keys, notes })
            }
            None => Err(Vec::new()),
        }
    }

    /// Whether a request is one that the document describes.
    ///
    /// # Errors
    /// The first thing that is not.
    pub fn check<'a>(&'a self, request: &Request<'_>) -> Result<Matched<'a>, ApiViolation> {
        self.check_within(request, &mut STEPS_DEFAULT.clone())
    }

    /// The same with a budget of steps, which is lowered by what was used.
    ///
    /// # Errors
    /// As [`Api::check`].
    pub fn check_within<'a>(
        &'a self,
        request: &Request<'_>,
        steps_left: &mut u64,
    ) -> Result<Matched<'a>, ApiViolation> {
        let found = self.routes.find(request.path, request.base_path, |route| {
            self.operation(route, request.method).is_some()
        });
        let (route, captured) = found.map_err(|keyword| wrong(ROUTE, String::new(), keyword))?;
        let Some(operation) = self.operation(route, request.method) else {
            return Err(wrong(ROUTE, String::new(), "method"));
        };
        let inputs = parameter::Inputs { request, captured: &captured, keys: &self.keys };
        parameter::check(&self.program, &operation.parameters, &inputs, steps_left)?;
        body::check(&self.program, operation.body.as_ref(), request, steps_left)?;
        Ok(Matched { route: &operation.template, operation: operation.id.as_deref() })
    }

    /// What is not wrong but may be meant otherwise, and bodies whose media type is not looked
    /// into.
    pub fn notes(&self) -> &[Defect] {
        &self.notes
    }

    fn operation(&self, route: usize, method: &str) -> Option<&Operation> {
        // They are in the order of their routes.
        let first = self.operations.partition_point(|operation| operation.route < route);
        let of_route = |operation: &&Operation| operation.route == route;
        let mut operations = self.operations.iter().skip(first).take_while(of_route);
        let named =
            operations.clone().find(|operation| operation.method.as_deref() == Some(method));
        named.or_else(|| operations.find(|operation| operation.method.is_none()))
    }
}

impl ApiViolation {
    /// Whether the request was not judged because that would take too much.
    pub fn is_limit(&self) -> bool {
        [crate::violation::DEPTH, crate::violation::WORK].contains(&self.keyword)
    }
}

impl std::fmt::Display for ApiViolation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.at.is_empty() { "the request" } else { &self.at };
        write!(f, "{}: {place}: `{}`", self.check, self.keyword)
    }
}

impl std::error::Error for ApiViolation {}

fn wrong(check: &'static str, at: String, keyword: &'static str) -> ApiViolation {
    ApiViolation { check, at, keyword, schema_at: String::new() }
}

/// A violation of a schema, below `at`.
fn violated(check: &'static str, at: &str, violation: Violation) -> ApiViolation {
    let Violation { at: below, keyword, schema_at } = violation;
    ApiViolation { check, at: format!("{at}{below}"), keyword, schema_at }
}

#[cfg(test)]
mod tests;
