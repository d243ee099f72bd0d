//! Serialised objects: what a reader would turn into more than numbers, strings and lists.
mod blob;
mod gadget;
mod grammar;
mod signs;
#[cfg(test)]
mod tests;

use crate::bytes::{between, contains, trim};
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::COLON.with(Classes::BRACE).with(Classes::QUOTE),
    Classes::BREAK.with(Classes::DOT).with(Classes::PAREN),
    Classes::BACKSLASH.with(Classes::DOT).with(Classes::PAREN),
    Classes::CONTROL,
    Classes::BANG.with(Classes::DOT),
    Classes::CARET.with(Classes::LETTER),
];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &[&str] = &[
    "ro0ab",
    "kztaau",
    "cs7qaf",
    "aced0005",
    "vzlog1",
    "aaeaaad/////",
    "aaqaaap////8",
    "abaaaa/////w",
    "gasv",
    "gawv",
    "y29z",
    "y3bv",
    "y19f",
    "y2j1",
    "y3n1",
    "kgrw",
    "kgxw",
    "bahv",
    "bahb",
    "bahj",
    "bahu",
    "bah7",
    "tzox",
    "tzoy",
    "tzoz",
    "tzo0",
    "tzo1",
    "tzo2",
    "tzo3",
    "tzo4",
    "tzo5",
    "$type",
    "@type",
    "!!python",
    "!!java",
    "!!com",
    "!!org",
    "!!sun",
    "!ruby/",
    "phar://",
    "_$$nd_func",
    "py/object",
    "py/reduce",
    "py/type",
    "!!perl",
    "!perl/",
    "burlap:",
    "microsoft.com/clr",
    "clr-namespace",
    "#=(eval",
    "#=(java",
    "0001000000ffffffff",
    "800495",
    "800595",
    "800363",
    "800263",
    "04086f",
    "04087b",
    "040849",
    "__js_function",
    "halt_compiler",
    "serialization",
    "dynamic-proxy",
    "rowset",
    "transformer",
    "templatesimpl",
    "objectdataprovider",
    "xmldecoder",
    "java.beans",
    "javax.",
    "processbuilder",
    "publickeytoken",
    "com.sun.",
    "gajj",
    "gajo",
    "gaj9",
    "gajd",
    "gajy",
    "gajl",
    "gajx",
    "ganj",
    "gano",
    "gan9",
    "gand",
    "gany",
    "ganl",
    "ganx",
    "gakm",
    "gaom",
    "gasm",
    "gawm",
    "ytox",
    "ytoy",
    "ytoz",
    "yto0",
    "yto1",
    "yto2",
    "yto3",
    "yto4",
    "yto5",
    "closure",
    "clonefactory",
    "instantiatefactory",
    "serializationfactory",
    "lazymap",
    "datasource",
    "jndi",
    "classloader",
    "applicationcontext",
    "resourcedictionary",
    "typeconfuse",
    "psobject",
    "windowsidentity",
    "assemblyinstaller",
    "gem::",
    "beancomparator",
    "java.rmi",
    "sun.rmi",
    "javax.naming",
    "spelexpression",
    "codehaus",
    "hikari",
    "dbcp",
    "ibatis",
    "logback",
    "java.net",
    "nashorn",
    "ysoserial",
    "scriptengine",
    "eventhandler",
    "guzzlehttp",
    "monolog",
    "illuminate",
    "swift_key",
    "anteros",
    "springframework",
    "xbean",
    "shiro",
    "clojure",
    "rometools",
    "syndication",
    "caucho",
    "wicket",
    "vaadin",
    "javassist",
    "axhost",
    "sessionsecurity",
    "claimsidentity",
    "claimsprincipal",
    "propertygrid",
    "toolboxitem",
    "formattingrunproperties",
    "surrogateselector",
    "rolesprincipal",
    "propertyvalue",
    "resxresource",
    "org.apache",
    "net::",
    "bufferedio",
    "deprecat",
    "com.mchange",
    "java.util.log",
    "beanfactory",
    "unixprintservice",
    "javax.swing",
    "bsh.interp",
    "groovy",
    "invocationhandler",
    "unicastremote",
    "marshalledobject",
    "autocloseable",
    "java.io.",
    "java.lang.",
    "org.omg.corba",
    "xwork2",
    "ro0abx",
    "ro0abq",
    "/wey",
    "_wey",
    "y250",
    "kglv",
    "bahl",
    "baht",
    "bah1",
    "tzor",
    "qzox",
    "qzoy",
    "qzoz",
    "qzo0",
    "qzo1",
    "qzo2",
    "qzo3",
    "qzo4",
    "qzo5",
    "y29zcm",
    "y29zcn",
    "y3bvc2l4",
    "y3n1ynby",
    "y2j1awx0",
    "y19fynvp",
    "y250cm",
    "y250cn",
    "kglvcwp",
    "json_class",
    "aced00057",
    "\"gajja",
    "\"gajjb",
    "\"gajjc",
    "\"gajjd",
    "\"gajje",
    "\"gajjx",
    "\"gajjy",
    "\"gajjz",
    "\"ganja",
    "\"ganjb",
    "\"ganjc",
    "\"ganjd",
    "\"ganje",
    "\"ganjx",
    "\"ganjy",
    "\"ganjz",
    "\"tzo1m",
    "\"tzo1n",
    "\"tzo1o",
    "yto1on",
    "\"tzo2m",
    "\"tzo2n",
    "\"tzo2o",
    "yto2on",
    "\"tzo3m",
    "\"tzo3n",
    "\"tzo3o",
    "yto3on",
    "\"tzo4m",
    "\"tzo4n",
    "\"tzo4o",
    "yto4on",
    "\"tzo5m",
    "\"tzo5n",
    "\"tzo5o",
    "yto5on",
    "\"tzo0m",
    "\"tzo0n",
    "\"tzo0o",
    "yto0on",
    "\"tzoxm",
    "\"tzoxn",
    "\"tzoxo",
    "ytoxon",
    "\"tzoym",
    "\"tzoyn",
    "\"tzoyo",
    "ytoyon",
    "\"tzozm",
    "\"tzozn",
    "\"tzozo",
    "ytozon",
    "\"bahvo",
    "\"bahbb",
    "\"bahbc",
    "\"bahlo",
    "\"bahto",
    "\"bah1o",
    "\"bah7b",
    "\"bah7c",
    "\"bahjb",
    "\"bahjc",
    "aaacma",
    "aaacmb",
    "aaacmc",
    "aaacmd",
    "aaabdl",
    "aaab9l",
    "aaaoja",
    "aaaojb",
    "aaaojc",
    "!!js/",
    "!python/",
    "aaeaaad_____",
    // By its rare end: the beginning is one of many words.
    "ed 00 05",
    "ed:00:05",
    "\\xac\\xed",
    "172,237,0,5",
    "chn0",
    "@class",
    "__type",
    "yv66vg",
    "4waaaa",
    "m.diag",
    "m.wind",
    "m.io.f",
    "m.data.",
    "m.conf",
    "m.secu",
    "m.coll",
    "m.web.",
    "m.refl",
    "m.acti",
    "m.mana",
    "mscorlib",
    "yaml.org,2002",
    "ruby.yaml.org",
    "!ruby-",
    "!php/",
    "!js/",
    "_cryo_",
    "$$func",
    "<void ",
    "<object class",
    "<new class",
    "<java.",
    "<sun.",
    "<iterator",
    "<handler class",
    "<is class",
    "<root type",
    "<arrayofany",
    "resolves-to",
];

/// Steps a byte to judge a text that has a sign.
const STEPS: u64 = 8;
/// Steps a text, and what decoding its first digits takes.
const STEPS_A_TEXT: u64 = 64;
const STEPS_A_BLOB: u64 = 1024;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(text.bytes.len() as u64 / 2 + STEPS_A_TEXT).ok()?;
    let whole = trim(text.bytes);
    if blob::may_lead(text.bytes) || blob::may_lead(whole) {
        work.spend(STEPS_A_BLOB).ok()?;
    } else if text.role.is_free() {
        return None;
    }
    if text.role.is_free() {
        return blob::leading(whole).filter(|_| !whole.contains(&b' '));
    }
    if text.role == Role::Key
        && let Some(found) = key(text.lower)
    {
        return Some(found);
    }
    let led = blob::leading(text.bytes)
        .or_else(|| blob::leading(whole))
        .or_else(|| blob::hexadecimal(whole));
    let led = led.or_else(|| grammar::typed(whole)).or_else(|| grammar::old_pickle(whole));
    if led.is_some() || !may_hold_more(text) {
        return led;
    }
    work.spend(text.bytes.len() as u64 * STEPS).ok()?;
    signs::inspect(text)
        .or_else(|| grammar::php_anywhere(text.bytes))
        .or_else(|| grammar::yaml(text.bytes))
        .or_else(|| gadget::platform(text.lower).then_some(Match::medium("platform-class")))
}

/// Whether anything behind the first bytes of a text could be a sign.
fn may_hold_more(text: &Text<'_>) -> bool {
    signs::may_have(text.lower)
        || grammar::may_be_php(text.bytes)
        || contains(text.bytes, b"!!")
        || gadget::platform(text.lower)
}

/// A key that names a type, whatever the type.
const TYPED: Match = Match::low("type-key");

/// What the value of a key adds: the full name of a class is one to make.
pub(crate) fn with_value(matched: Match, after: &[u8]) -> Match {
    let value = after.trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start);
    let is_class = matched == TYPED && value.is_some_and(grammar::names_class);
    if is_class { Match::medium("polymorphic-type") } else { matched }
}

/// Keys with which serialisers name the type that they make.
fn key(lower: &[u8]) -> Option<Match> {
    match trim(between(lower, 0, 64)) {
        [b'p', b'y', b'/', name @ ..] if name.iter().all(u8::is_ascii_lowercase) => {
            Some(Match::high("type-key"))
        }
        b"__js_function" | b"$$type$$" | b"__type__" | b"_cryo_type_" | b"^o" | b"^u" | b"^c" => {
            Some(Match::high("type-key"))
        }
        b"json_class" => Some(Match::medium("type-key")),
        b"$type" | b"@type" | b"__type" | b"@class" => Some(TYPED),
        _ => None,
    }
}
