//! `--source`: items of a queue, a stream or an asynchronous caller, with their retries.
mod items;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tollgate_emulator::{
    Event, Fleet, Input, InputError, Later, Message, Notice, Queue, Shard, ShardKind, ShardRecord,
    Topic, rule_arn, schedule_arn,
};

use super::error::Trouble;
use super::filter::Sieve;
use super::{say, settings, write};

/// Arguments of sources.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Sources")]
pub(super) struct SourceArgs {
    /// Send the items as this service does, with its retries [default: the template's]
    #[arg(long, value_name = "NAME", requires = "items")]
    pub(super) source: Option<Name>,
    /// The items, one a line: texts for sqs and kinesis, `GROUP<TAB>TEXT` for sqs-fifo, a text or
    /// `TEXT<TAB>{"attribute":"value"}` for sns, an item's JSON for dynamodb, keys for s3,
    /// {"source","detail-type","detail"} for eventbridge, times such as 2026-03-01T12:00:00Z for schedules
    #[arg(long, value_name = "FILE", requires = "whence")]
    pub(super) items: Option<PathBuf>,
    /// Items in one event at most [default: the template's, or 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10000))]
    pub(super) batch: Option<u16>,
    /// The function reports which items have failed (`ReportBatchItemFailures`)
    #[arg(long)]
    pub(super) report_failures: bool,
    /// How often a message is received before it is a dead letter [default: the template's, or 3]
    #[arg(long, value_name = "N")]
    pub(super) receives: Option<u32>,
    /// How long a message is hidden that was received
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = settings::seconds)]
    visibility: f64,
    /// How often records of a stream and asynchronous events are tried again [default: the template's, or 2]
    #[arg(long, value_name = "N")]
    pub(super) retries: Option<u32>,
    /// Split failed batches of a stream in two (`BisectBatchOnFunctionError`)
    #[arg(long)]
    pub(super) bisect: bool,
    /// What pauses between retries of asynchronous events are multiplied by: 1 is a minute, then two
    #[arg(long, value_name = "FACTOR", default_value_t = 0.01, value_parser = pace)]
    pace: f64,
    /// Only items that match this pattern reach the function, as with `FilterCriteria` of a mapping or the
    /// pattern of a rule; of several one is enough [default: the template's]
    #[arg(long, value_name = "PATTERN", requires = "items")]
    filter: Vec<String>,
    /// Write here what was given up, one JSON object a line
    #[arg(long, value_name = "FILE")]
    dead: Option<PathBuf>,
    /// The name of the queue, stream, topic or bucket, as a template says it.
    #[arg(skip)]
    pub(super) named: Option<String>,
    /// What the template says of the items that reach the function.
    #[arg(skip)]
    pub(super) sieve: Sieve,
    /// What a rule or a schedule hands over in place of the event, as a template says it.
    #[arg(skip)]
    pub(super) input: Input,
    /// The topic that the queue is subscribed to, and what it lets through, as a template says it.
    #[arg(skip)]
    pub(super) topic: Option<(Topic, Sieve)>,
    /// The most batches beside each other, as a template says it.
    #[arg(skip)]
    pub(super) concurrency: Option<u16>,
}

impl SourceArgs {
    /// What lets items through; wrong patterns are said before anything is started.
    pub(super) fn sieve(&self) -> Result<Sieve, Trouble> {
        match self.source {
            Some(name) if !self.filter.is_empty() => Sieve::of_line(name, &self.filter),
            _ => Ok(self.sieve.clone()),
        }
    }
}

/// What holds where neither the command line nor a template says it.
const BATCH_MAX: u16 = 10;
const RECEIVES_MAX: u32 = 3;
const RETRIES_MAX: u32 = 2;

/// A source that items come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Name {
    Sqs,
    SqsFifo,
    Kinesis,
    Dynamodb,
    Sns,
    S3,
    Eventbridge,
    /// The hours of a rule with a schedule.
    RuleSchedule,
    /// The hours of a schedule of EventBridge Scheduler.
    Schedule,
}

/// What became of the items.
#[derive(Default)]
struct Outcome {
    handled: usize,
    filtered: u64,
    dead: Vec<Value>,
    invocations: u64,
}

/// Sends the items until each is handled or given up.
pub(super) async fn send(
    args: &SourceArgs,
    environments: u16,
    fleet: &Fleet,
) -> Result<(), Trouble> {
    let (Some(name), Some(items)) = (args.source, &args.items) else { return Ok(()) };
    let text = std::fs::read_to_string(items).map_err(Trouble::io("cannot read", items))?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let outcome = match name {
        Name::Sqs | Name::SqsFifo => queue(args, environments, name, items, &lines, fleet).await?,
        Name::Kinesis | Name::Dynamodb => shard(args, name, items, &lines, fleet).await?,
        Name::Sns | Name::S3 | Name::Eventbridge | Name::RuleSchedule | Name::Schedule => {
            later(args, name, items, &lines, fleet).await?
        }
    };
    let (handled, dead) = (outcome.handled, outcome.dead.len());
    let filtered = match outcome.filtered {
        0 => String::new(),
        filtered => format!(", {filtered} filtered out"),
    };
    say(&format!(
        "  {handled} handled, {dead} given up{filtered}, {} invocations",
        outcome.invocations
    ));
    match &args.dead {
        Some(path) => {
            let lines: Vec<String> = outcome.dead.iter().map(Value::to_string).collect();
            let end = if lines.is_empty() { "" } else { "\n" };
            write(path, &(lines.join("\n") + end))
        }
        None => Ok(()),
    }
}

async fn queue(
    args: &SourceArgs,
    environments: u16,
    name: Name,
    file: &Path,
    lines: &[&str],
    fleet: &Fleet,
) -> Result<Outcome, Trouble> {
    let mut outcome = Outcome::default();
    let fifo = name == Name::SqsFifo;
    let default = if fifo { "queue.fifo" } else { "queue" };
    let mut queue = Queue::new(args.named.as_deref().unwrap_or(default))
        .batch_max(usize::from(args.batch.unwrap_or(BATCH_MAX)))
        .visibility(Duration::from_secs_f64(args.visibility))
        .receives_max(args.receives.unwrap_or(RECEIVES_MAX))
        // More pollers than environments would only be throttled.
        .pollers_max(usize::from(
            args.concurrency.map_or(environments, |most| most.min(environments)),
        ))
        .reports(args.report_failures);
    if let Some(filter) = args.sieve()?.mapping() {
        queue = queue.filter(filter.clone());
    }
    for (line, text) in (1..).zip(lines) {
        if let Some((topic, sieve)) = &args.topic {
            let published = items::published(&topic.name, file, line, text)?;
            queue_of_topic(&mut queue, topic, sieve, &published, &mut outcome);
            continue;
        }
        queue.send(match text.split_once('\t').filter(|_| fifo) {
            Some((group, body)) => Message::new(body).group(group),
            None => Message::new(*text),
        });
    }
    let report = queue.drain(fleet).await.map_err(Trouble::Fleet)?;
    outcome.dead.extend(
        report.dead.into_iter().map(
            |dead| json!({ "body": dead.body, "group": dead.group, "receives": dead.receives }),
        ),
    );
    outcome.handled = report.handled.len();
    outcome.filtered += report.filtered;
    outcome.invocations = report.invocations;
    Ok(outcome)
}

/// Sends what the topic delivers of a message to the queue.
fn queue_of_topic(
    queue: &mut Queue,
    topic: &Topic,
    sieve: &Sieve,
    published: &Notice,
    outcome: &mut Outcome,
) {
    let Notice::Sns { message, attributes, .. } = published else { return };
    if !sieve.passes(published) {
        outcome.filtered += 1;
        return;
    }
    if let Some(delivered) = topic.message(message, attributes) {
        queue.send(delivered);
    } else {
        say("note: a queue takes no raw message with more than 10 attributes: given up");
        outcome.dead.push(json!({ "body": message }));
    }
}

async fn shard(
    args: &SourceArgs,
    name: Name,
    file: &Path,
    lines: &[&str],
    fleet: &Fleet,
) -> Result<Outcome, Trouble> {
    let kind = if name == Name::Kinesis { ShardKind::Kinesis } else { ShardKind::DynamoDb };
    let mut shard = Shard::new(kind, args.named.as_deref().unwrap_or("stream"))
        .batch_max(usize::from(args.batch.unwrap_or(BATCH_MAX)))
        .retries_max(args.retries.unwrap_or(RETRIES_MAX))
        .bisect(args.bisect)
        .reports(args.report_failures)
        .pause(Duration::from_millis(100));
    if let Some(filter) = args.sieve()?.mapping() {
        shard = shard.filter(filter.clone());
    }
    for (line, text) in (1..).zip(lines) {
        shard.put(&match kind {
            ShardKind::Kinesis => ShardRecord::Data(text.as_bytes().to_vec()),
            ShardKind::DynamoDb => ShardRecord::Image(items::object(file, line, text)?),
        });
    }
    let report = shard.drain(fleet).await.map_err(Trouble::Fleet)?;
    let dead = report.discarded.into_iter().map(|discarded| discarded.document).collect();
    let handled = report.handled.len();
    Ok(Outcome { handled, filtered: report.filtered, dead, invocations: report.invocations })
}

async fn later(
    args: &SourceArgs,
    name: Name,
    file: &Path,
    lines: &[&str],
    fleet: &Fleet,
) -> Result<Outcome, Trouble> {
    let retries_max = args.retries.unwrap_or(RETRIES_MAX).min(2);
    let later = Later { retries_max, pace: args.pace, ..Later::default() };
    let mut outcome = Outcome::default();
    let sieve = args.sieve()?;
    for (line, text) in (1..).zip(lines) {
        let notice = items::notice(args, name, file, line, text)?;
        if !sieve.passes(&notice) {
            outcome.filtered += 1;
            continue;
        }
        let event = match handed_over(args, &notice) {
            Ok(event) => event,
            Err(why) => {
                say(&format!("note: `{}`, line {line}: {why}: given up", file.display()));
                outcome.dead.push(json!({ "item": text, "error": why.to_string() }));
                continue;
            }
        };
        let fate = later.send(fleet, event).await.map_err(Trouble::Fleet)?;
        outcome.invocations += u64::from(fate.invocations);
        match fate.dead {
            Some(_) => outcome.dead.push(fate.document),
            None => outcome.handled += 1,
        }
    }
    Ok(outcome)
}

/// The event, or what the rule or the schedule makes of it.
fn handed_over(args: &SourceArgs, notice: &Notice) -> Result<Event, InputError> {
    let named = args.named.as_deref().unwrap_or(items::RULE);
    let text = match notice {
        Notice::EventBridge { .. } | Notice::Rule { .. } => {
            args.input.of(&notice.document(), &rule_arn(named))?
        }
        Notice::Schedule { schedule, .. } => {
            args.input.of_schedule(&notice.document(), &schedule_arn(schedule))?
        }
        Notice::Sns { .. } | Notice::S3 { .. } => return Ok(notice.event()),
    };
    Ok(Event::new(text.into_bytes()))
}

fn pace(text: &str) -> Result<f64, String> {
    let pace: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (0.0..=1.0).contains(&pace) {
        Ok(pace)
    } else {
        Err(format!("`{text}` is not between 0 and 1"))
    }
}
