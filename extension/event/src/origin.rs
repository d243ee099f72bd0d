//! Where an event says it comes from: source, caller, items, route. Assertions, none of it proved.
use serde::Serialize;

/// The AWS resource that sent the event. Each text is at most 512 bytes; a longer one is cut and
/// ends in `…`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Its ARN: a queue, topic, bucket, target group, rule, or API stage. None where the event
    /// names its source by something else, such as a domain or a user pool's id.
    pub arn: Option<String>,
    /// Its account: 12 digits.
    pub account: Option<String>,
    /// Its region.
    pub region: Option<String>,
}

/// Who made the source send the event. Bounded as [`Source`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Caller {
    /// How the caller is known: `anonymous`, `iam`, `jwt`, `cognito`, `authorizer`, `api-key`,
    /// `certificate`, `sender`, `principal`, `service`, `client`, `user`, `device`, `session` or
    /// `unknown`.
    pub kind: &'static str,
    /// The caller's name under that kind: an ARN, a subject, a key id. Never a secret.
    pub id: Option<String>,
    /// The address of an HTTP or S3 client, as the front end saw it.
    pub source_ip: Option<String>,
    /// The id of the access key or API key that the caller used; never the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
}

/// The records of a batch; an event without records is one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Items {
    /// How many; 0 only where a service sends a batch without records (the end of a window).
    pub total: u32,
    /// Whether they come in order and must go on in order (an SQS FIFO queue).
    pub fifo: bool,
}

/// What an HTTP request asks for. Bounded as [`Source`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The request's method.
    pub method: Option<String>,
    /// The request's path, without the query.
    pub path: Option<String>,
    /// The route or resource that the front end matched.
    pub route_key: Option<String>,
    /// Whether the front end sends, and so expects, headers as lists of values.
    pub multi_value_headers: bool,
}

impl Source {
    /// A source known by its ARN, which names account and region where the service puts them
    /// there (`arn:partition:service:region:account:resource`).
    pub(crate) fn from_arn(arn: Option<String>) -> Self {
        let part = |index| {
            let part = arn.as_deref()?.split(':').nth(index)?;
            (!part.is_empty()).then(|| part.to_owned())
        };
        Self { region: part(3), account: part(4), arn }
    }
}

impl Caller {
    /// A caller of this kind with no name and no address.
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self { kind, id: None, source_ip: None, key_id: None }
    }

    pub(crate) fn with_id(kind: &'static str, id: impl Into<Option<String>>) -> Self {
        Self { id: id.into(), ..Self::new(kind) }
    }

    /// The same caller, seen at this address.
    pub(crate) fn at(self, source_ip: Option<String>) -> Self {
        Self { source_ip, ..self }
    }

    /// The same caller, with the key of this id.
    pub(crate) fn by_key(self, key_id: Option<String>) -> Self {
        Self { key_id, ..self }
    }
}

impl Items {
    /// An event without records.
    pub(crate) const ONE: Self = Self { total: 1, fifo: false };
}
