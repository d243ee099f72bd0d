//! Values, and what belongs to them: attributes, methods, functions.
use std::sync::Arc;

use super::super::{Parsed, Parser, Wrong};
use crate::ast::{Access, Expr, Method, Variable};
use crate::eval;
use crate::extension::Function;
use crate::token::Kind;
use crate::value::Value;

impl Parser<'_, '_> {
    pub(super) fn member(&mut self) -> Parsed<Expr> {
        let value = self.primary()?;
        let mut steps = Vec::new();
        loop {
            if self.takes(".") {
                steps.push(self.access()?);
            } else if self.takes("[") {
                steps.push(Access::Attribute(self.text()?));
                self.mark("]")?;
            } else if steps.is_empty() {
                return Ok(value);
            } else {
                return Ok(Expr::Member(Box::new(value), steps));
            }
        }
    }

    /// What stands behind a point.
    fn access(&mut self) -> Parsed<Access> {
        let at = self.at();
        let name = self.name()?;
        if !self.takes("(") {
            return Ok(Access::Attribute(name.into()));
        }
        let mut arguments = self.list(")", Self::expression)?;
        let method = match name {
            "contains" => Method::Contains,
            "containsAll" => Method::ContainsAll,
            "containsAny" => Method::ContainsAny,
            "getTag" => Method::GetTag,
            "hasTag" => Method::HasTag,
            "isEmpty" if arguments.is_empty() => return Ok(Access::IsEmpty),
            "isEmpty" => return arity(at, name, 0),
            _ => {
                let Some(function) = Function::method(name) else {
                    return Err(Wrong { at, message: format!("there is no method `{name}`") });
                };
                return Ok(Access::Call(function, arguments));
            }
        };
        match (arguments.pop(), arguments.is_empty()) {
            (Some(argument), true) => Ok(Access::Method(method, argument)),
            _ => arity(at, name, 1),
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        self.count()?;
        match self.peek() {
            Kind::Number(_) => self.number(false),
            Kind::Text(_) => Ok(Expr::Constant(Value::Text(self.text()?))),
            Kind::Mark("(") => {
                self.step();
                let inner = self.expression()?;
                self.mark(")")?;
                Ok(inner)
            }
            Kind::Mark("[") => {
                self.step();
                let elements = self.list("]", Self::expression)?;
                Ok(eval::fold(Expr::Set(elements)))
            }
            Kind::Mark("{") => {
                self.step();
                self.record()
            }
            Kind::Word(word) => self.word(word),
            _ => self.expected("a value"),
        }
    }

    fn record(&mut self) -> Parsed<Expr> {
        let mut members: Vec<(Arc<str>, Expr)> = self.list("}", |parser| {
            let key = match parser.peek() {
                Kind::Text(_) => parser.text()?,
                _ => parser.name()?.into(),
            };
            parser.mark(":")?;
            Ok((key, parser.expression()?))
        })?;
        tollgate_order::sort_by(&mut members, |a, b| a.0.cmp(&b.0));
        let twice = members.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0));
        if twice {
            return self.wrong("a key stands in this record twice");
        }
        Ok(eval::fold(Expr::Record(members)))
    }

    /// A constant, a variable, a function or an entity.
    fn word(&mut self, word: &str) -> Parsed<Expr> {
        let variable = match word {
            "true" | "false" => {
                self.step();
                return Ok(Expr::Constant(Value::Bool(word == "true")));
            }
            _ if self.peek_at(1) == Kind::Mark("::") => {
                return Ok(Expr::Constant(Value::Entity(self.entity()?)));
            }
            "principal" => Variable::Principal,
            "action" => Variable::Action,
            "resource" => Variable::Resource,
            "context" => Variable::Context,
            _ => return self.call(),
        };
        self.step();
        Ok(Expr::Variable(variable))
    }

    fn call(&mut self) -> Parsed<Expr> {
        let at = self.at();
        let name = self.name()?;
        let Some(function) = Function::free(name) else {
            let what = if self.peek() == Kind::Mark("(") { "function" } else { "variable" };
            let message = format!("there is no {what} `{name}`");
            return Err(Wrong { at, message });
        };
        self.mark("(")?;
        let arguments = self.list(")", Self::expression)?;
        Ok(eval::fold(Expr::Call(function, arguments)))
    }
}

fn arity<T>(at: usize, name: &str, takes: usize) -> Parsed<T> {
    Err(Wrong { at, message: format!("`{name}` takes {takes} arguments") })
}
