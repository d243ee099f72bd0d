//! Hostile texts: for each family a grammar of techniques, crossed with every encoding that a
//! reader of such a field would undo.
use crate::case::{Case, Surface, role};
use crate::encoding::Encoding as E;
use crate::grammar::expand::latin1;
use crate::grammar::{Defect, Grammar, Section};
use crate::half::Half;
use crate::rng::Rng;
use serde_json::json;
use std::collections::HashSet;
use tollgate_detect::Role;

/// Texts that a family's techniques share among them.
const CASES_PER_FAMILY: usize = 2400;
/// Texts that a technique makes at least, where its grammar can.
const CASES_PER_TECHNIQUE: usize = 40;
/// Names of members that texts are put into.
const MEMBERS: [&str; 12] = [
    "name",
    "comment",
    "q",
    "title",
    "message",
    "filter",
    "sort",
    "city",
    "note",
    "value",
    "id",
    "description",
];

/// A family's name and its grammar.
pub const FAMILIES: [(&str, &str); 16] = [
    ("sql", include_str!("../data/hostile/sql.txt")),
    ("nosql", include_str!("../data/hostile/nosql.txt")),
    ("shell", include_str!("../data/hostile/shell.txt")),
    ("path", include_str!("../data/hostile/path.txt")),
    ("xss", include_str!("../data/hostile/xss.txt")),
    ("template", include_str!("../data/hostile/template.txt")),
    ("xml", include_str!("../data/hostile/xml.txt")),
    ("ssrf", include_str!("../data/hostile/ssrf.txt")),
    ("log4j", include_str!("../data/hostile/log4j.txt")),
    ("prototype", include_str!("../data/hostile/prototype.txt")),
    ("ldap", include_str!("../data/hostile/ldap.txt")),
    ("crlf", include_str!("../data/hostile/crlf.txt")),
    ("deserialize", include_str!("../data/hostile/deserialize.txt")),
    ("formula", include_str!("../data/hostile/formula.txt")),
    ("unicode", include_str!("../data/hostile/unicode.txt")),
    ("prompt", include_str!("../data/hostile/prompt.txt")),
];

/// All hostile texts of a seed, family by family, technique by technique; none twice.
pub fn hostile(seed: u64) -> Result<Vec<Case>, Defect> {
    let mut cases = Vec::new();
    let mut known = HashSet::new();
    for (family, text) in FAMILIES {
        let grammar = Grammar::read(&[(family, text)])?;
        let share = CASES_PER_FAMILY / grammar.sections.len().max(1);
        for section in &grammar.sections {
            let of_section = Maker::new(family, &grammar, section, seed)?;
            of_section.fill(share.max(CASES_PER_TECHNIQUE), &mut known, &mut cases);
        }
    }
    Ok(cases)
}

struct Maker<'a> {
    family: &'static str,
    grammar: &'a Grammar,
    section: &'a Section,
    roles: Vec<Role>,
    half: Half,
    rng: Rng,
}

impl<'a> Maker<'a> {
    fn new(
        family: &'static str,
        grammar: &'a Grammar,
        section: &'a Section,
        seed: u64,
    ) -> Result<Self, Defect> {
        let name = format!("{family}/{}", section.name);
        let mut roles = Vec::new();
        for word in section.words("roles") {
            let what = format!("`{word}` is no role");
            roles.push(role(word).ok_or(Defect { file: name.clone(), line: 0, what })?);
        }
        if roles.is_empty() {
            roles.push(Role::Value);
        }
        let half = Half::of(&name);
        Ok(Self { family, grammar, section, roles, half, rng: Rng::new(seed, &name) })
    }

    /// Makes `wanted` texts, or as many as there are within a bounded number of tries.
    fn fill(mut self, wanted: usize, known: &mut HashSet<Vec<u8>>, cases: &mut Vec<Case>) {
        let mut made = 0;
        for attempt in 0..wanted * 12 {
            let Some(role) = self.roles.get(attempt % self.roles.len()).copied() else { return };
            let encodings = encodings(self.family, self.section, role);
            let encoding = encodings.get(attempt / self.roles.len() % encodings.len());
            let text = self.grammar.make(self.section, &mut self.rng);
            let Some((surface, bytes)) = encoding.and_then(|e| self.dress(*e, role, &text)) else {
                continue;
            };
            if known.insert(bytes.clone()) {
                let technique = self.section.name.clone();
                let (family, half) = (Some(self.family), self.half);
                let encoding = encoding.copied().unwrap_or(E::Raw);
                let also = self.section.words("also").map(str::to_owned).collect();
                cases.push(Case { family, also, technique, encoding, role, surface, half, bytes });
                made += 1;
            }
            if made == wanted {
                return;
            }
        }
    }

    /// A text in an encoding, as the document that carries it.
    fn dress(&mut self, encoding: E, role: Role, text: &str) -> Option<(Surface, Vec<u8>)> {
        let member = self.rng.pick(&MEMBERS).copied()?;
        match self.section.word("form") {
            Some("json") => return self.document(encoding, member, text),
            Some("form") => return Some(form(encoding, text, &mut self.rng)),
            _ => {}
        }
        if self.section.word("enc") == Some("bytes") {
            return Some((Surface::Bytes, latin1(text)));
        }
        let dressed = encoding.apply(text, &mut self.rng);
        Some(match encoding {
            E::Base64 => (Surface::Bytes, dressed.into_bytes()),
            E::Json if role == Role::Key => json_text(&json!({ dressed: 1, member: 2 })),
            E::Json => json_text(&json!({ "id": 7, member: dressed })),
            E::JsonEscaped if role == Role::Key => {
                (Surface::Json, format!("{{\"{dressed}\":{{\"a\":1}}}}").into_bytes())
            }
            E::JsonEscaped => {
                (Surface::Json, format!("{{\"{member}\":\"{dressed}\"}}").into_bytes())
            }
            E::JsonInJson => {
                let inner = json!({ member: dressed, "n": 1 }).to_string();
                json_text(&json!({ "body": inner }))
            }
            E::Form | E::FormPercentAll if role == Role::Key => {
                (Surface::Form, format!("a=1&{dressed}=x").into_bytes())
            }
            E::Form | E::FormPercentAll => {
                (Surface::Form, format!("a=1&{member}={dressed}").into_bytes())
            }
            _ => (Surface::Text, dressed.into_bytes()),
        })
    }

    /// A technique that is a JSON document of its own.
    fn document(&mut self, encoding: E, member: &str, text: &str) -> Option<(Surface, Vec<u8>)> {
        // What the grammar wrote must be JSON, or the case would prove nothing.
        serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
        Some(match encoding {
            E::JsonInJson => json_text(&json!({ member: text, "n": 1 })),
            E::Base64 => (Surface::Bytes, text.as_bytes().to_vec()),
            E::Form => {
                let dressed = E::Form.apply(text, &mut self.rng);
                (Surface::Form, format!("{member}={dressed}").into_bytes())
            }
            E::JsonEscaped => (Surface::Json, escape_letters(text).into_bytes()),
            _ => (Surface::Json, text.as_bytes().to_vec()),
        })
    }
}

fn json_text(value: &serde_json::Value) -> (Surface, Vec<u8>) {
    (Surface::Json, value.to_string().into_bytes())
}

/// Names and values stay apart; all else is percent-encoded as the encoding says.
fn form(encoding: E, text: &str, rng: &mut Rng) -> (Surface, Vec<u8>) {
    let mut out = String::new();
    for (index, pair) in text.split('&').enumerate() {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = match encoding {
            E::Form => (E::Form.apply(name, rng), E::Form.apply(value, rng)),
            E::FormPercentAll => (E::PercentAll.apply(name, rng), value.to_owned()),
            E::PercentTwice => (E::PercentTwice.apply(name, rng), value.to_owned()),
            _ => (name.to_owned(), value.to_owned()),
        };
        out.push_str(if index == 0 { "" } else { "&" });
        out.push_str(&name);
        out.push('=');
        out.push_str(&value);
    }
    (Surface::Form, out.into_bytes())
}

/// The letters and `$`, `_` within a document's strings as `\u0061`, its structure untouched.
fn escape_letters(json: &str) -> String {
    let mut out = String::new();
    let (mut within, mut escaped) = (false, false);
    for letter in json.chars() {
        if within && !escaped && (letter.is_ascii_alphabetic() || "$_".contains(letter)) {
            out.push_str(&E::JsonEscaped.apply(&letter.to_string(), &mut Rng::new(0, "")));
        } else {
            within ^= letter == '"' && !escaped;
            out.push(letter);
        }
        escaped = letter == '\\' && !escaped;
        // The four digits of an escape are not letters of the text.
        if escaped && json.contains("\\u") {
            return json.to_owned();
        }
    }
    out
}

/// The encodings that a field's reader undoes, for a technique.
fn encodings(family: &str, section: &Section, role: Role) -> Vec<E> {
    match (section.word("form"), section.word("enc")) {
        (Some("json"), _) => {
            return vec![E::Raw, E::Raw, E::JsonInJson, E::JsonEscaped, E::Base64, E::Form];
        }
        (Some("form"), _) => return vec![E::Raw, E::Form, E::FormPercentAll, E::PercentTwice],
        (_, Some("pre")) => return vec![E::Raw, E::Json, E::JsonInJson],
        (_, Some("plain")) => return vec![E::Raw, E::Json, E::JsonInJson, E::Form],
        (_, Some("bytes")) => return vec![E::Base64],
        (_, Some("prose")) => {
            return vec![
                E::Raw,
                E::Raw,
                E::Raw,
                E::MixedCase,
                E::HtmlNamed,
                E::UnicodeEscape,
                E::Percent,
            ];
        }
        _ => {}
    }
    let mut all = vec![E::Raw, E::Raw, E::Percent, E::PercentTwice];
    match role {
        Role::Key => {
            return vec![E::Raw, E::Json, E::JsonEscaped, E::Form, E::FormPercentAll, E::Percent];
        }
        Role::Url => {}
        Role::Header => all.extend([E::PercentAll, E::UnicodeEscape, E::HtmlDecimal]),
        Role::Path | Role::FileName => all.extend([E::PercentAll, E::UnicodeEscape]),
        _ => all.extend([
            E::PercentAll,
            E::HtmlDecimal,
            E::HtmlHex,
            E::HtmlPadded,
            E::HtmlNamed,
            E::UnicodeEscape,
            E::HexEscape,
            E::Base64,
            E::Json,
            E::Json,
            E::JsonEscaped,
            E::JsonInJson,
            E::Form,
            E::FormPercentAll,
        ]),
    }
    match family {
        "sql" => all.extend([E::MixedCase, E::Comments]),
        "xss" => all.extend([E::MixedCase, E::Fullwidth]),
        "path" => all.extend([E::Fullwidth, E::Overlong]),
        "crlf" | "ldap" => all.push(E::MixedCase),
        "ssrf" if role == Role::Value => all.push(E::MixedCase),
        _ => {}
    }
    all
}
