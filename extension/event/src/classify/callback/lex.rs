//! Lex (Amazon Lex V2 Developer Guide, "AWS Lambda input event format for Lex V2"; Amazon Lex V1
//! Developer Guide, "Lambda function input event").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `sessionState`.
pub(crate) fn recognise(root: Value<'_>) -> Option<Assertions> {
    let [bot, source, session] = root.members(["bot", "invocationSource", "sessionId"]);
    let _bot = bot.filter(|bot| bot.is_object())?;
    let _source = source?;
    let caller = Caller::with_id("session", name(session));
    Some(Assertions::new(Trigger::Lex, Source::default(), caller))
}

/// Reads an event with `currentIntent`.
pub(crate) fn recognise_v1(root: Value<'_>) -> Option<Assertions> {
    let [bot, user, mode] = root.members(["bot", "userId", "outputDialogMode"]);
    let _bot = bot.filter(|bot| bot.is_object())?;
    let (user, _mode) = (user?, mode?);
    let caller = Caller::with_id("user", name(Some(user)));
    Some(Assertions::new(Trigger::LexV1, Source::default(), caller))
}
