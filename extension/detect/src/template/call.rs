//! Calls by which code runs on a server, wherever they stand as code: functions of PHP and of
//! script by their names, and the ways in which PHP names a function: by a variable, by a string.
use crate::bytes::{
    at, before, begins_any, between, contains, contains_any, find_words, from, is_word, places,
    places_of, skip_blank, skip_blank_back, trim, word_before,
};
use crate::finding::Match;
use crate::work::Work;

/// Functions that run code, read, write or reach, and those that hide what is run; between blanks.
const FUNCTIONS: &str = " eval exec system passthru popen assert phpinfo fsockopen pfsockopen fopen fwrite fputs \
     fread fgets readfile unlink chmod chown scandir readdir opendir closedir gzinflate gzdeflate \
     gzuncompress gzencode gzdecode bzcompress bzdecompress chr ord bin2hex hex2bin strrev substr strtolower strtoupper \
     intval implode explode unpack pack ucfirst nl2br htmlspecialchars addslashes stripslashes \
     urldecode rawurldecode urlencode putenv getenv phpversion getcwd chdir filegroup fileowner \
     fileperms filesize filemtime tempnam tmpfile symlink readlink var_dump var_export print_r serialize unserialize \
     usleep usort uasort uksort is_file is_dir is_callable create_function extract parse_str mkdir rmdir \
     strip_tags setcookie sprintf printf vprintf dirname basename pathinfo realpath fileatime file glob \
     settimeout setinterval setimmediate atob btoa execscript setcookie apache_setenv highlight_file \
     show_source getmyuid getlastmod get_current_user get_cfg_var get_included_files error_log import_request_variables \
     debug_backtrace gethostbyname gethostname dns_get_record move_uploaded_file md5_file sha1_file \
     iterator_apply register_tick_function register_shutdown_function syslog lcg_value ";

/// What the names of functions of PHP's libraries begin with.
const LIBRARIES: &[&[u8]] = &[
    b"array_",
    b"base64_",
    b"call_user_",
    b"curl_",
    b"date_",
    b"escapeshell",
    b"file_",
    b"ftp_",
    b"func_",
    b"get_defined_",
    b"gz",
    b"iconv_",
    b"ini_",
    b"ldap_",
    b"mb_",
    b"mysql_",
    b"mysqli_",
    b"ob_",
    b"openssl_",
    b"pcntl_",
    b"pg_",
    b"php_",
    b"posix_",
    b"preg_",
    b"proc_",
    b"session_",
    b"shell_",
    b"shmop_",
    b"simplexml_",
    b"socket_",
    b"sodium_",
    b"spl_",
    b"sqlite_",
    b"str_",
    b"stream_",
    b"tidy_",
    b"utf8_",
    b"xml_",
    b"xmlrpc_",
    b"zip_",
    b"image",
    b"bz",
    b"exif_",
];

/// The variables of PHP that every script has, behind the dollar sign.
const GLOBALS: &[&[u8]] = &[
    b"_get",
    b"_post",
    b"_request",
    b"_cookie",
    b"_server",
    b"_session",
    b"_env",
    b"_files",
    b"globals",
    b"http_raw_post_data",
];

/// How far a call reaches back to what is called.
const CALLEE_BYTES_MAX: usize = 80;
/// What judging a call takes, in steps.
const STEPS: u64 = 400;
/// Comments and groups between a function and its arguments.
const PARTS_MAX: usize = 6;

/// Judges a text as code.
pub(super) fn inspect(lower: &[u8], work: &mut Work) -> Option<Match> {
    if contains(lower, b"$")
        && let Some(found) = places(lower, b'$').find_map(|place| variable(lower, place))
    {
        return Some(found);
    }
    let tags: &[&[u8]] = &[b"{php}", b"{/php}", b"[php]", b"[/php]"];
    if memchr::memchr2(b'[', b'{', lower).is_some() && contains_any(lower, tags) {
        return Some(Match::medium("php-expression"));
    }
    for place in places(lower, b'(') {
        work.spend(STEPS).ok()?;
        let callee = between(lower, place.saturating_sub(CALLEE_BYTES_MAX), place);
        if is_call(callee, from(lower, place + 1)) {
            return Some(Match::medium("php-expression"));
        }
    }
    None
}

/// `$_GET[…]`, `$GLOBALS[…]`, `${'a'}`: a variable that every script has, one that is named by a
/// string or by another one.
fn variable(lower: &[u8], place: usize) -> Option<Match> {
    let rest = from(lower, place + 1);
    let global = GLOBALS.iter().find_map(|name| rest.strip_prefix(*name)).is_some_and(|after| {
        !is_word(at(after, 0))
            && matches!(
                at(after, skip_blank(after, 0)),
                0 | b'[' | b'{' | b'=' | b')' | b';' | b'-' | b'.'
            )
    });
    let braced = rest.get(skip_blank(rest, 0)..).and_then(|rest| rest.strip_prefix(b"{"));
    let named = braced.is_some_and(|inner| {
        let inner = trim(between(inner, 0, CALLEE_BYTES_MAX));
        match inner.first() {
            Some(quote @ (b'\'' | b'"')) => {
                let end = from(inner, 1).iter().position(|byte| byte == quote);
                end.is_some_and(|end| at(inner, skip_blank(inner, end + 2)) == b'}')
            }
            Some(b'$') => {
                at(inner, 1).is_ascii_alphabetic() || matches!(at(inner, 1), b'_' | b'{' | b'$')
            }
            _ => false,
        }
    });
    (global || named).then_some(Match::medium("php-expression"))
}

/// Whether what stands before an opening bracket is called as code.
fn is_call(callee: &[u8], arguments: &[u8]) -> bool {
    let mut head = before_comments(callee);
    let end = head.len();
    for _ in 0..PARTS_MAX {
        let open: u8 = match head.last() {
            Some(b']') => b'[',
            Some(b'}') => b'{',
            _ => break,
        };
        let Some(start) = memchr::memrchr(open, head) else { return false };
        // `{['system'][0]}(…)`
        let inner = between(head, start + 1, head.len() - 1);
        if is_name(inner) && at(inner, 0) != b'$' && (start == 0 || !is_word(before(head, start))) {
            return true;
        }
        head = before_comments(between(head, 0, start));
    }
    let indexed = head.len() < end;
    // `$Name/$Version [en] (Unix)` names a program.
    if indexed && end < callee.len() && at(callee, head.len()) <= b' ' && !callee.ends_with(b"*/") {
        return false;
    }
    match head.last() {
        Some(b')') if !indexed => group(between(head, 0, head.len() - 1)),
        Some(quote @ (b'"' | b'\'')) if !indexed => {
            let head = between(head, 0, head.len() - 1);
            let start = memchr::memrchr(*quote, head).map_or(0, |start| start + 1);
            is_function(from(head, start))
        }
        Some(b'$') => indexed,
        Some(_) => named(head, indexed, end < callee.len(), arguments),
        None => false,
    }
}

/// Functions that are words of English, too.
const WORDS: [&[u8]; 8] =
    [b"assert", b"explode", b"extract", b"file", b"glob", b"implode", b"pack", b"system"];

/// `f(…)` where it stands as code, `$f(…)`, `$f[0](…)`.
fn named(head: &[u8], indexed: bool, apart: bool, arguments: &[u8]) -> bool {
    let name = word_before(head, head.len());
    let lead = between(head, 0, head.len() - name.len());
    if let Some(dollar) = memchr::memchr(b'$', name) {
        let variable = from(name, dollar + 1);
        let price = dollar > 0 && !at(name, 0).is_ascii_punctuation();
        // `unused $id (#890)`: a remark on a name.
        let remark = apart && matches!(at(arguments, 0), b'#' | b'a'..=b'z');
        return !price
            && !remark
            && variable.iter().any(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    }
    if indexed || !is_function(name) {
        return false;
    }
    // `Extract (vanilla)`, `file(s)`.
    if WORDS.contains(&name) && (apart || arguments.starts_with(b"s)")) {
        return false;
    }
    let tail = trim(arguments);
    let whole =
        tail.is_empty() || tail.ends_with(b")") || tail.ends_with(b";") || tail.ends_with(b"]");
    whole && stands_alone(lead)
}

/// Whether code can begin behind `lead`: at the start, behind a sign, behind a word that takes a
/// value.
fn stands_alone(lead: &[u8]) -> bool {
    let lead = between(lead, 0, skip_blank_back(lead, lead.len()));
    let lead = lead.strip_suffix(b"@").unwrap_or(lead);
    let lead = between(lead, 0, skip_blank_back(lead, lead.len()));
    match lead.last() {
        None
        | Some(
            b';' | b'{' | b'}' | b'(' | b'=' | b'|' | b'&' | b'!' | b'?' | b'@' | b'/' | b'\\'
            | b'`',
        ) => true,
        Some(_) => matches!(
            word_before(lead, lead.len()),
            b"echo" | b"return" | b"print" | b"die" | b"php"
        ),
    }
}

/// `(system)(…)`, `("system")(…)`, `('sys'.'tem')(…)`, `($f)(…)`, `(string)"system"(…)`.
fn group(head: &[u8]) -> bool {
    let Some(open) = memchr::memrchr(b'(', head) else { return false };
    let before_group = trim(between(head, 0, open));
    let inner = trim(from(head, open + 1));
    let variable =
        at(inner, 0) == b'$' && inner.len() > 1 && from(inner, 1).iter().all(|byte| is_word(*byte));
    let joined = contains_any(inner, &[b"'.'", b"\".\"", b"' . '", b"\" . \""]);
    variable && !before_group.last().is_some_and(u8::is_ascii_alphanumeric)
        || joined
        || is_name(inner)
}

/// Whether a text is the name of a function, quoted or not, comments and a cast aside.
fn is_name(text: &[u8]) -> bool {
    let mut text = trim(text);
    if let Some(rest) = text.strip_prefix(b"/*") {
        let end = find_words(rest, b"*/", 0).map_or(0, |end| end + 2);
        text = trim(from(rest, end));
    }
    let text = text.strip_prefix(b"(string)").unwrap_or(text);
    let bare = |byte: &u8| matches!(byte, b'"' | b'\'' | b'[' | b']' | b' ' | b'\\');
    let start = text.iter().position(|byte| !bare(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !bare(byte)).map_or(start, |end| end + 1);
    is_function(between(text, start, end))
}

/// Whether it is the name of a function of the lists.
fn is_function(name: &[u8]) -> bool {
    let plain = !name.is_empty() && name.len() < 48 && name.iter().all(|byte| is_word(*byte));
    plain
        && (begins_any(name, LIBRARIES) && name.len() > 4
            || places_of(FUNCTIONS.as_bytes(), name).any(|place| {
                before(FUNCTIONS.as_bytes(), place) == b' '
                    && at(FUNCTIONS.as_bytes(), place + name.len()) == b' '
            }))
}

/// Without blanks and comments at the end.
fn before_comments(text: &[u8]) -> &[u8] {
    let mut text = text;
    for _ in 0..PARTS_MAX {
        let end = text.iter().rposition(|byte| *byte > b' ').map_or(0, |end| end + 1);
        text = between(text, 0, end);
        let Some(head) = text.strip_suffix(b"*/") else { break };
        let Some(start) = head.windows(2).rposition(|two| two == b"/*") else { break };
        text = between(text, 0, start);
    }
    // A comment up to the end of its line.
    let line = text.iter().rposition(|byte| *byte == b'\n');
    if let Some(start) = memchr::memrchr(b'#', text)
        && line.is_none_or(|line| line < start)
        && start > 0
        && before(text, start) <= b' '
    {
        let end = between(text, 0, start).iter().rposition(|byte| *byte > b' ');
        text = between(text, 0, end.map_or(0, |end| end + 1));
    }
    text
}
