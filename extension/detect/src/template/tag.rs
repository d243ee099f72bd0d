//! Statements that stand in delimiters of their own: code in pages, directives, references.
use super::after_word;
use super::expression::is_arithmetic;
use super::reach::reaches;
use crate::bytes::{
    at, before, begins_any, between, contains, contains_any, from, is_word, skip_blank, trim,
    word_at,
};
use crate::finding::Match;

/// `<% … %>`: anything but a name or a plain block.
pub(super) fn code(inner: &[u8], closed: bool) -> Option<Match> {
    let mark = at(inner, 0);
    if matches!(mark, b'@' | b'!') {
        return Some(Match::high("server-code"));
    }
    let inner =
        trim(from(inner, usize::from(matches!(mark, b'=' | b'-' | b'#' | b'%' | b'$' | b':'))));
    let inner = trim(inner.strip_prefix(b"=").unwrap_or(inner));
    if reaches(inner) || is_arithmetic(inner) {
        return Some(Match::high("template-object-access"));
    }
    let statement = begins_any(
        inner,
        &[
            b"import ",
            b"require ",
            b"response.",
            b"request.",
            b"out.",
            b"set ",
            b"dim ",
            b"execute",
            b"eval",
            b"system",
            b"exec",
            b"`",
            b"puts ",
            b"server.",
            b"_.",
        ],
    );
    let call = memchr::memchr_iter(b'(', inner).any(|place| is_word(before(inner, place)));
    let quoted =
        contains_any(inner, &[b"\"", b"'"]) && !begins_any(inner, &[b"if", b"for", b"include"]);
    (statement || call || (closed && quoted)).then_some(Match::medium("server-code"))
}

/// `<#assign …>`, `<@…>`: directives that load or make something.
pub(super) fn freemarker(rest: &[u8]) -> Option<Match> {
    let end = memchr::memchr2(b'<', b'>', rest).map_or(rest.len(), |end| end + 1);
    let rest = between(rest, 0, end);
    let word = word_at(rest, 1);
    let loads = matches!(word, b"include" | b"import") && contains_any(rest, &[b"/", b":"])
        || matches!(word, b"assign" | b"global" | b"local")
            && (reaches(rest) || contains(rest, b"("))
        || matches!(word, b"setting" | b"function" | b"macro" | b"attempt") && contains(rest, b">")
        || matches!(word, b"if" | b"elseif" | b"list" | b"foreach" | b"switch")
            && contains_any(rest, &[b"==", b"?", b" as ", b" in "]);
    (loads || (!word.is_empty() && reaches(rest))).then_some(Match::high("template-directive"))
}

/// `<?php` and `<?=`.
pub(super) fn server_code(rest: &[u8]) -> Option<Match> {
    let code = trim(rest.strip_prefix(b"?").unwrap_or_default());
    let opened = at(rest, 1) <= b' '
        && begins_any(
            code,
            &[b"php", b"echo", b"system", b"exec", b"eval", b"print", b"include", b"$"],
        );
    (opened || begins_any(rest, &[b"?php", b"?=", b"?python"]))
        .then_some(Match::high("server-code"))
}

/// `<!--#exec …-->`.
pub(super) fn server_command(rest: &[u8]) -> Option<Match> {
    let command = trim(rest.strip_prefix(b"!--")?).strip_prefix(b"#")?;
    begins_any(command, &[b"exec", b"include", b"echo", b"printenv", b"config", b"set "])
        .then_some(Match::high("server-side-include"))
}

/// `#set(…)`, `#evaluate(…)` and the like, of Velocity.
pub(super) fn directive(lower: &[u8], place: usize) -> Option<Match> {
    let start = place + 1 + usize::from(at(lower, place + 1) == b'{');
    let word = word_at(lower, start);
    let open = skip_blank(lower, start + word.len() + usize::from(start > place + 1));
    if at(lower, open) != b'(' {
        return None;
    }
    let argument = between(lower, open + 1, open + 120);
    let first = at(argument, skip_blank(argument, 0));
    let hostile = match word {
        b"set" => first == b'$',
        b"evaluate" | b"include" | b"parse" => matches!(first, b'$' | b'"' | b'\''),
        b"foreach" | b"if" | b"define" | b"macro" => {
            first == b'$' && contains_any(argument, &[b".", b" in "]) || reaches(argument)
        }
        _ => false,
    };
    hostile.then_some(Match::high("template-directive"))
}

/// `$class.inspect(…)`, `$x.getClass()`: a reference that reaches a type.
pub(super) fn reference(lower: &[u8], place: usize) -> Option<Match> {
    let start = place + 1 + usize::from(at(lower, place + 1) == b'!');
    let word = word_at(lower, start);
    if word.is_empty() || at(lower, start + word.len()) != b'.' || after_word(lower, place) {
        return None;
    }
    let member = between(lower, start + word.len(), start + word.len() + 80);
    let typed =
        begins_any(member, &[b".class", b".getclass", b".inspect(", b".type(", b".forname"]);
    (typed || word == b"class" && contains(member, b"("))
        .then_some(Match::high("template-reference"))
}

/// `@(1+2)`, `@System.…`, `@{ … }` of Razor.
pub(super) fn razor(lower: &[u8], place: usize) -> Option<Match> {
    if is_word(before(lower, place)) {
        return None;
    }
    let rest = between(lower, place + 1, place + 160);
    if at(rest, 0) == b'(' {
        let end = memchr::memchr(b')', rest).unwrap_or(rest.len());
        let inner = between(rest, 1, end);
        return (is_arithmetic(inner) || reaches(inner) || contains(inner, b"("))
            .then_some(Match::medium("template-expression"));
    }
    begins_any(
        rest,
        &[
            b"system.",
            b"html.raw(",
            b"import(",
            b"model.gettype",
            b"this.gettype",
            b"addtaghelper",
            b"inject ",
            b"functions{",
            b"functions {",
        ],
    )
    .then_some(Match::high("template-expression"))
}

/// The opening delimiters of several engines at once, as a probe has them.
pub(super) fn polyglot(lower: &[u8]) -> Option<Match> {
    if lower.len() > 400 {
        return None;
    }
    let openers: &[&[u8]] = &[
        b"{{", b"${", b"#{", b"<%", b"{%", b"{#", b"[[", b"@(", b"@*", b"*{", b"%{", b"<#", b"{@",
        b"{{!--", b"${{", b"%}", b"@{", b"{$",
    ];
    let kinds = openers.iter().filter(|opener| contains(lower, opener)).count();
    let letters = lower.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    (kinds >= 3 && letters * 2 < lower.len()).then_some(Match::medium("template-polyglot"))
}
