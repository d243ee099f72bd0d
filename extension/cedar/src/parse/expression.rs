//! Expressions, from the loosest operator to the tightest.
mod member;

use super::{Parsed, Parser, text};
use crate::ast::{Comparison, Expr, Sum};
use crate::limits;
use crate::token::Kind;
use crate::value::Value;

/// `!` or `-` in a row, at most.
const SIGNS_MAX: usize = 4;

impl Parser<'_, '_> {
    /// A whole expression.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        if self.depth >= limits::DEPTH_MAX {
            return self.wrong(format!("expressions nest deeper than {}", limits::DEPTH_MAX));
        }
        self.depth += 1;
        let expression = if self.takes_word("if") { self.choice() } else { self.disjunction() };
        self.depth -= 1;
        expression
    }

    /// Counts one more expression.
    fn count(&mut self) -> Parsed<()> {
        *self.expressions += 1;
        if *self.expressions > limits::EXPRESSIONS_MAX {
            return self.wrong(format!("more than {} expressions", limits::EXPRESSIONS_MAX));
        }
        Ok(())
    }

    fn choice(&mut self) -> Parsed<Expr> {
        let test = self.expression()?;
        if !self.takes_word("then") {
            return self.expected("`then`");
        }
        let then = self.expression()?;
        if !self.takes_word("else") {
            return self.expected("`else`");
        }
        Ok(Expr::If(Box::new([test, then, self.expression()?])))
    }

    fn disjunction(&mut self) -> Parsed<Expr> {
        self.chain("||", Self::conjunction, Expr::Or)
    }

    fn conjunction(&mut self) -> Parsed<Expr> {
        self.chain("&&", Self::relation, Expr::And)
    }

    /// Operands between the same operator.
    fn chain(
        &mut self,
        mark: &'static str,
        operand: impl Fn(&mut Self) -> Parsed<Expr>,
        build: impl FnOnce(Vec<Expr>) -> Expr,
    ) -> Parsed<Expr> {
        let first = operand(self)?;
        if self.peek() != Kind::Mark(mark) {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.takes(mark) {
            operands.push(operand(self)?);
        }
        Ok(build(operands))
    }

    fn relation(&mut self) -> Parsed<Expr> {
        let left = self.sum()?;
        let comparison = match self.peek() {
            Kind::Mark("==") => Comparison::Equal,
            Kind::Mark("!=") => Comparison::NotEqual,
            Kind::Mark("<") => Comparison::Less,
            Kind::Mark("<=") => Comparison::LessOrEqual,
            Kind::Mark(">") => Comparison::Greater,
            Kind::Mark(">=") => Comparison::GreaterOrEqual,
            Kind::Word("in") => Comparison::In,
            Kind::Word("has") => return self.has(left),
            Kind::Word("like") => return self.like(left),
            Kind::Word("is") => return self.is(left),
            _ => return Ok(left),
        };
        self.step();
        Ok(Expr::Compare(comparison, Box::new([left, self.sum()?])))
    }

    /// `has "name"`, `has name` or `has a.b.c`.
    fn has(&mut self, left: Expr) -> Parsed<Expr> {
        self.step();
        if let Kind::Text(_) = self.peek() {
            return Ok(Expr::Has(Box::new(left), vec![self.text()?]));
        }
        let mut path = vec![self.name()?.into()];
        while self.takes(".") {
            path.push(self.name()?.into());
        }
        Ok(Expr::Has(Box::new(left), path))
    }

    fn like(&mut self, left: Expr) -> Parsed<Expr> {
        self.step();
        let Kind::Text(raw) = self.peek() else { return self.expected("a pattern in quotes") };
        let Some(pattern) = text::pattern(raw) else {
            return self.wrong("this pattern has an escape that there is not");
        };
        self.step();
        Ok(Expr::Like(Box::new(left), pattern))
    }

    fn is(&mut self, left: Expr) -> Parsed<Expr> {
        self.step();
        let kind = self.type_name()?.into();
        let inside = if self.takes_word("in") { Some(Box::new(self.sum()?)) } else { None };
        Ok(Expr::Is(Box::new(left), kind, inside))
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let first = self.product()?;
        let mut rest = Vec::new();
        loop {
            let sign = match self.peek() {
                Kind::Mark("+") => Sum::Plus,
                Kind::Mark("-") => Sum::Minus,
                _ if rest.is_empty() => return Ok(first),
                _ => return Ok(Expr::Sum(Box::new(first), rest)),
            };
            self.step();
            rest.push((sign, self.product()?));
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.chain("*", Self::unary, Expr::Product)
    }

    /// Signs and what they are for; a minus before a number is the number's own.
    fn unary(&mut self) -> Parsed<Expr> {
        self.count()?;
        let bangs = self.signs("!")?;
        let mut dashes = if bangs == 0 { self.signs("-")? } else { 0 };
        let is_number = matches!(self.peek(), Kind::Number(_));
        let alone = !matches!(self.peek_at(1), Kind::Mark("." | "[" | "("));
        let operand = if dashes > 0 && is_number && alone {
            dashes -= 1;
            self.number(true)?
        } else {
            self.member()?
        };
        let operand = (0..dashes).fold(operand, |it, _| Expr::Negative(Box::new(it)));
        Ok((0..bangs).fold(operand, |it, _| Expr::Not(Box::new(it))))
    }

    fn signs(&mut self, mark: &'static str) -> Parsed<usize> {
        let mut signs = 0;
        while self.takes(mark) {
            signs += 1;
            if signs > SIGNS_MAX {
                return self.wrong(format!("more than {SIGNS_MAX} `{mark}` in a row"));
            }
        }
        Ok(signs)
    }

    fn number(&mut self, negative: bool) -> Parsed<Expr> {
        let Kind::Number(digits) = self.peek() else { return self.expected("a number") };
        let number = digits.parse::<i128>().ok().map(|it| if negative { -it } else { it });
        let Some(number) = number.and_then(|it| i64::try_from(it).ok()) else {
            return self.wrong("this number does not fit into 64 bits");
        };
        self.step();
        Ok(Expr::Constant(Value::Long(number)))
    }
}
