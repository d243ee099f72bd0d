//! The values of the language. Cloning is cheap.
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::extension::Network;

/// The name of an entity: its type and its id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid {
    kind: Arc<str>,
    id: Arc<str>,
}

/// A record's members.
pub type Record = BTreeMap<Arc<str>, Value>;

/// One value. Two values are the same if they are of one type and equal; the order is only for
/// sets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A text.
    Text(Arc<str>),
    /// The name of an entity.
    Entity(Uid),
    /// Values without order and without doubles: sorted, so that equal sets are equal.
    Set(Arc<[Value]>),
    /// Named values.
    Record(Arc<Record>),
    /// A `decimal`, in ten-thousandths.
    Decimal(i64),
    /// An `ipaddr`.
    Address(Network),
    /// A `datetime`, in milliseconds since the Unix epoch.
    Datetime(i64),
    /// A `duration`, in milliseconds.
    Duration(i64),
}

impl Uid {
    /// The entity of this type (with its namespaces: `A::B`) and this id.
    pub fn new(kind: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }

    /// Its type.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{:?}", self.kind, self.id)
    }
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A set of these.
    pub fn set(values: impl IntoIterator<Item = Self>) -> Self {
        let mut values: Vec<Self> = values.into_iter().collect();
        tollgate_order::sort(&mut values);
        values.dedup();
        Self::Set(values.into())
    }

    /// A record of these members.
    pub fn record<K: Into<Arc<str>>>(members: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Record(Arc::new(
            members.into_iter().map(|(key, value)| (key.into(), value)).collect(),
        ))
    }

    /// An `ipaddr`, as the function `ip` reads it.
    pub fn address(text: &str) -> Option<Self> {
        Network::parse(text).map(Self::Address)
    }
}
