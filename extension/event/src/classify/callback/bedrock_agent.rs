//! Agents for Amazon Bedrock (Amazon Bedrock User Guide, "Configure Lambda functions to send
//! information that an Amazon Bedrock agent elicits from the user").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Route, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `actionGroup`. What a model chose is not the word of anybody: the caller is
/// the session.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [version, agent, path, method, function, session] =
        root.members(["messageVersion", "agent", "apiPath", "httpMethod", "function", "sessionId"]);
    let _version = version?;
    let _agent = agent.filter(|agent| agent.is_object())?;
    let _what = path.or(function)?;
    let caller = Caller::with_id("session", name(session));
    let event = Assertions::new(Trigger::BedrockAgent, Source::default(), caller);
    let Some(path) = name(path) else { return Some(event) };
    let route = Route { method: name(method), path: Some(path), ..Route::default() };
    Some(event.at(route))
}
