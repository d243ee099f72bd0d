//! Cases of template expressions, grouped by technique, and what must pass.
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::inspect;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

fn found(text: &str, role: Role) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let text =
        Text { bytes: text.as_bytes(), lower: lower.as_bytes(), role, classes: Classes::default() };
    inspect(&text, &mut Work::default()).map(|found| found.technique)
}

#[track_caller]
fn all(technique: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text, Role::Value), Some(technique), "{text}");
    }
}

#[test]
fn arithmetic_between_delimiters() {
    all(
        "template-arithmetic",
        &[
            "{{7*7}}",
            "x{{ 3 * '3' }}y",
            "${6*6}",
            "#{ 8*8 }",
            "*{2*3}",
            "@{4*4}",
            "~{3*3}",
            "%{9*9}",
            "${{5*5}}",
            "{{{7*7}}}",
            "{7*7}",
            "{% if 1==1 %}x{% endif %}",
            "{{40|add:2}}",
            "{{=3*3}}",
        ],
    );
    all("template-expression", &["[[5*5]]", "@(1+2)", "[=7*7]"]);
    all("template-object-access", &["<%= 7*7 %>"]);
}

#[test]
fn objects_that_are_reached() {
    all(
        "template-object-access",
        &[
            "{{config}}",
            "{{ self._x.y }}",
            "{{''.__class__.__mro__}}",
            "{{ request['application'] }}",
            "{% for x in ().__class__.__base__.__subclasses__() %}",
            "${T(java.lang.Runtime).x}",
            "${pageContext.request}",
            "#{root.process.mainModule}",
            "${\"a.b.Execute\"?new()(\"id\")}",
            "{{x|attr('__init__')}}",
            "{{['id']|filter('system')}}",
            "{{_self.env.x}}",
            "<%= File.open('x') %>",
            "{0.__class__}",
            "{{#with \"s\" as |x|}}",
            "*{new java.util.Scanner(x)}",
            "{{ [].class.x }}",
        ],
    );
    all("template-call", &["{{ cycle('a').go(1) }}", "${launch(1)}", "{% print(x(1)) %}"]);
}

#[test]
fn statements_and_directives() {
    all("template-statement", &["{% import os %}", "{% debug %}", "{php}x{/php}", "{$smarty.now}"]);
    all(
        "template-directive",
        &["#set($x=1)", "#evaluate($a)", "<#assign x=\"a.B\"?new()>", "#foreach($i in $x.y)"],
    );
    all("template-reference", &["$x.getClass().forName('a')", "$class.inspect('a')"]);
    all("server-code", &["<%@ page x %>", "<?php x", "<?= x ?>"]);
    all("server-side-include", &["<!--#include virtual='x'-->"]);
    all("template-polyglot", &["${{<%[%'\"}}%\\."]);
}

#[test]
fn code_without_delimiters() {
    all(
        "java-expression",
        &[
            "T(java.lang.Runtime).getRuntime()",
            "(#_memberAccess=x)",
            "class.module.classLoader.x=1",
        ],
    );
    all("python-expression", &["__import__('os')", "x.__class__.__base__", "().__subclasses__()"]);
    all(
        "node-expression",
        &["require('child_process')", "process.mainModule.x", "while(!false)", "new Function('a')"],
    );
}

#[test]
fn actions_commands_and_fields() {
    all("template-call", &["{{.Run \"id\"}}", "{{html \"x\"}}", "{{define \"t\"}}x{{end}}"]);
    all("template-object-access", &["#{ %x|id| }", "${((char)105).toString()}"]);
    all("template-arithmetic", &["$!{6*7}"]);
    let query = "query { exec(where: {a: {_eq: \"exec\"}}) { b } }";
    assert_eq!(found(query, Role::Value), None);
    assert_eq!(found("Does `{{7*7}}` render?", Role::FreeText), None);
}

#[test]
fn placeholders_pass() {
    let texts = [
        "Dear {{name}}, your order {{ order.total }} ships {{order.date | date: '%d'}}.",
        "{{#if paid}}thanks{{else}}please pay{{/if}} {{> footer}} {{{raw}}} {{! note }} {{^x}}{{/x}}",
        "${HOME}/bin:${PATH} ${USER_NAME} ${VAR:-default} ${file%.txt}",
        "#{home.welcome} %{COUNT} @{user}",
        "{% if user %}Hi {{ user.name|title }}{% endif %}{% for i in items %}{{ i }}{% endfor %}",
        "<%= name %> <%= user.first_name %>",
        "{0} of {1}, {name:>10}",
        "body { color: red; width: calc(1px) }",
        "{\"a\":{\"b\":[1,2]},\"c\":\"x*y\"}",
        "x^{2*3} and 2^{255-19}",
        "{{ .Values.image | quote }}",
        "${{ github.ref }} ${{ secrets.TOKEN }}",
        "{{1}} {{2}}",
        "price: $user.name pays $5.00",
        "java.lang.NullPointerException: at x",
        "we require (by law) a process.",
        "**__init__** in prose",
        "[link](https://example.com) [[wiki page]] [1]",
        "#if it rains (maybe)",
        "a@b.example",
        "c:\\{x}",
    ];
    for text in texts {
        assert_eq!(found(text, Role::Value), None, "{text}");
    }
}

#[test]
fn source_code_passes_where_it_belongs() {
    for text in [
        "`${a + b(c)}`",
        "{{ lookup('env','HOME') }}",
        "<% if (x()) { %>",
        "#set($x = 1)",
        "x.__class__.__name__",
    ] {
        assert_eq!(found(text, Role::FreeText), None, "{text}");
    }
    assert!(found("{{''.__class__.__mro__}}", Role::FreeText).is_some());
}

/// What attacks of this family are made of.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "${",
    "}",
    "{%",
    "%}",
    "<%",
    "%>",
    "#set(",
    "$x.",
    "@(",
    "[[",
    "]]",
    "(",
    ")",
    "*",
    "7",
    "__class__",
    "'",
    "\"",
    "|",
    "new ",
    "t(",
    "while",
    "<#assign ",
];

proptest! {
    #[test]
    fn no_bytes_make_it_fail(pieces in vec(select(PIECES), 0..40), noise in vec(any::<u8>(), 0..24)) {
        let mut bytes = pieces.concat().into_bytes();
        bytes.extend(noise);
        for role in [Role::Key, Role::Value, Role::Header, Role::Url, Role::FreeText, Role::ModelInput] {
            for cut in [bytes.len(), bytes.len() / 2] {
                let bytes = &bytes[..cut];
                let lower = bytes.to_ascii_lowercase();
                let text = Text { bytes, lower: &lower, role, classes: Classes::default() };
                let mut work = Work::new(u64::MAX);
                inspect(&text, &mut work);
                let spent = u64::MAX - work.left();
                prop_assert!(spent <= 2000 + 1200 * bytes.len() as u64);
                prop_assert!(inspect(&text, &mut Work::new(0)).is_none() || bytes.is_empty());
            }
        }
    }
}

#[test]
fn calls_of_php_as_code() {
    all(
        "php-expression",
        &[
            "${'na' }",
            "$_SERVER['x']",
            "$globals [ 'f' ] ",
            "$f(1)",
            "@$run[0]['k'](2)",
            "$o->$name()",
            "$a/*x*/(3)",
            "file_put_contents('a', 'b');",
            "array_filter($x)",
            "bin2hex(7)",
            "return strrev(\"x\")",
            "\"system\"('uname')",
            "(system)('ls')",
            "('ex'.'ec')('ls')",
            "$x='a';($x)('uname')",
            "[php]echo 1;[/php]",
        ],
    );
}

#[test]
fn script_of_a_server() {
    all(
        "node-expression",
        &[
            "process.env",
            "console.log(1)",
            "console[\"log\"](2)",
            "module.exports={}",
            "while(String);",
        ],
    );
}

#[test]
fn words_before_brackets_pass() {
    for text in [
        "the file (old)",
        "files (3)",
        "no glob (see below)",
        "Extract (vanilla)",
        "File(s)",
        "costs US$x(2)",
        "{a} (b)",
        "$Name/$Version [en] (Unix)",
        "pack (of 6)s and more",
        "set process.env before you start",
        "my console.log(1) shows it",
    ] {
        assert_eq!(found(text, Role::Value), None, "{text}");
    }
}
