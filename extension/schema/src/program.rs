//! A compiled schema: rules that refer to each other by number.
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use crate::format::Format;
use crate::number::{Decimal, Unit};
use crate::pattern::Pattern;
use crate::tape::fingerprint;

/// A rule's number in its program.
pub(crate) type Id = usize;

/// Kinds of value, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u8);

/// All rules of a schema or an API document.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) rules: Vec<Rule>,
    /// For each resource (a document or an embedded `$id`), its dynamic anchors.
    pub(crate) anchors: Vec<HashMap<Box<str>, Id>>,
    /// Which types each rule can hold for.
    types: Vec<Types>,
}

/// One schema: everything that must hold of a value.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The resource it stands in.
    pub(crate) resource: usize,
    /// File and pointer.
    pub(crate) place: Box<str>,
    /// The boolean schema `false`.
    pub(crate) never: bool,
    pub(crate) types: Types,
    pub(crate) constants: Vec<Constants>,
    pub(crate) number: Option<Box<NumberRule>>,
    pub(crate) text: Option<Box<TextRule>>,
    pub(crate) list: Option<Box<ListRule>>,
    pub(crate) table: Option<Box<TableRule>>,
    pub(crate) applied: Vec<Applied>,
    pub(crate) unevaluated_items: Option<Id>,
    pub(crate) unevaluated_properties: Option<Id>,
    /// The value belongs to the answer only (`readOnly`).
    pub(crate) read_only: bool,
}

/// The values of `enum` or `const`.
#[derive(Debug)]
pub(crate) struct Constants {
    pub(crate) keyword: &'static str,
    /// Texts as they are, sorted.
    pub(crate) texts: Vec<Box<[u8]>>,
    /// Others in their canonical form, sorted.
    pub(crate) others: Vec<Box<[u8]>>,
}

/// Keywords of numbers.
#[derive(Debug, Default)]
pub(crate) struct NumberRule {
    pub(crate) minimum: Option<Decimal>,
    pub(crate) maximum: Option<Decimal>,
    pub(crate) exclusive_minimum: Option<Decimal>,
    pub(crate) exclusive_maximum: Option<Decimal>,
    pub(crate) multiple_of: Option<Unit>,
    pub(crate) format: Option<Format>,
}

/// Keywords of texts.
#[derive(Debug, Default)]
pub(crate) struct TextRule {
    pub(crate) min: u64,
    pub(crate) max: Option<u64>,
    pub(crate) pattern: Option<Arc<Pattern>>,
    pub(crate) format: Option<Format>,
}

/// Keywords of arrays.
#[derive(Debug, Default)]
pub(crate) struct ListRule {
    pub(crate) min: u64,
    pub(crate) max: Option<u64>,
    pub(crate) unique: bool,
    pub(crate) prefix: Vec<Id>,
    /// What all others must hold, and the keyword that says so.
    pub(crate) rest: Option<(Id, &'static str)>,
    pub(crate) contains: Option<Contains>,
}

/// `contains`, `minContains` and `maxContains`.
#[derive(Debug)]
pub(crate) struct Contains {
    pub(crate) rule: Id,
    pub(crate) min: u64,
    pub(crate) max: Option<u64>,
    /// Whether what it finds counts as evaluated.
    pub(crate) evaluates: bool,
}

/// Keywords of objects.
#[derive(Debug, Default)]
pub(crate) struct TableRule {
    pub(crate) min: u64,
    pub(crate) max: Option<u64>,
    /// Sorted by [`Known::order`].
    pub(crate) known: Vec<Known>,
    pub(crate) patterns: Vec<(Arc<Pattern>, Id)>,
    pub(crate) rest: Option<Id>,
    pub(crate) names: Option<Id>,
    pub(crate) requires: Vec<Requires>,
    pub(crate) dependent: Vec<(Box<str>, Id)>,
}

/// A member that needs others beside it.
#[derive(Debug)]
pub(crate) struct Requires {
    pub(crate) name: Box<str>,
    pub(crate) others: Vec<Box<str>>,
    /// `dependentRequired` or `dependencies`.
    pub(crate) keyword: &'static str,
}

/// A name of `properties` or `required`.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: Box<str>,
    pub(crate) rule: Option<Id>,
    /// Its place in `required`.
    pub(crate) required: Option<u32>,
    /// The name's fingerprint.
    pub(crate) print: u64,
}

impl Known {
    pub(crate) fn new(name: Box<str>, rule: Option<Id>, required: Option<u32>) -> Self {
        let print = fingerprint(name.as_bytes());
        Self { name, rule, required, print }
    }

    /// Where it stands to a key of this fingerprint.
    pub(crate) fn order(&self, print: u64, key: &[u8]) -> Ordering {
        self.print.cmp(&print).then_with(|| self.name.as_bytes().cmp(key))
    }
}

/// Keywords that apply other rules to the same value.
#[derive(Debug)]
pub(crate) enum Applied {
    Ref(Id),
    /// An anchor that is looked for in all resources on the way, or else this rule.
    Dynamic(Box<str>, Id),
    All(Vec<Id>),
    Any(Vec<Id>),
    One(Vec<Id>),
    Not(Id),
    If {
        test: Id,
        then: Option<Id>,
        otherwise: Option<Id>,
    },
}

impl Types {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOL: Self = Self(2);
    pub(crate) const WHOLE: Self = Self(4);
    pub(crate) const NUMBER: Self = Self(4 | 8);
    pub(crate) const TEXT: Self = Self(16);
    pub(crate) const LIST: Self = Self(32);
    pub(crate) const TABLE: Self = Self(64);
    pub(crate) const ANY: Self = Self(127);

    /// The type of a name, such as `integer`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "null" => Some(Self::NULL),
            "boolean" => Some(Self::BOOL),
            "integer" => Some(Self::WHOLE),
            "number" => Some(Self::NUMBER),
            "string" => Some(Self::TEXT),
            "array" => Some(Self::LIST),
            "object" => Some(Self::TABLE),
            _ => None,
        }
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Rule {
    /// A rule that always holds.
    pub(crate) fn new(resource: usize, place: String) -> Self {
        Self {
            resource,
            place: place.into(),
            never: false,
            types: Types::ANY,
            constants: Vec::new(),
            number: None,
            text: None,
            list: None,
            table: None,
            applied: Vec::new(),
            unevaluated_items: None,
            unevaluated_properties: None,
            read_only: false,
        }
    }
}

impl Program {
    pub(crate) fn new(rules: Vec<Rule>, anchors: Vec<HashMap<Box<str>, Id>>) -> Self {
        Self { rules, anchors, types: Vec::new() }
    }

    pub(crate) fn rule(&self, id: Id) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// Which types a rule can hold for, as far as its keywords and those it refers to tell.
    pub(crate) fn types_of(&self, id: Id) -> Types {
        self.types.get(id).copied().unwrap_or(Types::ANY)
    }

    /// Learns the types of all rules; `order` has each after those it applies.
    pub(crate) fn learn_types(&mut self, order: &[Id]) {
        self.types = vec![Types::ANY; self.rules.len()];
        for id in order {
            let types = self.rule(*id).map_or(Types::ANY, |rule| self.types_by_rule(rule));
            if let Some(slot) = self.types.get_mut(*id) {
                *slot = types;
            }
        }
    }

    fn types_by_rule(&self, rule: &Rule) -> Types {
        let mut types = if rule.never { Types::NONE } else { rule.types };
        for applied in &rule.applied {
            types = match applied {
                Applied::Ref(id) => types.and(self.types_of(*id)),
                Applied::All(ids) => {
                    ids.iter().fold(types, |types, id| types.and(self.types_of(*id)))
                }
                Applied::Any(ids) | Applied::One(ids) => {
                    let any = ids.iter().fold(Types::NONE, |any, id| any.or(self.types_of(*id)));
                    types.and(any)
                }
                Applied::Dynamic(..) | Applied::Not(_) | Applied::If { .. } => types,
            };
        }
        types
    }

    /// The first of a rule and those it applies to the same value that gives something.
    pub(crate) fn find<'p, T>(&'p self, id: Id, pick: impl Fn(&'p Rule) -> Option<T>) -> Option<T> {
        let mut open = vec![id];
        let mut at = 0;
        while let Some(rule) = open.get(at).and_then(|id| self.rule(*id)) {
            if let Some(found) = pick(rule) {
                return Some(found);
            }
            for applied in &rule.applied {
                let ids = match applied {
                    Applied::Ref(id) | Applied::Dynamic(_, id) => std::slice::from_ref(id),
                    Applied::All(ids) | Applied::Any(ids) | Applied::One(ids) => ids,
                    Applied::Not(_) | Applied::If { .. } => &[],
                };
                for id in ids {
                    if open.len() < RULES_FOUND_MAX && !open.contains(id) {
                        open.push(*id);
                    }
                }
            }
            at += 1;
        }
        None
    }

    /// The rules that a rule applies to the same value.
    pub(crate) fn in_place(&self, id: Id) -> Vec<Id> {
        let Some(rule) = self.rule(id) else { return Vec::new() };
        let mut ids = Vec::new();
        for applied in &rule.applied {
            match applied {
                Applied::Ref(id) | Applied::Not(id) => ids.push(*id),
                // Where it leads is only known while checking.
                Applied::Dynamic(..) => {}
                Applied::All(all) | Applied::Any(all) | Applied::One(all) => ids.extend(all),
                Applied::If { test, then, otherwise } => {
                    ids.extend([Some(*test), *then, *otherwise].into_iter().flatten());
                }
            }
        }
        ids.extend(rule.table.iter().flat_map(|table| table.dependent.iter().map(|(_, id)| *id)));
        ids
    }
}

/// How many rules are looked at to learn what a rule is about.
const RULES_FOUND_MAX: usize = 64;
