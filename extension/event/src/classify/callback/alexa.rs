//! Alexa custom skills (Alexa Skills Kit, "Request and Response JSON Reference").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `request`. The skill is named by an id that is no ARN.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [version, session, context, request] =
        root.members(["version", "session", "context", "request"]);
    let _version = version?;
    let _kind = request?.get("type")?.text()?;
    let system = context.and_then(|context| context.get("System"));
    let of = |holder: Option<Value<'_>>, path: &[&str]| name(holder.and_then(|h| h.at(path)));
    let application = ["application", "applicationId"];
    let _skill = of(system, &application).or_else(|| of(session, &application))?;
    let user = ["user", "userId"];
    let user = of(system, &user).or_else(|| of(session, &user));
    let caller = Caller::with_id("user", user);
    Some(Assertions::new(Trigger::Alexa, Source::default(), caller))
}
