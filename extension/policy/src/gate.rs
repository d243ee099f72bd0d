//! What the events of a source are held against, ready for use.
use std::sync::Arc;

use tollgate_detect::Families;
use tollgate_schema::{Api, Schema};

use crate::auth::Auth;
use crate::ceilings::Ceilings;
use crate::checks::Setting;
use crate::options::TextKind;
use crate::sources::FieldPattern;

/// What the events of a source are held against. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    /// The families of attack that are looked for.
    pub(crate) families: Families,
    /// What checks do on this source's events, where that differs.
    pub(crate) settings: Vec<(&'static str, Setting)>,
    /// What is known of single fields; the first that matches counts.
    pub(crate) fields: Vec<FieldRule>,
    /// What each item's content must hold.
    pub(crate) schemas: Vec<Arc<Schema>>,
    /// What each HTTP request must fit.
    pub(crate) apis: Vec<Arc<Api>>,
    /// What the objects of S3 events must be.
    pub(crate) keys: Vec<KeyRule>,
    /// Who must have made them.
    pub(crate) auth: Auth,
    /// What one invocation may take.
    pub(crate) ceilings: Ceilings,
}

/// What is known of a field.
#[derive(Debug, Clone)]
pub(crate) struct FieldRule {
    pub(crate) at: FieldPattern,
    pub(crate) text: TextKind,
    /// None: the source's.
    pub(crate) families: Option<Families>,
    pub(crate) settings: Vec<(&'static str, Setting)>,
}

/// What an object must be.
#[derive(Debug, Clone)]
pub(crate) struct KeyRule {
    /// Holds the key as a JSON string.
    pub(crate) pattern: Option<Arc<Schema>>,
    /// In bytes.
    pub(crate) max_bytes: Option<u64>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            families: Families::LITERAL,
            settings: Vec::new(),
            fields: Vec::new(),
            schemas: Vec::new(),
            apis: Vec::new(),
            keys: Vec::new(),
            auth: Auth::default(),
            ceilings: Ceilings::default(),
        }
    }
}

impl Gate {
    /// What this source says of a check.
    pub(crate) fn setting(&self, id: &str) -> Option<Setting> {
        said(&self.settings, id)
    }

    /// What is known of the field at a pointer that starts at the item.
    pub(crate) fn field(&self, pointer: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|rule| rule.at.matches(pointer))
    }
}

impl FieldRule {
    /// What it says of a check.
    pub(crate) fn setting(&self, id: &str) -> Option<Setting> {
        said(&self.settings, id)
    }
}

fn said(settings: &[(&'static str, Setting)], id: &str) -> Option<Setting> {
    settings.iter().find(|(known, _)| *known == id).map(|(_, setting)| *setting)
}
