//! What a rule or a schedule of a template hands to the function in place of the event.
use tollgate_emulator::{Input, InputError};
use tollgate_template::{Function, Kind, Node, Template, Trigger};

use super::filter::wrong;
use crate::command::emulate::error::Trouble;
use crate::command::emulate::say;
use crate::command::emulate::source::Name;

type Reader = fn(&str) -> Result<Input, InputError>;

/// `Input`, `InputPath` or `InputTransformer` of the trigger's target.
pub(super) fn of(
    function: &Function<'_>,
    name: Name,
    trigger: &Trigger<'_>,
) -> Result<Input, Trouble> {
    if !matches!(name, Name::Eventbridge | Name::RuleSchedule | Name::Schedule) {
        return Ok(Input::Event);
    }
    let template = function.template;
    let Some(target) = target(function, trigger) else { return Ok(Input::Event) };
    let said = |name: &str| target.get(name).map(AsRef::as_ref);
    let all = [said("Input"), said("InputPath"), said("InputTransformer")];
    if let (Some(last), 2..) = (all.iter().flatten().last(), all.iter().flatten().count()) {
        let message = "a target has one of `Input`, `InputPath` and `InputTransformer`";
        return Err(wrong(template, last, message));
    }
    let [constant, part, transformer] = all;
    if let Some(transformer) = transformer {
        return transformed(template, trigger, transformer);
    }
    let (node, read): (_, Reader) = match (constant, part) {
        (Some(node), _) => (node, Input::constant),
        (None, Some(node)) => (node, Input::part),
        (None, None) => return Ok(Input::Event),
    };
    if matches!(node.kind, Kind::Table(_) | Kind::List(_)) && node.intrinsic().is_none() {
        return Err(wrong(template, node, "this must be a text, such as '{\"nightly\": true}'"));
    }
    match template.value(node) {
        Some(text) => read(&text).map_err(|why| wrong(template, node, &why.to_string())),
        None => Ok(unknown(trigger, node)),
    }
}

/// The properties that say it: of SAM's event, of the rule's target, of the schedule's target.
fn target<'t>(function: &Function<'t>, trigger: &Trigger<'t>) -> Option<&'t Node> {
    if let Some(target) = trigger.property(&["Target"]).filter(|node| node.get("Arn").is_some()) {
        return Some(target);
    }
    let rule = trigger.source.and_then(|source| function.template.resource(source.refers_to()?));
    let own = |target: &&std::sync::Arc<Node>| {
        target.get("Arn").is_some_and(|arn| function.is_named_by(arn))
    };
    let targets = rule.and_then(|rule| rule.property(&["Targets"]));
    let found = targets.and_then(|targets| targets.elements().iter().find(own));
    found.or(trigger.properties).map(AsRef::as_ref)
}

fn transformed(
    template: &Template,
    trigger: &Trigger<'_>,
    transformer: &Node,
) -> Result<Input, Trouble> {
    let Some(text) = transformer.get("InputTemplate") else {
        return Err(wrong(template, transformer, "an `InputTransformer` needs an `InputTemplate`"));
    };
    let mut paths = Vec::new();
    for member in transformer.get("InputPathsMap").map(|map| map.members()).unwrap_or_default() {
        match template.value(&member.value) {
            Some(path) => paths.push((member.key.clone(), path)),
            None => return Ok(unknown(trigger, &member.value)),
        }
    }
    match template.value(text) {
        Some(words) => Input::transformed(&paths, &words)
            .map_err(|why| wrong(template, text, &why.to_string())),
        None => Ok(unknown(trigger, text)),
    }
}

fn unknown(trigger: &Trigger<'_>, node: &Node) -> Input {
    say(&format!(
        "note: `{}`: only a deployment knows {}; the event is sent as it is",
        trigger.id,
        node.in_words()
    ));
    Input::Event
}
