//! What a template says of a function's triggers: which service stands in front of it, with which
//! routes, and which source its items come from, with which batches and retries.
use tollgate_emulator::{Door, Route};
use tollgate_template::{Function, Trigger};

use super::{filter, input, topic};
use crate::command::emulate::error::Trouble;
use crate::command::emulate::front::{Entrance, FrontArgs};
use crate::command::emulate::say;
use crate::command::emulate::source::{Name, SourceArgs};

/// What stands in names in place of what only a deployment knows.
const PSEUDO: [(&str, &str); 3] = [
    ("${AWS::AccountId}", "123456789012"),
    ("${AWS::Region}", "eu-west-1"),
    ("${AWS::Partition}", "aws"),
];

/// The services that make events of HTTP requests, by the names of triggers.
const DOORS: [(&str, Door); 4] = [
    ("api-gateway-v2", Door::HttpApi),
    ("api-gateway-v1", Door::RestApi),
    ("function-url", Door::FunctionUrl),
    ("alb", Door::Alb),
];

/// Fills in what the command line leaves open of the HTTP front.
pub(super) fn front(args: &mut FrontArgs, function: &Function<'_>) -> Result<(), Trouble> {
    if args.listen.is_none() {
        return Ok(());
    }
    let triggers = function.triggers();
    let mut doors: Vec<Door> = Vec::new();
    for (_, door) in triggers.iter().filter_map(door_of) {
        if !doors.contains(&door) {
            doors.push(door);
        }
    }
    let door = match (args.front, doors.as_slice()) {
        (Some(Entrance::Invoke), _) => return Ok(()),
        (Some(Entrance::Door(door)), _) => door,
        (None, [door]) => *door,
        (None, []) => return Err(unclear(function, "no HTTP event", "--front")),
        (None, _) => return Err(unclear(function, "several services with HTTP", "--front")),
    };
    args.front = Some(Entrance::Door(door));
    if args.route.is_empty() {
        args.route = routes(&triggers, door);
    }
    Ok(())
}

fn door_of<'a, 't>(trigger: &'a Trigger<'t>) -> Option<(&'a Trigger<'t>, Door)> {
    let (_, door) = DOORS.iter().find(|(name, _)| *name == trigger.name)?;
    Some((trigger, *door))
}

/// An HTTP API's event without a path is the route for all that is left.
fn routes(triggers: &[Trigger<'_>], door: Door) -> Vec<Route> {
    let own = triggers.iter().filter_map(door_of).filter(|(_, other)| *other == door);
    own.filter_map(|(trigger, _)| match trigger.route() {
        Some(route) => route.replace('*', "ANY").parse().ok(),
        None if door == Door::HttpApi => "$default".parse().ok(),
        None => None,
    })
    .collect()
}

/// Fills in what the command line leaves open of the source of items.
pub(super) fn source(args: &mut SourceArgs, function: &Function<'_>) -> Result<(), Trouble> {
    if args.items.is_none() {
        return Ok(());
    }
    let triggers = function.triggers();
    let mut found: Vec<(Name, &Trigger<'_>)> = triggers
        .iter()
        .filter_map(|trigger| Some((kind(function, trigger)?, trigger)))
        .filter(|(kind, _)| args.source.is_none_or(|wanted| wanted == *kind))
        .collect();
    if let [(first, taken), (second, _), ..] = found.as_slice()
        && first == second
    {
        let (id, name) = (function.id(), taken.id);
        say(&format!("note: `{id}` has several such triggers: the items are for `{name}`"));
    }
    found.dedup_by_key(|(kind, _)| *kind);
    match found.as_slice() {
        // The command line says which, and the template knows no more of it.
        [] if args.source.is_some() => Ok(()),
        [] => Err(unclear(function, "no queue, stream, topic, bucket or bus", "--source")),
        [(kind, trigger)] => {
            fill(args, function, *kind, trigger);
            if matches!(kind, Name::Sqs | Name::SqsFifo) {
                args.topic = topic::of_queue(function, trigger)?;
            }
            args.sieve = filter::of(function, *kind, trigger)?;
            args.input = input::of(function, *kind, trigger)?;
            Ok(())
        }
        _ => Err(unclear(function, "several sources", "--source")),
    }
}

fn unclear(function: &Function<'_>, what: &str, flag: &str) -> Trouble {
    let (id, file) = (function.id(), function.template.file());
    Trouble::Template(format!("`{id}`: {what} in `{file}`: say which with {flag}"))
}

fn kind(function: &Function<'_>, trigger: &Trigger<'_>) -> Option<Name> {
    match trigger.name {
        "sqs"
            if name(function, trigger).is_some_and(|name| name.strip_suffix(".fifo").is_some()) =>
        {
            Some(Name::SqsFifo)
        }
        "sqs" => Some(Name::Sqs),
        "kinesis" => Some(Name::Kinesis),
        "dynamodb" => Some(Name::Dynamodb),
        // SAM puts a queue between the two.
        "sns" if has_queue(trigger) => Some(Name::Sqs),
        "sns" => Some(Name::Sns),
        "s3" => Some(Name::S3),
        "eventbridge" if is_schedule(function, trigger) => Some(Name::RuleSchedule),
        "eventbridge" => Some(Name::Eventbridge),
        "scheduler" => Some(Name::Schedule),
        _ => None,
    }
}

/// `SqsSubscription` of SAM's event: `true`, or what is said of the queue.
fn has_queue(trigger: &Trigger<'_>) -> bool {
    let said = trigger.property(&["SqsSubscription"]);
    said.is_some_and(|node| node.truth().unwrap_or(!node.members().is_empty()))
}

/// Whether a rule fires by its schedule, and not by what happens.
fn is_schedule(function: &Function<'_>, trigger: &Trigger<'_>) -> bool {
    let rule = trigger.source.and_then(|source| function.template.resource(source.refers_to()?));
    let by_rule = rule.is_some_and(|rule| rule.property(&["ScheduleExpression"]).is_some());
    by_rule || trigger.property(&["Schedule"]).is_some()
}

fn fill(args: &mut SourceArgs, function: &Function<'_>, kind: Name, trigger: &Trigger<'_>) {
    let number = |path: &[&str]| trigger.property(path).and_then(|node| node.number());
    args.source = Some(kind);
    args.named = name(function, trigger);
    let size = number(&["BatchSize"]).or_else(|| number(&["SqsSubscription", "BatchSize"]));
    args.batch = args.batch.or(size.and_then(|size| u16::try_from(size).ok()));
    args.report_failures |= trigger.reports_item_failures();
    args.bisect |= trigger
        .property(&["BisectBatchOnFunctionError"])
        .and_then(|node| node.truth())
        .unwrap_or(false);
    args.concurrency = number(&["ScalingConfig", "MaximumConcurrency"])
        .and_then(|most| u16::try_from(most).ok())
        .filter(|most| *most > 0);
    let narrow = |number: u64| u32::try_from(number).ok();
    args.receives = args.receives.or(receives(function, trigger).and_then(narrow));
    let later = ["EventInvokeConfig", "MaximumRetryAttempts"];
    let retries = match kind {
        Name::Kinesis | Name::Dynamodb => number(&["MaximumRetryAttempts"]),
        _ => function.get(&later).and_then(|node| node.number()),
    };
    args.retries = args.retries.or(retries.and_then(narrow));
}

/// How often the queue lets a message be received before it is a dead letter.
fn receives(function: &Function<'_>, trigger: &Trigger<'_>) -> Option<u64> {
    let queue = function.template.resource(trigger.source?.refers_to()?)?;
    queue.property(&["RedrivePolicy", "maxReceiveCount"])?.number()
}

/// The name of the source: what its resource says, or its logical id; the last part of an ARN.
fn name(function: &Function<'_>, trigger: &Trigger<'_>) -> Option<String> {
    if matches!(trigger.name, "eventbridge" | "scheduler") {
        return Some(name_of_rule(function, trigger));
    }
    let source = match trigger.property(&["SqsSubscription", "QueueArn"]) {
        Some(queue) => queue,
        // SAM makes it, and names it so.
        None if has_queue(trigger) => return Some(format!("{}{}Queue", function.id(), trigger.id)),
        None => trigger.source?,
    };
    let Some(resource) = source.refers_to().and_then(|id| function.template.resource(id)) else {
        let arn = function.template.value(source)?;
        return arn.rsplit([':', '/']).next().map(str::to_owned);
    };
    let named = ["QueueName", "Name", "TableName", "TopicName", "BucketName"];
    let said = named.iter().find_map(|name| resource.property(&[*name]));
    let said = said.and_then(|node| match node.intrinsic() {
        Some(("Fn::Sub", text)) => {
            let known = PSEUDO
                .iter()
                .fold(text.text()?.to_owned(), |text, (name, value)| text.replace(name, value));
            (!known.contains("${")).then_some(known)
        }
        _ => function.template.value(node),
    });
    said.or_else(|| Some(resource.id.to_owned()))
}

/// A rule's name, or the group and the name of a schedule; SAM names them by the function and the event.
fn name_of_rule(function: &Function<'_>, trigger: &Trigger<'_>) -> String {
    let template = function.template;
    let rule = trigger.source.and_then(|source| template.resource(source.refers_to()?));
    let said = |name: &str| {
        let own = trigger.property(&[name]).and_then(|node| template.value(node));
        own.or_else(|| template.value(rule.as_ref()?.property(&[name])?))
    };
    let made = || match (&rule, trigger.property(&["Target"])) {
        (Some(rule), _) => rule.id.to_owned(),
        (None, Some(_)) => trigger.id.to_owned(),
        (None, None) => format!("{}{}", function.id(), trigger.id),
    };
    let name = said("Name").unwrap_or_else(made);
    match trigger.name {
        "scheduler" => {
            format!("{}/{name}", said("GroupName").unwrap_or_else(|| "default".to_owned()))
        }
        _ => name,
    }
}
