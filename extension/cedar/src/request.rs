//! What is asked: who wants to do what with what, and what is known of them.
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::{Record, Uid, Value};

/// What is known of one entity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity {
    /// Its attributes.
    pub attributes: Record,
    /// Its tags: attributes whose names no schema knows.
    pub tags: Record,
    /// Everything that it is in, directly or through others.
    pub ancestors: Vec<Uid>,
}

/// The entities that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entities(BTreeMap<Uid, Entity>);

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub principal: Uid,
    /// Does what.
    pub action: Uid,
    /// With what.
    pub resource: Uid,
    /// Under which circumstances.
    pub context: Arc<Record>,
    /// What is known of entities.
    pub entities: Entities,
}

impl Entities {
    /// Adds an entity, in the place of one with the same name.
    pub fn insert(&mut self, uid: Uid, entity: Entity) {
        self.0.insert(uid, entity);
    }

    /// What is known of an entity.
    pub fn get(&self, uid: &Uid) -> Option<&Entity> {
        self.0.get(uid)
    }

    /// Every entity that is known.
    pub fn iter(&self) -> impl Iterator<Item = (&Uid, &Entity)> {
        self.0.iter()
    }

    /// Whether the first is the second or in it.
    pub(crate) fn is_in(&self, uid: &Uid, other: &Uid) -> bool {
        uid == other || self.get(uid).is_some_and(|entity| entity.ancestors.contains(other))
    }
}

impl FromIterator<(Uid, Entity)> for Entities {
    fn from_iter<I: IntoIterator<Item = (Uid, Entity)>>(entities: I) -> Self {
        Self(entities.into_iter().collect())
    }
}

impl Request {
    pub(crate) fn context_value(&self) -> Value {
        Value::Record(Arc::clone(&self.context))
    }
}
