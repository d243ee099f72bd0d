//! Operands of SQL expressions and comparisons between them.
use super::token::{Gap, Kind};
use super::view::{View, is_quote};
use super::word::Word;

/// What an operand is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A number, a string, `null`, `true`.
    Literal,
    /// A string that the text does not close: what comes after it does.
    Unclosed,
    /// A column, or anything that looks like a name.
    Name,
    /// A call of a function that databases have, or a variable of theirs.
    Known,
    /// A call of another function.
    Call,
    /// A statement in parentheses.
    Select,
}

/// An operand and where it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand {
    pub next: usize,
    pub shape: Shape,
}

/// How much a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Two names.
    Names,
    /// A name and a literal.
    Column,
    /// Nobody writes it but to get a known answer: literals, database functions, sub-selects.
    Certain,
}

/// A comparison and where it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    pub next: usize,
    pub weight: Weight,
    pub unclosed: bool,
}

/// Strings are read up to so many tokens.
const STRING_TOKENS_MAX: usize = 40;
/// Arguments of a function are read up to so many tokens.
const ARGUMENT_TOKENS_MAX: usize = 48;
/// Prefixes of an operand: signs, `not`, parentheses.
const PREFIXES_MAX: usize = 16;

impl View<'_> {
    /// An operand with its signs and parentheses.
    pub(super) fn operand(&self, at: usize) -> Option<Operand> {
        let mut at = at;
        for _ in 0..PREFIXES_MAX {
            match (self.kind(at), self.word(at)) {
                (Kind::Open | Kind::Brace | Kind::EndComment, _)
                | (Kind::Word, Word::Not | Word::All | Word::Distinct) => {}
                (Kind::Arithmetic, _) if matches!(self.text(at), b"+" | b"-" | b"~" | b"!") => {}
                (Kind::Word, Word::If) if self.before(at).kind == Kind::Brace => {}
                _ => break,
            }
            at += 1;
        }
        let found = self.bare(at)?;
        Some(Operand { next: self.skip_closes(found.next), ..found })
    }

    fn bare(&self, at: usize) -> Option<Operand> {
        let token = self.at(at);
        let one = |shape| Some(Operand { next: at + 1, shape });
        match token.kind {
            kind if is_quote(kind) => Some(self.string(at)),
            Kind::Number => one(Shape::Literal),
            Kind::Exponent => Some(Operand { next: self.skip_opens(at + 1), shape: Shape::Known }),
            Kind::Variable => one(Shape::Known),
            Kind::Dollars if self.kind(at + 1) == Kind::Dollars => one(Shape::Literal),
            Kind::Other if self.text(at) == b"?" => one(Shape::Literal),
            Kind::Word => self.named(at),
            _ => None,
        }
    }

    fn named(&self, at: usize) -> Option<Operand> {
        let call = self.kind(at + 1) == Kind::Open;
        match self.word(at) {
            Word::Constant => Some(Operand { next: at + 1, shape: Shape::Literal }),
            Word::Is if call => Some(Operand { next: self.arguments(at + 1), shape: Shape::Known }),
            Word::Select | Word::Exists | Word::Case => {
                Some(Operand { next: at + 1, shape: Shape::Select })
            }
            Word::Function | Word::Inform | Word::Sleep | Word::Reach | Word::Cast | Word::If
                if call =>
            {
                Some(Operand { next: self.arguments(at + 1), shape: Shape::Known })
            }
            Word::Inform if self.text(at) != b"user" && self.text(at) != b"version" => {
                Some(Operand { next: at + 1, shape: Shape::Known })
            }
            Word::Article
                if self.kind(at + 1) == Kind::Compare || self.before(at).kind == Kind::Compare =>
            {
                Some(self.name(at))
            }
            Word::Article | Word::From | Word::Where | Word::Or | Word::And | Word::Then => None,
            // A string with its character set or type before it: `n'a'`, `x'41'`, `_utf8'a'`.
            _ if is_quote(self.kind(at + 1))
                && self.at(at + 1).gap == Gap::None
                && matches!(self.text(at), [_] | [b'_', ..]) =>
            {
                Some(self.string(at + 1))
            }
            _ if call => Some(Operand { next: self.arguments(at + 1), shape: Shape::Call }),
            _ => Some(self.name(at)),
        }
    }

    fn name(&self, at: usize) -> Operand {
        let mut next = at + 1;
        while next < at + 8
            && self.kind(next) == Kind::Dot
            && self.at(next).gap == Gap::None
            && self.kind(next + 1) == Kind::Word
        {
            next += 2;
        }
        let reach = matches!(self.word(at), Word::Reach | Word::Catalog);
        if self.kind(next) == Kind::Open && next > at + 1 {
            let known = reach || matches!(self.word(next - 1), Word::Sleep | Word::Reach);
            let shape = if known { Shape::Known } else { Shape::Call };
            return Operand { next: self.arguments(next), shape };
        }
        Operand { next, shape: if reach { Shape::Known } else { Shape::Name } }
    }

    /// From an opening quote to behind the closing one.
    pub(super) fn string(&self, at: usize) -> Operand {
        let kind = self.kind(at);
        for next in at + 1..at + STRING_TOKENS_MAX {
            let token = self.at(next);
            if token.kind == kind {
                return Operand { next: next + 1, shape: Shape::Literal };
            }
            if token.kind == Kind::End {
                return Operand { next, shape: Shape::Unclosed };
            }
        }
        Operand { next: at + STRING_TOKENS_MAX, shape: Shape::Name }
    }

    /// From an opening parenthesis to behind the one that closes it, or to where the text ends.
    pub(super) fn arguments(&self, at: usize) -> usize {
        let mut depth = 0_u32;
        for next in at..at + ARGUMENT_TOKENS_MAX {
            match self.kind(next) {
                Kind::Open => depth += 1,
                Kind::Close => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return next + 1;
                    }
                }
                Kind::End => return next,
                _ => {}
            }
        }
        at + ARGUMENT_TOKENS_MAX
    }

    /// Operands that arithmetic or concatenation joins.
    pub(super) fn expression(&self, at: usize) -> Option<Operand> {
        let mut left = self.operand(at)?;
        for _ in 0..6 {
            let next = match (self.kind(left.next), self.word(left.next)) {
                (Kind::Arithmetic | Kind::Pipes, _) | (_, Word::Divide) => left.next + 1,
                (Kind::Cast, _) | (_, Word::Collate) => {
                    left.next += 2;
                    continue;
                }
                _ => break,
            };
            let Some(right) = self.operand(next) else { break };
            let shape = match (left.shape, right.shape) {
                (shape @ (Shape::Known | Shape::Select), _)
                | (_, shape @ (Shape::Known | Shape::Select))
                | (Shape::Literal, shape) => shape,
                (_, Shape::Unclosed) => Shape::Unclosed,
                (Shape::Name, _) => Shape::Name,
                (shape, _) => shape,
            };
            left = Operand { next: right.next, shape };
        }
        Some(left)
    }

    /// Two operands and the operator between them.
    pub(super) fn comparison(&self, at: usize) -> Option<Comparison> {
        let left = self.expression(at)?;
        let (operator, kind) = self.comparator(left.next)?;
        if kind == Word::Is {
            let tested = matches!(self.word(operator), Word::Constant)
                || self.kind(operator) == Kind::Number
                || matches!(self.text(operator - 1), b"isnull" | b"notnull")
                || is_quote(self.kind(operator)) && left.shape == Shape::Name;
            let weight = match left.shape {
                Shape::Literal if self.word(operator) == Word::Constant => Weight::Certain,
                Shape::Known | Shape::Select => Weight::Certain,
                _ => Weight::Column,
            };
            return tested.then_some(Comparison { next: operator + 1, weight, unclosed: false });
        }
        if kind == Word::In && self.kind(operator) != Kind::Open {
            return None;
        }
        let right = self.expression(operator)?;
        let certain = |shape| matches!(shape, Shape::Known | Shape::Select);
        let literal = |shape| matches!(shape, Shape::Literal | Shape::Unclosed);
        let weight = match (left.shape, right.shape) {
            (a, b) if certain(a) || certain(b) || literal(a) && literal(b) => Weight::Certain,
            (a, b) if literal(a) || literal(b) => Weight::Column,
            _ if self.same(at, operator) => Weight::Certain,
            _ => Weight::Names,
        };
        Some(Comparison { next: right.next, weight, unclosed: right.shape == Shape::Unclosed })
    }

    /// Whether both sides are the same name: `a=a`.
    fn same(&self, left: usize, right: usize) -> bool {
        let left = self.skip_opens(left);
        right == left + 2 && self.kind(left) == Kind::Word && self.text(left) == self.text(right)
    }

    /// Behind a comparing operator, and which it is if it is a word.
    fn comparator(&self, at: usize) -> Option<(usize, Word)> {
        if self.kind(at) == Kind::Compare {
            let twice = self.kind(at + 1) == Kind::Compare;
            return Some((at + 1 + usize::from(twice), Word::None));
        }
        // `?`, `?|` and `?&` of PostgreSQL.
        if self.text(at) == b"?" && is_quote(self.before(at).kind) && !self.is_end(at + 1) {
            let more = usize::from(self.kind(at + 1) == Kind::Arithmetic);
            return Some((at + 1 + more, Word::None));
        }
        let at = at + usize::from(self.word(at) == Word::Not);
        match self.word(at) {
            word @ (Word::Between | Word::In) => Some((at + 1, word)),
            Word::Like => {
                let more = matches!(self.word(at + 1), Word::Like | Word::As)
                    || matches!(self.text(at + 1), b"to" | b"binary");
                Some((at + 1 + usize::from(more), Word::Like))
            }
            Word::Is => Some((at + 1 + usize::from(self.word(at + 1) == Word::Not), Word::Is)),
            _ => None,
        }
    }
}
