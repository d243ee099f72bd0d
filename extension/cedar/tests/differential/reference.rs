//! The same question, asked of the crate `cedar-policy`.
use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, EntityId, EntityTypeName, EntityUid, PolicySet,
    RestrictedExpression,
};
use tollgate_cedar::{Entity, Record, Request, Uid, Value};

use super::Outcome;

/// What the crate says; none where it cannot read the policies, or they are templates.
pub(super) fn decide(text: &str, request: &Request) -> Option<Outcome> {
    let policies = PolicySet::from_str(text).ok()?;
    if policies.templates().next().is_some() {
        return None;
    }
    let mut names: Vec<_> = policies.policies().map(|policy| policy.id().to_string()).collect();
    names.sort_by_key(|name| name.trim_start_matches("policy").parse::<u32>().unwrap());
    let ours = |name: String| {
        let at = names.iter().position(|known| *known == name).unwrap();
        let policy = policies.policies().find(|policy| policy.id().to_string() == name).unwrap();
        let id = policy.annotation("id").filter(|id| !id.is_empty());
        id.map_or_else(|| format!("p#{}", at + 1), str::to_owned)
    };
    let answer = Authorizer::new().is_authorized(&asked(request), &policies, &entities(request));
    let by = answer.diagnostics().reason().map(|id| ours(id.to_string())).collect();
    let errant: BTreeSet<_> = answer
        .diagnostics()
        .errors()
        .map(|error| match error {
            cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
                ours(error.policy_id().to_string())
            }
        })
        .collect();
    Some((answer.decision() == Decision::Allow, by, errant))
}

fn asked(request: &Request) -> cedar_policy::Request {
    let context = Context::from_pairs(members(&request.context)).unwrap();
    let [principal, action, resource] =
        [&request.principal, &request.action, &request.resource].map(uid);
    cedar_policy::Request::new(principal, action, resource, context, None).unwrap()
}

fn entities(request: &Request) -> cedar_policy::Entities {
    let all = super::strategy::known().into_iter().filter_map(|name| {
        let Entity { attributes, tags, ancestors } = request.entities.get(&name)?.clone();
        let parents: HashSet<_> = ancestors.iter().map(uid).collect();
        let attributes: HashMap<_, _> = members(&attributes).collect();
        let tags: HashMap<_, _> = members(&tags).collect();
        Some(cedar_policy::Entity::new_with_tags(uid(&name), attributes, parents, tags).unwrap())
    });
    cedar_policy::Entities::from_entities(all, None).unwrap()
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
