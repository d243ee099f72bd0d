//! The service graph: which functions, roles and services call this one, and who called now.
use tollgate_event::{Assertions, Trigger};

use crate::sources::Pattern;

/// Who may call the function; `*` stands for any text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Callers {
    /// Names or ARNs of functions.
    pub(crate) functions: Vec<Pattern>,
    /// ARNs of roles.
    pub(crate) roles: Vec<Pattern>,
    /// Triggers, and service principals such as `events.amazonaws.com`; none: any.
    pub(crate) services: Option<Vec<Pattern>>,
    /// Whether direct invocations pass whose sender nobody can name.
    pub(crate) unnamed: bool,
}

/// Whom an event's caller is, as far as it is a service, a role or a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peer {
    /// The function's name, or its ARN where it is proved.
    pub function: Option<String>,
    /// The role's ARN.
    pub role: Option<String>,
    /// The service principal.
    pub service: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// Whether it came without anybody's name.
    pub unnamed: bool,
}

/// Whether the service graph knows an event's caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Edge {
    /// It is one of those that the policy names, or no function, role or service at all.
    Known,
    /// It is another function, role or service, or nobody can tell.
    Unknown,
    /// It is one of those by the event's own word, and whoever may invoke can write that.
    Unproved,
}

impl Edge {
    /// Its name in records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::Unproved => "unproved",
        }
    }
}

impl Peer {
    /// Reads the caller that an event names.
    pub(crate) fn of(event: &Assertions) -> Self {
        Self::named(event.trigger, event.caller.kind, event.caller.id.as_deref())
    }

    /// Reads a caller out of its kind and its name. A function that calls with its role's
    /// credentials shows as `arn:aws:sts::account:assumed-role/role/function` (AWS Lambda Developer
    /// Guide, "Defining Lambda function permissions with an execution role"), or in queues as
    /// `role-id:function`.
    pub fn named(trigger: Trigger, kind: &str, id: Option<&str>) -> Self {
        // What a stream's records name is the function's own role, which reads them.
        if trigger == Trigger::Kinesis {
            return Self::default();
        }
        let unnamed = trigger == Trigger::Direct && id.is_none();
        let Some(id) = id else { return Self { unnamed, ..Self::default() } };
        match kind {
            "service" => Self { service: Some(id.to_owned()), ..Self::default() },
            _ if id.starts_with("arn:") => Self::from_arn(id),
            "sender" | "principal" => Self::from_principal(id),
            _ => Self::default(),
        }
    }

    fn from_arn(arn: &str) -> Self {
        let mut parts = arn.splitn(6, ':').skip(1);
        let (partition, service) = (parts.next().unwrap_or("aws"), parts.next());
        let (account, resource) = (parts.nth(1).unwrap_or_default(), parts.next());
        let resource = resource.unwrap_or_default();
        let mut peer = Self { account: some(account), ..Self::default() };
        match (service, resource.split_once('/')) {
            (Some("sts"), Some(("assumed-role", session))) => {
                let (role, session) = session.rsplit_once('/').unwrap_or((session, ""));
                peer.role = Some(format!("arn:{partition}:iam::{account}:role/{role}"));
                peer.function = some(session);
            }
            (Some("iam"), Some(("role", _))) => peer.role = Some(arn.to_owned()),
            (Some("lambda"), None) if resource.starts_with("function:") => {
                peer.function = Some(arn.to_owned());
            }
            _ => {}
        }
        peer
    }

    /// `AROA…:session`, where the session of a function is its name; with `AWS:` before it in S3.
    fn from_principal(id: &str) -> Self {
        let id = id.strip_prefix("AWS:").unwrap_or(id);
        let session = id.split_once(':').filter(|(role, _)| role.starts_with("AROA"));
        Self { function: session.and_then(|(_, name)| some(name)), ..Self::default() }
    }

    fn is_somebody(&self) -> bool {
        self.function.is_some() || self.role.is_some() || self.service.is_some()
    }
}

impl Callers {
    /// Whether this caller is one of them. Callers that are no function, role or service are not
    /// for the graph to judge: people, devices, anonymous clients. `counts` says whether the event's
    /// own word for its caller does; what is signed takes its place.
    pub(crate) fn edge(
        &self,
        trigger: Trigger,
        said: &Peer,
        signed_by: Option<&str>,
        counts: bool,
    ) -> Edge {
        let signed = signed_by
            .map(|function| Peer { function: Some(function.to_owned()), ..Peer::default() });
        let peer = signed.as_ref().unwrap_or(said);
        let service = self.services.as_ref().is_some_and(|listed| {
            matches_any(listed, peer.service.as_deref())
                || matches_any(listed, Some(trigger.as_str()))
        });
        let is_listed = service
            || self.knows_function(peer.function.as_deref())
            || matches_any(&self.roles, peer.role.as_deref());
        let is_free = self.services.is_none() && peer.service.is_some()
            || if peer.unnamed { self.unnamed } else { !peer.is_somebody() };
        match () {
            () if is_free => Edge::Known,
            () if !is_listed => Edge::Unknown,
            () if counts || signed.is_some() => Edge::Known,
            () => Edge::Unproved,
        }
    }

    /// By its whole ARN or by its name, with or without a version behind it.
    fn knows_function(&self, function: Option<&str>) -> bool {
        let Some(function) = function else { return false };
        let resource = function.split_once(":function:").map_or(function, |(_, name)| name);
        let name = resource.split(':').next();
        matches_any(&self.functions, Some(function)) || matches_any(&self.functions, name)
    }
}

fn matches_any(patterns: &[Pattern], text: Option<&str>) -> bool {
    text.is_some_and(|text| patterns.iter().any(|pattern| pattern.matches(text)))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
