//! Names and signs with which an expression reaches beyond the values that it was given.
use std::sync::LazyLock;

use crate::bytes::{
    Lexicon, at, before, contains, contains_any, from, is_word, places, places_of, skip_blank,
    word_at,
};

/// What `reaches` looks for.
static REACHING: LazyLock<Lexicon<&[u8]>> = LazyLock::new(|| Lexicon::new(REACHING_WORDS.to_vec()));

/// Names, and signs with the beginning of one.
const REACHING_WORDS: &[&[u8]] = &[
    b"__class__",
    b"__mro__",
    b"__base",
    b"__subclasses__",
    b"__globals__",
    b"__builtins__",
    b"__init__",
    b"__import__",
    b"__getitem__",
    b"__getattribute__",
    b"__dict__",
    b"__proto__",
    b"constructor",
    b"getclass",
    b".class.",
    b"['class']",
    b"forname(",
    b"getruntime",
    b"processbuilder",
    b"java.lang",
    b"java.util",
    b"java.io",
    b"javax.",
    b"org.apache",
    b"freemarker.",
    b"?new",
    b"?api",
    b"?eval",
    b"?interpret",
    b"|attr",
    b"| attr",
    b"classloader",
    b"getmethod",
    b"child_process",
    b"mainmodule",
    b"process.env",
    b"process.binding",
    b"global.process",
    b"root.process",
    b"require(",
    b"popen",
    b"subprocess",
    b"os.system",
    b"shell_exec",
    b"passthru",
    b"phpinfo",
    b"file_get_contents",
    b"proc_open",
    b"_self.env",
    b"registerundefined",
    b"getfilter",
    b"#_memberaccess",
    b"#context",
    b"@java",
    b"getengineby",
    b"scriptengine",
    b"system(",
    b"exec(",
    b"eval(",
    b"file.open",
    b"file.read",
    b"dir.entries",
    b"io.popen",
    b"kernel.",
    b"request.getattribute",
    b"getsession",
    b"invokelater",
    b"file_excerpt",
    b"|system",
    b"| system",
    b"|passthru",
    b"|exec",
    b"| exec",
    b"'system'",
    b"\"system\"",
    b"'exec'",
    b"\"exec\"",
    b"'passthru'",
    b"\"passthru\"",
    b"'id'",
    b"smarty.version",
    b"getstreamvariable",
    b"secret_key",
    b".mro",
    b".subclasses",
    b".__",
    b"self.module",
    b"self.template",
    b"getbean",
    b"environment[",
    b"%x(",
    b"%x{",
    b"%x|",
    b".type.",
    b".type\n",
    b"config.iteritems",
    b"config.items",
    b"(1).type",
    b"os.path",
    b"'__",
    b"\"__",
    b"#application",
    b"#request",
    b"#session",
    b"#parameters",
    b"#attr",
    b"response.getwriter",
    b"getsystem",
    b"invoke(",
    b"definemethod",
    b"(char)",
    b"?lower_abc",
    b"?upper_abc",
];

/// Names that reach out of the values a template was given, wherever they stand.
pub(super) fn reaches(inner: &[u8]) -> bool {
    REACHING.is_in(inner)
        || contains_any(inner, &[b".__", b"'__", b"\"__", b"%x(", b"%x{", b"%x|"])
        || constructs(inner)
        || piped(inner)
        || backquoted(inner)
}

/// The same within a single brace, which queries and tables have too: there a word in quotes is
/// a value, and a call whose arguments have names asks for a field.
pub(super) fn reaches_in_brace(inner: &[u8]) -> bool {
    let named = REACHING.find(inner).any(|(place, word)| {
        let value = word.ends_with(b"\"") || word.ends_with(b"'");
        let field = word.ends_with(b"(") && is_named(from(inner, place + word.len()));
        !value && !field
    });
    named || constructs(inner) || piped(inner) || backquoted(inner)
}

/// Whether an argument has a name: `where: …`.
pub(super) fn is_named(argument: &[u8]) -> bool {
    let start = skip_blank(argument, 0);
    let name = word_at(argument, start);
    !name.is_empty() && at(argument, skip_blank(argument, start + name.len())) == b':'
}

/// `T(…)` and `new …(`: a type by its name.
fn constructs(inner: &[u8]) -> bool {
    let typed = places_of(inner, b"t(")
        .any(|place| !is_word(before(inner, place)) && contains(from(inner, place), b"."));
    let made = places_of(inner, b"new ").any(|place| {
        let rest = from(inner, place + 4);
        let name =
            rest.iter().take(60).take_while(|byte| is_word(**byte) || **byte == b'.').count();
        !is_word(before(inner, place)) && name > 2 && at(rest, name) == b'('
    });
    typed || made
}

/// Filters that take a function's name and call it.
fn piped(inner: &[u8]) -> bool {
    places(inner, b'|').any(|place| {
        let start = skip_blank(inner, place + 1);
        let name = word_at(inner, start);
        let argument = from(inner, start + name.len());
        matches!(name, b"filter" | b"map" | b"reduce" | b"sort" | b"attr" | b"call" | b"apply")
            && argument.first() == Some(&b'(')
            && matches!(at(argument, skip_blank(argument, 1)), b'"' | b'\'')
    })
}

fn backquoted(inner: &[u8]) -> bool {
    places(inner, b'`').take(2).count() == 2
}
