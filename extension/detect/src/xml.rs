//! External entities and entity bombs, and what else makes a reader of XML fetch or run.
#[cfg(test)]
mod tests;

use crate::bytes::{
    at, begins_any, between, contains, contains_any, find, find_words, from, is_word, places,
    places_of, skip_blank, trim,
};
use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::TAG.with(Classes::BANG),
    Classes::TAG.with(Classes::QUESTION),
    Classes::TAG.with(Classes::COLON),
    Classes::CONTROL.with(Classes::LESS),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    <!entity\n<!doctype\nxinclude\nutf-7\n+adw\ndatasrc\n<xml ";

/// Passes over the text that a judgement takes, and those of them that tell whether it is worth it.
const PASSES: u64 = 20;
const FIRST_PASSES: u64 = 4;
/// How far a declaration is read.
const LONGEST: usize = 2000;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(text.bytes.len() as u64 * FIRST_PASSES).ok()?;
    let wide = text.lower.contains(&0) && text.lower.contains(&b'<');
    if !wide && !contains_any(text.lower, SIGNS) {
        return None;
    }
    work.spend(text.bytes.len() as u64 * (PASSES - FIRST_PASSES)).ok()?;
    if text.role.is_free() {
        return unmistakable(text.lower);
    }
    document(text.lower).or_else(|| {
        if !wide {
            return None;
        }
        work.spend(text.bytes.len() as u64 * PASSES).ok()?;
        let narrow: Vec<u8> = text.lower.iter().copied().filter(|byte| *byte != 0).collect();
        document(&narrow).map(|_| Match::high("wide-document"))
    })
}

/// What every document that is judged has one of: markup in source code has none.
const SIGNS: &[&[u8]] = &[
    b"<!",
    b"<?",
    b"<xml ",
    b"+adw",
    b"datasrc",
    b"include",
    b"xsl",
    b":script",
    b"href",
    b"src",
    b"schemalocation",
];

fn document(lower: &[u8]) -> Option<Match> {
    if !contains_any(lower, &[b"<", b"+adw"]) {
        return None;
    }
    declared(lower)
        .or_else(|| entities(lower))
        .or_else(|| doctype(lower))
        .or_else(|| inclusion(lower))
        .or_else(|| stylesheet(lower))
        .or_else(|| reference(lower))
        .or_else(|| smuggled(lower))
}

/// Markup that a section of plain text or an island of data carries past a filter.
fn smuggled(lower: &[u8]) -> Option<Match> {
    let section = contains_any(
        lower,
        &[b"<![cdata[<]]>", b"<![cdata[>]]>", b"<![cdata[<script", b"<![cdata[' or"],
    ) && !contains(lower, b"]]]]><![cdata[>]]>");
    let split = places_of(lower, b"]]><![cdata[").take(64).any(|place| {
        at(lower, place.wrapping_sub(1)).is_ascii_alphabetic()
            && at(lower, place + 12).is_ascii_alphabetic()
    });
    let island =
        contains_any(lower, &[b"<xml src=", b"<xml id=", b" datasrc=", b"<?import namespace"]);
    (section || split || island).then_some(Match::medium("smuggled-markup"))
}

/// A charset in which a filter sees no markup.
fn declared(lower: &[u8]) -> Option<Match> {
    if contains_any(lower, &[b"+adw-", b"+adw!", b"+adwai"])
        && contains_any(lower, &[b"doctype", b"entity", b"utf-7", b"+acea"])
    {
        return Some(Match::high("utf-7-document"));
    }
    let start = find_words(lower, b"<?xml", 0)?;
    let declaration = between(lower, start, start + 200);
    let end = find_words(declaration, b"?>", 0).unwrap_or(declaration.len());
    let declaration = between(declaration, 0, end);
    let encoding = find_words(declaration, b"encoding", 0)?;
    let name = from(declaration, encoding + 8);
    contains_any(
        name,
        &[
            b"utf-7",
            b"utf7",
            b"utf-32",
            b"ucs-4",
            b"ibm",
            b"cp037",
            b"ebcdic",
            b"utf-16be",
            b"utf-16le",
            b"iso-10646-ucs-2",
        ],
    )
    .then_some(Match::high("disguising-charset"))
}

/// Every declaration of an entity.
fn entities(lower: &[u8]) -> Option<Match> {
    let mut plain = 0_usize;
    let mut nested = 0_usize;
    for place in places_of(lower, b"<!entity") {
        let declaration = between(lower, place + 8, place + LONGEST);
        let end = find_words(declaration, b"<!", 0).unwrap_or(declaration.len());
        let declaration = between(declaration, 0, end);
        let parameter = trim(declaration).starts_with(b"%");
        if external(declaration) {
            return Some(Match::high(if parameter {
                "parameter-entity"
            } else {
                "external-entity"
            }));
        }
        if parameter {
            return Some(Match::high("parameter-entity"));
        }
        let value = quoted(declaration);
        nested += usize::from(memchr::memchr_iter(b'&', value).count() > 1);
        plain += usize::from(!is_namespace(declaration, value));
    }
    if nested > 1 {
        return Some(Match::high("entity-expansion"));
    }
    (plain > 0).then_some(Match::medium("entity-declaration"))
}

/// `SYSTEM` or `PUBLIC` before an address.
fn external(declaration: &[u8]) -> bool {
    [b"system".as_slice(), b"public"].iter().any(|word| {
        places_of(declaration, word).take(8).any(|place| {
            let after = at(declaration, place + word.len());
            let next = at(declaration, skip_blank(declaration, place + word.len()));
            (after <= b' ' || after == next) && matches!(next, b'"' | b'\'' | b'&' | b'%')
        })
    })
}

/// What the first quotation of a declaration holds.
fn quoted(declaration: &[u8]) -> &[u8] {
    let Some(open) = declaration.iter().position(|byte| matches!(byte, b'"' | b'\'')) else {
        return &[];
    };
    let close = find(declaration, at(declaration, open), open + 1).unwrap_or(declaration.len());
    between(declaration, open + 1, close)
}

/// Drawing programs declare short names for namespaces: `<!ENTITY ns_svg "http://…">`.
fn is_namespace(declaration: &[u8], value: &[u8]) -> bool {
    trim(declaration).starts_with(b"ns_") && value.starts_with(b"http://") && !value.contains(&b'&')
}

/// A document type whose definition is somewhere else, or is written by the sender.
fn doctype(lower: &[u8]) -> Option<Match> {
    places_of(lower, b"<!doctype").take(32).find_map(|place| {
        let declaration = between(lower, place + 9, place + LONGEST);
        let end = declaration
            .iter()
            .position(|byte| matches!(byte, b'[' | b'>' | b'<'))
            .unwrap_or(declaration.len());
        let head = between(declaration, 0, end);
        if at(declaration, end) == b'[' {
            let subset = from(declaration, end + 1);
            let close = find_words(subset, b"]", 0).unwrap_or(subset.len());
            let subset = between(subset, 0, close);
            if contains_any(subset, &[b"<!attlist", b"<!notation"]) || reference_in(subset) {
                return Some(Match::high("internal-subset"));
            }
            if contains(subset, b"<!element") {
                return Some(Match::medium("internal-subset"));
            }
        }
        definition(head)
    })
}

/// `%name;`: a parameter entity that is used.
fn reference_in(subset: &[u8]) -> bool {
    places(subset, b'%').any(|place| {
        let name = from(subset, place + 1);
        let length = name
            .iter()
            .take(64)
            .take_while(|byte| is_word(**byte) || matches!(byte, b'-' | b'.'))
            .count();
        length > 0 && at(name, length) == b';'
    })
}

/// Whose definitions readers have anyway.
const REGISTRIES: &[&[u8]] = &[
    b"//www.w3.org/",
    b"//w3.org/",
    b"//www.apple.com/",
    b"//www.oasis-open.org/",
    b"//docbook.org/",
    b"//java.sun.com/",
    b"//www.springframework.org/",
    b"//mybatis.org/",
    b"//www.hibernate.org/",
    b"//hibernate.org/",
    b"//struts.apache.org/",
    b"//logging.apache.org/",
    b"//xml.apache.org/",
    b"//www.jboss.org/",
    b"//my.netscape.com/",
    b"//www.openmobilealliance.org/",
    b"//www.wapforum.org/",
    b"//dtd.nlm.nih.gov/",
    b"//jats.nlm.nih.gov/",
    b"//www.musicxml.org/",
    b"//checkstyle.org/",
    b"//www.puppycrawl.com/",
    b"//xml.cxml.org/",
    b"//www.ncbi.nlm.nih.gov/",
    b"//doi.acm.org",
    b"//xmlns.jcp.org",
    b"//www.idpf.org/",
    b"//www.daisy.org/",
];

/// The address of a definition.
fn definition(head: &[u8]) -> Option<Match> {
    let public = find_words(head, b"public", 0);
    let system = find_words(head, b"system", 0);
    public.or(system)?;
    let address =
        head.rsplit(|byte| matches!(byte, b'"' | b'\'')).find(|part| !trim(part).is_empty())?;
    let address = trim(address);
    let fetched = begins_any(address, &[b"http:", b"https:", b"//"]);
    let known = fetched
        && REGISTRIES.iter().any(|host| {
            address
                .strip_prefix(b"https:")
                .or_else(|| address.strip_prefix(b"http:"))
                .is_some_and(|rest| rest.starts_with(host))
        });
    let local = begins_any(
        address,
        &[
            b"file:", b"/", b"\\\\", b"ftp:", b"jar:", b"php:", b"expect:", b"gopher:", b"netdoc:",
            b"data:", b"c:",
        ],
    );
    ((fetched && !known) || local).then_some(Match::high("external-definition"))
}

/// Parts that a reader is told to fetch: `XInclude`.
fn inclusion(lower: &[u8]) -> Option<Match> {
    let space = contains(lower, b"/xinclude");
    let element = places_of(lower, b"include").take(64).any(|place| {
        let prefix = between(lower, place.saturating_sub(8), place);
        let area = between(lower, place, place + 400);
        // Up to the end of the tag, so that few bytes are read twice.
        let end = memchr::memchr2(b'<', b'>', area).unwrap_or(area.len());
        let area = between(area, 0, end);
        let tagged = prefix.ends_with(b"xi:") || (space && prefix.contains(&b'<'));
        tagged && contains_any(area, &[b"href", b"parse"])
    });
    element.then_some(Match::high("xinclude"))
}

/// A style sheet that runs code or reads files.
fn stylesheet(lower: &[u8]) -> Option<Match> {
    // An address from which a reader fetches what it runs.
    let fetched = places_of(lower, b"<?xml-stylesheet").any(|place| {
        let area = between(lower, place, place + 400);
        let address = find_words(area, b"href", 0).map(|href| from(area, href + 4));
        let address = address.map(|rest| from(rest, skip_blank(rest, 0) + 1)).map(trim);
        address.is_some_and(|address| {
            begins_any(from(address, 1), &[b"http:", b"https:", b"//", b"file:", b"ftp:", b"data:"])
        })
    });
    if fetched {
        return Some(Match::medium("external-stylesheet"));
    }
    if !contains_any(lower, &[b"<xsl:", b"xsl/transform", b":script", b"xslt"]) {
        return None;
    }
    let active: &[&[u8]] = &[
        b"document(",
        b"unparsed-text(",
        b"system-property(",
        b"msxsl:script",
        b"ms:script",
        b"implements-prefix",
        b"xalan/java",
        b"xml.apache.org/xalan",
        b"java:java.",
        b"php:function",
        b"php.net/xsl",
        b"exsl:document",
        b"exslt.org/common",
        b"saxon:",
        b"urn:schemas-microsoft-com:xslt",
        b"file.open",
        b"runtime",
        b"xsl:include",
        b"xsl:import",
        b"redirect:write",
        b"result-document",
        b"<![cdata[function",
        b"java.lang",
        b"com.sun.org.apache",
        b"xsl:vendor",
    ];
    contains_any(lower, active).then_some(Match::high("active-stylesheet"))
}

/// An address in a document that readers of pictures follow.
fn reference(lower: &[u8]) -> Option<Match> {
    let hostile = |value: &[u8]| {
        begins_any(
            value,
            &[
                b"file:",
                b"expect:",
                b"php:",
                b"jar:",
                b"gopher:",
                b"netdoc:",
                b"text:",
                b"ephemeral:",
                b"mvg:",
                b"msl:",
                b"phar:",
            ],
        )
    };
    let attributes: &[&[u8]] = &[b"xlink:href", b"schemalocation", b"href", b"src"];
    let found = attributes.iter().any(|name| {
        places_of(lower, name).take(256).any(|place| {
            let equals = skip_blank(lower, place + name.len());
            let open = skip_blank(lower, equals + 1);
            at(lower, equals) == b'='
                && matches!(at(lower, open), b'"' | b'\'')
                && hostile(from(lower, open + 1))
        })
    });
    found.then_some(Match::high("external-reference"))
}

/// What no example in prose or source code needs: an entity that reads a secret.
fn unmistakable(lower: &[u8]) -> Option<Match> {
    let aims: &[&[u8]] = &[
        b"etc/passwd",
        b"etc/shadow",
        b"php://filter",
        b"expect://",
        b"169.254.169.254",
        b"win.ini",
        b"boot.ini",
        b"/proc/self",
        b"gopher://",
        b"etc/hostname",
    ];
    places_of(lower, b"<!entity")
        .take(64)
        .any(|place| contains_any(between(lower, place, place + 300), aims))
        .then_some(Match::high("external-entity"))
}
