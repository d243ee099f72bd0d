//! Grammars as text: rules, and the named sections (techniques, kinds) that start from them.
//!
//! `:: name` begins a rule and `!! name key=value …` a section; every line after it is one
//! alternative, taken as it stands, an empty line too where a rule has it. `‹…›` calls: a rule's
//! name, or one of the functions in `expand.rs`. Lines that begin with `# ` before the first rule
//! or section are comments.
pub(crate) mod expand;

use std::collections::BTreeMap;

/// A text that could not be read as a grammar.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct Defect {
    /// The grammar's name.
    pub file: String,
    /// The line, from one.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Rules by name, and sections in their order.
#[derive(Debug, Default)]
pub struct Grammar {
    rules: BTreeMap<String, Vec<Alternative>>,
    /// What can be made.
    pub sections: Vec<Section>,
}

/// A named start: a technique of an attack, or a kind of benign text.
#[derive(Debug)]
pub struct Section {
    /// Its name; unique in its grammar.
    pub name: String,
    attributes: BTreeMap<String, String>,
    alternatives: Vec<Alternative>,
}

impl Section {
    /// The words of an attribute, `a,b`; none where it is not given.
    pub fn words(&self, attribute: &str) -> impl Iterator<Item = &str> {
        self.attributes.get(attribute).into_iter().flat_map(|words| words.split(','))
    }

    /// The first word of an attribute.
    pub fn word(&self, attribute: &str) -> Option<&str> {
        self.words(attribute).next()
    }
}

/// One way to write something.
type Alternative = Vec<Piece>;

#[derive(Debug)]
enum Piece {
    Text(String),
    Call { function: String, argument: String },
}

/// Where lines go while a grammar is read.
enum Place {
    Nowhere,
    Rule(String),
    Section,
}

impl Grammar {
    /// Reads grammars that share their rules; each is a name, for complaints, and its text.
    pub fn read(texts: &[(&str, &str)]) -> Result<Self, Defect> {
        let mut grammar = Self::default();
        for (file, text) in texts {
            let mut place = Place::Nowhere;
            for (index, line) in text.lines().enumerate() {
                let defect =
                    |what: String| Defect { file: (*file).to_owned(), line: index + 1, what };
                grammar.line(line, &mut place).map_err(defect)?;
            }
        }
        for section in &mut grammar.sections {
            // An empty line before the next section is for the eye.
            section.alternatives.retain(|alternative| !alternative.is_empty());
        }
        grammar.check()?;
        Ok(grammar)
    }

    fn line(&mut self, line: &str, place: &mut Place) -> Result<(), String> {
        if let Some(name) = line.strip_prefix(":: ") {
            *place = Place::Rule(name.to_owned());
            self.rules.entry(name.to_owned()).or_default();
        } else if let Some(head) = line.strip_prefix("!! ") {
            let section = section(head)?;
            if self.sections.iter().any(|known| known.name == section.name) {
                return Err(format!("`{}` is there twice", section.name));
            }
            self.sections.push(section);
            *place = Place::Section;
        } else {
            match place {
                Place::Nowhere if line.is_empty() || line.starts_with("# ") => {}
                Place::Nowhere => return Err("a line before the first rule or section".to_owned()),
                Place::Rule(name) => {
                    let alternatives = self.rules.entry(name.clone()).or_default();
                    alternatives.push(pieces(line)?);
                }
                Place::Section => {
                    let last = self.sections.last_mut();
                    last.ok_or("no section")?.alternatives.push(pieces(line)?);
                }
            }
        }
        Ok(())
    }

    /// Every call must mean something.
    fn check(&self) -> Result<(), Defect> {
        let named = self.sections.iter().map(|section| (&section.name, &section.alternatives));
        for (name, alternatives) in named.chain(&self.rules) {
            let defect = |what: String| Defect { file: name.clone(), line: 0, what };
            if alternatives.is_empty() {
                return Err(defect("no alternatives".to_owned()));
            }
            for piece in alternatives.iter().flatten() {
                if let Piece::Call { function, argument } = piece
                    && !self.knows(function, argument)
                {
                    return Err(defect(format!("unknown call `{function}:{argument}`")));
                }
            }
        }
        Ok(())
    }
}

fn section(head: &str) -> Result<Section, String> {
    let mut words = head.split_whitespace();
    let name = words.next().ok_or("a section without a name")?.to_owned();
    let mut attributes = BTreeMap::new();
    for word in words {
        let (key, value) = word.split_once('=').ok_or(format!("`{word}` is no attribute"))?;
        attributes.insert(key.to_owned(), value.to_owned());
    }
    Ok(Section { name, attributes, alternatives: Vec::new() })
}

fn pieces(line: &str) -> Result<Alternative, String> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('‹') {
        let (call, after) = after.split_once('›').ok_or("a call without its end")?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let (function, argument) = call.split_once(':').unwrap_or((call, ""));
        pieces.push(Piece::Call { function: function.to_owned(), argument: argument.to_owned() });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    fn made(text: &str) -> Result<String, Defect> {
        let grammar = Grammar::read(&[("test", text)])?;
        let section = grammar.sections.first().unwrap();
        Ok(grammar.make(section, &mut Rng::new(1, "test")))
    }

    #[test]
    fn calls_are_expanded() {
        assert_eq!(made("!! a\nx‹b›y\n:: b\n[‹c›]\n:: c\n1\n").unwrap(), "x[1]y");
        assert_eq!(made("!! a\n‹u:41›‹sp›‹u:1F600›\n").unwrap(), "A 😀");
        assert_eq!(made("!! a\n‹b64:b›‹hexof:b›\n:: b\nid\n").unwrap(), "aWQ=6964");
        assert_eq!(made("!! a\n‹rep:3:b›\n:: b\nid\n").unwrap(), "ididid");
        assert_eq!(made("!! a\n‹n:7-7›‹pick:x|x›\n").unwrap(), "7x");
    }

    #[test]
    fn defects_are_named() {
        let what = |text| made(text).unwrap_err().what;
        assert_eq!(what("!! a\n‹b›\n"), "unknown call `b:`");
        assert_eq!(what("!! a\nx\n!! a\n"), "`a` is there twice");
        assert_eq!(what("!! a\n‹b\n"), "a call without its end");
        assert_eq!(what("x\n"), "a line before the first rule or section");
        assert_eq!(what("!! a b\n"), "`b` is no attribute");
        assert_eq!(what("!! a\nx\n:: b\n"), "no alternatives");
    }

    #[test]
    fn a_rule_that_calls_itself_comes_to_an_end() {
        assert!(made("!! a\n‹b›\n:: b\n(‹b›)\n").unwrap().len() < 200);
    }
}
