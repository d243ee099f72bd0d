//! Step Functions tasks whose input carries the context object (AWS Step Functions Developer Guide,
//! "Accessing execution data from the Context object"). The service itself adds nothing: without
//! it the input is the state's, and the event is a direct one.
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `StateMachine`. A task's token is a secret and is not taken.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [execution, machine, state] = root.members(["Execution", "StateMachine", "State"]);
    let execution = name(execution?.get("Id"))?;
    let _machine = machine?.get("Id")?;
    if execution.split(':').nth(2) != Some("states") {
        return None;
    }
    let caller = Caller::with_id("service", "states.amazonaws.com".to_owned());
    let event = Assertions::new(Trigger::StepFunctions, Source::from_arn(Some(execution)), caller);
    // Retries are counted from 0.
    let retries = state.and_then(|state| state.get("RetryCount")).and_then(Value::count);
    Some(Assertions { attempt: retries.map(|retries| retries.saturating_add(1)), ..event })
}
