//! A telemetry subscription: its form, its bounds and its defaults.
use std::time::Duration;

use serde::Deserialize;

use super::Kind;
use crate::settings::Schema;

/// A checked subscription.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(super) schema: Schema,
    pub(super) kinds: Vec<Kind>,
    pub(super) items_max: usize,
    pub(super) bytes_max: usize,
    pub(super) timeout: Duration,
    pub(super) destination: Destination,
}

/// Where batches go; always on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Http { port: u16, path: String },
    Tcp { port: u16 },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    schema_version: String,
    types: Vec<String>,
    #[serde(default)]
    buffering: Buffering,
    destination: WrittenDestination,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Buffering {
    max_items: Option<u64>,
    max_bytes: Option<u64>,
    timeout_ms: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct WrittenDestination {
    protocol: String,
    #[serde(rename = "URI")]
    uri: Option<String>,
    port: Option<u16>,
}

/// The port of the Runtime API in a sandbox; no listener can be there.
const PORT_RESERVED: u16 = 9001;

impl Subscription {
    /// Checks the body of a subscription call; `oldest` and `newest` bound the accepted schemas.
    pub(crate) fn parse(
        body: &[u8],
        oldest: Option<Schema>,
        newest: Option<Schema>,
    ) -> Result<Self, String> {
        let written: Written = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let schema = Schema::parse(&written.schema_version)
            .filter(|schema| newest.is_none_or(|newest| *schema <= newest))
            .filter(|schema| oldest.is_none_or(|oldest| *schema >= oldest))
            .ok_or_else(|| format!("schemaVersion `{}` is not valid", written.schema_version))?;
        let kinds: Vec<Kind> =
            written.types.iter().map(|kind| parse_kind(kind)).collect::<Result<_, _>>()?;
        if kinds.is_empty() {
            return Err("types must not be empty".to_owned());
        }
        let Buffering { max_items, max_bytes, timeout_ms } = written.buffering;
        // The documents disagree on the default of maxItems; 10,000 is AWS's own emulator's.
        let items_max = bounded("maxItems", max_items, 1000, 10_000, 10_000)?;
        let bytes_max = bounded("maxBytes", max_bytes, 262_144, 1_048_576, 262_144)?;
        let timeout = bounded("timeoutMs", timeout_ms, 25, 30_000, 1000)?;
        Ok(Self {
            schema,
            kinds,
            items_max: usize::try_from(items_max).unwrap_or(usize::MAX),
            bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
            timeout: Duration::from_millis(timeout),
            destination: written.destination.check()?,
        })
    }

    /// The chosen types, as written.
    pub(super) fn types(&self) -> Vec<&'static str> {
        self.kinds
            .iter()
            .map(|kind| match kind {
                Kind::Platform => "platform",
                Kind::Function => "function",
                Kind::Extension => "extension",
            })
            .collect()
    }
}

impl Destination {
    /// As it is used: Managed Instances post to `/` whatever the path (LAMBDA.md 3.2).
    pub(super) fn kept(self, managed: bool) -> Self {
        match self {
            Self::Http { port, .. } if managed => Self::Http { port, path: "/".to_owned() },
            other => other,
        }
    }
}

impl WrittenDestination {
    fn check(self) -> Result<Destination, String> {
        let destination = match (self.protocol.as_str(), self.uri, self.port) {
            ("HTTP", Some(uri), _) => parse_uri(&uri)?,
            ("TCP", _, Some(port)) => Destination::Tcp { port },
            ("HTTP", None, _) => return Err("destination.URI is missing".to_owned()),
            ("TCP", _, None) => return Err("destination.port is missing".to_owned()),
            (other, _, _) => return Err(format!("destination.protocol `{other}` is not valid")),
        };
        let (Destination::Http { port, .. } | Destination::Tcp { port }) = &destination;
        if *port == PORT_RESERVED {
            return Err(format!("destination port {PORT_RESERVED} is reserved"));
        }
        Ok(destination)
    }
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    match text {
        "platform" => Ok(Kind::Platform),
        "function" => Ok(Kind::Function),
        "extension" => Ok(Kind::Extension),
        other => Err(format!("type `{other}` is not valid")),
    }
}

fn bounded(name: &str, value: Option<u64>, min: u64, max: u64, or: u64) -> Result<u64, String> {
    let value = value.unwrap_or(or);
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(format!("buffering.{name} must be between {min} and {max}"))
    }
}

/// `http://sandbox.localdomain:PORT/…`: a name that only the sandbox resolves, here to loopback.
fn parse_uri(text: &str) -> Result<Destination, String> {
    let invalid = || format!("destination.URI `{text}` is not valid");
    let uri: http::Uri = text.parse().map_err(|_| invalid())?;
    let host = uri.host().unwrap_or_default();
    if uri.scheme_str() != Some("http") || !matches!(host, "sandbox.localdomain" | "sandbox") {
        return Err(invalid());
    }
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    Ok(Destination::Http { port: uri.port_u16().unwrap_or(80), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(change: &[(&str, serde_json::Value)]) -> Vec<u8> {
        let mut body = serde_json::json!({
            "schemaVersion": "2025-01-29",
            "types": ["platform", "function"],
            "buffering": { "maxItems": 1000, "maxBytes": 262_144, "timeoutMs": 25 },
            "destination": { "protocol": "HTTP", "URI": "http://sandbox.localdomain:4243" },
        });
        for (key, value) in change {
            body[*key] = value.clone();
        }
        body.to_string().into_bytes()
    }

    #[test]
    fn a_full_subscription_is_read() {
        let subscription = Subscription::parse(&body(&[]), None, None).unwrap();
        assert_eq!(subscription.timeout, Duration::from_millis(25));
        assert_eq!(subscription.types(), ["platform", "function"]);
        let expected = Destination::Http { port: 4243, path: "/".to_owned() };
        assert_eq!(subscription.destination, expected);
    }

    #[test]
    fn each_bound_is_kept() {
        let refused = |key: &str, value: serde_json::Value| {
            Subscription::parse(&body(&[(key, value)]), None, None).unwrap_err()
        };
        let buffering = serde_json::json!({ "timeoutMs": 24 });
        assert_eq!(
            refused("buffering", buffering),
            "buffering.timeoutMs must be between 25 and 30000"
        );
        assert_eq!(refused("types", serde_json::json!(["all"])), "type `all` is not valid");
        assert_eq!(
            refused("schemaVersion", "2030-01-01".into()),
            "schemaVersion `2030-01-01` is not valid"
        );
        let elsewhere = serde_json::json!({ "protocol": "HTTP", "URI": "http://example.com:80" });
        assert!(refused("destination", elsewhere).contains("is not valid"));
        let reserved = serde_json::json!({ "protocol": "TCP", "port": 9001 });
        assert!(refused("destination", reserved).contains("reserved"));
    }

    #[test]
    fn newer_schemas_can_be_refused() {
        let newest = Some(Schema::V20221213);
        assert!(Subscription::parse(&body(&[]), None, newest).is_err());
        let older = body(&[("schemaVersion", "2022-12-13".into())]);
        assert!(Subscription::parse(&older, None, newest).is_ok());
    }
}
