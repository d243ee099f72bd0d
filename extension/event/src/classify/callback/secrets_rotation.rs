//! Secrets Manager rotation (AWS Secrets Manager User Guide, "Lambda rotation functions").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `ClientRequestToken`.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [step, secret] = root.members(["Step", "SecretId"]);
    let (_step, secret) = (step?, secret?);
    let caller = Caller::with_id("service", "secretsmanager.amazonaws.com".to_owned());
    let source = Source::from_arn(name(Some(secret)));
    Some(Assertions::new(Trigger::SecretsRotation, source, caller))
}
