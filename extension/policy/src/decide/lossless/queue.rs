//! SQS, standard and FIFO ("Using Lambda with Amazon SQS", "Handling errors for an SQS event
//! source"): what is not deleted becomes visible again, and after `maxReceiveCount` receives goes
//! to the dead-letter queue.
use super::*;

const RECEIVES_MAX: u32 = 4;

struct Message {
    id: String,
    body: String,
    group: Option<String>,
    receives: u32,
}

struct Queue {
    messages: Vec<Message>,
    dead: BTreeSet<String>,
    reads_reports: bool,
    fifo: bool,
}

impl Queue {
    fn filled(world: &mut World, reads_reports: bool, fifo: bool) -> Self {
        let message = |index: u32| {
            let id = format!("item-{index}");
            let group = fifo.then(|| format!("g{}", world.chance.below(4)));
            Message { body: world.item(&id), id, group, receives: 0 }
        };
        let messages = (0..30).map(message).collect();
        Self { messages, dead: BTreeSet::new(), reads_reports, fifo }
    }

    fn event(&self, batch: &[Message]) -> Value {
        let end = if self.fifo { ".fifo" } else { "" };
        let record = |message: &Message| {
            let mut attributes = json!({
                "ApproximateReceiveCount": message.receives.to_string(),
                "SentTimestamp": "1545082649183",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": "1545082649185",
            });
            if let Some(group) = &message.group {
                attributes["MessageGroupId"] = json!(group);
            }
            json!({
                "messageId": message.id,
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": message.body,
                "attributes": attributes,
                "messageAttributes": {},
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": format!("arn:aws:sqs:eu-west-1:123456789012:orders{end}"),
                "awsRegion": "eu-west-1",
            })
        };
        json!({ "Records": batch.iter().map(record).collect::<Vec<_>>() })
    }

    /// Takes a batch from the front, and puts back what was not deleted.
    fn poll(&mut self, world: &mut World) {
        let size = self.messages.len().min(1 + world.chance.below(10) as usize);
        let mut batch: Vec<_> = self.messages.drain(..size).collect();
        for message in &mut batch {
            message.receives += 1;
        }
        let event = self.event(&batch);
        let before = world.handled.len();
        let read = |event: &Value| strings(event, "/body");
        let answer = world.invoke(&event, read, |event, failed| {
            let failed = records(event).filter(|it| failed.iter().any(|body| it["body"] == **body));
            failures(failed.map(|record| record["messageId"].clone()))
        });
        if self.reads_reports {
            let handled = world.handled.get(before..).unwrap_or_default();
            self.nothing_passes_a_refused_one(&batch, handled);
        }
        let failed = match answer {
            Err(()) => None,
            Ok(_) if !self.reads_reports => Some(Vec::new()),
            Ok(answer) => reported(&answer),
        };
        let known = |id: &Value| batch.iter().any(|message| *id == *message.id);
        let failed = failed.filter(|failed| failed.iter().all(known));
        let mut back = Vec::new();
        for message in batch {
            let returns = failed.as_ref().is_none_or(|failed| failed.contains(&json!(message.id)));
            match (returns, message.receives < RECEIVES_MAX) {
                (false, _) => world.forget(&message.body),
                (true, true) => back.push(message),
                (true, false) => _ = self.dead.insert(message.id),
            }
        }
        if self.fifo {
            // A group's messages come again in their order.
            self.messages.splice(..0, back);
        } else {
            self.messages.extend(back);
        }
    }
    /// A refused message stays in its queue: what follows it in its group must wait for it.
    fn nothing_passes_a_refused_one(&self, batch: &[Message], handled: &[String]) {
        for (place, refused) in batch.iter().enumerate() {
            let later = batch.iter().skip(place + 1).filter(|it| it.group == refused.group);
            for message in later.filter(|_| self.fifo && refused.body.contains(POISON)) {
                assert!(!handled.contains(&message.id), "{} passed {}", message.id, refused.id);
            }
        }
    }
}

fn records(event: &Value) -> impl Iterator<Item = &Value> {
    event["Records"].as_array().into_iter().flatten()
}

fn strings(event: &Value, at: &str) -> Vec<String> {
    let text = |record: &Value| record.pointer(at)?.as_str().map(str::to_owned);
    records(event).filter_map(text).collect()
}

fn play(
    on_refuse: OnRefuse,
    style: Style,
    seed: u32,
    fifo: bool,
    store_fails: u32,
) -> (World, Queue) {
    let mut world = World::new("sqs", on_refuse, style, seed);
    world.store_fails = store_fails;
    let reports = on_refuse == OnRefuse::Report;
    if !reports {
        // What such a mapping does not read, the function need not say.
        world.style = Style::Raises;
    }
    let mut queue = Queue::filled(&mut world, reports, fifo);
    while !queue.messages.is_empty() {
        queue.poll(&mut world);
        assert!(world.invocations < 1000, "it ends");
    }
    for index in 0..30 {
        let name = format!("item-{index}");
        if !queue.dead.contains(&name) {
            world.forget(&name);
        }
    }
    (world, queue)
}

#[test]
fn a_standard_queue_loses_nothing() {
    let (mut stored, mut dead) = (0, 0);
    each_case(|on_refuse, style, seed| {
        for store_fails in [0, 30, 100] {
            let (world, queue) = play(on_refuse, style, seed, false, store_fails);
            stored += world.stored.len();
            dead += queue.dead.len();
            assert!(on_refuse == OnRefuse::Quarantine || world.stored.is_empty());
        }
    });
    assert!(stored > 200 && dead > 200, "{stored} {dead}");
}

#[test]
fn with_reports_a_refused_message_holds_up_no_other() {
    for seed in 1..40 {
        let (world, queue) = play(OnRefuse::Report, Style::Reports, seed, false, 0);
        for name in &queue.dead {
            let fails = world.flaky.get(name).is_some_and(|left| *left > 0);
            assert!(fails || !world.flaky.contains_key(name) && !world.handled.contains(name));
        }
        let once: BTreeSet<_> = world.handled.iter().collect();
        assert_eq!(once.len(), world.handled.len(), "nothing is handled twice");
    }
}

#[test]
fn a_fifo_queue_loses_nothing_and_keeps_the_order_of_its_groups() {
    each_case(|on_refuse, style, seed| {
        for store_fails in [0, 30] {
            play(on_refuse, style, seed, true, store_fails);
        }
    });
}
