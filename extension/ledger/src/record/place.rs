//! Which execution environment of which function an invocation ran in.
use serde::{Deserialize, Serialize};

use super::cut::{clip, clip_some};

/// The environment ("Using Lambda environment variables"). The same facts stand in the chain's
/// `open` record; they are repeated so that every record can be read alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// 32 hex digits that all chains of one execution environment share.
    pub id: String,
    /// The published version, or `$LATEST`.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub version: String,
    /// The alias that was invoked, if the ARN names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The runtime's identifier, such as `AWS_Lambda_python3.13`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Configured memory in MB (as Lambda counts them: MiB).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u32>,
    /// `x86_64` or `arm64`.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub architecture: String,
    /// `on-demand`, `provisioned-concurrency`, `snap-start` or `lambda-managed-instances`.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub initialization_type: String,
}

impl Environment {
    /// The alias in an invoked function's ARN: its last part, unless that is the function's name,
    /// `$LATEST` or a version number.
    pub fn alias_of(arn: &str) -> Option<String> {
        let alias = arn.split(':').nth(7)?;
        let is_version = alias.starts_with('$') || alias.bytes().all(|byte| byte.is_ascii_digit());
        (!is_version).then(|| alias.to_owned())
    }

    pub(super) fn shorten(&mut self) {
        let Self { id, version, alias, runtime, memory_mb: _, architecture, initialization_type } =
            self;
        [id, version, architecture, initialization_type].into_iter().for_each(clip);
        [alias, runtime].into_iter().for_each(clip_some);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_alias_is_an_alias() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders";
        let alias = |qualifier| Environment::alias_of(&format!("{arn}{qualifier}"));
        assert_eq!(alias(":live").as_deref(), Some("live"));
        for qualifier in ["", ":$LATEST", ":7", ":"] {
            assert_eq!(alias(qualifier), None, "{qualifier}");
        }
    }
}
