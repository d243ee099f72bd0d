//! Addresses inside a text: their scheme, and the parts that parsers disagree about.
use super::{AUTHORITY, Place, host};
use crate::bytes::{at, before, begins_any, between, contains, contains_any, from};
use crate::finding::Match;
use crate::text::Role;
use crate::work::Work;

/// What a scheme says by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// Fetched like any page: the host decides.
    Web,
    /// Reads local files or speaks other protocols: never in an address that a user gives.
    Hostile,
    /// Of databases and brokers that configurations name: only a metadata service is no host of theirs.
    Service,
}

/// Steps that an address takes, and each byte of it before its path.
const STEPS: u64 = 600;
const STEPS_BYTE: u64 = 12;
/// How many parts of what stands before a path are taken for a host.
const PARTS: usize = 6;
/// What ends the part before the path wherever it stands.
const ENDS: &[u8] = b"/?#\"'<>`";

/// Judges an address whose scheme ends at `colon`.
pub(super) fn at_colon(
    lower: &[u8],
    colon: usize,
    place: &Place,
    work: &mut Work,
) -> Option<Match> {
    let name = scheme_before(lower, colon);
    if name.is_empty() {
        return None;
    }
    let rest = from(lower, colon + 1);
    let slashes = rest.iter().take(4).take_while(|byte| matches!(**byte, b'/' | b'\\')).count();
    let start = colon - name.len();
    // `view-source:http://…`, `url:http://…`: the inner address is judged at its own colon.
    let scheme = scheme(name, rest, slashes)?;
    if scheme == Scheme::Hostile {
        return hostile(lower, start, name, rest, slashes, place);
    }
    let single = slashes == 1 || (slashes == 0 && name.starts_with(b"http"));
    if slashes < 2 && !(single && place.alone && start <= 1) {
        return None;
    }
    let reach = between(rest, slashes, AUTHORITY).iter().position(|byte| ENDS.contains(byte));
    work.spend(STEPS + STEPS_BYTE * reach.unwrap_or(AUTHORITY) as u64).ok()?;
    let found = authority(from(rest, slashes), place)?;
    passes(scheme, found, lower, start, place)
}

/// The letters of a scheme right before a colon.
fn scheme_before(lower: &[u8], colon: usize) -> &[u8] {
    let head = between(lower, colon.saturating_sub(16), colon);
    let length = head
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(**byte, b'+' | b'-' | b'.'))
        .count();
    from(head, head.len() - length)
}

fn scheme(name: &[u8], rest: &[u8], slashes: usize) -> Option<Scheme> {
    match name {
        b"http" | b"https" | b"ws" | b"wss" | b"ftp" | b"ftps" | b"feed" | b"sftp" => {
            Some(Scheme::Web)
        }
        b"gopher" | b"dict" | b"netdoc" | b"tftp" | b"expect" | b"ogg" | b"ssh2" | b"ssh2.exec"
        | b"local-file" | b"fasthttp" | b"zlib" | b"compress.zlib" | b"compress.bzip2"
        | b"phar" | b"rar" | b"zip" | b"glob" | b"php" | b"file" | b"ldap" | b"ldaps"
        | b"ldapi" | b"finger" | b"telnet" | b"imap" | b"pop3" | b"smtp" | b"rtsp" | b"scp"
        | b"nfs" | b"rmi" | b"iiop" | b"wais" | b"view-source" | b"smb" | b"unix"
        | b"http+unix"
            if slashes >= 2 =>
        {
            Some(Scheme::Hostile)
        }
        b"jar" if begins_any(rest, &[b"http", b"ftp", b"file", b"/"]) => Some(Scheme::Hostile),
        b"netdoc" | b"file" | b"gopher" if slashes == 1 => Some(Scheme::Hostile),
        _ if slashes >= 2 => Some(Scheme::Service),
        _ => None,
    }
}

/// A scheme that no page has. Prose and documents name files and directories of their own, so
/// there a host that gives the attack away must follow.
fn hostile(
    lower: &[u8],
    start: usize,
    name: &[u8],
    rest: &[u8],
    slashes: usize,
    place: &Place,
) -> Option<Match> {
    let first = at(rest, slashes);
    if first <= b' '
        || matches!(first, b'"' | b'\'' | b'`' | b')' | b',' | b'.')
            && slashes < 3
            && name != b"file"
    {
        return None;
    }
    if matches!(place.role, Role::FreeText | Role::ModelInput) {
        let raw = name == b"gopher"
            && contains_any(between(rest, 0, 200), &[b"_", b"%0d%0a"])
            && authority(from(rest, slashes), place).is_some();
        return raw.then_some(Match::high("raw-protocol"));
    }
    let leading =
        start == 0 || place.alone || matches!(before(lower, start), b'=' | b'"' | b'\'' | b'(');
    let directory = matches!(
        name,
        b"ldap"
            | b"ldaps"
            | b"imap"
            | b"pop3"
            | b"smtp"
            | b"rtsp"
            | b"telnet"
            | b"scp"
            | b"nfs"
            | b"view-source"
    );
    if directory && !place.is_url() {
        return authority(from(rest, slashes), place).map(|_| Match::high("raw-protocol"));
    }
    let technique = if matches!(name, b"file" | b"netdoc" | b"jar" | b"local-file") {
        "local-file-address"
    } else {
        "raw-protocol"
    };
    (leading || name != b"file").then_some(Match::high(technique))
}

/// Judges what stands between the slashes and the path.
pub(super) fn authority(rest: &[u8], place: &Place) -> Option<Match> {
    let rest = between(rest, 0, AUTHORITY);
    let stops: &[u8] = if place.alone { b"/?#\"'<>`" } else { b"/?# \n\r\t\"'<>`),;" };
    let end = rest.iter().position(|byte| stops.contains(byte)).unwrap_or(rest.len());
    let authority = between(rest, 0, end);
    if let Some(found) = confused(authority, rest, end, place) {
        return Some(found);
    }
    // `http://unix:/var/run/docker.sock:/info`: a socket of the machine.
    if authority == b"unix:" && at(rest, end) == b'/' {
        return Some(Match::high("local-socket"));
    }
    let hostport = authority
        .iter()
        .rposition(|byte| *byte == b'@')
        .map_or(authority, |place| from(authority, place + 1));
    if let Some(reach) = host::judge(hostport) {
        return Some(reach.found());
    }
    if contains(hostport, b"\\") {
        let bare: Vec<u8> = hostport.iter().copied().filter(|byte| *byte != b'\\').collect();
        if let Some(reach) = host::judge(&bare) {
            return Some(reach.found());
        }
    }
    // Some parsers end the host at a backslash, others take the part before the first `@`.
    authority
        .split(|byte| matches!(byte, b'@' | b'\\' | b' ' | b'&' | b'\t'))
        .filter(|part| part.len() > 2 && part.len() < authority.len())
        .take(PARTS)
        .find_map(host::judge)
        .map(host::Reach::found)
}

/// Parts of an address that one parser takes for the host and another does not.
fn confused(authority: &[u8], rest: &[u8], end: usize, place: &Place) -> Option<Match> {
    if !place.alone && !contains(between(rest, 0, 120), b"@") {
        return None;
    }
    let ats = memchr::memchr_iter(b'@', authority).count();
    let backslash = contains(authority, b"\\") && (ats > 0 || contains(authority, b"."));
    let blank = place.is_url() && authority.iter().any(|byte| *byte <= b' ');
    let user = authority.split(|byte| *byte == b'@').next().unwrap_or_default();
    let user_host = user.split(|byte| *byte == b':').next().unwrap_or_default();
    let posing = ats == 1 && user.len() < authority.len() && is_public_name(user_host);
    // `http://a.example#@b.example/`: the host is before the hash for one, behind it for the other.
    let hash = matches!(at(rest, end), b'#' | b'?') && at(rest, end + 1) == b'@';
    let spaced = contains_any(rest, &[b" &@", b"# @", b" @"])
        && contains_any(authority, &[b":80", b":22", b":443", b"&"]);
    (ats > 1 || backslash || blank || posing || hash || spaced)
        .then_some(Match::medium("authority-confusion"))
}

/// Whether a name ends as names of sites do: `expected.example.com`.
fn is_public_name(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    name.len() > last.len() + 1
        && matches!(
            last,
            b"com"
                | b"net"
                | b"org"
                | b"io"
                | b"gov"
                | b"edu"
                | b"co"
                | b"uk"
                | b"de"
                | b"dev"
                | b"app"
                | b"cloud"
                | b"example"
                | b"tld"
                | b"info"
                | b"biz"
                | b"fr"
                | b"ru"
                | b"cn"
        )
}

/// What passes although its host is one that only a server reaches.
fn passes(
    scheme: Scheme,
    found: Match,
    lower: &[u8],
    start: usize,
    place: &Place,
) -> Option<Match> {
    let certain = contains_any(found.technique.as_bytes(), &[b"metadata", b"disguised"]);
    if scheme == Scheme::Service && !certain {
        return None;
    }
    let plain = matches!(found.technique, "loopback-address" | "private-address" | "internal-name");
    let free = matches!(place.role, Role::FreeText | Role::ModelInput);
    if free {
        let disguised = matches!(found.technique, "disguised-metadata");
        return disguised.then_some(found);
    }
    if !plain {
        return Some(found);
    }
    // Where a page came from.
    let own = place.role == Role::Header;
    // In a sentence somebody speaks of an address; alone or as a parameter it is one.
    let given =
        place.alone || start == 0 || matches!(before(lower, start), b'=' | b'"' | b'\'' | b'(');
    (given && !own).then_some(found)
}
