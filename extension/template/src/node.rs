//! The values of a template, each with its place.
use std::ops::Range;
use std::sync::Arc;

use crate::intrinsic;

/// A value of a template. Short intrinsics (`!Sub`) stand in their long form (`Fn::Sub`).
#[derive(Debug, Clone)]
pub struct Node {
    /// Its bytes in the text: of containers from their first bracket, key or dash on.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub style: Style,
    /// How many values it holds, itself included, with aliases expanded.
    pub(crate) size: usize,
}

/// The kinds of value.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A text, number, truth value or null; `plain` when it stands without quotes.
    Scalar {
        /// Its value.
        text: String,
        /// Whether it stands without quotes, so that it may be a number, `true` or `null`.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Arc<Node>>),
    /// A mapping, in the order it was written.
    Table(Vec<Member>),
}

/// A member of a mapping.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name.
    pub key: String,
    /// The bytes of its name in the text.
    pub key_span: Range<usize>,
    /// Its value.
    pub value: Arc<Node>,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// By indentation.
    Block,
    /// In brackets, as in JSON.
    Flow,
    /// A scalar.
    Scalar,
    /// By an alias (`*name`), so that it stands elsewhere.
    Alias,
    /// A short intrinsic such as `!Ref Name`, around the value that was written.
    Short,
}

impl Node {
    /// The value of a member; what `<<` merges counts where the mapping itself has none.
    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        self.member(key).map(|member| &member.value).or_else(|| {
            let merged = self.members().iter().find(|member| member.key == "<<")?;
            match &merged.value.kind {
                Kind::List(all) => all.iter().find_map(|one| one.get(key)),
                _ => merged.value.get(key),
            }
        })
    }

    /// The value below several members.
    pub fn at(&self, path: &[&str]) -> Option<&Arc<Node>> {
        let (first, rest) = path.split_first()?;
        let below = self.get(first)?;
        if rest.is_empty() { Some(below) } else { below.at(rest) }
    }

    /// A member that the mapping itself has.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    /// The members of a mapping; none of anything else, intrinsics included only as mappings.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Table(members) => members,
            _ => &[],
        }
    }

    /// The elements of a sequence; none of anything else.
    pub fn elements(&self) -> &[Arc<Node>] {
        match &self.kind {
            Kind::List(elements) => elements,
            _ => &[],
        }
    }

    /// The elements of a sequence, or the value alone: IAM takes either.
    pub fn one_or_more(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::List(elements) => elements.iter().map(Arc::as_ref).collect(),
            _ => vec![self],
        }
    }

    /// A scalar as it is read.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// A number, quoted or not: CloudFormation takes either.
    pub fn number(&self) -> Option<u64> {
        self.text()?.parse().ok()
    }

    /// A truth value, quoted or not.
    pub fn truth(&self) -> Option<bool> {
        match self.text()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// The word that a scalar without quotes is written as; a value that is left out has none.
    pub(crate) fn word<'t>(&self, text: &'t str) -> &'t str {
        let written = text.get(self.span.clone()).unwrap_or_default();
        match &self.kind {
            Kind::Scalar { text, plain: true } if text == written => written,
            _ => "",
        }
    }

    /// Whether nothing stands there.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The intrinsic that the value is, and its argument.
    pub fn intrinsic(&self) -> Option<(&str, &Arc<Node>)> {
        match &self.kind {
            Kind::Table(members) => match members.as_slice() {
                [one] if intrinsic::is_one(&one.key) => Some((one.key.as_str(), &one.value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The logical id that the value refers to, by `Ref`, `Fn::GetAtt`, or a `Fn::Sub` of nothing else.
    pub fn refers_to(&self) -> Option<&str> {
        let (name, argument) = self.intrinsic()?;
        match name {
            "Ref" => argument.text(),
            "Fn::GetAtt" => match argument.elements() {
                [first, ..] => first.text(),
                [] => argument.text()?.split('.').next(),
            },
            "Fn::Sub" => {
                let inner = argument.text()?.strip_prefix("${")?.strip_suffix('}')?;
                let id = inner.split('.').next()?;
                id.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(id)
            }
            _ => None,
        }
    }

    /// The first scalar or intrinsic's text in it, for messages: `arn:…`, `Ref Name`.
    pub fn in_words(&self) -> String {
        match (&self.kind, self.intrinsic()) {
            (_, Some((name, argument))) => format!("{name} {}", argument.in_words()),
            (Kind::Scalar { text, .. }, None) => text.clone(),
            (Kind::List(all), None) => {
                all.iter().map(|one| one.in_words()).collect::<Vec<_>>().join(".")
            }
            (Kind::Table(_), None) => "a mapping".to_owned(),
        }
    }

    /// Calls `look` for the value and every value in it, depth first.
    pub fn walk<'n>(&'n self, look: &mut dyn FnMut(&'n Node)) {
        look(self);
        match &self.kind {
            Kind::Scalar { .. } => {}
            Kind::List(all) => all.iter().for_each(|one| one.walk(look)),
            Kind::Table(members) => members.iter().for_each(|member| member.value.walk(look)),
        }
    }
}
