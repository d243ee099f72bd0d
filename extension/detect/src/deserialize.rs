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
pub(crate) const LITERALS: &str = "\
    ro0ab\nkztaau\ncs7qaf\naced0005\nvzlog1\naaeaaad/////\naaqaaap////8\nabaaaa/////w\ngasv\n\
    gawv\ny29z\ny3bv\ny19f\ny2j1\ny3n1\nkgrw\nkgxw\nbahv\nbahb\nbahj\nbahu\nbah7\ntzox\ntzoy\n\
    tzoz\ntzo0\ntzo1\ntzo2\ntzo3\ntzo4\ntzo5\n$type\n@type\n!!python\n!!java\n!!com\n!!org\n\
    !!sun\n!ruby/\nphar://\n_$$nd_func\npy/object\npy/reduce\npy/type\n!!perl\n!perl/\n\
    burlap:\nmicrosoft.com/clr\nclr-namespace\n#=(eval\n#=(java\n0001000000ffffffff\n800495\n\
    800595\n800363\n800263\n04086f\n04087b\n040849\n__js_function\nhalt_compiler\n\
    serialization\ndynamic-proxy\nrowset\ntransformer\ntemplatesimpl\nobjectdataprovider\n\
    xmldecoder\njava.beans\njavax.\nprocessbuilder\npublickeytoken\ncom.sun.\ngajj\ngajo\n\
    gaj9\ngajd\ngajy\ngajl\ngajx\nganj\ngano\ngan9\ngand\ngany\nganl\nganx\ngakm\ngaom\ngasm\n\
    gawm\nytox\nytoy\nytoz\nyto0\nyto1\nyto2\nyto3\nyto4\nyto5\nclosure\nclonefactory\n\
    instantiatefactory\nserializationfactory\nlazymap\ndatasource\njndi\nclassloader\n\
    applicationcontext\nresourcedictionary\ntypeconfuse\npsobject\nwindowsidentity\n\
    assemblyinstaller\ngem::\nbeancomparator\njava.rmi\nsun.rmi\njavax.naming\n\
    spelexpression\ncodehaus\nhikari\ndbcp\nibatis\nlogback\njava.net\nnashorn\nysoserial\n\
    scriptengine\neventhandler\nguzzlehttp\nmonolog\nilluminate\nswift_key\nanteros\n\
    springframework\nxbean\nshiro\nclojure\nrometools\nsyndication\ncaucho\nwicket\nvaadin\n\
    javassist\naxhost\nsessionsecurity\nclaimsidentity\nclaimsprincipal\npropertygrid\n\
    toolboxitem\nformattingrunproperties\nsurrogateselector\nrolesprincipal\npropertyvalue\n\
    resxresource\norg.apache\nnet::\nbufferedio\ndeprecat\ncom.mchange\njava.util.log\n\
    beanfactory\nunixprintservice\njavax.swing\nbsh.interp\ngroovy\ninvocationhandler\n\
    unicastremote\nmarshalledobject\nautocloseable\njava.io.\njava.lang.\norg.omg.corba\n\
    xwork2\nro0abx\nro0abq\n/wey\n_wey\ny250\nkglv\nbahl\nbaht\nbah1\ntzor\nqzox\nqzoy\nqzoz\n\
    qzo0\nqzo1\nqzo2\nqzo3\nqzo4\nqzo5\ny29zcm\ny29zcn\ny3bvc2l4\ny3n1ynby\ny2j1awx0\n\
    y19fynvp\ny250cm\ny250cn\nkglvcwp\njson_class\naced00057\n\"gajja\n\"gajjb\n\"gajjc\n\
    \"gajjd\n\"gajje\n\"gajjx\n\"gajjy\n\"gajjz\n\"ganja\n\"ganjb\n\"ganjc\n\"ganjd\n\"ganje\n\
    \"ganjx\n\"ganjy\n\"ganjz\n\"tzo1m\n\"tzo1n\n\"tzo1o\nyto1on\n\"tzo2m\n\"tzo2n\n\"tzo2o\n\
    yto2on\n\"tzo3m\n\"tzo3n\n\"tzo3o\nyto3on\n\"tzo4m\n\"tzo4n\n\"tzo4o\nyto4on\n\"tzo5m\n\
    \"tzo5n\n\"tzo5o\nyto5on\n\"tzo0m\n\"tzo0n\n\"tzo0o\nyto0on\n\"tzoxm\n\"tzoxn\n\"tzoxo\n\
    ytoxon\n\"tzoym\n\"tzoyn\n\"tzoyo\nytoyon\n\"tzozm\n\"tzozn\n\"tzozo\nytozon\n\"bahvo\n\
    \"bahbb\n\"bahbc\n\"bahlo\n\"bahto\n\"bah1o\n\"bah7b\n\"bah7c\n\"bahjb\n\"bahjc\naaacma\n\
    aaacmb\naaacmc\naaacmd\naaabdl\naaab9l\naaaoja\naaaojb\naaaojc\n!!js/\n!python/\n\
    aaeaaad_____\ned 00 05\ned:00:05\n\\xac\\xed\n172,237,0,5\nchn0\n@class\n__type\nyv66vg\nywaaaaaaaa\n\
    4waaaa\nm.diag\nm.wind\nm.io.f\nm.data.\nm.conf\nm.secu\nm.coll\nm.web.\nm.refl\nm.acti\n\
    m.mana\nmscorlib\nyaml.org,2002\nruby.yaml.org\n!ruby-\n!php/\n!js/\n_cryo_\n$$func\n\
    <void \n<object class\n<new class\n<java.\n<sun.\n<iterator\n<handler class\n<is class\n\
    <root type\n<arrayofany\nresolves-to";

/// Steps a byte to judge a text that has a sign.
const STEPS: u64 = 8;
/// Steps a byte to tell that it has none.
const STEPS_TO_PASS: u64 = 3;
/// Steps a text, and what decoding its first digits takes.
const STEPS_A_TEXT: u64 = 64;
const STEPS_A_BLOB: u64 = 1024;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(text.bytes.len() as u64 * STEPS_TO_PASS + STEPS_A_TEXT).ok()?;
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
