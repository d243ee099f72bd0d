//! Regular expressions of `pattern`: ECMA-262's dialect in linear time, without backtracking.
//!
//! An expression becomes a state machine over classes of characters that it cannot tell apart.
//! Small machines are made deterministic when they are compiled: one step a character. Others are
//! simulated, at most one step a state and character, and each step is counted.
//!
//! Back references and look-around cannot be had in linear time and are refused by name, but for
//! lookaheads right after a leading `^`, such as `^(?=.*[a-z])(?!.*\s).{8,}$`: there each is an
//! expression of its own that must hold, or must not.
mod categories;
mod charset;
mod determined;
mod machine;
mod parse;

use charset::{Alphabet, CharSet};
use determined::Table;
use machine::Machine;
use parse::Ast;

/// The longest expression, in bytes.
const PATTERN_BYTES_MAX: usize = 64 * 1024;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Each must match, or must not.
    parts: Vec<(Matcher, bool)>,
}

#[derive(Debug)]
struct Matcher {
    alphabet: Alphabet,
    machine: Machine,
    table: Option<Table>,
}

/// The budget of steps is spent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exhausted;

impl Pattern {
    /// Compiles an expression; the error says what is not supported or where it is wrong.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        if text.len() > PATTERN_BYTES_MAX {
            return Err(format!("a regular expression of more than {PATTERN_BYTES_MAX} bytes"));
        }
        let parts = conjuncts(parse::parse(text)?)?;
        let compiled = |(ast, wanted): &(Ast, bool)| Ok((Matcher::new(ast)?, *wanted));
        let parts: Result<_, String> = parts.iter().map(compiled).collect();
        Ok(Self { parts: parts? })
    }

    /// Whether it matches somewhere in `text`.
    pub(crate) fn is_match(&self, text: &str, steps_left: &mut u64) -> Result<bool, Exhausted> {
        for (matcher, wanted) in &self.parts {
            if matcher.is_match(text, steps_left)? != *wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Matcher {
    fn new(ast: &Ast) -> Result<Self, String> {
        let mut sets = Vec::new();
        collect_sets(ast, &mut sets);
        tollgate_order::sort(&mut sets);
        sets.dedup();
        let alphabet = Alphabet::new(&sets)?;
        let machine = Machine::new(ast, &sets, &alphabet)?;
        let table = Table::new(&machine, &alphabet);
        Ok(Self { alphabet, machine, table })
    }

    fn is_match(&self, text: &str, steps_left: &mut u64) -> Result<bool, Exhausted> {
        match &self.table {
            Some(table) => {
                let steps = u64::try_from(text.len() / 8).unwrap_or(u64::MAX);
                *steps_left = steps_left.checked_sub(steps).ok_or(Exhausted)?;
                Ok(table.is_match(text, &self.alphabet))
            }
            None => self.machine.is_match(text, &self.alphabet, steps_left),
        }
    }
}

/// Takes the lookaheads after a leading `^` apart; any other is an error.
fn conjuncts(ast: Ast) -> Result<Vec<(Ast, bool)>, String> {
    let sequence = match ast {
        Ast::Sequence(sequence) => sequence,
        other => vec![other],
    };
    let leading = match sequence.first() {
        Some(Ast::Start) => {
            sequence.iter().skip(1).take_while(|ast| matches!(ast, Ast::Look { .. })).count()
        }
        _ => 0,
    };
    let mut parts = Vec::new();
    let mut rest = Vec::new();
    for (i, ast) in sequence.into_iter().enumerate() {
        match ast {
            Ast::Look { inner, wanted } if (1..=leading).contains(&i) => {
                parts.push((Ast::Sequence(vec![Ast::Start, *inner]), wanted));
            }
            other => rest.push(other),
        }
    }
    parts.push((Ast::Sequence(rest), true));
    if parts.iter().any(|(ast, _)| ast.has_look()) {
        return Err("lookaheads are supported only right after a leading `^`; \
                    elsewhere split the expression into several with `allOf`"
            .to_owned());
    }
    Ok(parts)
}

fn collect_sets(ast: &Ast, sets: &mut Vec<CharSet>) {
    match ast {
        Ast::Set(set) => sets.push(set.clone()),
        Ast::Sequence(inner) | Ast::Choice(inner) => {
            for ast in inner {
                collect_sets(ast, sets);
            }
        }
        Ast::Repeat { inner, .. } | Ast::Look { inner, .. } => collect_sets(inner, sets),
        Ast::Start | Ast::End | Ast::Boundary { .. } => {}
    }
}

#[cfg(test)]
mod tests;
