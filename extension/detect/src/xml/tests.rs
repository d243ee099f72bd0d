//! Cases of hostile XML, grouped by technique, and what must pass.
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::inspect;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

fn found(bytes: &[u8], role: Role) -> Option<&'static str> {
    let lower = bytes.to_ascii_lowercase();
    let text = Text { bytes, lower: &lower, role, classes: Classes::default() };
    inspect(&text, &mut Work::default()).map(|found| found.technique)
}

#[track_caller]
fn all(technique: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text.as_bytes(), Role::Value), Some(technique), "{text}");
    }
}

#[test]
fn entities() {
    all(
        "external-entity",
        &[
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///x\">]><a>&b;</a>",
            "<!ENTITY b PUBLIC 'x' 'http://h.example'>",
        ],
    );
    all(
        "parameter-entity",
        &["<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://h.example/d'> %b;]>", "<!ENTITY % a '<b>'>"],
    );
    all(
        "entity-expansion",
        &["<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;'><!ENTITY d '&c;&c;'>]>"],
    );
    all("entity-declaration", &["<!DOCTYPE a [<!ENTITY b 'x'>]>"]);
}

#[test]
fn definitions_and_inclusions() {
    all(
        "external-definition",
        &["<!DOCTYPE a SYSTEM \"http://h.example/x.dtd\">", "<!DOCTYPE a PUBLIC 'b' 'file:///x'>"],
    );
    all("internal-subset", &["<!DOCTYPE a [<!ATTLIST b c CDATA 'd'>]>", "<!DOCTYPE a [ %b; ]>"]);
    all(
        "xinclude",
        &["<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include parse='text' href='/x'/></a>"],
    );
    all("active-stylesheet", &["<xsl:value-of select=\"document('/x')\"/>"]);
    all("external-reference", &["<image xlink:href=\"expect://x\"/>"]);
    all("smuggled-markup", &["<![CDATA[<]]>x"]);
}

#[test]
fn style_sheets_from_elsewhere() {
    all(
        "external-stylesheet",
        &["<?xml-stylesheet type='text/xsl' href='http://h.example/a.xsl'?><a/>"],
    );
    let own: &[u8] = b"<?xml-stylesheet type='text/css' href='main.css'?><a/>";
    assert_eq!(found(own, Role::Value), None);
}

#[test]
fn charsets() {
    all("disguising-charset", &["<?xml version='1.0' encoding=\"UTF-7\"?><a/>"]);
    let wide: Vec<u8> =
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'x'>]>".iter().flat_map(|byte| [*byte, 0]).collect();
    assert_eq!(found(&wide, Role::Value), Some("wide-document"));
}

#[test]
fn documents_pass() {
    let texts = [
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><a b=\"c\">d &amp; e</a>",
        "<!doctype html><html></html>",
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">",
        "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">",
        "<!DOCTYPE html SYSTEM \"about:legacy-compat\">",
        "<a><![CDATA[x < y]]></a>",
        "<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>",
        "<soap:Envelope xmlns:soap='x'><soap:Body/></soap:Envelope>",
        "<project xsi:schemaLocation=\"http://maven.apache.org/POM/4.0.0 http://maven.apache.org/x.xsd\"/>",
        "the <!ELEMENT> declaration",
        "a < b",
    ];
    for text in texts {
        assert_eq!(found(text.as_bytes(), Role::Value), None, "{text}");
    }
    let example = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'chapter.xml'>]>";
    assert_eq!(found(example, Role::FreeText), None);
}

/// What attacks of this family are made of.
const PIECES: &[&str] = &[
    "<!doctype ",
    "<!entity ",
    "%",
    "[",
    "]>",
    "system ",
    "\"",
    "'",
    "<xsl:",
    "href=",
    "<![cdata[",
    "]]>",
    "<?xml ",
    "encoding=",
    "&a;",
    "\0",
    "include",
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
