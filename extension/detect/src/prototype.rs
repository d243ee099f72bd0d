//! Keys that change a prototype, or assign what nobody offered.
#[cfg(test)]
mod tests;

use crate::bytes::{
    at, before, begins_any, between, contains, contains_any, find_words, from, places_of,
    skip_blank, trim,
};
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[Classes::UNDERSCORES];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    prototype\nconstructor\nproto\nadmin\nrole\nis_staff\nisstaff\nsuperuser\npermission\n\
    privilege\nis_active\nisactive\nverified\nis_root\nisroot\naccount_type\naccounttype\n\
    user_type\nusertype\naccess_level\naccesslevel\ngroup\nassloader";

/// What the searches cost however short a text is.
const STEPS_A_TEXT: u64 = 32;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(text.bytes.len() as u64 * 3 + STEPS_A_TEXT).ok()?;
    match text.role {
        Role::Key => key(text.lower, text.bytes),
        Role::FreeText | Role::ModelInput => None,
        _ => value(text.lower),
    }
}

/// What the place of a key adds to it: `prototype` is the second step below `constructor`.
pub(crate) fn placed(matched: Match, at: &str) -> Match {
    let is_below = at.ends_with("/constructor/prototype");
    if is_below && matched == STEP { Match::high(STEP.technique) } else { matched }
}

/// The second step of the path, as a key of its own.
const STEP: Match = Match::low("constructor-path");

/// The name that every object of the language has, and those of its accessors.
const DIRECT: &[&[u8]] = &[
    b"__proto__",
    b"__definegetter__",
    b"__definesetter__",
    b"__lookupgetter__",
    b"__lookupsetter__",
];

fn key(lower: &[u8], bytes: &[u8]) -> Option<Match> {
    let name = trim(lower);
    if DIRECT.iter().any(|direct| contains(name, direct)) {
        return Some(Match::high("prototype-key"));
    }
    // Filters that take a name out once leave the one around it: `__pro__proto__to__`.
    let halves = contains_any(name, &[b"__pro", b"__p__", b"proto__"]);
    if halves && contains(name, b"proto") {
        return Some(Match::high("prototype-key"));
    }
    if through_constructor(name) || object_prototype(name) {
        return Some(Match::high("constructor-path"));
    }
    // What is left after a filter took a word out.
    if removed_once(name) {
        return Some(Match::high("constructor-path"));
    }
    // Which key it stands below is not known here.
    if bytes == b"prototype" {
        return Some(STEP);
    }
    if class_loader(name) {
        return Some(Match::high("class-loader-path"));
    }
    if dictionary(name) {
        return Some(Match::high("class-attribute-path"));
    }
    assigned(bytes, name).then_some(Match::low("mass-assignment"))
}

/// `constructor.prototype`, `constructor[prototype]`, `constructor/prototype`, also in JSON.
fn through_constructor(lower: &[u8]) -> bool {
    places_of(lower, b"constructor").any(|place| {
        let rest = from(lower, place + 11);
        let gap = rest
            .iter()
            .take(64)
            .take_while(|byte| {
                matches!(
                    byte,
                    b'.' | b'['
                        | b']'
                        | b'"'
                        | b'\''
                        | b'/'
                        | b':'
                        | b'{'
                        | b' '
                        | b'\\'
                        | b'`'
                        | b'|'
                        | b'>'
                        | b'-'
                        | b'\n'
                        | b'\r'
                        | b'\t'
                )
            })
            .count();
        gap > 0 && from(rest, gap).starts_with(b"prototype")
    })
}

/// `class.module.classLoader`: what binds parameters to objects reaches the class and its loader.
fn class_loader(lower: &[u8]) -> bool {
    places_of(lower, b"classloader").any(|place| {
        let head = between(lower, place.saturating_sub(20), place);
        contains_any(head, &[b"class.", b"class[", b"module.", b"module["])
    })
}

/// `constconstructorructor`: what is left when the word inside is taken out is the word.
fn removed_once(name: &[u8]) -> bool {
    [b"constructor".as_slice(), b"prototype", b"__proto__"].iter().any(|word| {
        name.len() == 2 * word.len()
            && find_words(name, word, 0).is_some_and(|place| {
                word.starts_with(between(name, 0, place))
                    && word.ends_with(from(name, place + word.len()))
            })
    })
}

/// `Object.prototype.x=`, as a path to set.
fn object_prototype(lower: &[u8]) -> bool {
    [
        b"object.prototype".as_slice(),
        b"array.prototype",
        b"function.prototype",
        b"string.prototype",
        b"prototype[",
    ]
    .iter()
    .any(|name| lower.starts_with(name))
}

/// The same in a language where classes are dictionaries: `__class__.__init__.__globals__`.
fn dictionary(lower: &[u8]) -> bool {
    contains_any(lower, &[b"__class__", b"__globals__", b"__init__", b"__builtins__", b"__dict__"])
}

/// Names with which an application marks what a user may do.
fn assigned(bytes: &[u8], lower: &[u8]) -> bool {
    let last = lower
        .rsplit(|byte| matches!(byte, b'.' | b'[' | b']'))
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    let plain: Vec<u8> = last.iter().copied().filter(|byte| !matches!(byte, b'_' | b'-')).collect();
    bytes.len() <= 64
        && matches!(
            plain.as_slice(),
            b"isadmin"
                | b"admin"
                | b"isadministrator"
                | b"isstaff"
                | b"issuperuser"
                | b"superuser"
                | b"role"
                | b"roles"
                | b"roleid"
                | b"permissions"
                | b"permission"
                | b"privileges"
                | b"isroot"
                | b"isactive"
                | b"isverified"
                | b"emailverified"
                | b"accounttype"
                | b"usertype"
                | b"accesslevel"
                | b"isowner"
                | b"groups"
                | b"groupid"
                | b"userrole"
        )
}

/// A value that holds a path or a document with such a key.
fn value(lower: &[u8]) -> Option<Match> {
    if let Some(found) = DIRECT
        .iter()
        .find_map(|name| places_of(lower, name).find_map(|place| used(lower, place, name.len())))
    {
        return Some(found);
    }
    // A path and nothing else: code calls these, too.
    let names = places_of(lower, b"__").take(8).count();
    if names >= 4 && dictionary(lower) && !lower.iter().any(|byte| b" \n(".contains(byte)) {
        return Some(Match::medium("class-attribute-path"));
    }
    let path = through_constructor(lower)
        && (contains_any(
            lower,
            &[
                b"constructor[",
                b"constructor][",
                b"constructor`]",
                b"\"constructor\"",
                b"'constructor'",
                b"constructor/",
                b"constructor:\n",
                b"constructor:\r\n",
                b"[constructor.prototype",
            ],
        ) || begins_any(
            trim(lower),
            &[b"constructor.prototype", b"?constructor", b"#constructor", b"&constructor"],
        ) || contains_any(lower, &[b"constructor.prototype.", b"constructor.prototype="]));
    if path {
        return Some(Match::high("constructor-path"));
    }
    let set =
        places_of(lower, b"object.prototype.").any(|place| contains(from(lower, place), b"="));
    if hidden_in_itself(lower) {
        return Some(Match::high("prototype-key"));
    }
    if contains_any(lower, &[b"object.setprototypeof(", b"reflect.setprototypeof("])
        || sets_a_class(lower)
    {
        return Some(Match::medium("constructor-path"));
    }
    if class_loader(lower) {
        return Some(Match::high("class-loader-path"));
    }
    (set || contains(lower, b"(object.prototype,")).then_some(Match::medium("constructor-path"))
}

/// `__pro__proto__to__` within a longer text.
fn hidden_in_itself(lower: &[u8]) -> bool {
    [b"__proto__".as_slice(), b"constructor"].iter().any(|word| {
        places_of(lower, word).take(16).any(|place| {
            let (head, tail) = (between(lower, 0, place), from(lower, place + word.len()));
            (1..word.len()).any(|cut| {
                head.ends_with(between(word, 0, cut)) && tail.starts_with(from(word, cut))
            })
        })
    })
}

/// `Array.prototype.includes = …`: something that every object of a class gets.
fn sets_a_class(lower: &[u8]) -> bool {
    const CLASSES: [&[u8]; 9] = [
        b"array",
        b"function",
        b"string",
        b"number",
        b"boolean",
        b"regexp",
        b"date",
        b"promise",
        b"map",
    ];
    places_of(lower, b".prototype.").take(16).any(|place| {
        let name = from(lower, place + ".prototype.".len());
        let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let after = from(name, skip_blank(name, length));
        CLASSES.iter().any(|class| between(lower, 0, place).ends_with(class))
            && after.starts_with(b"=")
            && !after.starts_with(b"==")
    })
}

/// Whether a name is a step of a path: emphasis in prose has no dot, bracket or colon after it.
fn used(lower: &[u8], place: usize, length: usize) -> Option<Match> {
    let after = skip_blank(lower, place + length);
    let next = at(lower, after);
    let quoted = matches!(next, b'"' | b'\'' | b'`' | b'\\');
    let behind = at(lower, skip_blank(lower, after + 1));
    let stepped = match next {
        b'[' | b'=' | b'(' | b'/' | b'{' | b'}' => true,
        b'.' => {
            at(lower, after + 1).is_ascii_alphabetic()
                || matches!(at(lower, after + 1), b'_' | b'[')
        }
        b'"' | b'\'' | b'`' | b'\\' => matches!(behind, b':' | b']' | b'"' | b',' | b'\''),
        b']' => matches!(behind, b'[' | b'=' | b'.') || before(lower, place) == b'[',
        b':' => {
            let prior = before(lower, place);
            at(lower, after + 1) == b'{' || matches!(prior, 0 | b'{' | b'\n' | b',')
        }
        b'>' => matches!(before(lower, place), b'<' | b'/'),
        _ => false,
    };
    let whole = trim(lower).len() == length;
    (stepped || whole || quoted && before(lower, place) == next)
        .then_some(Match::high("prototype-key"))
}
