//! From text to policies.
mod expression;
mod policy;
mod text;

use std::sync::Arc;

use crate::ast::Policy;
use crate::defect::Defect;
use crate::limits;
use crate::token::{self, Kind, Token};
use crate::value::Uid;

/// Words that cannot name anything.
const RESERVED: [&str; 10] =
    ["true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"];

/// Reads the policies of one file, which may have none. `expressions` counts what the set holds
/// already.
pub(crate) fn policies(
    file: &str,
    text: &str,
    expressions: &mut usize,
) -> Result<Vec<Policy>, Defect> {
    if text.len() > limits::TEXT_BYTES_MAX {
        let message = format!("larger than {} bytes", limits::TEXT_BYTES_MAX);
        return Err(Defect::at(file, text, 0, message));
    }
    let tokens = token::read(text).map_err(|(at, why)| Defect::at(file, text, at, why))?;
    let mut parser = Parser { tokens: &tokens, depth: 0, expressions };
    let mut policies = Vec::new();
    while parser.peek() != Kind::End {
        let number = policies.len() + 1;
        match parser.policy(&format!("{file}#{number}")) {
            Ok(policy) => policies.push(policy),
            Err(wrong) => return Err(Defect::at(file, text, wrong.at, wrong.message)),
        }
    }
    Ok(policies)
}

/// What is wrong, and where in bytes.
#[derive(Debug)]
struct Wrong {
    at: usize,
    message: String,
}

type Parsed<T> = Result<T, Wrong>;

/// The tokens that are left; the last one is the end.
struct Parser<'t, 'a> {
    tokens: &'t [Token<'a>],
    depth: usize,
    expressions: &'t mut usize,
}

impl<'a> Parser<'_, 'a> {
    fn peek(&self) -> Kind<'a> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Kind<'a> {
        self.tokens.get(ahead).map_or(Kind::End, |token| token.kind)
    }

    fn step(&mut self) {
        // The end stays.
        if let [_, rest @ ..] = self.tokens
            && !rest.is_empty()
        {
            self.tokens = rest;
        }
    }

    fn at(&self) -> usize {
        self.tokens.first().map_or(0, |token| token.at)
    }

    fn wrong<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(Wrong { at: self.at(), message: message.into() })
    }

    fn expected<T>(&self, what: &str) -> Parsed<T> {
        let found = match self.peek() {
            Kind::Word(word) => format!("`{word}`"),
            Kind::Number(number) => format!("`{number}`"),
            Kind::Text(_) => "a text".to_owned(),
            Kind::Slot(slot) => {
                return self.wrong(format!("`{slot}`: templates cannot be used here"));
            }
            Kind::Mark(mark) => format!("`{mark}`"),
            Kind::End => "the end".to_owned(),
        };
        self.wrong(format!("expected {what}, found {found}"))
    }

    /// Whether this mark stands here; steps over it.
    fn takes(&mut self, mark: &'static str) -> bool {
        let is = self.peek() == Kind::Mark(mark);
        if is {
            self.step();
        }
        is
    }

    /// Whether this word stands here; steps over it.
    fn takes_word(&mut self, word: &str) -> bool {
        let is = self.peek() == Kind::Word(word);
        if is {
            self.step();
        }
        is
    }

    fn mark(&mut self, mark: &'static str) -> Parsed<()> {
        if self.takes(mark) { Ok(()) } else { self.expected(&format!("`{mark}`")) }
    }

    /// A list up to its closing mark; a comma may follow the last element.
    fn list<T>(
        &mut self,
        close: &'static str,
        mut element: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut elements = Vec::new();
        while !self.takes(close) {
            elements.push(element(self)?);
            if !self.takes(",") {
                self.mark(close)?;
                break;
            }
        }
        Ok(elements)
    }

    /// A name that is not reserved.
    fn name(&mut self) -> Parsed<&'a str> {
        match self.peek() {
            Kind::Word(word) if RESERVED.contains(&word) => {
                self.wrong(format!("`{word}` is reserved"))
            }
            Kind::Word(word) => {
                self.step();
                Ok(word)
            }
            _ => self.expected("a name"),
        }
    }

    /// A text, unescaped.
    fn text(&mut self) -> Parsed<Arc<str>> {
        let Kind::Text(raw) = self.peek() else { return self.expected("a text") };
        let Some(text) = text::unescape(raw) else {
            return self.wrong("this text has an escape that there is not");
        };
        self.step();
        Ok(text.into())
    }

    /// A type with its namespaces: `A::B`.
    fn type_name(&mut self) -> Parsed<String> {
        let mut path = self.name()?.to_owned();
        while self.peek() == Kind::Mark("::") && !matches!(self.peek_at(1), Kind::Text(_)) {
            self.step();
            path.push_str("::");
            path.push_str(self.name()?);
        }
        Ok(path)
    }

    /// The name of an entity: `A::B::"id"`.
    fn entity(&mut self) -> Parsed<Uid> {
        let kind = self.type_name()?;
        self.mark("::")?;
        Ok(Uid::new(kind, self.text()?))
    }
}
