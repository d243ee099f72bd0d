//! Reads an OpenAPI document: its routes, and what each operation takes.
use std::rc::Rc;

use super::body::{Body, Media};
use super::keys::{self, METHODS};
use super::media::{self, Reading};
use super::parameter::{Content, Parameter, Place};
use super::route::{self, Routes};
use super::style::Style;
use crate::archive::Dialect;
use crate::compile::{Compiler, quote};
use crate::source::{Kind, Member, NodeId};

/// API Gateway's key for every method that is not named.
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// How many references may lead to each other before something else stands there.
const REFS_MAX: u32 = 16;

/// A method of a path.
#[derive(Debug)]
pub(super) struct Operation {
    /// Its path's number.
    pub(super) route: usize,
    /// In capitals; none for all that are not named.
    pub(super) method: Option<Box<str>>,
    pub(super) template: Box<str>,
    pub(super) id: Option<Box<str>>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
}

/// What a document says.
pub(super) struct Document {
    pub(super) operations: Vec<Operation>,
    pub(super) routes: Routes,
    pub(super) keys: Vec<Box<str>>,
}

/// Reads a document; what is wrong with it is added to the compiler's defects.
pub(super) fn read(compiler: &mut Compiler<'_>, name: &str, text: &str) -> Option<Document> {
    let root = compiler.archive.open(name, text, Dialect::Draft2020)?;
    let dialect = version(compiler, root)?;
    compiler.archive.set_dialect(root, dialect);
    keys::check(compiler, root, keys::ROOT);
    if let Some(info) = compiler.archive.forest.get(root, "info") {
        keys::check(compiler, info, keys::INFO);
    }
    let mut reader = Reader {
        compiler,
        bases: Vec::new(),
        document: Document { operations: Vec::new(), routes: Routes::default(), keys: Vec::new() },
    };
    reader.components(root);
    reader.bases = reader.servers(root).unwrap_or_else(|| vec![String::new()]);
    match reader.compiler.archive.forest.get(root, "paths") {
        Some(paths) => {
            for (route, member) in reader.compiler.table(paths).iter().enumerate() {
                reader.path(paths, route, member);
            }
        }
        None => reader.compiler.complain(root, "`paths` is missing"),
    }
    Some(reader.document)
}

/// The dialect of the document's version.
fn version(compiler: &mut Compiler<'_>, root: NodeId) -> Option<Dialect> {
    let forest = &compiler.archive.forest;
    let Some(value) = forest.get(root, "openapi") else {
        let message = match forest.get(root, "swagger") {
            Some(_) => "Swagger 2.0 is not supported; expected OpenAPI 3.0 or 3.1",
            None => "not an OpenAPI document: `openapi` is missing",
        };
        compiler.complain(root, message);
        return None;
    };
    let version = match forest.kind(value) {
        Kind::Text(text) | Kind::Number(text) => text,
        _ => Rc::default(),
    };
    let is = |minor: &str| *version == *minor || version.starts_with(&format!("{minor}."));
    if is("3.0") {
        return Some(Dialect::Api30);
    }
    if !is("3.1") {
        compiler
            .complain(value, format!("{} is not supported; expected 3.0 or 3.1", quote(&version)));
        return None;
    }
    let Some(value) = forest.get(root, "jsonSchemaDialect") else {
        return Some(Dialect::Draft2020);
    };
    let dialect = forest.text(value).and_then(|uri| Dialect::named(&uri));
    if dialect.is_none() {
        compiler.complain(value, "an unknown dialect of JSON Schema");
    }
    dialect
}

struct Reader<'c, 'r> {
    compiler: &'c mut Compiler<'r>,
    /// Base paths of the document's servers.
    bases: Vec<String>,
    document: Document,
}

impl Reader<'_, '_> {
    /// Names of API keys in the query; schemas with names of their own.
    fn components(&mut self, root: NodeId) {
        let Some(components) = self.compiler.archive.forest.get(root, "components") else { return };
        keys::check(self.compiler, components, keys::COMPONENTS);
        let forest = &self.compiler.archive.forest;
        let schemas = forest.get(components, "schemas");
        let security = forest.get(components, "securitySchemes");
        for member in schemas.map(|schemas| forest.members(schemas)).unwrap_or_default().iter() {
            self.compiler.archive.resource_of(member.value);
        }
        let forest = &self.compiler.archive.forest;
        for member in security.map(|security| forest.members(security)).unwrap_or_default().iter() {
            let Some(scheme) = self.follow(member.value) else { continue };
            let forest = &self.compiler.archive.forest;
            let is = |key: &str, value: &str| forest.text_of(scheme, key).as_deref() == Some(value);
            if is("type", "apiKey") && is("in", "query") {
                let name = forest.text_of(scheme, "name");
                self.document.keys.extend(name.map(|name| (*name).into()));
            }
        }
    }

    /// Base paths of `servers`, if there are any.
    fn servers(&mut self, node: NodeId) -> Option<Vec<String>> {
        let servers = self.compiler.archive.forest.get(node, "servers")?;
        let servers = self.compiler.archive.forest.elements(servers);
        let mut bases = Vec::new();
        for server in servers.iter() {
            keys::check(self.compiler, *server, keys::SERVER);
            bases.extend(self.server(*server));
        }
        tollgate_order::sort(&mut bases);
        bases.dedup();
        (!bases.is_empty()).then_some(bases)
    }

    /// The base paths of a server: one for each value that its variables may have.
    fn server(&mut self, server: NodeId) -> Vec<String> {
        const BASES_MAX: usize = 100;
        let Some(url) = self.compiler.archive.forest.get(server, "url") else {
            self.compiler.complain(server, "`url` is missing");
            return Vec::new();
        };
        let Some(url) = self.compiler.text(url) else { return Vec::new() };
        // A host does not matter; one that is a variable is no path.
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or(""),
            None => &*url,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
        let mut bases = vec![if path.is_empty() { String::new() } else { format!("/{path}") }];
        let variables = self.compiler.archive.forest.get(server, "variables");
        let Some(variables) = variables else { return bases };
        for member in self.compiler.table(variables).iter() {
            keys::check(self.compiler, member.value, keys::SERVER_VARIABLE);
            let forest = &self.compiler.archive.forest;
            let listed = forest.get(member.value, "enum");
            let mut values: Vec<Rc<str>> = listed
                .map(|list| forest.elements(list))
                .unwrap_or_default()
                .iter()
                .filter_map(|value| forest.text(*value))
                .collect();
            values.extend(forest.text_of(member.value, "default"));
            let name = format!("{{{}}}", member.key);
            if bases.iter().any(|base| base.contains(&name)) {
                let with = |value: &Rc<str>| {
                    let value = value.trim_start_matches('/');
                    bases.iter().map(|base| base.replace(&name, value)).collect::<Vec<_>>()
                };
                bases = values.iter().flat_map(with).collect();
                tollgate_order::sort(&mut bases);
                bases.dedup();
                bases.truncate(BASES_MAX);
            }
        }
        bases
    }

    fn path(&mut self, paths: NodeId, route: usize, member: &Member) {
        if member.key.starts_with("x-") {
            return;
        }
        if !member.key.starts_with('/') {
            self.complain_of_key(paths, member, "a path must begin with `/`".to_owned());
            return;
        }
        let Some(item) = self.follow(member.value) else { return };
        keys::check(self.compiler, item, keys::PATH_ITEM);
        let bases = self.servers(item).unwrap_or_else(|| self.bases.clone());
        let shared = self.parameters(item);
        let mut all_bases = bases.clone();
        for (method, operation) in self.methods(item) {
            keys::check(self.compiler, operation, keys::OPERATION);
            all_bases.extend(self.servers(operation).unwrap_or_default());
            let parameters = self.merged(&shared, operation);
            self.compare_names(&member.key, operation, &parameters);
            let forest = &self.compiler.archive.forest;
            let id = forest.text_of(operation, "operationId").map(|id| (*id).into());
            let body = self.body(operation);
            let template = (*member.key).into();
            let operation = Operation { route, method, template, id, parameters, body };
            self.document.operations.push(operation);
        }
        tollgate_order::sort(&mut all_bases);
        all_bases.dedup();
        for base in &all_bases {
            if let Err(error) = self.document.routes.add(base, &member.key, route) {
                self.complain_of_key(paths, member, error);
                break;
            }
        }
    }

    fn methods(&self, item: NodeId) -> Vec<(Option<Box<str>>, NodeId)> {
        let members = self.compiler.archive.forest.members(item);
        let mut methods = Vec::new();
        for member in members.iter() {
            if METHODS.contains(&&*member.key) {
                let name = member.key.to_ascii_uppercase();
                methods.push((Some(name.into()), member.value));
            } else if &*member.key == ANY_METHOD {
                methods.push((None, member.value));
            }
        }
        methods
    }

    /// The parameters of a path or an operation, as nodes; references are followed.
    fn parameters(&mut self, of: NodeId) -> Vec<NodeId> {
        let Some(list) = self.compiler.archive.forest.get(of, "parameters") else {
            return Vec::new();
        };
        let elements = self.compiler.archive.forest.elements(list);
        let followed: Vec<_> = elements.iter().filter_map(|node| self.follow(*node)).collect();
        for parameter in &followed {
            keys::check(self.compiler, *parameter, keys::PARAMETER);
        }
        followed
    }

    /// An operation's own parameters, and those of its path that it does not name again.
    fn merged(&mut self, shared: &[NodeId], operation: NodeId) -> Vec<Parameter> {
        let own = self.parameters(operation);
        let key = |reader: &Self, node: NodeId| {
            let forest = &reader.compiler.archive.forest;
            (forest.text_of(node, "in"), forest.text_of(node, "name"))
        };
        let own_keys: Vec<_> = own.iter().map(|node| key(self, *node)).collect();
        let inherited: Vec<_> =
            shared.iter().filter(|node| !own_keys.contains(&key(self, **node))).copied().collect();
        own.into_iter().chain(inherited).filter_map(|node| self.parameter(node)).collect()
    }

    fn parameter(&mut self, node: NodeId) -> Option<Parameter> {
        let forest = &self.compiler.archive.forest;
        let (Some(name), Some(place)) = (forest.text_of(node, "name"), forest.text_of(node, "in"))
        else {
            self.compiler.complain(node, "expected a parameter with `name` and `in`");
            return None;
        };
        let Some(place) = Place::named(&place) else {
            let message = "expected one of `path`, `query`, `header`, `cookie`";
            self.compiler.complain(forest.get(node, "in").unwrap_or(node), message);
            return None;
        };
        // OpenAPI: these three are described elsewhere, and not here.
        let lower = name.to_ascii_lowercase();
        let elsewhere = ["accept", "content-type", "authorization"].contains(&lower.as_str());
        if place == Place::Header && elsewhere {
            return None;
        }
        let default = match place {
            Place::Path | Place::Header => Style::Simple,
            Place::Query | Place::Cookie => Style::Form,
        };
        let style = self.style(node, place, default)?;
        let explode = self.compiler.archive.forest.get(node, "explode");
        let explode = explode.and_then(|explode| self.compiler.archive.forest.flag(explode));
        let (content, rule) = self.parameter_schema(node);
        let forest = &self.compiler.archive.forest;
        Some(Parameter {
            name: (*name).into(),
            place,
            required: place == Place::Path || forest.is_set(node, "required"),
            allow_empty: forest.is_set(node, "allowEmptyValue"),
            style,
            explode: explode.unwrap_or(style == Style::Form),
            content,
            rule,
        })
    }

    /// A parameter's `style`; none for one that may not stand there.
    fn style(&mut self, node: NodeId, place: Place, default: Style) -> Option<Style> {
        let Some(value) = self.compiler.archive.forest.get(node, "style") else {
            return Some(default);
        };
        let allowed: &[&str] = match place {
            Place::Path => &["simple", "label", "matrix"],
            Place::Query => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            Place::Header => &["simple"],
            Place::Cookie => &["form"],
        };
        let name = self.compiler.text(value)?;
        let style = Style::named(&name).filter(|_| allowed.contains(&&*name));
        if style.is_none() {
            let message = format!("expected one of `{}`", allowed.join("`, `"));
            self.compiler.complain(value, message);
        }
        style
    }

    /// A parameter's schema: its own, or that of its only media type.
    fn parameter_schema(&mut self, node: NodeId) -> (Content, Option<usize>) {
        let forest = &self.compiler.archive.forest;
        let content = forest.get(node, "content");
        if let Some(schema) = forest.get(node, "schema") {
            return (Content::Styled, Some(self.compiler.schema(schema)));
        }
        let Some(content) = content else {
            self.compiler.complain(node, "`schema` or `content` is missing");
            return (Content::Opaque, None);
        };
        let members = self.compiler.table(content);
        let [member] = &*members else {
            self.compiler.complain(content, "expected exactly one media type");
            return (Content::Opaque, None);
        };
        keys::check(self.compiler, member.value, keys::MEDIA_TYPE);
        let schema = self.compiler.archive.forest.get(member.value, "schema");
        let rule = schema.map(|schema| self.compiler.schema(schema));
        match media::reading(&media::essence(&member.key)) {
            Reading::Json => (Content::Json, rule),
            _ => (Content::Opaque, None),
        }
    }

    fn body(&mut self, operation: NodeId) -> Option<Body> {
        let body = self.compiler.archive.forest.get(operation, "requestBody")?;
        let body = self.follow(body)?;
        keys::check(self.compiler, body, keys::REQUEST_BODY);
        let required = self.compiler.archive.forest.is_set(body, "required");
        let Some(content) = self.compiler.archive.forest.get(body, "content") else {
            self.compiler.complain(body, "`content` is missing");
            return None;
        };
        let mut media = Vec::new();
        for member in self.compiler.table(content).iter() {
            keys::check(self.compiler, member.value, keys::MEDIA_TYPE);
            self.encoding(member.value);
            let range = media::essence(&member.key);
            let schema = self.compiler.archive.forest.get(member.value, "schema");
            let rule = schema.map(|schema| self.compiler.schema(schema));
            if rule.is_some() && media::reading(&range) == Reading::Opaque && !range.contains('*') {
                let message = "bodies of this media type are not looked into".to_owned();
                let note = self.compiler.archive.forest.defect_of_key(content, member, message);
                self.compiler.notes.push(note);
            }
            media.push(Media { range: range.into(), rule });
        }
        Some(Body { required, media })
    }

    fn encoding(&mut self, media: NodeId) {
        let Some(encoding) = self.compiler.archive.forest.get(media, "encoding") else { return };
        for member in self.compiler.table(encoding).iter() {
            keys::check(self.compiler, member.value, keys::ENCODING);
        }
    }

    /// Notes where a template and the parameters of an operation do not name the same.
    fn compare_names(&mut self, template: &str, operation: NodeId, parameters: &[Parameter]) {
        let names = route::names(template);
        let declared: Vec<_> = parameters
            .iter()
            .filter(|parameter| parameter.place == Place::Path)
            .map(|parameter| &*parameter.name)
            .collect();
        for name in names.iter().filter(|name| !declared.contains(&name.as_str())) {
            let message =
                format!("the path parameter {} is not described: not checked", quote(name));
            let note = self.compiler.archive.forest.defect(operation, message);
            self.compiler.notes.push(note);
        }
        for name in declared.iter().filter(|name| !names.iter().any(|known| known == *name)) {
            let message = format!("the path has no parameter {}", quote(name));
            self.compiler.complain(operation, message);
        }
    }

    /// What stands at the end of a chain of `$ref`.
    fn follow(&mut self, mut node: NodeId) -> Option<NodeId> {
        for _ in 0..REFS_MAX {
            match self.compiler.archive.forest.get(node, "$ref") {
                Some(value) => node = self.compiler.reference(node, value)?,
                None => return Some(node),
            }
        }
        self.compiler.complain(node, "a chain of `$ref` without end");
        None
    }

    fn complain_of_key(&mut self, node: NodeId, member: &Member, message: String) {
        let defect = self.compiler.archive.forest.defect_of_key(node, member, message);
        self.compiler.archive.defects.push(defect);
    }
}
