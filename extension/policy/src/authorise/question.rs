//! The facts of one event as a request to policies.
use std::collections::BTreeMap;
use std::sync::Arc;

use tollgate_cedar::{Entities, Entity, Network, Record, Request, Uid, Value};
use tollgate_event::{Assertions, Caller};

use crate::desk::Here;
use crate::facts::{Grade, Moment};
use crate::graph::Peer;

/// Values of one claim, at most; and their length in bytes.
const VALUES_MAX: usize = 64;

/// What is asked: the facts that policies see.
pub(crate) struct Question<'a> {
    pub(crate) event: &'a Assertions,
    pub(crate) bytes: u64,
    /// The invoked function's ARN, with the alias or version that was used.
    pub(crate) function_arn: &'a str,
    pub(crate) tenant: Option<&'a str>,
    pub(crate) grade: Grade,
    pub(crate) listed: bool,
    /// How the caller was proved, and by whom.
    pub(crate) proof: Option<(&'a str, Option<&'a str>)>,
    /// Of whom the proof speaks: it takes the place of what the event says.
    pub(crate) subject: Option<&'a str>,
    /// What was proved of the caller.
    pub(crate) claims: Option<&'a serde_json::Map<String, serde_json::Value>>,
    /// In thousandths.
    pub(crate) trust: i64,
    pub(crate) checks: Vec<&'static str>,
    pub(crate) moment: Moment,
    pub(crate) here: &'a Here,
}

/// Members under construction.
#[derive(Default)]
struct Members(Record);

impl Members {
    fn put(&mut self, name: &str, value: Value) -> &mut Self {
        self.0.insert(name.into(), value);
        self
    }

    fn text(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            self.0.insert(name.into(), Value::text(text));
        }
        self
    }
}

impl Question<'_> {
    /// The same in the terms of the language.
    pub(crate) fn request(&self) -> Request {
        let mut entities = Entities::default();
        let principal = self.principal(&mut entities);
        let resource = self.resource(&mut entities);
        let claims = self.claims(&mut entities);
        Request {
            principal,
            action: Uid::new("Action", "Invoke"),
            resource,
            context: Arc::new(self.context(claims)),
            entities,
        }
    }

    fn principal(&self, entities: &mut Entities) -> Uid {
        let Caller { kind, id, .. } = &self.event.caller;
        let peer = Peer::of(self.event);
        let uid = Uid::new("Caller", self.subject.or(id.as_deref()).unwrap_or(kind));
        let account = peer.account.as_deref();
        let mut attributes = Members::default();
        attributes
            .put("kind", Value::text(*kind))
            .put("grade", Value::text(self.grade.as_str()))
            .text("account", account)
            .text("proof", self.proof.map(|(kind, _)| kind))
            .text("issuer", self.proof.and_then(|(_, issuer)| issuer));
        let role = peer.role.as_deref().map(|role| Uid::new("Role", role));
        let account = account.map(|account| Uid::new("Account", account));
        let ancestors = role.into_iter().chain(account).collect();
        let entity = Entity { attributes: attributes.0, tags: Record::new(), ancestors };
        entities.insert(uid.clone(), entity);
        uid
    }

    /// `arn:aws:lambda:region:account:function:name:alias`; the environment's own name where the
    /// headers have none.
    fn resource(&self, entities: &mut Entities) -> Uid {
        let mut parts = self.function_arn.splitn(8, ':').skip(3);
        let (region, account) = (parts.next(), parts.next());
        let (name, qualifier) = (parts.nth(1), parts.next());
        let name = name.filter(|name| !name.is_empty()).unwrap_or(&self.here.function);
        let function = Uid::new("Function", name);
        let mut attributes = Members::default();
        attributes.text("region", region.or(self.here.region.as_deref()));
        let account = account.or(self.here.account.as_deref());
        let ancestors: Vec<_> = account.map(|it| Uid::new("Account", it)).into_iter().collect();
        let above = std::iter::once(function.clone()).chain(ancestors.clone()).collect();
        let entity = Entity { attributes: attributes.0, tags: Record::new(), ancestors };
        entities.insert(function.clone(), entity);
        let Some(qualifier) = qualifier else { return function };
        let alias = Uid::new("Alias", format!("{name}:{qualifier}"));
        entities.insert(alias.clone(), Entity { ancestors: above, ..Entity::default() });
        alias
    }

    fn claims(&self, entities: &mut Entities) -> Value {
        let uid = Uid::new("Claims", "claims");
        let claims = self.claims.into_iter().flatten();
        let tags = claims.map(|(name, claim)| (Arc::from(name.as_str()), values(claim)));
        let tags: BTreeMap<_, _> = tags.collect();
        entities.insert(uid.clone(), Entity { tags, ..Entity::default() });
        Value::Entity(uid)
    }

    fn context(&self, claims: Value) -> Record {
        let Assertions { trigger, source, caller, items, attempt, route, .. } = self.event;
        let mut from = Members::default();
        from.text("arn", source.arn.as_deref())
            .text("account", source.account.as_deref())
            .text("region", source.region.as_deref());
        let seconds = self.moment.unix_ms / 1000;
        // The epoch was a Thursday.
        let (hour, weekday) = (seconds / 3600 % 24, (seconds / 86_400 + 3) % 7 + 1);
        let mut context = Members::default();
        context
            .put("trigger", Value::text(trigger.as_str()))
            .put("listed", Value::Bool(self.listed))
            .put("source", Value::Record(Arc::new(from.0)))
            .put("claims", claims)
            .put("items", Value::Long(items.total.into()))
            .put("bytes", long(self.bytes))
            .put("trust", Value::Decimal(self.trust * 10))
            .put("checks", Value::set(self.checks.iter().map(|id| Value::text(*id))))
            .put("time", Value::Datetime(i64::try_from(self.moment.unix_ms).unwrap_or(i64::MAX)))
            .put("hour", long(hour))
            .put("weekday", long(weekday))
            .put("coldStart", Value::Bool(self.here.cold_start))
            .text("region", self.here.region.as_deref())
            .text("tenant", self.tenant);
        if let Some(attempt) = attempt {
            context.put("attempt", Value::Long((*attempt).into()));
        }
        if let Some(route) = route {
            let mut asked = Members::default();
            asked
                .text("method", route.method.as_deref())
                .text("path", route.path.as_deref())
                .text("key", route.route_key.as_deref());
            context.put("route", Value::Record(Arc::new(asked.0)));
        }
        let address = caller.source_ip.as_deref().and_then(|it| it.parse().ok());
        if let Some(address) = address {
            context.put("sourceIp", Value::Address(Network::single(address)));
        }
        context.0
    }
}

fn long(number: u64) -> Value {
    Value::Long(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A claim as the set of its texts.
fn values(claim: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    let one = |claim: &Json| match claim {
        Json::String(text) => Some(Value::text(text.as_str())),
        Json::Number(_) | Json::Bool(_) => Some(Value::text(claim.to_string())),
        _ => None,
    };
    match claim {
        Json::Array(list) => Value::set(list.iter().take(VALUES_MAX).filter_map(one)),
        Json::String(text) if text.contains(' ') => {
            let words = text.split(' ').filter(|word| !word.is_empty()).take(VALUES_MAX);
            Value::set(words.map(Value::text).chain(one(claim)))
        }
        claim => Value::set(one(claim)),
    }
}

#[cfg(test)]
mod tests;
