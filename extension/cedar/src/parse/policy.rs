//! One policy: its annotations, its head and its conditions.
use std::sync::Arc;

use super::{Parsed, Parser};
use crate::ast::{Effect, Expr, Policy, Scope};
use crate::token::Kind;
use crate::value::Uid;

impl Parser<'_, '_> {
    /// A policy, called `id` unless its annotation `@id` says otherwise.
    pub(super) fn policy(&mut self, id: &str) -> Parsed<Policy> {
        let named = self.annotations()?;
        let effect = match self.peek() {
            Kind::Word("permit") => Effect::Permit,
            Kind::Word("forbid") => Effect::Forbid,
            _ => return self.expected("`permit` or `forbid`"),
        };
        self.step();
        self.mark("(")?;
        let principal = self.scope("principal")?;
        self.mark(",")?;
        let action = self.action()?;
        self.mark(",")?;
        let resource = self.scope("resource")?;
        self.takes(",");
        self.mark(")")?;
        let mut conditions = Vec::new();
        while !self.takes(";") {
            conditions.push(self.condition()?);
        }
        let id = named.unwrap_or_else(|| id.into());
        Ok(Policy { id, effect, principal, action, resource, conditions })
    }

    /// The value of `@id`, if there is one. Other annotations mean nothing here.
    fn annotations(&mut self) -> Parsed<Option<Arc<str>>> {
        let mut keys: Vec<&str> = Vec::new();
        let mut id = None;
        while self.takes("@") {
            let Kind::Word(key) = self.peek() else { return self.expected("an annotation's name") };
            if keys.contains(&key) {
                return self.wrong(format!("the annotation `@{key}` stands here twice"));
            }
            keys.push(key);
            self.step();
            let value = if self.takes("(") {
                let value = self.text()?;
                self.mark(")")?;
                value
            } else {
                "".into()
            };
            if key == "id" && !value.is_empty() {
                id = Some(value);
            }
        }
        Ok(id)
    }

    fn scope(&mut self, variable: &'static str) -> Parsed<Scope> {
        if !self.takes_word(variable) {
            return self.expected(&format!("`{variable}`"));
        }
        if self.takes("==") {
            return self.bare_entity().map(Scope::Equal);
        }
        if self.takes_word("in") {
            return self.bare_entity().map(Scope::In);
        }
        if !self.takes_word("is") {
            return Ok(Scope::Any);
        }
        let kind = self.type_name()?.into();
        if self.takes_word("in") {
            return Ok(Scope::IsIn(kind, self.bare_entity()?));
        }
        Ok(Scope::Is(kind))
    }

    fn action(&mut self) -> Parsed<Scope> {
        if !self.takes_word("action") {
            return self.expected("`action`");
        }
        if self.takes("==") {
            return self.action_entity().map(Scope::Equal);
        }
        if !self.takes_word("in") {
            return Ok(Scope::Any);
        }
        self.brackets(|parser| {
            if parser.takes("[") {
                return parser.list("]", Self::action_entity).map(Scope::InAny);
            }
            parser.action_entity().map(Scope::In)
        })
    }

    /// An entity; brackets around it mean nothing.
    fn bare_entity(&mut self) -> Parsed<Uid> {
        self.brackets(Self::entity)
    }

    fn brackets<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let mut open = 0;
        while self.takes("(") {
            open += 1;
        }
        let inner = inner(self)?;
        (0..open).try_for_each(|_| self.mark(")"))?;
        Ok(inner)
    }

    fn action_entity(&mut self) -> Parsed<Uid> {
        let at = self.at();
        let uid = self.bare_entity()?;
        if uid.kind() == "Action" || uid.kind().ends_with("::Action") {
            return Ok(uid);
        }
        let message =
            format!("expected an entity of the type `Action`, found one of `{}`", uid.kind());
        Err(super::Wrong { at, message })
    }

    fn condition(&mut self) -> Parsed<Expr> {
        let negated = match self.peek() {
            Kind::Word("when") => false,
            Kind::Word("unless") => true,
            _ => return self.expected("`when`, `unless` or `;`"),
        };
        self.step();
        self.mark("{")?;
        let expression = self.expression()?;
        self.mark("}")?;
        Ok(if negated { Expr::Not(Box::new(expression)) } else { expression })
    }
}
