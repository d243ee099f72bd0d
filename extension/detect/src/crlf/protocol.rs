//! Lines that a server of another protocol takes for a command: HTTP, mail, files, chat, stores.
use super::place;
use crate::bytes::{begins_any, contains};

/// What begins a command and hardly a line of prose.
const COMMANDS: [&[u8]; 62] = [
    b"mail from:",
    b"rcpt to:",
    b"data\r",
    b"ehlo ",
    b"helo ",
    b"starttls",
    b"auth login",
    b"auth plain",
    b"vrfy ",
    b"expn ",
    b"flushall",
    b"flushdb",
    b"flush_all",
    b"config set ",
    b"config get ",
    b"slaveof ",
    b"replicaof ",
    b"module load ",
    b"bgsave",
    b"script flush",
    b"stat pipeline",
    b"stats items",
    b"verbosity ",
    b"http/1.",
    b"http/2 ",
    b"retr ",
    b"stor ",
    b"dele ",
    b"site exec",
    b"privmsg ",
    b"join #",
    b"kick #",
    b"invite sip:",
    b"begin:vcard",
    b"bdat ",
    b"etrn ",
    b"epsv",
    b"rnfr ",
    b"rnto ",
    b"topic #",
    b"mode #",
    b"part #",
    b"lpush ",
    b"rpush ",
    b"hset ",
    b"zadd ",
    b"keys *",
    b"psubscribe ",
    b"debug sleep",
    b"acl setuser",
    b"client list",
    b"client kill",
    b"gets ",
    b"mset ",
    b"setex ",
    b"auth cram-md5",
    b"auth xoauth2",
    b"mail from",
    b"rcpt to",
    b"burl ",
    b"restore ",
    b"migrate ",
];
/// Methods of HTTP (RFC 9110, section 9; RFC 5789; RFC 4918).
const METHODS: [&[u8]; 12] = [
    b"get ",
    b"post ",
    b"put ",
    b"head ",
    b"delete ",
    b"options ",
    b"patch ",
    b"trace ",
    b"connect ",
    b"propfind ",
    b"move ",
    b"copy ",
];
/// Commands that are a usual word alone.
const WORDS: [&[u8]; 15] = [
    b"capa",
    b"info",
    b"list",
    b"stats",
    b"uidl",
    b"quit",
    b"data",
    b"rset",
    b"noop",
    b"pasv",
    b"stat",
    b"save",
    b"shutdown",
    b"logout",
    b"multi",
];
/// Commands of IMAP (RFC 9051) after a tag.
const TAGGED: [&[u8]; 14] = [
    b"capability",
    b"login ",
    b"fetch ",
    b"select ",
    b"list ",
    b"logout",
    b"search ",
    b"store ",
    b"append ",
    b"noop",
    b"delete ",
    b"examine ",
    b"authenticate ",
    b"uid ",
];
/// Stores of memcached: what follows is a key and numbers.
const STORES: [&[u8]; 6] = [b"set ", b"add ", b"replace ", b"append ", b"prepend ", b"cas "];

/// `GET /a HTTP/1.1`, or a line that ends as one does.
pub(super) fn is_request(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let by_method = METHODS.iter().find_map(|method| line.strip_prefix(*method));
    let target = by_method.is_some_and(|rest| {
        contains(rest, b" http/")
            && (rest.starts_with(b"/") || contains(rest, b"://") || rest.starts_with(b"*"))
    });
    let sip = contains(line, b" sip/2.0") || contains(line, b" rtsp/1.0");
    target || sip && !line.is_empty()
}

/// Whether a line is a command; where it was encoded, one that prose could begin with, too.
pub(super) fn is_command(line: &[u8], encoded: bool) -> bool {
    let bare = line.trim_ascii_end();
    let is_known = |command: &&[u8]| line.starts_with(command) || bare == command.trim_ascii_end();
    COMMANDS.iter().any(is_known) && (encoded || !line.starts_with(b"data"))
        || is_array(line)
        || is_store(line)
        || is_tagged(line)
        || line.starts_with(b"port ") && memchr::memchr_iter(b',', line).count() == 5
        || begins_any(line, &[b"eval \"", b"eval '"]) && line.last().is_some_and(u8::is_ascii_digit)
}

/// Commands that are usual words, and never come without something behind them.
const TAKING: [&[u8]; 20] = [
    b"apop ",
    b"hmset ",
    b"oper ",
    b"pass ",
    b"sadd ",
    b"select ",
    b"top ",
    b"user ",
    b"quit :",
    b"del ",
    b"auth ",
    b"cwd ",
    b"nick ",
    b"eval ",
    b"incr ",
    b"setnx ",
    b"getset ",
    b"expire ",
    b"publish ",
    b"hgetall ",
];

/// Whether a line in capitals is a command: a single word, or one that takes something.
pub(super) fn is_word(line: &[u8]) -> bool {
    WORDS.contains(&line.trim_ascii_end()) || begins_any(line, &TAKING)
}

/// Whether a line is a command of a store that is an English word as well: where a return and a feed
/// end it.
pub(super) fn is_ended_word(line: &[u8]) -> bool {
    const STORES: [&[u8]; 10] = [
        b"set ",
        b"get ",
        b"delete ",
        b"config ",
        b"eval ",
        b"keys ",
        b"publish ",
        b"lpush ",
        b"incr ",
        b"touch ",
    ];
    begins_any(line, &STORES)
        || matches!(line.trim_ascii_end(), b"version" | b"flush_all" | b"shutdown")
}

/// An array of strings as Redis is sent one (RESP): `*3` and nothing more, or `$8`.
fn is_array(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let digits = line.strip_prefix(b"*").or(line.strip_prefix(b"$"));
    digits.is_some_and(|rest| (1..=4).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit))
        && line.starts_with(b"*")
}

/// `set key 0 0 5`
fn is_store(line: &[u8]) -> bool {
    let Some(rest) = STORES.iter().find_map(|store| line.strip_prefix(*store)) else {
        return false;
    };
    let mut words = rest.trim_ascii_end().split(|byte| *byte == b' ').skip(1);
    let mut number =
        || words.next().is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit));
    number() && number() && number()
}

/// `A001 LOGIN a b`
fn is_tagged(line: &[u8]) -> bool {
    let Some((tag, rest)) = place(line, b' ').and_then(|at| line.split_at_checked(at)) else {
        return false;
    };
    let letters = tag.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = tag.iter().skip(letters).filter(|byte| byte.is_ascii_digit()).count();
    (1..=3).contains(&letters)
        && (1..=6).contains(&digits)
        && letters + digits == tag.len()
        && begins_any(rest.get(1..).unwrap_or_default(), &TAGGED)
}
