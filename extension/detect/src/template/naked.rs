//! Code that a template engine or an expression language runs without delimiters around it.
use std::sync::LazyLock;

use crate::bytes::{
    Lexicon, at, before, begins_any, between, contains, contains_any, from, places_of, trim,
    word_at,
};
use crate::finding::Match;

/// A name and what it shows.
#[derive(Clone)]
struct Name(&'static [u8], &'static str);

impl AsRef<[u8]> for Name {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

/// Names that no value holds unless it is meant to run.
static NAMES: LazyLock<Lexicon<Name>> = LazyLock::new(|| Lexicon::new(ALL.to_vec()));

const ALL: &[Name] = &[
    Name(b"#_memberaccess", "java-expression"),
    Name(b"#context[", "java-expression"),
    Name(b"${@print", "php-expression"),
    Name(b"(new java.", "java-expression"),
    Name(b".__builtins__", "python-expression"),
    Name(b".__class__", "python-expression"),
    Name(b".__globals__", "python-expression"),
    Name(b".__init__.", "python-expression"),
    Name(b".getclass().", "java-expression"),
    Name(b"@java.", "java-expression"),
    Name(b"__builtins__[", "python-expression"),
    Name(b"__class__.__", "python-expression"),
    Name(b"__globals__[", "python-expression"),
    Name(b"__import__(", "python-expression"),
    Name(b"__include__(", "python-expression"),
    Name(b"__subclasses__", "python-expression"),
    Name(b"_load('child", "node-expression"),
    Name(b"base64_decode(", "php-expression"),
    Name(b"call_user_func(", "php-expression"),
    Name(b"child_process", "node-expression"),
    Name(b"class.classloader", "java-expression"),
    Name(b"class.forname(", "java-expression"),
    Name(b"class.module.classloader", "java-expression"),
    Name(b"class['classloader']", "java-expression"),
    Name(b"class[classloader]", "java-expression"),
    Name(b"com.opensymphony.xwork2", "java-expression"),
    Name(b"console.", "node-expression"),
    Name(b"console[", "node-expression"),
    Name(b"dir.entries(", "ruby-expression"),
    Name(b"eval(", "dynamic-code"),
    Name(b"eval.me(", "java-expression"),
    Name(b"file.open(", "ruby-expression"),
    Name(b"file.read(", "ruby-expression"),
    Name(b"freemarker.template.utility", "java-expression"),
    Name(b"getattr(os", "python-expression"),
    Name(b"getdeclaredmethod", "java-expression"),
    Name(b"getruntime()", "java-expression"),
    Name(b"getruntime.", "java-expression"),
    Name(b"global.process", "node-expression"),
    Name(b"global[", "node-expression"),
    Name(b"globals()[", "python-expression"),
    Name(b"instance_eval", "ruby-expression"),
    Name(b"io.popen", "ruby-expression"),
    Name(b"java.lang.processbuilder", "java-expression"),
    Name(b"java.lang.runtime", "java-expression"),
    Name(b"javax.script.scriptengine", "java-expression"),
    Name(b"kernel.exec", "ruby-expression"),
    Name(b"kernel.system", "ruby-expression"),
    Name(b"new java.", "java-expression"),
    Name(b"ognl.ognlcontext", "java-expression"),
    Name(b"module.exports", "node-expression"),
    Name(b"org.apache.struts2", "java-expression"),
    Name(b"os.system(", "python-expression"),
    Name(b"passthru(", "php-expression"),
    Name(b"phpinfo(", "php-expression"),
    Name(b"popen(", "php-expression"),
    Name(b"proc_open(", "php-expression"),
    Name(b"process.binding(", "node-expression"),
    Name(b"process.env", "node-expression"),
    Name(b"process.exit(", "node-expression"),
    Name(b"process.kill(", "node-expression"),
    Name(b"process.mainmodule", "node-expression"),
    Name(b"process.spawn", "ruby-expression"),
    Name(b"process[", "node-expression"),
    Name(b"require(", "node-expression"),
    Name(b"require(\"child_process", "node-expression"),
    Name(b"require('child_process", "node-expression"),
    Name(b"require(`child_process", "node-expression"),
    Name(b"shell_exec(", "php-expression"),
    Name(b"subprocess.", "python-expression"),
    Name(b"system(", "php-expression"),
    Name(b"t(java.", "java-expression"),
    Name(b"this.constructor.constructor", "node-expression"),
    Name(b"urlsafe_decode64", "ruby-expression"),
    Name(b"xmldecoder", "java-expression"),
];

/// What is run as code after it was decoded.
const CODE: &[&[u8]] = &[
    b"base64",
    b"buffer",
    b"string.from",
    b"atob(",
    b"unescape(",
    b"compile(",
    b"new ",
    b"request",
    b"require",
    b"function",
];

/// Judges a text as code.
pub(super) fn inspect(lower: &[u8]) -> Option<Match> {
    let named = NAMES.find(lower).find(|(place, name)| holds(lower, *place, name.0));
    if let Some((_, name)) = named {
        return Some(Match::high(name.1));
    }
    dynamic(lower)
}

/// Second looks at names that prose has too.
fn holds(lower: &[u8], place: usize, name: &[u8]) -> bool {
    let rest = from(lower, place + name.len());
    match name {
        b"system(" | b"popen(" | b"file.open(" | b"file.read(" | b"passthru(" => {
            matches!(at(rest, 0), b'"' | b'\'' | b'`' | b'$')
        }
        b"eval(" => matches!(at(rest, 0), b'"' | b'\'' | b'`' | b'$') || begins_any(rest, CODE),
        b"subprocess." => {
            begins_any(rest, &[b"popen", b"check_output", b"run(", b"call(", b"getoutput"])
        }
        b"require(" => matches!(at(rest, 0), b'"' | b'\'' | b'`'),
        // Where that is all there is, or begins it.
        b"process.env" | b"module.exports" => place == 0 && !rest.contains(&b' '),
        b"console." | b"console[" => place == 0 && contains_any(rest, &[b"(", b".call"]),
        b"process[" | b"global[" => matches!(at(rest, 0), b'"' | b'\'' | b'`'),
        b"child_process" => {
            matches!(at(rest, 0), b'"' | b'\'' | b'`' | b'.') || before(lower, place) != b' '
        }
        // A trace of an error names a class and then a method with a file.
        b"java.lang.runtime" => !begins_any(rest, &[b"exception", b"error"]),
        b"new java." => contains(rest, b"("),
        b"process.spawn" | b"io.popen" => matches!(at(rest, 0), b'(' | b' '),
        _ => true,
    }
}

/// A condition that is a constant: `(!false)`, `(1)`, `(!![])`.
fn endless(rest: &[u8]) -> bool {
    let rest = trim(between(rest, 0, 40));
    let Some(inner) = rest.strip_prefix(b"(") else { return false };
    let end = inner.iter().position(|byte| *byte == b')').unwrap_or(inner.len());
    let condition = between(inner, 0, end);
    let word: Vec<u8> = condition.iter().copied().filter(u8::is_ascii_alphabetic).collect();
    let constant = matches!(
        word.as_slice(),
        b"" | b"string"
            | b"newdate"
            | b"object"
            | b"array"
            | b"math"
            | b"number"
            | b"true"
            | b"false"
            | b"this"
            | b"nan"
            | b"null"
            | b"infinity"
            | b"undefined"
    );
    end < inner.len() && constant && !trim(condition).is_empty()
}

/// Functions made out of text, and loops without an end, where script runs on a server.
fn dynamic(lower: &[u8]) -> Option<Match> {
    let made = places_of(lower, b"function(").take(16).any(|place| {
        let rest = from(lower, place + 9);
        let new = lower.get(place.saturating_sub(4)..place) == Some(b"new ");
        new && (place <= 4 || matches!(at(rest, 0), b'"' | b'\'' | b'`'))
    });
    let loops = contains(lower, b"for(;;)")
        || places_of(lower, b"while").take(16).any(|place| endless(from(lower, place + 5)));
    let called = places_of(lower, b"function").take(8).any(|place| {
        let rest = from(lower, place + 8);
        let name = word_at(rest, usize::from(at(rest, 0) == b' '));
        at(rest, usize::from(at(rest, 0) == b' ') + name.len()) == b'('
            && contains_any(rest, &[b"}()", b"})()", b"}.call(", b"}()}"])
    });
    (made || loops || called).then_some(Match::medium("node-expression"))
}
