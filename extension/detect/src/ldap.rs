//! Filters of directories (RFC 4515): a value that closes the item it stands in and adds others.
use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[
    Classes::FILTER,
    Classes::PAREN.with(Classes::EQUALS),
    Classes::PAREN.with(Classes::STAR),
    Classes::PAREN.with(Classes::AMPERSAND),
    Classes::PAREN.with(Classes::PIPE),
    Classes::PAREN.with(Classes::CONTROL),
    Classes::EQUALS.with(Classes::STAR),
    Classes::COLON.with(Classes::EQUALS).with(Classes::DOT),
    Classes::BACKSLASH.with(Classes::EQUALS),
    Classes::BACKSLASH.with(Classes::DIGIT),
];

/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    ngetype\n,dc=\n,ou=\n, dc=\n, ou=\n,cn=\n,uid=";

/// Free texts that are longer are prose or code.
const FREE_BYTES_MAX: usize = 128;
/// Longer texts are no name of an entry.
const NAMES_BYTES_MAX: usize = 256;
/// What reading a byte costs, in steps.
const STEPS_A_BYTE: u64 = 1;
/// What judging a parenthesis or colon costs, in steps.
const STEPS_A_SIGN: u64 = 8;

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(STEPS_A_BYTE * text.lower.len() as u64).ok()?;
    let free = text.role.is_free();
    if free && text.lower.len() > FREE_BYTES_MAX {
        return None;
    }
    if text.lower.contains(&b'\\') {
        // A server reads `\2a` as `*` (RFC 4515, section 3).
        work.spend(2 * STEPS_A_BYTE * text.lower.len() as u64).ok()?;
        let plain = unescaped(text.lower);
        if let Some(plain) = plain {
            if !free && plain.last() == Some(&0) {
                return Some(Match::high("null-ending"));
            }
            return judge(&plain, free, work);
        }
    }
    judge(text.lower, free, work)
}

/// Judges a text whose escapes are undone.
fn judge(lower: &[u8], free: bool, work: &mut Work) -> Option<Match> {
    let filter = Filter { lower };
    if !free && (item_alone(lower) || changes_an_entry(lower)) {
        return Some(Match::medium("filter"));
    }
    // An address of a directory with a filter in it (RFC 4516).
    let scoped = |at: usize| {
        let rest = lower.get(at..).unwrap_or_default();
        [b"?sub?(".as_slice(), b"?one?(", b"?base?("].iter().any(|scope| rest.starts_with(scope))
    };
    if !free && memchr::memchr_iter(b'?', lower).any(scoped) {
        return Some(Match::high("filter"));
    }
    if !free && let Some(found) = filter.names(work) {
        return Some(found);
    }
    if !free && let Some(found) = filter.whole() {
        return Some(found);
    }
    let mut depth = 0_u32;
    for at in 0..lower.len() {
        let byte = filter.at(at);
        if matches!(byte, b'(' | b')' | b':') {
            work.spend(STEPS_A_SIGN).ok()?;
        }
        let found = match byte {
            b'(' => {
                depth += 1;
                (!free).then(|| filter.opened(at)).flatten()
            }
            b')' if depth == 0 => filter.broken(at).filter(|found| !free || *found == ADDED),
            b')' => {
                depth -= 1;
                None
            }
            b':' if !free => filter.rule(at),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// A text with the signs of filters for their escapes; `None` when it has none of those.
fn unescaped(lower: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut rest = lower;
    let mut found = false;
    while let Some((&byte, after)) = rest.split_first() {
        let sign = match rest {
            [b'\\', b'2', b'8', ..] => Some(b'('),
            [b'\\', b'2', b'9', ..] => Some(b')'),
            [b'\\', b'2', b'a', ..] => Some(b'*'),
            [b'\\', b'0', b'0', ..] => Some(0),
            _ => None,
        };
        found |= sign.is_some();
        plain.push(sign.unwrap_or(byte));
        rest = if sign.is_some() { rest.get(3..).unwrap_or_default() } else { after };
    }
    found.then_some(plain)
}

/// `uid=*`: an item without its parentheses, with a star.
fn item_alone(lower: &[u8]) -> bool {
    let text = lower.trim_ascii();
    let equals = text.iter().take(RULE_BYTES_MAX).position(|byte| *byte == b'=');
    let parts = equals.and_then(|equals| text.split_at_checked(equals));
    parts.is_some_and(|(name, value)| {
        value.contains(&b'*') && !value.iter().any(u8::is_ascii_whitespace) && is_attribute(name)
    })
}

/// A record of changes to a directory (RFC 2849).
fn changes_an_entry(lower: &[u8]) -> bool {
    let lines = lower.split(|byte| *byte == b'\n').skip(1);
    lines.filter_map(|line| line.strip_prefix(b"changetype:")).any(|rest| {
        let verb = rest.trim_ascii_start();
        [b"modify".as_slice(), b"add", b"delete", b"modrdn", b"moddn"]
            .iter()
            .any(|known| verb.starts_with(known))
    })
}

/// Whether a name is one that directories of people have (RFC 4519; Active Directory's schema).
fn is_attribute(name: &[u8]) -> bool {
    const NAMES: &str = "uid userprincipalname useraccountcontrol admincount displayname uidnumber \
         gidnumber cn sn mail objectclass userpassword samaccountname memberof \
         givenname ou dc dn objectcategory password telephonenumber mobile title \
         department description manager employeenumber employeetype homedirectory \
         loginshell member uniquemember memberuid objectsid objectguid \
         serviceprincipalname pwdlastset lastlogon accountexpires distinguishedname \
         entrydn surname commonname username";
    NAMES.split(' ').any(|known| known.as_bytes() == name)
}

/// Bytes of an attribute's name before its matching rule.
const RULE_BYTES_MAX: usize = 40;

/// Items after the one that the text closed.
const ADDED: Match = Match::high("added-item");

struct Filter<'a> {
    lower: &'a [u8],
}

impl Filter<'_> {
    fn at(&self, at: usize) -> u8 {
        self.lower.get(at).copied().unwrap_or(0)
    }

    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b' ', |at| self.at(at))
    }

    /// Past closing parentheses and blanks.
    fn skip_closes(&self, mut from: usize) -> usize {
        let end = from + 16;
        while from < end && matches!(self.at(from), b')' | b' ' | b'\t' | b'\n' | b'\r') {
            from += 1;
        }
        from
    }

    /// A closing parenthesis that closes nothing of the text.
    fn broken(&self, at: usize) -> Option<Match> {
        let next = self.skip_closes(at + 1);
        let ended = next >= self.lower.len();
        let star = self.before(at) == b'*';
        if self.at(next) == b'(' {
            // What follows may come from where the text is put.
            let cut = next + 1 == self.lower.len() && !self.lower.contains(&b' ');
            return if self.item(next) {
                Some(ADDED)
            } else {
                cut.then_some(Match::medium("added-item"))
            };
        }
        let null = self.at(next) == 0 && !ended
            || self.lower.get(next..).is_some_and(|tail| {
                tail.starts_with(b"%00") || tail.starts_with(b"\\00") || tail.starts_with(b"\\x00")
            });
        if null {
            return Some(Match::high("null-ending"));
        }
        let joined = matches!(self.at(next), b'|' | b'&' | b'!') && self.at(next + 1) == b'(';
        if joined {
            return Some(Match::medium("added-item"));
        }
        let short = self.lower.len() <= 64 && !self.lower.contains(&b' ');
        (star && short && (ended || self.at(next) == b'*')).then_some(Match::medium("wildcard"))
    }

    /// `(attribute=…`, `(|(…`, `(!(…`, `(&` at the end.
    fn item(&self, open: usize) -> bool {
        let mut from = open;
        let end = open + 8;
        let mut operators = 0;
        while from < end
            && matches!(self.at(from), b'(' | b'&' | b'|' | b'!' | b' ' | b'\t' | b'\n' | b'\r')
        {
            operators += usize::from(matches!(self.at(from), b'&' | b'|' | b'!'));
            from += 1;
        }
        if operators > 0
            && (from >= self.lower.len()
                || self.at(from) == b')'
                || from > open + 2 && self.at(from - 1) == b'(')
        {
            return true;
        }
        self.attribute(from).is_some()
    }

    /// Behind `attribute=`, with the operators and options that RFC 4515 knows.
    fn attribute(&self, from: usize) -> Option<usize> {
        let tail = self.lower.get(from..(from + 64).min(self.lower.len()))?;
        let name = tail
            .iter()
            .position(|byte| {
                !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.' | b';' | b'_')
            })
            .unwrap_or(tail.len());
        let operator = tail.get(name..)?;
        // Some readers take blanks around the name; prose and code have them as well.
        let blanks = operator.iter().take(4).take_while(|byte| **byte == b' ').count();
        if blanks > 0 && !is_attribute(tail.get(..name)?) {
            return None;
        }
        let (operator, name) = (operator.get(blanks..)?, name + blanks);
        let length = match operator {
            [b'=', next, ..] if *next != b'=' && *next != b'>' => 1,
            [b'='] => 1,
            [b'~' | b'<' | b'>', b'=', ..] => 2,
            [b':', ..] => operator.windows(2).position(|two| two == b":=")? + 2,
            _ => return None,
        };
        (name > 0).then_some(from + name + length)
    }

    /// A filter with operators inside of the text, or a star that is followed by one.
    fn opened(&self, at: usize) -> Option<Match> {
        let operator = matches!(self.at(at + 1), b'&' | b'|' | b'!') && self.at(at + 2) == b'(';
        if operator && self.attribute(at + 3).is_some() || self.is_spread(at) {
            return Some(Match::high("filter"));
        }
        let star = self.before(at) == b'*' && at <= 64;
        if star && operator && matches!(self.at(at + 3), b'&' | b'|' | b'!' | b'(') {
            return Some(Match::high("filter"));
        }
        let signs = star
            && self
                .lower
                .get(at..)
                .is_some_and(|tail| tail.starts_with(b"()|") || tail.starts_with(b"()&"));
        signs.then_some(Match::medium("wildcard"))
    }

    /// `( & (uid=x) …`, with blanks or in lines.
    fn is_spread(&self, open: usize) -> bool {
        let skip = |from: usize| {
            let rest = self.lower.get(from..).unwrap_or_default();
            from + rest.iter().take(8).take_while(|byte| byte.is_ascii_whitespace()).count()
        };
        let operator = skip(open + 1);
        let item = skip(operator + 1);
        let attribute = self.lower.get(item + 1..).unwrap_or_default();
        let name = attribute.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        matches!(self.at(operator), b'&' | b'|' | b'!')
            && item > open + 2
            && self.at(item) == b'('
            && attribute.get(..name).is_some_and(is_attribute)
    }

    /// `(attribute=*)` as the whole text.
    fn whole(&self) -> Option<Match> {
        let text = self.lower.trim_ascii();
        // Always true and always false (RFC 4526), and filters whose parenthesis is opened outside.
        let led = matches!(text, [b'&' | b'|' | b'!', b'(', ..]);
        if matches!(text, b"(&)" | b"(|)") || led && text.contains(&b'=') && self.item(1) {
            return Some(Match::medium("filter"));
        }
        if !text.starts_with(b"(") || text.len() > 256 {
            return None;
        }
        let from = self.lower.len() - self.lower.trim_ascii_start().len();
        let value = self.attribute(from + 1)?;
        let rest = self.lower.get(value..)?;
        let end = rest.iter().position(|byte| matches!(byte, b')' | b'('))?;
        let inner = rest.get(..end)?;
        let last = rest.get(end..)?.trim_ascii();
        let name = self.lower.get(from + 1..value - 1).unwrap_or_default();
        // The first sign of `<=` and its kind is none of the name's.
        let bare = name.iter().take_while(|byte| !matches!(byte, b'<' | b'>' | b'~')).count();
        let known = name.get(..bare).is_some_and(is_attribute);
        (inner == b"*" && last == b")" || known && (last.starts_with(b")(") || last == b")"))
            .then_some(Match::medium("filter"))
    }

    /// `admin,ou=people,dc=example`: what goes on with names after a plain value (RFC 4514). A
    /// name of its own begins with an attribute.
    fn names(&self, work: &mut Work) -> Option<Match> {
        const TYPES: [&[u8]; 6] = [b"ou=", b"dc=", b"cn=", b"uid=", b"o=", b"c="];
        let first = memchr::memchr(b',', self.lower.get(..NAMES_BYTES_MAX).unwrap_or(self.lower))?;
        let value = self.lower.get(..first)?;
        work.spend(32).ok()?;
        if self.lower.len() > NAMES_BYTES_MAX || value.iter().any(|b| matches!(b, b'=' | b'\n')) {
            return None;
        }
        let mut parts =
            self.lower.get(first + 1..)?.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        let all = parts.clone().count();
        let named = parts.all(|part| TYPES.iter().any(|name| part.starts_with(name)));
        let based = [b"dc=".as_slice(), b"ou=", b"cn=", b"uid="]
            .iter()
            .any(|name| memchr::memmem::find(self.lower, name).is_some());
        (named && based && all >= 1).then_some(Match::medium("added-name"))
    }

    /// `attribute:2.5.13.18:=`: an item with a matching rule.
    fn rule(&self, colon: usize) -> Option<Match> {
        if !self.before(colon).is_ascii_alphanumeric() && self.before(colon) != b'(' {
            return None;
        }
        let tail = self.lower.get(colon + 1..(colon + 48).min(self.lower.len()))?;
        let end = tail.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'.')?;
        let rule = tail.get(..end)?;
        let dotted = rule.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
            && rule.split(|byte| *byte == b'.').count() > 3;
        // `(cn:caseExactMatch:=x)`: a rule's name counts in an item of its own.
        let head = self.lower.get(colon.saturating_sub(RULE_BYTES_MAX)..colon)?;
        let attribute = head.iter().rposition(|byte| !byte.is_ascii_alphanumeric());
        let item = attribute.and_then(|at| head.get(at)) == Some(&b'(') && !rule.is_empty();
        ((dotted || item) && tail.get(end..)?.starts_with(b":="))
            .then_some(Match::high("matching-rule"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::inspect;
    use crate::finding::Match;
    use crate::text::{Classes, Role, Text};
    use crate::work::Work;

    fn judged(role: Role, text: &[u8]) -> Option<Match> {
        let lower = text.to_ascii_lowercase();
        let text = Text { bytes: text, lower: &lower, role, classes: Classes::default() };
        inspect(&text, &mut Work::new(u64::MAX))
    }

    fn found(role: Role, texts: &[&str]) {
        for text in texts {
            assert!(judged(role, text.as_bytes()).is_some(), "missed: {text}");
        }
    }

    fn passed(role: Role, texts: &[&str]) {
        for text in texts {
            assert_eq!(judged(role, text.as_bytes()), None, "stopped: {text}");
        }
    }

    #[test]
    fn items_that_are_added() {
        found(
            Role::Value,
            &[
                "*)(uid=*))(|(uid=*",
                "eve)(|(password=*",
                "eve)(!(&(1=0",
                "eve)(objectClass=person",
                "*)(&",
                "x))(&(cn=*",
                "eve)(gid>=100",
                "*(|(mail=*))",
                "eve)|(uid=*",
            ],
        );
        found(Role::FreeText, &["*)(uid=*))(|(uid=*"]);
    }

    #[test]
    fn endings_wildcards_rules_and_filters() {
        found(
            Role::Value,
            &[
                "*))\0",
                "eve))%00",
                "*)*",
                "*()|&'",
                "secret:2.5.13.18:=\\41",
                "(cn:caseExactMatch:=x)",
                "(&(uid=eve)(!(x=y)))",
                "(cn=*)",
                "(|(sn=a)(sn=b))",
                "admin,ou=people,dc=example",
                "\\2a\\29\\28uid=\\2a",
                "(:caseExactMatch:=x)",
                "(uid=admin)",
                "(gidNumber<=100)",
                "(& (uid=a) (cn=b))",
                "uid=*",
                "ldap:///dc=example?uid?sub?(uid=*)",
            ],
        );
    }

    #[test]
    fn names_prose_and_formats_pass() {
        passed(
            Role::Value,
            &[
                "Smith (née Jones)",
                "f(x)(y) = g(x)",
                "[text](https://example.com/a(b))",
                "(555) (1234)",
                ":) (:",
                "a) first b) second",
                "1) (optional) x=1",
                "see note*)",
                "(a|b)(c|d)",
                "^(foo)(bar)$",
                "if (a) (b)",
                "SELECT count(*) FROM t",
                "x := 1.2.3",
                "case a:b := f(x)",
                "uid=eve,ou=people,dc=example,dc=com",
            ],
        );
        passed(Role::FreeText, &["(&(uid=eve)(cn=*))", "eve))%00"]);
    }
    fn work_of(text: &str) -> u64 {
        let bytes = text.as_bytes();
        let seen = Text { bytes, lower: bytes, role: Role::Value, classes: Classes::default() };
        let mut work = Work::new(u64::MAX);
        inspect(&seen, &mut work);
        u64::MAX - work.left()
    }

    #[test]
    fn work_is_charged_in_proportion_and_ends() {
        for unit in ["kiwi ", "; a", "(", "|", "'", "{", "$a", "\n", ")", ":"] {
            let (once, twice) = (work_of(&unit.repeat(20_000)), work_of(&unit.repeat(40_000)));
            assert!(twice < once * 5 / 2, "{unit}: {once} and {twice} steps");
            assert!(once >= super::STEPS_A_BYTE * 20_000, "{unit}: {once} steps");
        }
        let bytes = "; a".repeat(100);
        let bytes = bytes.as_bytes();
        let seen = Text { bytes, lower: bytes, role: Role::Value, classes: Classes::default() };
        let mut little = Work::new(10);
        assert_eq!(inspect(&seen, &mut little), None);
        assert!(little.is_exhausted());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            judged(Role::Value, &bytes);
            judged(Role::Key, &bytes);
            judged(Role::FreeText, &bytes);
        }

        #[test]
        fn no_fragments_make_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
            "(", ")", "*", "|", "&", "!", "=", "uid", "\\0", "%00", ":", "1.2.3.4", ":=", " ", "~", ">", "x"
        ]), 0..100)) {
            judged(Role::Value, parts.concat().as_bytes());
        }
    }
}
