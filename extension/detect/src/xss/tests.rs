//! Cases of script and markup, grouped by technique, and what must pass.
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
fn tags_that_run_or_embed() {
    all(
        "script-tag",
        &[
            "<script>go()</script>",
            "</ScRiPt >",
            "<\0script>",
            "< script >x",
            "<svg:script href=x>",
            "<scr<script>ipt>",
            "<%script>",
            "<x is=script src=//host.example>",
        ],
    );
    all(
        "embedding-tag",
        &[
            "<iframe/src=//host.example>",
            "<object data='x.svg'>",
            "<EMBED SRC=x>",
            "<frameset onx>",
            "<v:vmlframe src=x>",
        ],
    );
    all("base-tag", &["<base href=//host.example/>"]);
    all("svg-animation", &["<svg><animate attributeName=href values=x>"]);
    all("svg-reference", &["<svg><use href='data:image/svg+xml,x'>"]);
    all("meta-command", &["<META HTTP-EQUIV = \"refresh\" CONTENT='0;url=/x'>"]);
    all("srcdoc", &["<x srcdoc='&lt;b>'>"]);
    all("server-side-include", &["<!--#exec cmd='id'-->"]);
}

#[test]
fn handlers_and_break_outs() {
    all(
        "event-handler",
        &[
            "<img src=x onerror=go()>",
            "<b/onmouseover = 'x'>",
            "<a\u{c}onclick=x>",
            "<x ontoggle\u{b}=x>",
            "<img title=\"a>b\" onload=x",
            "<svg\n\nonload\n=\nx>",
        ],
    );
    all(
        "handler-break-out",
        &["\" autofocus onfocus=alert(1) x=\"", "'/onclick='x", "onerror=alert;throw 1"],
    );
    all("attribute-break-out", &["\"><b>x", "' /><!-- x"]);
    all("context-end-tag", &["</title><p>", "</textarea>", "--></style>"]);
}

#[test]
fn addresses_that_are_script() {
    all(
        "script-address",
        &[
            "javascript:alert(1)",
            " \u{1}java\tscript:go()",
            "[x](javascript:go())",
            "vbscript:msgbox(1)",
            "<a href=\"JaVaScRiPt:x\">",
            "<a href=\"jav ascript:go()\">",
        ],
    );
    all("data-document", &["data:text/html,x", "<a href='DATA:text/html;base64,AA'>", "data:,<b>"]);
}

#[test]
fn script_without_markup() {
    all(
        "script-call",
        &[
            "';alert(1)//",
            "'-prompt()-'",
            "alert`1`",
            "eval(atob('YQ'))",
            "(confirm)(1)",
            "top['al'+'ert'](1)",
            "[1].map(alert)",
            "x=\"a\";setTimeout('go()',1)",
            "alert/*x*/(2)",
            "new Function`x${1}`",
        ],
    );
    all("script-member", &["'+document.cookie+'", "self /**/ ['x']", "window.location=name"]);
    all("script-assignment", &["a=eval;a(name)", "};location='//host.example"]);
    all("script-puzzle", &["[][(![]+[])[+[]]]"]);
    all("client-template", &["{{constructor.x}}"]);
}

#[test]
fn styles_and_charsets() {
    all(
        "style-script",
        &[
            "<p style=width:expression(x)>",
            "<p style='x:exp/**/ression(y)'>",
            "<p style=\"-\\6d oz-binding:url(x)\">",
            "<style>*{behavior:url(x.htc)}</style>",
        ],
    );
    all("style-import", &["<style>@import'//host.example/x';</style>"]);
    all("utf-7-markup", &["+ADw-b+AD4-"]);
}

#[test]
fn what_is_no_script_passes() {
    let texts = [
        "a < b and c > d",
        "<3 this",
        "Vec<String>, List<Map<K, V>>",
        "Map::<Script>::new()",
        "<b>bold</b> and <i>italic</i>",
        "<a href=\"https://example.com/?a=1&b=2\">link</a>",
        "Jane <jane@example.com>",
        "<https://example.com>",
        "JavaScript: the good parts",
        "javascript:void(0)",
        "Notice(s), alert(s) and prompt(s)",
        "online=true&once=1&only=2",
        "<img src=\"https://example.com/a.png\" alt=\"a\" width=\"10\">",
        "1 <-> 2 <=> 3 << 4",
        "<table><tr><td style=\"color:red;width:10px\">x</td></tr></table>",
        "data:image/png;base64,iVBORw0KGgo=",
        "see `document` or `window` in the manual",
        "The facial expression (smile)",
        "O'Brien; function of time(s)",
        "it's 'quoted' (really)",
        "<p>unfinished",
        "cookie policy; location: Berlin",
        "f(x) = 'a' + g(y)",
    ];
    for text in texts {
        assert_eq!(found(text, Role::Value), None, "{text}");
    }
}

#[test]
fn a_mail_passes() {
    let mail = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Type\" \
        content=\"text/html; charset=utf-8\"><title>Your order</title><link rel=\"stylesheet\" \
        href=\"https://example.com/m.css\"><style>@import url('https://example.com/f.css'); \
        v\\:* {behavior:url(#default#VML);} p{margin:0}</style></head><body bgcolor=\"#fff\"><!--[if mso]>\
        <xml><o:p></o:p></xml><![endif]--><p style=\"font: 12px/1.5 Arial\">Hello &amp; welcome</p>\
        <img src=\"cid:logo\"><a href=\"mailto:a@example.com\">write</a></body></html>";
    assert_eq!(found(mail, Role::Value), None);
}

#[test]
fn source_code_passes_where_it_belongs_and_probes_do_not() {
    let code = [
        "<script src=\"app.js\"></script><button onclick=\"go()\">x</button>",
        "el.innerHTML = '<b>' + eval('1');  // document.cookie",
        "<script>alert(\"Hello\")</script>",
    ];
    for text in code {
        assert_eq!(found(text, Role::FreeText), None, "{text}");
    }
    assert_eq!(
        found("\"><script>alert(document.cookie)</script>", Role::FreeText),
        Some("script-probe")
    );
}

/// What attacks of this family are made of.
const PIECES: &[&str] = &[
    "<",
    "<a ",
    "<!--",
    "</",
    "onload",
    "=",
    "\"",
    "'",
    "javascript",
    ":",
    "(",
    ")",
    "alert",
    "`",
    "/*",
    "*/",
    "\\6",
    "data:",
    "[",
    "]",
    ".",
    "document",
    "{{",
    "\0",
    "+ADw-",
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
