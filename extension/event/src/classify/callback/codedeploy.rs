//! CodeDeploy lifecycle hooks (AWS CodeDeploy User Guide, "`AppSpec` 'hooks' section").
use crate::classify::Assertions;
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `LifecycleEventHookExecutionId`. It names no resource.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    root.get("DeploymentId")?;
    let caller = Caller::with_id("service", "codedeploy.amazonaws.com".to_owned());
    Some(Assertions::new(Trigger::CodeDeploy, Source::default(), caller))
}
