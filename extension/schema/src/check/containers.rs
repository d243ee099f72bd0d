//! The keywords of arrays and objects.
use std::borrow::Cow;

use super::{Checker, Fail, Marks, Scope, fail};
use crate::pattern::Exhausted;
use crate::program::{Contains, Id, ListRule, Requires, TableRule};
use crate::source::write_quoted;
use crate::tape::{At, Kind, Tape, fingerprint};
use crate::violation::WORK;

/// Lists of at most this many texts are compared pairwise.
const FEW: u32 = 8;

impl Checker<'_, '_> {
    pub(super) fn list(
        &mut self,
        id: Id,
        rule: &ListRule,
        at: At,
        scope: &Scope<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        let count = u64::from(self.tape.value(at).count);
        self.spend(count, at)?;
        if count < rule.min {
            return Err(fail(at, id, "minItems"));
        }
        if rule.max.is_some_and(|max| count > max) {
            return Err(fail(at, id, "maxItems"));
        }
        let tape = self.tape;
        if rule.rest.is_some() || !rule.prefix.is_empty() {
            for (index, child) in tape.children(at).enumerate() {
                let (apply, keyword) = match (rule.prefix.get(index), rule.rest) {
                    (Some(apply), _) => (*apply, "prefixItems"),
                    (None, Some(rest)) => rest,
                    (None, None) => break,
                };
                self.child(id, apply, keyword, child, scope)?;
                if let Some(marks) = marks.as_deref_mut() {
                    marks.set(index);
                }
            }
        }
        if let Some(contains) = &rule.contains {
            self.contains(id, contains, at, scope, marks)?;
        }
        if rule.unique { self.unique(id, at) } else { Ok(()) }
    }

    fn contains(
        &mut self,
        id: Id,
        rule: &Contains,
        at: At,
        scope: &Scope<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        let mut found = 0;
        let tape = self.tape;
        for (index, child) in tape.children(at).enumerate() {
            if !self.branch(rule.rule, child, scope, None)? {
                continue;
            }
            found += 1;
            match &mut marks {
                Some(marks) if rule.evaluates => marks.set(index),
                _ if rule.max.is_none() && found >= rule.min => break,
                _ => {}
            }
        }
        if found < rule.min {
            let keyword = if rule.min == 1 { "contains" } else { "minContains" };
            return Err(fail(at, id, keyword));
        }
        if rule.max.is_some_and(|max| found > max) {
            return Err(fail(at, id, "maxContains"));
        }
        Ok(())
    }

    /// Equal values are written alike, so that sorting brings them together.
    fn unique(&mut self, id: Id, at: At) -> Result<(), Fail> {
        let tape = self.tape;
        if tape.value(at).count <= FEW && self.are_distinct_texts(at) {
            return Ok(());
        }
        self.spend(Tape::written(tape.value(at)) * 2, at)?;
        let mut elements: Vec<(Vec<u8>, At)> = tape
            .children(at)
            .map(|child| {
                let mut canonical = Vec::new();
                tape.write_canonical(child, &mut canonical);
                (canonical, child)
            })
            .collect();
        elements.sort_unstable();
        let twin = elements.array_windows().find(|[(a, _), (b, _)]| a == b);
        match twin {
            Some([_, (_, twin)]) => Err(fail(*twin, id, "uniqueItems")),
            None => Ok(()),
        }
    }

    /// Whether a short list holds texts only, and none twice.
    fn are_distinct_texts(&self, at: At) -> bool {
        let tape = self.tape;
        let mut texts: [Cow<'_, [u8]>; FEW as usize] = Default::default();
        tape.children(at).enumerate().all(|(i, child)| {
            let value = tape.value(child);
            let text = tape.text(value);
            let distinct = !texts.iter().take(i).any(|other| *other == text);
            if let Some(slot) = texts.get_mut(i) {
                *slot = text;
            }
            value.kind == Kind::Text && distinct
        })
    }

    pub(super) fn table(
        &mut self,
        id: Id,
        rule: &TableRule,
        at: At,
        scope: &Scope<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        let count = u64::from(self.tape.value(at).count);
        self.spend(count * 2, at)?;
        if count < rule.min {
            return Err(fail(at, id, "minProperties"));
        }
        if rule.max.is_some_and(|max| count > max) {
            return Err(fail(at, id, "maxProperties"));
        }
        self.members(id, rule, at, scope, marks.as_deref_mut())?;
        if let Some(names) = rule.names {
            self.names(id, names, at)?;
        }
        for Requires { name, others, keyword } in &rule.requires {
            self.spend(count, at)?;
            if self.tape.member(at, name.as_bytes()).is_none() {
                continue;
            }
            for other in others {
                self.spend(count, at)?;
                if self.tape.member(at, other.as_bytes()).is_none() {
                    return Err(fail(at, id, keyword));
                }
            }
        }
        for (name, apply) in &rule.dependent {
            self.spend(count, at)?;
            if self.tape.member(at, name.as_bytes()).is_some() {
                self.apply(*apply, at, scope, marks.as_deref_mut())?;
            }
        }
        Ok(())
    }

    /// `properties`, `patternProperties`, `additionalProperties` and `required` in one look.
    fn members(
        &mut self,
        id: Id,
        rule: &TableRule,
        at: At,
        scope: &Scope<'_>,
        mut marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        if rule.known.is_empty() && rule.patterns.is_empty() && rule.rest.is_none() {
            return Ok(());
        }
        let tape = self.tape;
        let mut seen = Marks::new(u32::try_from(rule.known.len()).unwrap_or(u32::MAX));
        for (index, child) in tape.children(at).enumerate() {
            let key = tape.key(tape.value(child));
            if let Cow::Owned(decoded) = &key {
                self.spend(4 + decoded.len() as u64 / 8, at)?;
            }
            let mut evaluated = false;
            let print = fingerprint(&key);
            if let Ok(place) = rule.known.binary_search_by(|known| known.order(print, &key)) {
                seen.set(place);
                if let Some(apply) = rule.known.get(place).and_then(|known| known.rule) {
                    self.child(id, apply, "properties", child, scope)?;
                    evaluated = true;
                }
            }
            for (pattern, apply) in &rule.patterns {
                // Every key of a tape is UTF-8.
                let name = std::str::from_utf8(&key).unwrap_or_default();
                match pattern.is_match(name, self.steps_left) {
                    Ok(true) => {
                        self.child(id, *apply, "patternProperties", child, scope)?;
                        evaluated = true;
                    }
                    Ok(false) => self.spend(1, at)?,
                    Err(Exhausted) => return Err(fail(at, id, WORK)),
                }
            }
            if let (false, Some(rest)) = (evaluated, rule.rest) {
                self.child(id, rest, "additionalProperties", child, scope)?;
                evaluated = true;
            }
            if let (true, Some(marks)) = (evaluated, marks.as_deref_mut()) {
                marks.set(index);
            }
        }
        let missing = rule
            .known
            .iter()
            .enumerate()
            .find(|(place, known)| known.required.is_some() && !seen.has(*place));
        match missing {
            Some((_, known)) => Err(Fail { element: known.required, ..fail(at, id, "required") }),
            None => Ok(()),
        }
    }

    /// `propertyNames`: each key as a text of its own.
    fn names(&mut self, id: Id, names: Id, at: At) -> Result<(), Fail> {
        let tape = self.tape;
        for child in tape.children(at) {
            let key = tape.key(tape.value(child));
            let mut json = String::new();
            write_quoted(std::str::from_utf8(&key).unwrap_or_default(), &mut json);
            self.spend(4 + json.len() as u64 / 4, at)?;
            let Ok(name) = Tape::read(json.as_bytes()) else { continue };
            if let Err(violation) = super::check(self.program, names, &name, self.steps_left) {
                let limit = [WORK, crate::violation::DEPTH].contains(&violation.keyword);
                return Err(fail(child, id, if limit { WORK } else { "propertyNames" }));
            }
        }
        Ok(())
    }

    pub(super) fn unevaluated(
        &mut self,
        id: Id,
        rest: Id,
        keyword: &'static str,
        at: At,
        scope: &Scope<'_>,
        marks: Option<&mut Marks>,
    ) -> Result<(), Fail> {
        let Some(marks) = marks else { return Ok(()) };
        let tape = self.tape;
        for (index, child) in tape.children(at).enumerate() {
            if !marks.has(index) {
                self.child(id, rest, keyword, child, scope)?;
            }
        }
        marks.set_all();
        Ok(())
    }

    /// A rule for a child; where nothing may stand there, the keyword that says so is named.
    fn child(
        &mut self,
        id: Id,
        apply: Id,
        keyword: &'static str,
        child: At,
        scope: &Scope<'_>,
    ) -> Result<(), Fail> {
        if self.program.rule(apply).is_some_and(|rule| rule.never) {
            return Err(fail(child, id, keyword));
        }
        self.apply(apply, child, scope, None)
    }
}
