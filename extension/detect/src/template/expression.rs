//! What stands between delimiters: a placeholder, or a program.
use super::reach::{is_named, reaches, reaches_in_brace};
use crate::bytes::{
    at, before, begins_any, between, contains, contains_any, from, is_word, places, places_of,
    skip_blank, skip_blank_back, trim, word_at, word_before,
};

/// Which delimiters stand around an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{{ }}`
    Mustache,
    /// `{% %}`
    Block,
    /// `${ }`, `#{ }`, `*{ }`, `@{ }`, `~{ }`, `%{ }`, `!{ }`
    Dollar,
    /// `{ }`
    Single,
}

/// An expression in lower case with what stands around it.
pub(super) struct Reading<'a> {
    pub inner: &'a [u8],
    pub kind: Kind,
    pub closed: bool,
    /// The byte before the brace.
    pub sigil: u8,
}

impl Reading<'_> {
    /// What makes it an attack.
    pub(super) fn technique(&self, free: bool) -> Option<&'static str> {
        let inner = strip(self.inner);
        if inner.is_empty() {
            return None;
        }
        if free {
            return unmistakable(inner, self.kind).then_some("template-object-access");
        }
        if self.kind == Kind::Single && !reaches_in_brace(inner) {
            return single(inner, self.closed);
        }
        if reaches(inner) {
            return Some("template-object-access");
        }
        match self.kind {
            Kind::Mustache => mustache(inner, self.closed),
            Kind::Block => block(inner),
            Kind::Dollar => dollar(inner, self.sigil),
            Kind::Single => single(inner, self.closed),
        }
    }
}

impl Reading<'_> {
    /// Whether it is a product of two numbers, with which a template is tried.
    pub(super) fn is_probe(&self) -> bool {
        self.kind == Kind::Mustache && is_product(strip(self.inner))
    }
}

/// Without what engines put before an expression to print it raw, trimmed or compared.
fn strip(inner: &[u8]) -> &[u8] {
    let inner = trim(inner);
    let marks = inner
        .iter()
        .take(4)
        .take_while(|byte| {
            matches!(**byte, b'=' | b'-' | b':' | b'&' | b'!' | b'{' | b'%' | b'~' | b'@')
        })
        .count();
    // A command in a string that runs: `%x(…)`.
    let command = at(inner, marks) == b'x' && before(inner, marks) == b'%';
    trim(from(inner, marks - usize::from(command)))
}

fn mustache(inner: &[u8], closed: bool) -> Option<&'static str> {
    if is_global(inner) {
        return Some("template-object-access");
    }
    if is_arithmetic(inner) || is_comparison(inner) {
        return Some("template-arithmetic");
    }
    if is_action(inner) {
        return Some("template-call");
    }
    let filtered = inner.first().is_some_and(u8::is_ascii_digit)
        && contains_any(inner, &[b"|add:", b"|plus:", b"|times:", b"| times:", b"| plus:"]);
    if filtered {
        return Some("template-arithmetic");
    }
    let helper = begins_any(inner, &[b"#with", b"lookup ", b"#each (", b"#raw"])
        && contains_any(inner, &[b"\"", b"'", b"constructor"]);
    if helper || literal_access(inner) || bracket_access(inner) {
        return Some("template-object-access");
    }
    (closed && calls(inner)).then_some("template-call")
}

/// An action of a template in Go: a method or a function, and a string for it.
fn is_action(inner: &[u8]) -> bool {
    let word = word_at(inner, usize::from(at(inner, 0) == b'.'));
    let end = word.len() + usize::from(at(inner, 0) == b'.');
    let method = at(inner, 0) == b'.' && !word.is_empty();
    let function = matches!(
        word,
        b"html"
            | b"js"
            | b"urlquery"
            | b"print"
            | b"printf"
            | b"println"
            | b"define"
            | b"template"
            | b"block"
            | b"call"
            | b"slice"
    );
    let argument = skip_blank(inner, end);
    (method || function) && argument > end && matches!(at(inner, argument), b'"' | b'`')
}

fn block(inner: &[u8]) -> Option<&'static str> {
    let inner = match inner.split_first() {
        // `{%- if … -%}`: without the blanks around it.
        Some((b'-' | b'~' | b'+', rest)) => trim(rest.strip_suffix(b"-").unwrap_or(rest)),
        _ => inner,
    };
    let word = word_at(inner, 0);
    let rest = trim(from(inner, word.len()));
    let loads = match word {
        b"import" => !matches!(at(rest, 0), b'"' | b'\'') && !contains(rest, b" as "),
        b"debug" | b"php" | b"system" | b"exec" | b"eval" | b"raw_python" => true,
        b"load" => begins_any(rest, &[b"log", b"debug"]),
        b"get_admin_log" | b"do" | b"python" | b"javascript" => !rest.is_empty(),
        b"include" => begins_any(trim_quote(rest), &[b"/", b"../", b"file:", b"http", b"request"]),
        b"set" | b"with" | b"for" | b"if" | b"print" | b"assign" => bracket_access(rest),
        _ => false,
    };
    if loads {
        return Some("template-statement");
    }
    if is_arithmetic(inner)
        || (word == b"if" && (is_comparison(rest) || matches!(rest, b"true" | b"1" | b"not false")))
    {
        return Some("template-arithmetic");
    }
    let printed = word.is_empty() || word == b"print" || at(inner, word.len()) == b'(';
    (printed && (calls(inner) || literal_access(inner))).then_some("template-call")
}

fn dollar(inner: &[u8], sigil: u8) -> Option<&'static str> {
    let scope = begins_any(
        inner,
        &[
            b"applicationscope",
            b"sessionscope",
            b"requestscope",
            b"pagescope",
            b"pagecontext",
            b"initparam",
            b"facescontext",
            b".data_model",
            b".main",
            b".globals",
            b".locals",
            b".now",
            b".version",
            b"servletcontext",
        ],
    );
    if scope {
        return Some("template-object-access");
    }
    if is_arithmetic(inner) || is_comparison(inner) {
        return Some("template-arithmetic");
    }
    if literal_access(inner) || (sigil != b'@' && bracket_access(inner)) {
        return Some("template-object-access");
    }
    // `@{ }` is a table of values in one shell, `@{[ ]}` a statement in another language.
    let statement = sigil == b'@' && inner.first() == Some(&b'[');
    (statement || calls(inner)).then_some("template-call")
}

fn single(inner: &[u8], closed: bool) -> Option<&'static str> {
    if !closed || inner.len() > 300 {
        return None;
    }
    if is_arithmetic(inner) && !contains_any(inner, &[b":", b";", b","]) {
        return Some("template-arithmetic");
    }
    let smarty = begins_any(
        inner,
        &[
            b"$smarty",
            b"php",
            b"literal",
            b"self::",
            b"include_php",
            b"fetch ",
            b"include file",
            b"eval ",
            b"@math",
        ],
    ) && matches!(at(inner, word_at(inner, 0).len()), 0 | b'.' | b' ' | b':' | b'}');
    let word = word_at(inner, 0);
    let statement = matches!(word, b"if" | b"var" | b"assign" | b"math") && {
        let rest = trim(from(inner, word.len()));
        at(rest, word_at(rest, 0).len()) == b'('
            && !word_at(rest, 0).is_empty()
            && rest.ends_with(b")")
    };
    let function = matches!(
        word,
        b"system"
            | b"exec"
            | b"passthru"
            | b"phpinfo"
            | b"shell_exec"
            | b"popen"
            | b"eval"
            | b"assert"
            | b"readfile"
            | b"file_get_contents"
            | b"print"
            | b"proc_open"
    ) && at(inner, word.len()) == b'('
        && !is_named(from(inner, word.len() + 1));
    let string = inner.first() == Some(&b'\'') && contains_any(inner, &[b"'|", b"'*"]);
    (smarty || statement || function || string || contains(inner, b"::write"))
        .then_some("template-statement")
}

fn trim_quote(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\"").or_else(|| bytes.strip_prefix(b"'")).unwrap_or(bytes)
}

/// Objects that engines offer to every template, on their own.
fn is_global(inner: &[u8]) -> bool {
    let bare = inner.iter().position(|byte| matches!(byte, b'|' | b' ')).unwrap_or(inner.len());
    matches!(
        between(inner, 0, bare),
        b"config"
            | b"self"
            | b"_self"
            | b"_context"
            | b"request"
            | b"settings"
            | b"lipsum"
            | b"cycler"
            | b"joiner"
            | b"get_flashed_messages"
            | b"url_for"
            | b"session"
            | b"messages.storages"
            | b"g"
            | b"debug"
    ) || begins_any(
        inner,
        &[
            b"settings.secret",
            b"config.items",
            b"app.request",
            b"_self.",
            b"self._",
            b"lipsum.",
            b"cycler.",
            b"joiner.",
            b"namespace.",
            b"request[",
            b"config[",
            b"request.application",
            b"request.environ",
            b"request.__",
            b"app.server",
            b"app.env",
            b"config.secret",
            b"messages.storages",
            b"_context.",
        ],
    )
}

/// A literal, an operator and a literal.
pub(super) fn is_arithmetic(inner: &[u8]) -> bool {
    let inner = trim(inner);
    inner.iter().enumerate().take(300).any(|(place, byte)| match byte {
        b'*' => literal_before(inner, place) && literal_after(inner, place + 1),
        b'+' | b'-' | b'/' | b'%' => whole(inner, place),
        _ => false,
    })
}

/// Whether nothing but numbers, brackets and operators is there; a date has no blanks, and three parts.
fn whole(inner: &[u8], place: usize) -> bool {
    let numbers = inner.iter().all(|byte| {
        byte.is_ascii_digit()
            || matches!(byte, b' ' | b'.' | b'(' | b')' | b'+' | b'-' | b'*' | b'/' | b'%')
    });
    let strings = literal_before(inner, place)
        && literal_after(inner, place + 1)
        && matches!(before(inner, skip_blank_back(inner, place)), b'"' | b'\'');
    let operators = inner.iter().filter(|byte| matches!(byte, b'-' | b'/')).count();
    strings && at(inner, place) == b'+'
        || numbers
            && operators < 2
            && literal_before(inner, place)
            && literal_after(inner, place + 1)
}

fn literal_before(inner: &[u8], place: usize) -> bool {
    let end = skip_blank_back(inner, place);
    match before(inner, end) {
        b'"' | b'\'' | b']' | b')' => true,
        b'0'..=b'9' => word_before(inner, end).iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn literal_after(inner: &[u8], place: usize) -> bool {
    let start = skip_blank(inner, place);
    match at(inner, start) {
        b'"' | b'\'' | b'(' | b'[' => true,
        b'0'..=b'9' => word_at(inner, start).iter().all(u8::is_ascii_digit),
        b'*' => literal_after(inner, start + 1),
        _ => false,
    }
}

/// Two literals compared, or a choice between two.
fn is_comparison(inner: &[u8]) -> bool {
    let equal = places_of(inner, b"==")
        .any(|place| literal_before(inner, place) && literal_after(inner, place + 2));
    let chosen = begins_any(
        inner,
        &[b"true?", b"false?", b"true %}", b"not false", b"true ?", b"1==1", b"true and "],
    );
    equal || chosen
}

/// A string, list or tuple whose members are asked for.
fn literal_access(inner: &[u8]) -> bool {
    let begins = begins_any(
        inner,
        &[
            b"''.", b"\"\".", b"[].", b"().", b"{}.", b"''[", b"\"\"[", b"()[", b"[]|", b"()|",
            b"''|", b"\"\"|",
        ],
    );
    let quoted = places(inner, b'.').any(|place| {
        matches!(before(inner, place), b'"' | b'\'' | b']')
            && at(inner, place + 1).is_ascii_alphabetic()
            && at(inner, place + 1 + word_at(inner, place + 1).len()) == b'('
    });
    begins || quoted
}

/// A member by a name in quotes: `request['application']`.
fn bracket_access(inner: &[u8]) -> bool {
    places(inner, b'[').any(|place| {
        (is_word(before(inner, place)) || matches!(before(inner, place), b')' | b']'))
            && matches!(at(inner, skip_blank(inner, place + 1)), b'"' | b'\'')
    })
}

/// Functions without any reach that templates of mails and configurations call.
const HARMLESS: &[&[u8]] = &[
    b"hashfiles",
    b"contains",
    b"startswith",
    b"endswith",
    b"format",
    b"join",
    b"tojson",
    b"fromjson",
    b"success",
    b"always",
    b"failure",
    b"cancelled",
    b"url",
    b"path",
    b"asset",
    b"t",
    b"trans",
    b"gettext",
    b"_",
    b"date",
    b"now",
    b"lookup",
    b"env",
    b"var",
    b"file",
    b"default",
    b"lower",
    b"upper",
    b"length",
    b"element",
    b"replace",
    b"ref",
    b"getatt",
    b"sub",
    b"select",
    b"split",
    b"concat",
    b"tostring",
    b"formatdate",
    b"formatnumber",
    b"currency",
    b"translate",
    b"if",
    b"eq",
    b"and",
    b"or",
    b"not",
    b"coalesce",
    b"lookup_plugin",
    b"source",
    b"config",
    b"get",
    b"len",
    b"str",
    b"int",
    b"round",
    b"rgba",
    b"rgb",
    b"calc",
];

/// A call that is no argument of a filter.
fn calls(inner: &[u8]) -> bool {
    places(inner, b'(').any(|place| {
        let name = word_before(inner, place);
        if name.is_empty() || HARMLESS.contains(&name) {
            return false;
        }
        let start = place - name.len();
        let prior = before(inner, skip_blank_back(inner, start));
        prior != b'|' && name.first().is_some_and(|first| !first.is_ascii_digit())
    })
}

/// What no source code or prose does between delimiters.
fn unmistakable(inner: &[u8], kind: Kind) -> bool {
    let python = matches!(kind, Kind::Mustache | Kind::Block)
        && contains_any(
            inner,
            &[b"__class__", b"__subclasses__", b"__globals__", b"__builtins__", b"__mro__"],
        );
    let probe = kind == Kind::Mustache && is_product(inner);
    let java = contains_any(
        inner,
        &[
            b"t(java.lang.runtime",
            b"freemarker.template.utility",
            b"getruntime().exec",
            b"_self.env.register",
        ],
    );
    python || probe || java
}

fn is_product(inner: &[u8]) -> bool {
    let digits = inner.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits >= 2 && digits + 1 == inner.len() && contains(inner, b"*")
}
