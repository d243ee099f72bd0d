//! The first record of a chain: who writes it, under which policy, and what came before.
use serde::Serialize;

use super::cut::{clip, clip_some};
use crate::hash::Hash;

/// What the caller states in an `open` record; the chain adds its public keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// 32 hex digits that all chains of one execution environment share.
    pub environment: String,
    /// The chain of the process before this one in the same environment, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ancestor: Option<Ancestor>,
    /// The unshipped records found in the spool of that process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopted: Option<Adopted>,
    /// Which builds write this chain.
    pub versions: Versions,
    /// SHA-256 of the policy in force.
    pub policy: String,
    /// The policy's mode: `observe` or `enforce`.
    pub mode: String,
    /// The function that is guarded.
    pub function: Function,
    /// Where and when records are shipped.
    pub settings: Settings,
    /// The writer's process id in the sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
}

/// The last that is known of an earlier chain. It was read from `/tmp`, which the function can
/// write, so it is a hint and no proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ancestor {
    /// The chain's id, 32 hex digits.
    pub chain: String,
    /// The last sequence number known of it.
    pub seq: u64,
    /// The hash of the record with that number.
    pub head: Hash,
}

/// What was taken over from a dead process's spool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// How many lines.
    pub records: u64,
    /// SHA-256 over those lines, one after the other, without newlines.
    pub sha256: Hash,
}

/// Versions of what writes the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// Tollgate's own version.
    pub tollgate: String,
}

/// The guarded function, as far as the environment tells ("Using Lambda environment variables",
/// "Extensions API: Register").
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The published version, or `$LATEST`.
    pub version: String,
    /// Its ARN, once an invocation has told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The handler setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Configured memory in MB (as Lambda counts them: MiB).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u32>,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// `on-demand`, `provisioned-concurrency`, `snap-start` or `lambda-managed-instances`.
    pub initialization_type: String,
    /// The AWS Region.
    pub region: String,
    /// The runtime's identifier, such as `AWS_Lambda_python3.13`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// The CloudWatch Logs group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
    /// The CloudWatch Logs stream of this environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_stream: Option<String>,
    /// The AWS account id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// Settings that decide where records go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// `stdout` or `file`.
    pub sink: String,
    /// `end`, `overlap` or `adaptive`.
    pub flush: String,
}

impl Open {
    pub(crate) fn shorten(&mut self) {
        let Function {
            name,
            version,
            arn,
            handler,
            memory_mb: _,
            architecture,
            initialization_type,
            region,
            runtime,
            log_group,
            log_stream,
            account,
        } = &mut self.function;
        for text in [
            &mut self.environment,
            &mut self.versions.tollgate,
            &mut self.policy,
            &mut self.mode,
            &mut self.settings.sink,
            &mut self.settings.flush,
            name,
            version,
            architecture,
            initialization_type,
            region,
        ] {
            clip(text);
        }
        for text in [arn, handler, runtime, log_group, log_stream, account] {
            clip_some(text);
        }
        if let Some(ancestor) = &mut self.ancestor {
            clip(&mut ancestor.chain);
        }
    }
}

/// The body of an `open` record: the chain's keys, then what the caller states.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Opening<'a> {
    /// Ed25519 key of epoch 0, 64 hex digits: what a trust root names.
    pub(crate) public_key: String,
    /// Ed25519 key that tells which seals are this chain's, 64 hex digits.
    pub(crate) witness_key: String,
    #[serde(flatten)]
    pub(crate) stated: &'a Open,
}
