//! Where each trigger's items are, and what names them.

use super::Item;
use crate::classify::Classified;
use crate::open::{ITEMS_MAX, push_key};
use crate::scan::{self, Container};
use crate::trigger::Trigger;
use crate::value::TEXT_BYTES_MAX;
use crate::walk::Walk;

/// How the batches of a trigger are built.
struct Form {
    place: Place,
    /// The path to what names an item in its service's failure report.
    id: Path,
    /// The path to what it must stay in order with, where its list does not say it.
    group: Path,
}

/// Where the items are.
enum Place {
    /// The event is the list.
    Root,
    /// A member of the event is.
    List(&'static str),
    /// The members of a member of the event are, and their keys are groups.
    Lists(&'static str),
}

/// Keys from an item inwards; none for nothing.
type Path = &'static [&'static str];

/// An item and the list it is in.
pub(super) struct Listed {
    pub(super) list: u32,
    pub(super) item: Item,
}

/// All items of an event; `None` when it has too many.
pub(super) fn of(event: &Classified) -> Option<Vec<Listed>> {
    let Some(form) = form(event.trigger()) else { return Some(Vec::new()) };
    let mut reader = Reader { form, listed: Vec::new(), lists: 0 };
    // The event was scanned, or it has no root to say what it is.
    let walk = &mut Walk::at_value(event.raw().body());
    match reader.form.place {
        Place::Root => reader.read_list(walk, "", None),
        Place::List(key) => {
            reader.each_member(walk, key, |reader, walk, at| reader.read_list(walk, at, None));
        }
        Place::Lists(key) => {
            reader.each_member(walk, key, Reader::read_lists);
        }
    }
    Some(reader.listed).filter(|listed| listed.len() <= ITEMS_MAX as usize)
}

fn form(trigger: Trigger) -> Option<Form> {
    let records = Place::List("Records");
    let (place, id, group): (Place, Path, Path) = match trigger {
        Trigger::Sqs => (records, &["messageId"], &["attributes", "MessageGroupId"]),
        Trigger::Kinesis => (records, &["kinesis", "sequenceNumber"], &["eventID"]),
        Trigger::DynamoDb => (records, &["dynamodb", "SequenceNumber"], &[]),
        Trigger::Sns => (records, &["Sns", "MessageId"], &[]),
        Trigger::Ses => (records, &["ses", "mail", "messageId"], &[]),
        Trigger::CodeCommit => (records, &["eventId"], &[]),
        Trigger::S3 | Trigger::CloudFront => (records, &[], &[]),
        Trigger::Msk | Trigger::Kafka => (Place::Lists("records"), &["offset"], &[]),
        Trigger::RabbitMq => (Place::Lists("rmqMessagesByQueue"), &[], &[]),
        Trigger::ActiveMq => (Place::List("messages"), &["messageID"], &[]),
        Trigger::DocumentDb => (Place::List("events"), &["event", "_id", "_data"], &[]),
        Trigger::Firehose | Trigger::KinesisAnalytics => {
            (Place::List("records"), &["recordId"], &[])
        }
        Trigger::S3Batch => (Place::List("tasks"), &["taskId"], &[]),
        Trigger::Pipes => (Place::Root, &[], &[]),
        _ => return None,
    };
    Some(Form { place, id, group })
}

/// What a pipe's record may be known by: one of these, the first that it has.
const PIPE_IDS: [Path; 5] = [
    &["messageId"],
    &["sequenceNumber"],
    &["dynamodb", "SequenceNumber"],
    &["offset"],
    &["messageID"],
];

struct Reader {
    form: Form,
    listed: Vec<Listed>,
    lists: u32,
}

impl Reader {
    /// Reads each member of the event with this key: there may be two, and readers disagree on
    /// which wins.
    fn each_member<'a>(
        &mut self,
        walk: &mut Walk<'a>,
        wanted: &str,
        mut read: impl FnMut(&mut Self, &mut Walk<'a>, &str),
    ) {
        if !walk.step_into(Container::Object) {
            return;
        }
        while let Some(key) = walk.member() {
            if is(key, wanted) {
                read(self, walk, &format!("/{wanted}"));
            } else {
                walk.value();
            }
        }
    }

    fn read_lists(&mut self, walk: &mut Walk<'_>, at: &str) {
        if !walk.step_into(Container::Object) {
            walk.value();
            return;
        }
        while let Some(key) = walk.member() {
            let mut at = at.to_owned();
            push_key(&mut at, key);
            self.read_list(walk, &at, text(key).as_deref());
        }
    }

    fn read_list(&mut self, walk: &mut Walk<'_>, at: &str, group: Option<&str>) {
        if !walk.step_into(Container::Array) {
            walk.value();
            return;
        }
        self.lists = self.lists.saturating_add(1);
        let mut place = 0u32;
        while walk.element() {
            let start = walk.at();
            if self.listed.len() > ITEMS_MAX as usize {
                walk.value();
                continue;
            }
            let (id, own_group) = self.names(walk);
            let item = Item {
                index: u32::try_from(self.listed.len()).unwrap_or(u32::MAX),
                pointer: format!("{at}/{place}"),
                id,
                group: group.map(str::to_owned).or(own_group),
                span: start..walk.at(),
            };
            self.listed.push(Listed { list: self.lists, item });
            place = place.saturating_add(1);
        }
    }

    /// An item's id and group. The walk passes the item.
    fn names(&self, walk: &mut Walk<'_>) -> (Option<String>, Option<String>) {
        if let Place::Root = self.form.place {
            let ids = find(walk, PIPE_IDS);
            return (ids.into_iter().flatten().next(), None);
        }
        let [id, group] = find(walk, [self.form.id, self.form.group]);
        // Kinesis writes shard and sequence number: `shardId-000000000006:4959…`.
        let shard = |group: String| match group.split_once(':') {
            Some((shard, _)) if self.form.group == ["eventID"] => shard.to_owned(),
            _ => group,
        };
        (id, group.map(shard))
    }
}

/// The texts or numbers at the ends of several paths, found in one look; of two equal keys the
/// last. The walk passes the value.
fn find<const N: usize>(walk: &mut Walk<'_>, paths: [Path; N]) -> [Option<String>; N] {
    let mut found = [const { None }; N];
    if !walk.step_into(Container::Object) {
        walk.value();
        return found;
    }
    while let Some(key) = walk.member() {
        // The paths that go on here. No two go through one key and beyond it.
        let mut inner: [Path; N] = [&[]; N];
        let mut is_deeper = false;
        let value = *walk;
        for ((path, inner), found) in paths.iter().zip(&mut inner).zip(&mut found) {
            match path.split_first() {
                Some((wanted, [])) if is(key, wanted) => {
                    *found = text(between_quotes(value.clone().value()));
                }
                Some((wanted, rest)) if is(key, wanted) => {
                    *inner = rest;
                    is_deeper = true;
                }
                _ => {}
            }
        }
        if is_deeper {
            let deeper = find(walk, inner);
            for (found, deeper) in found.iter_mut().zip(deeper) {
                *found = deeper.or(found.take());
            }
        } else {
            walk.value();
        }
    }
    found
}

/// A scalar as text; none that is empty or longer than anything a service names an item by.
fn text(raw: &[u8]) -> Option<String> {
    if raw.is_empty()
        || raw.len() > 6 * TEXT_BYTES_MAX
        || matches!(raw, [b'{' | b'[', ..] | b"null")
    {
        return None;
    }
    let text = String::from_utf8(scan::unescape(raw)).ok()?;
    (!text.is_empty() && text.len() <= TEXT_BYTES_MAX).then_some(text)
}

fn between_quotes(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(json)
}

fn is(key: &[u8], wanted: &str) -> bool {
    key == wanted.as_bytes()
        || (key.contains(&b'\\')
            && key.len() <= 6 * wanted.len()
            && scan::unescape(key) == wanted.as_bytes())
}
