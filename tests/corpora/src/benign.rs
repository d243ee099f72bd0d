//! Benign texts: fields, documents, code and speech in many languages and scripts.
use crate::case::{Case, Surface, role};
use crate::encoding::Encoding;
use crate::grammar::{Defect, Grammar, Section};
use crate::half::Half;
use crate::rng::Rng;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tollgate_detect::Role;

const PEOPLE: &str = include_str!("../data/people.txt");
const PEOPLE_KINDS: &str = include_str!("../data/benign/people.txt");
const NAMES: &str = include_str!("../data/cldr.txt");
/// Grammars whose sections are kinds.
const KINDS: [(&str, &str); 3] = [
    ("fields", include_str!("../data/benign/fields.txt")),
    ("documents", include_str!("../data/benign/documents.txt")),
    ("code", include_str!("../data/benign/code.txt")),
];
/// Texts of a kind whose section does not say how many.
const CASES_PER_KIND: usize = 100;
/// Every so many texts, one becomes the content of a whole event.
const EVENT_EVERY: usize = 12;

/// All benign texts of a seed, and events made of them; none twice.
pub fn benign(seed: u64) -> Result<Vec<Case>, Defect> {
    let mut made = Made { seed, seen: HashSet::new(), cases: Vec::new() };
    for (language, words) in languages() {
        let grammar = Grammar::read(&[("kinds", PEOPLE_KINDS), (&language, &words)])?;
        for section in &grammar.sections {
            made.fill(&grammar, section, &format!("{}/{language}", section.name))?;
        }
    }
    for (file, text) in KINDS {
        let grammar = Grammar::read(&[(file, text)])?;
        for section in &grammar.sections {
            made.fill(&grammar, section, &section.name)?;
        }
    }
    made.names();
    made.events();
    made.fixtures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/events"));
    Ok(made.cases)
}

/// The languages of `people.txt`, each as the rules of a grammar.
fn languages() -> Vec<(String, String)> {
    let mut languages: Vec<(String, String)> = Vec::new();
    for line in PEOPLE.lines().filter(|line| !line.starts_with("# ")) {
        if let Some(language) = line.strip_prefix("== ") {
            languages.push((language.to_owned(), String::new()));
        } else if let (Some((_, rules)), Some((rule, all))) =
            (languages.last_mut(), line.split_once(' '))
        {
            rules.push_str(":: ");
            rules.push_str(rule);
            for alternative in all.split('|') {
                rules.push('\n');
                rules.push_str(alternative);
            }
            rules.push('\n');
        }
    }
    languages
}

struct Made {
    seed: u64,
    seen: HashSet<Vec<u8>>,
    cases: Vec<Case>,
}

impl Made {
    fn fill(&mut self, grammar: &Grammar, section: &Section, kind: &str) -> Result<(), Defect> {
        let mut roles: Vec<_> = section.words("roles").filter_map(role).collect();
        if roles.len() != section.words("roles").count() {
            let what = "a role that is none".to_owned();
            return Err(Defect { file: kind.to_owned(), line: 0, what });
        }
        if roles.is_empty() {
            roles.push(Role::Value);
        }
        let mut rng = Rng::new(self.seed, &format!("benign/{kind}"));
        let count = section.word("count").and_then(|count| count.parse().ok());
        let count: usize = count.unwrap_or(CASES_PER_KIND);
        let surface = match section.word("form") {
            Some("json") => Surface::Json,
            Some("form") => Surface::Form,
            _ => Surface::Text,
        };
        let mut wanted = count;
        for attempt in 0..count * 8 {
            let text = grammar.make(section, &mut rng);
            let role = roles.get(attempt % roles.len()).copied().unwrap_or(Role::Value);
            wanted -= usize::from(self.add(kind, role, surface, text));
            if wanted == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Names that the Unicode CLDR has for countries, languages, months and so on.
    fn names(&mut self) {
        for line in NAMES.lines().filter(|line| !line.starts_with("# ")) {
            let mut columns = line.split('\t');
            let (Some(language), Some(what), Some(all)) =
                (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            for name in all.split('|') {
                self.add(
                    &format!("{what}/{language}"),
                    Role::Value,
                    Surface::Text,
                    name.to_owned(),
                );
            }
        }
    }

    /// Whole events of every trigger family, with texts from before in their fields.
    fn events(&mut self) {
        let mut rng = Rng::new(self.seed, "benign/events");
        let texts: Vec<_> = self
            .cases
            .iter()
            .filter(|case| case.surface == Surface::Text && case.role == Role::Value)
            .step_by(EVENT_EVERY)
            .filter_map(|case| String::from_utf8(case.bytes.clone()).ok())
            .collect();
        let wraps = crate::wrap::WRAPS;
        for (index, text) in texts.iter().enumerate() {
            if let Some((kind, wrap)) = wraps.get(index % wraps.len()) {
                let event = wrap(text, &mut rng).to_string();
                self.add(&format!("event/{kind}"), Role::Value, Surface::Json, event);
            }
        }
    }

    /// The repository's sample events, one folder a trigger; none where the folder is missing.
    fn fixtures(&mut self, directory: &Path) {
        for folder in entries(directory) {
            let trigger = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for file in entries(&folder) {
                if let Ok(text) = std::fs::read_to_string(&file) {
                    self.add(&format!("event/{trigger}"), Role::Value, Surface::Json, text);
                }
            }
        }
    }

    fn add(&mut self, kind: &str, role: Role, surface: Surface, text: String) -> bool {
        let bytes = text.into_bytes();
        let fresh = !bytes.is_empty() && self.seen.insert(bytes.clone());
        if fresh {
            let (technique, half) = (kind.to_owned(), Half::of(kind));
            let (family, also, encoding) = (None, Vec::new(), Encoding::Raw);
            self.cases.push(Case { family, also, technique, encoding, role, surface, half, bytes });
        }
        fresh
    }
}

/// What is in a directory, in the order of its names.
fn entries(directory: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut all: Vec<_> = all.map(|entry| entry.path()).collect();
    all.sort();
    all
}
