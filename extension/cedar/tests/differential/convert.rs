//! Requests of ours as the crate `cedar-policy` has them.
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{Context, EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema};
use tollgate_cedar::{Entity, Record, Request, Uid, Value};

/// The request itself, held against a schema if there is one.
pub(super) fn asked(request: &Request, schema: Option<&Schema>) -> cedar_policy::Request {
    let context = Context::from_pairs(members(&request.context)).unwrap();
    let [principal, action, resource] =
        [&request.principal, &request.action, &request.resource].map(uid);
    cedar_policy::Request::new(principal, action, resource, context, schema).unwrap()
}

/// What is known of entities, held against a schema if there is one.
pub(super) fn entities(request: &Request, schema: Option<&Schema>) -> cedar_policy::Entities {
    let all = request.entities.iter().map(|(name, entity)| {
        let Entity { attributes, tags, ancestors } = entity;
        let parents: HashSet<_> = ancestors.iter().map(uid).collect();
        let attributes: HashMap<_, _> = members(attributes).collect();
        let tags: HashMap<_, _> = members(tags).collect();
        cedar_policy::Entity::new_with_tags(uid(name), attributes, parents, tags).unwrap()
    });
    cedar_policy::Entities::from_entities(all, schema).unwrap()
}

fn uid(uid: &Uid) -> EntityUid {
    let kind = EntityTypeName::from_str(uid.kind()).unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(uid.id()))
}

fn members(record: &Record) -> impl Iterator<Item = (String, RestrictedExpression)> {
    record.iter().map(|(key, value)| (key.to_string(), restricted(value)))
}

fn restricted(value: &Value) -> RestrictedExpression {
    RestrictedExpression::from_str(&written(value)).unwrap()
}

/// A value as the language writes it.
fn written(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Text(value) => format!("\"{}\"", value.escape_unicode()),
        Value::Entity(uid) => format!("{}::\"{}\"", uid.kind(), uid.id().escape_unicode()),
        Value::Set(values) => format!("[{}]", list(values.iter().map(written).collect())),
        Value::Record(record) => {
            let member = |(key, value): (&std::sync::Arc<str>, &Value)| {
                format!("\"{}\": {}", key.escape_unicode(), written(value))
            };
            format!("{{{}}}", list(record.iter().map(member).collect()))
        }
        Value::Decimal(value) => {
            let (sign, size) = (if *value < 0 { "-" } else { "" }, value.unsigned_abs());
            format!("decimal(\"{sign}{}.{:04}\")", size / 10_000, size % 10_000)
        }
        Value::Duration(value) => format!("duration(\"{value}ms\")"),
        Value::Datetime(value) => {
            format!("datetime(\"1970-01-01\").offset(duration(\"{value}ms\"))")
        }
        Value::Address(network) => format!("ip(\"{network}\")"),
        other => unreachable!("{other:?}"),
    }
}
