//! Fields of which the owner says what they are: their texts, looked up in a content.
mod strings;

use std::borrow::Cow;
use std::collections::HashSet;

use tollgate_detect::{Families, Finding, Role};
use tollgate_event::{Content, Media};

use crate::checks::Setting;
use crate::gate::{FieldRule, Gate};
use crate::options::TextKind;
use strings::each_string;

/// What is known of the fields of one content.
pub(super) struct Fields<'g> {
    gate: &'g Gate,
    /// Where the content starts, from its item on.
    base: String,
    texts: Vec<FieldText>,
    places: HashSet<String>,
}

/// The text of a field that is inspected by itself.
pub(super) struct FieldText {
    /// From the content on.
    pub(super) at: String,
    pub(super) bytes: Vec<u8>,
    pub(super) role: Role,
    pub(super) families: Option<Families>,
}

impl<'g> Fields<'g> {
    /// Looks for the fields of a content whose item stands at `item`.
    pub(super) fn of(gate: &'g Gate, content: &Content<'_>, item: &str) -> Self {
        let (texts, places) = (Vec::new(), HashSet::new());
        if gate.fields.is_empty() {
            return Self { gate, base: String::new(), texts, places };
        }
        let pointer = content.pointer.to_string();
        let base = pointer.strip_prefix(item).unwrap_or(&pointer).to_owned();
        let mut fields = Self { gate, base, texts, places };
        match content.media {
            Media::Json => each_string(content.bytes, &mut |at, text| fields.take(at, text)),
            _ => fields.take("", content.bytes),
        }
        fields
    }

    fn take(&mut self, at: &str, text: &[u8]) {
        let Some(field) = self.rule(at) else { return };
        if field.text == TextKind::Value && field.families.is_none() {
            return;
        }
        let role = match field.text {
            TextKind::Value => Role::Value,
            TextKind::Free => Role::FreeText,
            TextKind::Model => Role::ModelInput,
        };
        let (at, bytes, families) = (at.to_owned(), text.to_vec(), field.families);
        self.places.insert(at.clone());
        self.texts.push(FieldText { at, bytes, role, families });
    }

    /// Whether the text at this place is inspected by itself.
    pub(super) fn own(&self, at: &str) -> bool {
        self.places.contains(at)
    }

    /// The texts that are inspected by themselves.
    pub(super) fn texts(&self) -> &[FieldText] {
        &self.texts
    }

    /// What the field says of the detector.
    pub(super) fn setting(&self, finding: &Finding) -> Option<Setting> {
        self.rule(&finding.at)?.setting(finding.family.check())
    }

    fn rule(&self, at: &str) -> Option<&'g FieldRule> {
        if self.gate.fields.is_empty() {
            return None;
        }
        self.gate.field(&format!("{}{at}", self.base))
    }
}

/// A content as JSON: as it is, or as a string.
pub(super) fn as_json<'c>(content: &'c Content<'_>) -> Cow<'c, [u8]> {
    if content.media == Media::Json {
        return Cow::Borrowed(content.bytes);
    }
    let text = String::from_utf8_lossy(content.bytes);
    Cow::Owned(serde_json::Value::from(text).to_string().into_bytes())
}
