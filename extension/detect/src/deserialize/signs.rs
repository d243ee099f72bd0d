//! The words by which serialised objects are told, all of them found in one pass, and what has
//! to stand around them.
use std::sync::LazyLock;

use super::{blob, gadget, grammar};
use crate::bytes::{Lexicon, at, before, from, is_word};
use crate::finding::Match;
use crate::text::Text;

/// A word in lower case, and what it is.
pub(super) struct Sign(&'static [u8], Kind);

impl AsRef<[u8]> for Sign {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

/// How a word is looked at.
#[derive(Clone, Copy)]
enum Kind {
    /// Enough by itself.
    Certain(&'static str),
    /// The beginning of a form in base64 or hexadecimal digits, here with its letters' case, and
    /// wherever it stands among other digits.
    Inside(&'static [u8], &'static str),
    /// The same where such digits begin: what they stand for is looked at.
    Encoded,
    /// The name of a class, where a name begins.
    Class,
    /// A part of a class's name that looks something up.
    Lookup,
    /// A module of Python before a line break and a name.
    Module,
    /// The same with the line break written as an escape.
    Escaped,
    /// A member that names a type.
    Member,
    /// An archive that runs when it is opened.
    Archive,
    /// A part of a document: one bit of those that make an object together.
    Part(u32),
}

/// A document of Java's own reader, and what it makes and calls.
const READER: u32 = 1 << 0;
const MADE: u32 = 1 << 1;
/// A wrapper of .NET, and what it calls.
const WRAPPER: u32 = 1 << 2;
const CALLED: u32 = 1 << 3;
/// The full name of an assembly, in three parts.
const TOKEN: u32 = 1 << 4;
const SYSTEM: u32 = 1 << 5;
const VERSION: u32 = 1 << 6;
/// A stream of Java objects that was compressed, in base64: its first bytes, and those behind.
const GZIP: u32 = 1 << 7;
const STREAM: u32 = 1 << 8;

/// What a set of parts makes when all of them are there.
const OBJECTS: &[(u32, Match)] = &[
    (READER | MADE, Match::high("xml-object")),
    (WRAPPER | CALLED, Match::high("xml-object")),
    (GZIP | STREAM, Match::high("java-object")),
    (TOKEN | SYSTEM | VERSION, Match::medium("polymorphic-type")),
];

/// Whether a text has one of the words.
pub(super) fn may_have(lower: &[u8]) -> bool {
    SIGNS.scan(lower).next().is_some()
}

/// Judges a text by its words.
pub(super) fn inspect(text: &Text<'_>) -> Option<Match> {
    let mut parts = 0;
    let mut class = None;
    for (place, sign) in SIGNS.scan(text.lower) {
        match sign.1 {
            Kind::Part(part) => parts |= part,
            _ if class.is_some() && sign.is_class() => {}
            _ => match judge(text, place, sign) {
                found @ Some(_) if sign.is_class() => class = found,
                found @ Some(_) => return found,
                None => {}
            },
        }
    }
    let object = OBJECTS.iter().find(|(wanted, _)| parts & wanted == *wanted);
    // A trace of an error names classes too.
    object.map(|(_, found)| *found).or_else(|| class.filter(|_| !gadget::is_trace(text.lower)))
}

fn judge(text: &Text<'_>, place: usize, sign: &Sign) -> Option<Match> {
    let (bytes, lower) = (text.bytes, text.lower);
    let end = place + sign.0.len();
    let begins = !is_word(before(lower, place)) || !is_word(at(lower, place));
    match sign.1 {
        Kind::Certain(technique) => Some(Match::high(technique)),
        Kind::Inside(exact, technique) => {
            from(bytes, place).starts_with(exact).then_some(Match::high(technique))
        }
        Kind::Encoded => blob::token_at(bytes, place),
        Kind::Class => begins.then_some(Match::high("gadget-class")),
        Kind::Lookup => gadget::is_qualified(bytes, place).then_some(Match::high("gadget-class")),
        Kind::Module => {
            let named = begins && !grammar::line(from(bytes, end)).is_empty();
            named.then_some(Match::high("pickle"))
        }
        Kind::Escaped => begins.then_some(Match::high("pickle")),
        Kind::Member => grammar::member(lower, bytes, end),
        Kind::Archive => {
            let opened = matches!(at(lower, end), b'/' | b'\\');
            (opened && !is_word(before(lower, place))).then_some(Match::high("php-archive"))
        }
        Kind::Part(_) => None,
    }
}

impl Sign {
    const fn is_class(&self) -> bool {
        matches!(self.1, Kind::Class | Kind::Lookup)
    }
}

/// All signs, put together when the first text is judged.
static SIGNS: LazyLock<Lexicon<Sign>> = LazyLock::new(|| {
    let of = |kind: Kind, words: &[&'static [u8]]| -> Vec<Sign> {
        words.iter().map(|word| Sign(word, kind)).collect()
    };
    let mut signs = Vec::with_capacity(512);
    signs.extend(gadget::NAMES.lines().map(|name| Sign(name.as_bytes(), Kind::Class)));
    signs.extend(of(Kind::Encoded, ENCODED));
    signs.extend(CERTAIN.iter().flat_map(|(what, words)| of(Kind::Certain(what), words)));
    signs.extend(PARTS.iter().flat_map(|(part, words)| of(Kind::Part(*part), words)));
    signs.extend(INSIDE.iter().map(|(low, exact, what)| Sign(low, Kind::Inside(exact, what))));
    signs.extend(of(Kind::Module, MODULES));
    signs.extend(of(Kind::Escaped, ESCAPED));
    signs.extend(of(Kind::Member, MEMBERS));
    signs.extend(of(Kind::Lookup, &[b"jndi"]));
    signs.extend(of(Kind::Archive, &[b"phar:"]));
    Lexicon::new(signs)
});

/// What is enough by itself.
const CERTAIN: &[(&str, &[&[u8]])] = &[
    (
        "java-object",
        &[
            b"\xac\xed\x00\x05",
            b"\xc2\xac\xc3\xad\x00\x05",
            b"aced00057",
            b"\\xac\\xed\\x00\\x05",
            b"ac ed 00 05",
            b"ac:ed:00:05",
            b"[172,237,0,5",
            b"\xef\xbf\xbd\xef\xbf\xbd\x00\x05",
        ],
    ),
    ("dotnet-object", &[b"\x00\x01\x00\x00\x00\xff\xff\xff\xff"]),
    (
        "script-object",
        &[
            b"#=(eval ",
            b"#=(java.",
            b"_$$nd_func$$_",
            b"__js_function",
            b"_cryo_function",
            b"$$func$$",
            b"__halt_compiler",
        ],
    ),
    (
        "yaml-type",
        &[
            b"!python/",
            b"!ruby/",
            b"!ruby-object:",
            b"tag:yaml.org,2002:python",
            b"tag:yaml.org,2002:java",
            b"tag:yaml.org,2002:com.",
            b"!<tag:yaml.org,2002:py",
            b"tag:yaml.org,2002:js/",
            b"!php/object",
            b"!!perl/",
            b"!perl/",
            b"tag:ruby.yaml.org",
            b"!!js/",
            b"!js/function",
        ],
    ),
    (
        "xml-object",
        &[
            b"<void method=",
            b"<object class=\"java",
            b"<object class='java",
            b"<object class=\"com.",
            b"<void class=\"java",
            b"<new class=\"java",
            b"serialization=\"custom\"",
            b"serialization='custom'",
            b"<dynamic-proxy",
            b"<java.util.priorityqueue",
            b"<jdk.nashorn",
            b"<java.lang.processbuilder",
            b"<javax.imageio",
            b"<com.sun.",
            b"<org.codehaus.groovy",
            b"<groovy.util",
            b"<sun.misc",
            b"<java.rmi",
            b"resolves-to=",
            b"<sun.rmi",
            b"<iterator class=",
            b"<handler class=",
            b"<is class=",
            b"<root type=\"system.",
            b"<arrayofanytype",
            b"<burlap:call",
            b"schemas.microsoft.com/clr/",
            b"clr-namespace:system.",
        ],
    ),
];

/// What is one of several parts.
const PARTS: &[(u32, &[&[u8]])] = &[
    (READER, &[b"<java"]),
    (MADE, &[b"<void", b"<object", b"xmldecoder"]),
    (WRAPPER, &[b"expandedwrapper", b"<resourcedictionary"]),
    (CALLED, &[b"objectdataprovider", b"diagnostics", b"methodname"]),
    (TOKEN, &[b"publickeytoken="]),
    (SYSTEM, &[b"system."]),
    (VERSION, &[b"version="]),
    (GZIP, &[b"h4si"]),
    (STREAM, &[b"vzlog1"]),
];

/// The first bytes of binary forms behind base64, at each of the three places in a group.
const INSIDE: &[(&[u8], &[u8], &str)] = &[
    (b"ro0abx", b"rO0ABX", "java-object"),
    (b"ro0abq", b"rO0ABQ", "java-object"),
    (b"kztaau", b"KztAAU", "java-object"),
    (b"cs7qaf", b"Cs7QAF", "java-object"),
    (b"aaeaaad/////", b"AAEAAAD/////", "dotnet-object"),
    (b"aaeaaad_____", b"AAEAAAD_____", "dotnet-object"),
    (b"aaqaaap////8", b"AAQAAAP////8", "dotnet-object"),
    (b"abaaaa/////w", b"ABAAAA/////w", "dotnet-object"),
];

/// How base64 texts begin that may hold such a form: Python, Ruby, PHP and .NET.
const ENCODED: &[&[u8]] = &[
    b"gasv", b"gawv", b"gajj", b"gajo", b"gaj9", b"gajd", b"gajy", b"gajl", b"gajx", b"ganj",
    b"gano", b"gan9", b"gand", b"gany", b"ganl", b"ganx", b"gakm", b"gaom", b"gasm", b"gawm",
    b"y29z", b"y3bv", b"y19f", b"y2j1", b"y3n1", b"y250", b"kgrw", b"kgxw", b"kglv", b"bahv",
    b"bahb", b"bahj", b"bahu", b"bah7", b"bahl", b"baht", b"bah1", b"tzor", b"tzox", b"tzoy",
    b"tzoz", b"tzo0", b"tzo1", b"tzo2", b"tzo3", b"tzo4", b"tzo5", b"ytox", b"ytoy", b"ytoz",
    b"yto0", b"yto1", b"yto2", b"yto3", b"yto4", b"yto5", b"qzox", b"qzoy", b"qzoz", b"qzo0",
    b"qzo1", b"qzo2", b"qzo3", b"qzo4", b"qzo5", b"/wey", b"_wey", b"yv66", b"4waa",
];

/// Modules that the oldest form of Python's objects names to call something in them.
const MODULES: &[&[u8]] = &[
    b"cos\n",
    b"cposix\n",
    b"c__builtin__\n",
    b"cbuiltins\n",
    b"csubprocess\n",
    b"cnt\n",
    b"(ios\n",
    b"cpty\n",
    b"cplatform\n",
    b"csys\n",
    b"cimportlib\n",
    b"ccommands\n",
    b"cwebbrowser\n",
    b"ccopy_reg\n",
    b"ccopyreg\n",
    b"crunpy\n",
    b"cpickle\n",
];

/// The same with the line break written as an escape.
const ESCAPED: &[&[u8]] = &[
    b"cos\\nsystem",
    b"cposix\\nsystem",
    b"c__builtin__\\n",
    b"cbuiltins\\n",
    b"csubprocess\\n",
    b"cnt\\nsystem",
    b"(ios\\nsystem",
    b"cos\\npopen",
];

/// Members that name the class of what they stand in.
const MEMBERS: &[&[u8]] = &[
    b"@type",
    b"$type",
    b"@class",
    b"__type",
    b"py/object",
    b"py/reduce",
    b"py/function",
    b"py/state",
    b"py/type",
    b"javaclass",
    b"_class",
];
