//! Holds what an event carries against its gate: detectors and schemas, content by content.
mod fields;
mod hits;
mod object;
mod request;

use std::collections::HashSet;

use tollgate_detect::{
    Confidence, Exhausted, Families, Family, Finding, Role, Work, inspect_form, inspect_json,
    inspect_multipart, inspect_text,
};
use tollgate_event::{Classified, Content, ENVELOPE, Fault, Features, Item, Media, Part, Trigger};

use crate::checks::{self, Check, Setting};
use crate::gate::Gate;
use crate::policy::Policy;
use crate::sources::SourceRule;
use fields::Fields;
pub(crate) use hits::Hit;
use hits::Hits;
use request::Inquiry;

/// What was seen in an event's content.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) hits: Vec<Hit>,
    /// What detectors saw and were not sure of.
    pub(crate) near_misses: u32,
    /// The paths and types of its payloads, where the policy asks how far an event is trusted.
    pub(crate) features: Vec<u64>,
}

/// Everything that fires on the content of an event: each check once an item, in the order of the
/// check table.
pub(crate) fn inspect(event: &Classified, policy: &Policy, source: Option<&SourceRule>) -> Seen {
    let gate = policy.gate_of(source);
    let mut inspector = Inspector {
        policy,
        gate,
        trigger: event.trigger(),
        items: event.batch(),
        work: Work::new(policy.scan_work),
        exhausted: false,
        held: HashSet::new(),
        inquiry: Inquiry::new(gate, event),
        hits: Hits::default(),
        near_misses: 0,
        outline: policy.trust.map(|_| Features::of(event.trigger().as_str())),
    };
    if Check::find(ENVELOPE).is_some_and(|it| policy.setting_at(it, source) != Setting::Off) {
        inspector.faults(event.envelope_faults());
    }
    let faults = tollgate_event::open(event, &policy.caps, &mut |content| {
        inspector.content(content);
    });
    inspector.faults(faults);
    inspector.hold_rest(event);
    object::inspect(event, gate, &inspector.items, &mut inspector.hits);
    inspector.inquiry.finish(&mut inspector.hits);
    Seen {
        near_misses: inspector.near_misses,
        features: inspector.outline.map(Features::finish).unwrap_or_default(),
        hits: inspector.hits.finish(),
    }
}

struct Inspector<'a> {
    policy: &'a Policy,
    gate: &'a Gate,
    trigger: Trigger,
    items: Vec<Item>,
    work: Work,
    exhausted: bool,
    /// The items of which some content was held against the schemas.
    held: HashSet<Option<u32>>,
    /// What an API description asks of the request.
    inquiry: Inquiry<'a>,
    hits: Hits,
    near_misses: u32,
    outline: Option<Features>,
}

impl Inspector<'_> {
    /// What could not be opened, or is not formed as the service does; each belongs to the item
    /// that it lies in.
    fn faults(&mut self, faults: Vec<Fault>) {
        for Fault { check, at, detail } in faults {
            let item = self.items.iter().find(|item| item.holds(&at)).map(|item| item.index);
            self.hits.add(Hit::new(check, item, at, detail));
        }
    }

    fn content(&mut self, content: &Content<'_>) {
        if !self.exhausted && self.detect(content).is_err() {
            self.exhausted = true;
            let detail = format!("more than {} steps", self.policy.scan_work);
            self.hits.add(Hit::new(
                checks::SCAN,
                content.item,
                content.pointer.to_string(),
                detail,
            ));
        }
        self.inquiry.add(content);
        if is_payload(self.trigger, content.part) {
            if let Some(outline) = &mut self.outline {
                outline.add(content.part.as_str(), content.media, content.bytes);
            }
            self.hold(content);
        }
        if content.part == Part::Key {
            self.key(content);
        }
    }

    /// Asks the detectors.
    fn detect(&mut self, content: &Content<'_>) -> Result<(), Exhausted> {
        let families = self.gate.families;
        let fields = Fields::of(self.gate, content, self.item_pointer(content));
        let mut found = Vec::new();
        let outcome = look(content, families, &mut self.work, &mut |finding| found.push(finding));
        for finding in found {
            if !fields.own(&finding.at) {
                self.fire(content, &finding, fields.setting(&finding));
            }
        }
        outcome?;
        for text in fields.texts() {
            let (role, families) = (text.role, text.families.unwrap_or(families));
            let mut found = Vec::new();
            let mut keep = |finding: Finding| found.push(finding);
            let outcome = inspect_text(&text.bytes, role, families, &mut self.work, &mut keep);
            for finding in found {
                let finding = Finding { at: text.at.clone(), ..finding };
                self.fire(content, &finding, fields.setting(&finding));
            }
            outcome?;
        }
        Ok(())
    }

    /// A detector fires, unless it is not sure: what is seen in good traffic too is no check.
    fn fire(&mut self, content: &Content<'_>, finding: &Finding, setting: Option<Setting>) {
        if finding.confidence == Confidence::Low {
            self.near_misses = self.near_misses.saturating_add(1);
            return;
        }
        let at = format!("{}{}", content.pointer, finding.at);
        let detail = format!("{}, {} confidence", finding.technique, finding.confidence.as_str());
        let hit = Hit::new(finding.family.check(), content.item, at, detail);
        self.hits.add(Hit { setting, ..hit });
    }

    /// Holds a content against the schemas.
    fn hold(&mut self, content: &Content<'_>) {
        if self.gate.schemas.is_empty() {
            return;
        }
        self.held.insert(content.item);
        let (size, limit) = (content.bytes.len() as u64, self.policy.schema_bytes);
        let pointer = content.pointer.to_string();
        if size > limit {
            let detail = format!("{size} bytes; the limit is {limit}");
            self.hits.add(Hit::new(checks::SCHEMA_BYTES, content.item, pointer, detail));
            return;
        }
        let json = fields::as_json(content);
        for schema in &self.gate.schemas {
            if let Err(violation) = schema.check(&json) {
                let at = format!("{pointer}{}", violation.at);
                let check = if violation.is_limit() { checks::SCAN } else { checks::BODY };
                let detail = format!("`{}` of `{}`", violation.keyword, violation.schema_at);
                self.hits.add(Hit::new(check, content.item, at, detail));
            }
        }
    }

    /// What has nothing that could be held against a schema does not hold it: otherwise another
    /// shape would be a way around it. Requests whose method has no body are no such thing.
    fn hold_rest(&mut self, event: &Classified) {
        if self.gate.schemas.is_empty() || has_no_body(event) {
            return;
        }
        let pointers = self.items.iter().map(|item| (Some(item.index), item.pointer.clone()));
        let whole = self.items.is_empty().then(|| (None, String::new()));
        for (item, at) in pointers.chain(whole) {
            if !self.held.contains(&item) {
                let detail = "nothing in it that the schema could be for".to_owned();
                self.hits.add(Hit::new(checks::BODY, item, at, detail));
            }
        }
    }

    /// Holds an object's key against its pattern.
    fn key(&mut self, content: &Content<'_>) {
        let patterns = self.gate.keys.iter().filter_map(|rule| rule.pattern.as_ref());
        for pattern in patterns {
            if pattern.check(&fields::as_json(content)).is_err() {
                let at = content.pointer.to_string();
                self.hits.add(Hit::new(checks::KEY, content.item, at, "`key.pattern`".to_owned()));
            }
        }
    }

    fn item_pointer(&self, content: &Content<'_>) -> &str {
        let item = content.item.and_then(|item| self.items.get(item as usize));
        item.map_or("", |item| &item.pointer)
    }
}

/// Asks the detectors about one content, as what it is.
fn look(
    content: &Content<'_>,
    families: Families,
    work: &mut Work,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    if let Some(name) = content.name {
        inspect_text(name.as_bytes(), Role::Key, families, work, found)?;
    }
    let bytes = content.bytes;
    match content.media {
        Media::Json => inspect_json(bytes, families, work, found),
        Media::Form => inspect_form(bytes, families, work, found),
        Media::Multipart => inspect_multipart(bytes, families, work, found),
        // Of bytes that are no text, only their own magic says something.
        Media::Binary => {
            let magic: Families = [Family::Deserialize].into_iter().collect();
            inspect_text(bytes, Role::Value, families.and(magic), work, found)
        }
        _ => inspect_text(bytes, role(content.part), families, work, found),
    }
}

fn role(part: Part) -> Role {
    match part {
        Part::Path => Role::Path,
        Part::Header | Part::OtherHeader | Part::Cookie => Role::Header,
        Part::Key => Role::FileName,
        _ => Role::Value,
    }
}

/// Whether it is a request by a method that gives content no meaning (RFC 9110, section 9.3).
fn has_no_body(event: &Classified) -> bool {
    let method = event.assertions().route.as_ref().and_then(|route| route.method.as_deref());
    matches!(method, Some("GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE"))
}

/// What `schema` is held against.
fn is_payload(trigger: Trigger, part: Part) -> bool {
    let of_objects = matches!(trigger, Trigger::S3 | Trigger::S3Batch | Trigger::S3ObjectLambda);
    matches!(
        part,
        Part::Body
            | Part::Message
            | Part::Detail
            | Part::Data
            | Part::NewImage
            | Part::OldImage
            | Part::Input
    ) || (of_objects && part == Part::Key)
}

#[cfg(test)]
mod tests;
