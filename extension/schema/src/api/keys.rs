//! The keys that OpenAPI's objects have; others are defects, unless they begin with `x-`.
use crate::compile::{Compiler, hint};
use crate::nearest::nearest;
use crate::source::{Kind, NodeId};

/// An object's known keys.
pub(super) type Keys = &'static [&'static str];

pub(super) const ROOT: Keys = &[
    "openapi",
    "info",
    "jsonSchemaDialect",
    "servers",
    "paths",
    "webhooks",
    "components",
    "security",
    "tags",
    "externalDocs",
];
pub(super) const INFO: Keys =
    &["title", "summary", "description", "termsOfService", "contact", "license", "version"];
pub(super) const COMPONENTS: Keys = &[
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
];
pub(super) const PATH_ITEM: Keys = &[
    "$ref",
    "summary",
    "description",
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "servers",
    "parameters",
];
pub(super) const METHODS: Keys =
    &["get", "put", "post", "delete", "options", "head", "patch", "trace"];
pub(super) const OPERATION: Keys = &[
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
];
pub(super) const PARAMETER: Keys = &[
    "name",
    "in",
    "description",
    "required",
    "deprecated",
    "allowEmptyValue",
    "style",
    "explode",
    "allowReserved",
    "schema",
    "example",
    "examples",
    "content",
];
pub(super) const REQUEST_BODY: Keys = &["description", "content", "required"];
pub(super) const MEDIA_TYPE: Keys = &["schema", "example", "examples", "encoding"];
pub(super) const ENCODING: Keys = &["contentType", "headers", "style", "explode", "allowReserved"];
pub(super) const SERVER: Keys = &["url", "description", "variables"];
pub(super) const SERVER_VARIABLE: Keys = &["enum", "default", "description"];

/// Complains of every key of `node` that is not in `known`.
pub(super) fn check(compiler: &mut Compiler<'_>, node: NodeId, known: Keys) {
    let Kind::Table(members) = compiler.archive.forest.kind(node) else {
        compiler.complain(node, "expected a mapping");
        return;
    };
    for member in members.iter() {
        if known.contains(&&*member.key) || member.key.starts_with("x-") {
            continue;
        }
        let hint = hint(nearest(&member.key, known.iter().copied()));
        let message = format!("unknown key{hint}");
        let defect = compiler.archive.forest.defect_of_key(node, member, message);
        compiler.archive.defects.push(defect);
    }
}
