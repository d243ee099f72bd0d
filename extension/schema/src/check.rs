//! Checks a document against the rules of a program.
mod containers;
mod marks;

use crate::number::Decimal;
use crate::pattern::Exhausted;
use crate::program::{Applied, Constants, Id, NumberRule, Program, Rule, TextRule, Types};
use crate::tape::{At, Kind, Tape, Value};
use crate::violation::{DEPTH, Violation, WORK};
use marks::Marks;
use std::cmp::Ordering;

/// How many rules may be applied within each other; bounds the stack.
const DEPTH_MAX: u32 = 512;

/// A check in progress.
pub(crate) struct Checker<'c, 'a> {
    program: &'c Program,
    tape: &'c Tape<'a>,
    steps_left: &'c mut u64,
    depth: u32,
}

/// Which keyword does not hold, and where.
#[derive(Debug, Clone, Copy)]
struct Fail {
    at: At,
    rule: Id,
    keyword: &'static str,
    /// Which of the keyword's elements.
    element: Option<u32>,
}

/// The resources on the way to a rule, innermost first.
#[derive(Clone, Copy)]
struct Scope<'s> {
    resource: usize,
    outer: Option<&'s Scope<'s>>,
}

/// Checks a document; each step is taken off `steps_left`.
pub(crate) fn check(
    program: &Program,
    rule: Id,
    tape: &Tape<'_>,
    steps_left: &mut u64,
) -> Result<(), Violation> {
    let mut checker = Checker { program, tape, steps_left, depth: 0 };
    let resource = program.rule(rule).map_or(0, |rule| rule.resource);
    let scope = Scope { resource, outer: None };
    checker.apply(rule, 0, &scope, None).map_err(|fail| {
        let limit = fail.is_limit();
        let mut schema_at = match program.rule(fail.rule) {
            Some(rule) if !limit => format!("{}/{}", rule.place, fail.keyword),
            _ => String::new(),
        };
        if let Some(element) = fail.element {
            schema_at.push('/');
            schema_at.push_str(&element.to_string());
        }
        Violation { at: tape.pointer(fail.at), keyword: fail.keyword, schema_at }
    })
}

impl Checker<'_, '_> {
    /// Whether a rule holds for a value. Which children it evaluates is noted in `marks`.
    fn apply(
        &mut self,
        id: Id,
        at: At,
        scope: &Scope<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        let Some(rule) = self.program.rule(id) else { return Ok(()) };
        if self.depth >= DEPTH_MAX {
            return Err(fail(at, id, DEPTH));
        }
        self.spend(1, at)?;
        self.simple(id, rule, at)?;
        if rule.list.is_none()
            && rule.table.is_none()
            && rule.applied.is_empty()
            && rule.unevaluated_items.is_none()
            && rule.unevaluated_properties.is_none()
        {
            return Ok(());
        }
        let inner = Scope { resource: rule.resource, outer: Some(scope) };
        let scope = if rule.resource == scope.resource { scope } else { &inner };
        self.depth += 1;
        let held = if rule.unevaluated_items.is_some() || rule.unevaluated_properties.is_some() {
            let mut own = Marks::new(self.tape.value(at).count);
            let held = self.complex(id, rule, at, scope, Some(&mut own));
            if let (Ok(()), Some(marks)) = (&held, marks.as_deref_mut()) {
                marks.merge(&own);
            }
            held
        } else {
            self.complex(id, rule, at, scope, marks)
        };
        self.depth -= 1;
        held
    }

    /// The keywords that look at the value itself.
    fn simple(&mut self, id: Id, rule: &Rule, at: At) -> Result<(), Fail> {
        let value = self.tape.value(at);
        if rule.never {
            return Err(fail(at, id, "false"));
        }
        if rule.types != Types::ANY && !rule.types.holds(self.type_of(value)) {
            return Err(fail(at, id, "type"));
        }
        for constants in &rule.constants {
            self.spend(1 + Tape::written(value) / 2, at)?;
            if !self.is_one_of(constants, value, at) {
                return Err(fail(at, id, constants.keyword));
            }
        }
        match (value.kind, &rule.number, &rule.text) {
            (Kind::Number, Some(number), _) => self.number(id, number, value, at),
            (Kind::Text, _, Some(text)) => self.text(id, text, value, at),
            _ => Ok(()),
        }
    }

    /// The keywords that apply other rules.
    fn complex(
        &mut self,
        id: Id,
        rule: &Rule,
        at: At,
        scope: &Scope<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        match (self.tape.value(at).kind, &rule.list, &rule.table) {
            (Kind::List, Some(list), _) => {
                self.list(id, list, at, scope, marks.as_deref_mut())?;
            }
            (Kind::Table, _, Some(table)) => {
                self.table(id, table, at, scope, marks.as_deref_mut())?;
            }
            _ => {}
        }
        for applied in &rule.applied {
            self.applied(id, applied, at, scope, marks.as_deref_mut())?;
        }
        match (self.tape.value(at).kind, rule.unevaluated_items, rule.unevaluated_properties) {
            (Kind::List, Some(rest), _) => {
                self.unevaluated(id, rest, "unevaluatedItems", at, scope, marks)
            }
            (Kind::Table, _, Some(rest)) => {
                self.unevaluated(id, rest, "unevaluatedProperties", at, scope, marks)
            }
            _ => Ok(()),
        }
    }

    fn applied(
        &mut self,
        id: Id,
        applied: &Applied,
        at: At,
        scope: &Scope<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        match applied {
            Applied::Ref(target) => self.apply(*target, at, scope, marks),
            Applied::Dynamic(name, fallback) => {
                let target = self.dynamic(name, scope).unwrap_or(*fallback);
                self.apply(target, at, scope, marks)
            }
            Applied::All(all) => {
                all.iter().try_for_each(|id| self.apply(*id, at, scope, marks.as_deref_mut()))
            }
            Applied::Any(options) => {
                let mut held = false;
                for option in options {
                    held |= self.branch(*option, at, scope, marks.as_deref_mut())?;
                    // All that hold count for what is evaluated.
                    if held && marks.is_none() {
                        break;
                    }
                }
                if held { Ok(()) } else { Err(fail(at, id, "anyOf")) }
            }
            Applied::One(options) => {
                let mut held = 0;
                for option in options {
                    held += u32::from(self.branch(*option, at, scope, marks.as_deref_mut())?);
                    if held > 1 {
                        break;
                    }
                }
                if held == 1 { Ok(()) } else { Err(fail(at, id, "oneOf")) }
            }
            Applied::Not(inner) => {
                let held = self.branch(*inner, at, scope, None)?;
                if held { Err(fail(at, id, "not")) } else { Ok(()) }
            }
            Applied::If { test, then, otherwise } => {
                let held = self.branch(*test, at, scope, marks.as_deref_mut())?;
                match if held { then } else { otherwise } {
                    Some(next) => self.apply(*next, at, scope, marks),
                    None => Ok(()),
                }
            }
        }
    }

    /// Whether a rule holds that need not; only limits are failures.
    fn branch(
        &mut self,
        id: Id,
        at: At,
        scope: &Scope<'_>,
        marks: Option<&mut Marks>,
    ) -> Result<bool, Fail> {
        let held = if let Some(marks) = marks {
            self.spend(u64::from(marks.len()) / 64, at)?;
            let mut own = Marks::new(marks.len());
            let held = self.apply(id, at, scope, Some(&mut own));
            if held.is_ok() {
                marks.merge(&own);
            }
            held
        } else {
            self.apply(id, at, scope, None)
        };
        match held {
            Ok(()) => Ok(true),
            Err(fail) if fail.is_limit() => Err(fail),
            Err(_) => Ok(false),
        }
    }

    /// The outermost resource on the way that has a dynamic anchor of this name.
    fn dynamic(&self, name: &str, scope: &Scope<'_>) -> Option<Id> {
        let mut found = None;
        let mut next = Some(scope);
        while let Some(scope) = next {
            let anchors = self.program.anchors.get(scope.resource);
            found = anchors.and_then(|anchors| anchors.get(name)).copied().or(found);
            next = scope.outer;
        }
        found
    }

    fn type_of(&self, value: Value) -> Types {
        match value.kind {
            Kind::Null => Types::NULL,
            Kind::True | Kind::False => Types::BOOL,
            Kind::Number if self.tape.is_whole(value) => Types::WHOLE,
            Kind::Number => Types::NUMBER,
            Kind::Text => Types::TEXT,
            Kind::List => Types::LIST,
            Kind::Table => Types::TABLE,
        }
    }

    fn is_one_of(&self, constants: &Constants, value: Value, at: At) -> bool {
        let finds = |sorted: &[Box<[u8]>], wanted: &[u8]| {
            sorted.binary_search_by(|one| one.as_ref().cmp(wanted)).is_ok()
        };
        match value.kind {
            Kind::Text => finds(&constants.texts, &self.tape.text(value)),
            _ if constants.others.is_empty() => false,
            _ => {
                let mut canonical = Vec::new();
                self.tape.write_canonical(at, &mut canonical);
                finds(&constants.others, &canonical)
            }
        }
    }

    fn number(&mut self, id: Id, rule: &NumberRule, value: Value, at: At) -> Result<(), Fail> {
        self.spend(1 + Tape::written(value) / 2, at)?;
        let number = self.tape.number(value);
        let beyond = |bound: &Option<Decimal>, wrong: &[Ordering]| {
            bound.as_ref().is_some_and(|bound| wrong.contains(&number.compare(bound)))
        };
        let keyword = if beyond(&rule.minimum, &[Ordering::Less]) {
            "minimum"
        } else if beyond(&rule.maximum, &[Ordering::Greater]) {
            "maximum"
        } else if beyond(&rule.exclusive_minimum, &[Ordering::Less, Ordering::Equal]) {
            "exclusiveMinimum"
        } else if beyond(&rule.exclusive_maximum, &[Ordering::Greater, Ordering::Equal]) {
            "exclusiveMaximum"
        } else if rule.multiple_of.as_ref().is_some_and(|unit| !number.is_multiple_of(unit)) {
            "multipleOf"
        } else if rule.format.is_some_and(|format| !format.holds_for_number(&number)) {
            "format"
        } else {
            return Ok(());
        };
        Err(fail(at, id, keyword))
    }

    fn text(&mut self, id: Id, rule: &TextRule, value: Value, at: At) -> Result<(), Fail> {
        self.spend(Tape::written(value) / 8, at)?;
        let bytes = self.tape.text(value);
        if rule.min > 0 || rule.max.is_some() {
            let characters = bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() as u64;
            if characters < rule.min {
                return Err(fail(at, id, "minLength"));
            }
            if rule.max.is_some_and(|max| characters > max) {
                return Err(fail(at, id, "maxLength"));
            }
        }
        // Every text of a tape is UTF-8.
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        if let Some(pattern) = &rule.pattern {
            match pattern.is_match(text, self.steps_left) {
                Ok(true) => {}
                Ok(false) => return Err(fail(at, id, "pattern")),
                Err(Exhausted) => return Err(fail(at, id, WORK)),
            }
        }
        match rule.format {
            Some(format) if !format.holds_for_text(text) => Err(fail(at, id, "format")),
            _ => Ok(()),
        }
    }

    #[inline]
    fn spend(&mut self, steps: u64, at: At) -> Result<(), Fail> {
        let left = self.steps_left.checked_sub(steps);
        *self.steps_left = left.unwrap_or_default();
        left.map(|_| ()).ok_or(fail(at, 0, WORK))
    }
}

impl Fail {
    fn is_limit(&self) -> bool {
        [WORK, DEPTH].contains(&self.keyword)
    }
}

const fn fail(at: At, rule: Id, keyword: &'static str) -> Fail {
    Fail { at, rule, keyword, element: None }
}

#[cfg(test)]
mod tests;
