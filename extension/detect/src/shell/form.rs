//! Constructs that only a shell has, whatever command they name.
use super::command::skip_blanks;
use super::name::{Name, name};

fn at(text: &[u8], index: usize) -> u8 {
    text.get(index).copied().unwrap_or(0)
}

/// How many of a byte there are.
fn count(text: &[u8], wanted: u8) -> usize {
    text.iter().map(|byte| usize::from(*byte == wanted)).sum()
}

fn rest(text: &[u8], from: usize) -> &[u8] {
    text.get(from..).unwrap_or_default()
}

/// Whether a part stands in a text. Looks for its second byte: the first is often a blank.
pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    let telling = usize::from(part.len() > 1);
    let Some(byte) = part.get(telling) else { return false };
    memchr::memchr_iter(*byte, text)
        .any(|at| at.checked_sub(telling).is_some_and(|start| rest(text, start).starts_with(part)))
}

/// The word of letters and digits at `from`.
fn word(text: &[u8], from: usize) -> &[u8] {
    let tail = text.get(from..(from + 32).min(text.len())).unwrap_or_default();
    let end = tail.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    tail.get(..end.unwrap_or(tail.len())).unwrap_or_default()
}

/// Whether a variable of the environment is set by which programs load or run what it names.
pub(super) fn environment(name: &[u8], value: &[u8]) -> bool {
    let pointed = matches!(at(value, 0), b'/' | b'.' | b'~' | b'$' | b'\'' | b'"');
    match name {
        b"ld_preload" | b"ld_audit" | b"bash_env" | b"prompt_command" | b"pythonstartup"
        | b"perl5lib" | b"rubylib" => pointed,
        b"git_ssh_command" | b"git_ssh" | b"git_external_diff" | b"git_askpass" | b"perl5opt"
        | b"rubyopt" | b"perl5db" | b"proxycommand" => !value.is_empty(),
        b"node_options" => contains(value, b"--require") || contains(value, b"--import"),
        b"path" => contains(value, b"$path"),
        _ => false,
    }
}

/// What a dollar sign begins: an internal separator, a part of a variable, arithmetic, a quoted
/// string with escapes.
pub(super) fn dollar(lower: &[u8], from: usize) -> Option<&'static str> {
    let tail = rest(lower, from);
    if tail.starts_with(b"${ifs")
        || tail.starts_with(b"$ifs") && !matches!(at(lower, from + 4), b'a'..=b'z' | b'`')
    {
        return Some("internal-separator");
    }
    let named = [b"$shell ".as_slice(), b"${shell} "].into_iter().any(|it| tail.starts_with(it));
    if named && tail.get(..tail.len().min(12)).is_some_and(|near| near.contains(&b'-')) {
        return Some("shell-variable");
    }
    // `$[2+2]`
    if tail.starts_with(b"$[") {
        let sum = lower.get(from + 2..(from + 24).min(lower.len()))?;
        let left = sum.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let added = matches!(sum.get(left), Some(b'+' | b'*' | b'/' | b'%'));
        return (left > 0
            && added
            && sum.get(left + 1).is_some_and(u8::is_ascii_digit)
            && sum.contains(&b']'))
        .then_some("arithmetic");
    }
    if tail.starts_with(b"${@")
        || from > 0
            && at(lower, from - 1) == b'{'
            && tail.starts_with(b"${")
            && at(lower, from + 2).is_ascii_lowercase()
            && tail.contains(&b'(')
    {
        return Some("code-in-variable");
    }
    if tail.starts_with(b"${") {
        let name = word(lower, from + 2);
        let after = from + 2 + name.len();
        let cut = at(lower, after) == b':'
            && (at(lower, after + 1).is_ascii_digit()
                || at(lower, after + 1) == b'-'
                || at(lower, after + 1) == b' ')
            && lower
                .get(after..(after + 12).min(lower.len()))
                .is_some_and(|near| count(near, b':') == 2);
        let replaced = at(lower, after) == b'/' && at(lower, after + 1) == b'/' && !name.is_empty();
        let indirect = at(lower, from + 2) == b'!' && at(lower, from + 3).is_ascii_lowercase();
        let stripped = !name.is_empty() && at(lower, after) == b'#'
            || !name.is_empty() && at(lower, after) == b'%' && at(lower, after + 1) == b'%';
        let upper = matches!(at(lower, after), b'^' | b',' | b'@')
            && !name.is_empty()
            && matches!(at(lower, after + 1), b'^' | b',' | b'}' | b'p' | b'l' | b'u' | b'q');
        return (cut || replaced || indirect || stripped || upper).then_some("part-of-variable");
    }
    if tail.starts_with(b"$((") {
        let near = lower.get(from + 3..(from + 40).min(lower.len())).unwrap_or_default();
        let closes = near.windows(2).any(|two| two == b"))");
        let counts = near.iter().any(u8::is_ascii_digit)
            && near
                .iter()
                .take_while(|byte| **byte != b')')
                .all(|byte| !matches!(byte, b'"' | b'\'' | b'.' | b'#'));
        return (closes && counts).then_some("arithmetic");
    }
    None
}

/// `if [ … ]; then`, `while …; do`, `for x in …; do`, with or without `time` before it.
pub(super) fn compound(lower: &[u8], from: usize) -> Option<&'static str> {
    let mut from = from;
    for wrapper in [b"time ".as_slice(), b"exec ", b"do ", b"then "] {
        if rest(lower, from).starts_with(wrapper) {
            from = skip_blanks(lower, from + wrapper.len());
        }
    }
    if rest(lower, from).starts_with(b"case ") {
        let near = lower.get(from..(from + 96).min(lower.len()))?;
        return (contains(near, b" in ") && contains(near, b")") && contains(near, b";;"))
            .then_some("case");
    }
    if rest(lower, from).starts_with(b"[ -") {
        let near = lower.get(from..(from + 96).min(lower.len()))?;
        return (contains(near, b" ] &&") || contains(near, b" ] ||") || contains(near, b" ];"))
            .then_some("test");
    }
    let opens = [b"if ".as_slice(), b"while ", b"until ", b"for ", b"select "];
    let opened = opens.into_iter().find(|word| rest(lower, from).starts_with(word))?;
    let near = lower.get(from + opened.len()..(from + 160).min(lower.len()))?;
    let loops = matches!(opened, b"for " | b"select ");
    let closed = near.iter().enumerate().any(|(index, byte)| {
        let next = skip_blanks(lower, from + opened.len() + index + 1);
        let tail = rest(lower, next);
        matches!(byte, b';' | b'\n') && (tail.starts_with(b"then") || tail.starts_with(b"do"))
    });
    let listed = !loops || near.windows(4).any(|four| four == b" in ");
    (closed && listed).then_some(if loops { "for" } else { "if" })
}

/// `phpinfo()`, `system('id')`, `{$_GET['x']}`: a program of PHP.
pub(super) fn code(lower: &[u8], from: usize) -> bool {
    let colon = usize::from(at(lower, from) == b':');
    let tail = rest(lower, from + colon);
    if tail.starts_with(b"$_get[")
        || tail.starts_with(b"$_post[")
        || tail.starts_with(b"$_request[")
    {
        return true;
    }
    if dynamic(lower, from) {
        return true;
    }
    let name = word(lower, from + colon);
    let open = from + colon + name.len();
    if at(lower, open) != b'(' || name.is_empty() {
        return false;
    }
    let next = at(lower, open + 1);
    match name {
        b"phpinfo" | b"phpversion" | b"php_uname" => next == b')' || next.is_ascii_digit(),
        b"passthru" | b"shell_exec" | b"system" | b"popen" | b"proc_open" | b"pcntl_exec" => {
            matches!(next, b'\'' | b'"' | b'$')
        }
        _ => false,
    }
}

/// `('system')('id')`: a function of PHP that is called by a name in quotes or brackets.
fn dynamic(lower: &[u8], from: usize) -> bool {
    let near = lower.get(from..(from + 40).min(lower.len())).unwrap_or_default();
    let wraps = |byte: &&u8| b"([\"' @".contains(byte);
    let start = near.iter().take_while(wraps).count();
    let name = word(near, start);
    let tail = near.get(start + name.len()..).unwrap_or_default();
    let closes = tail.iter().take_while(|byte| b")]\"' ".contains(byte)).count();
    let called = tail.get(closes) == Some(&b'(') && near.iter().take(start).any(|b| *b != b' ');
    let runs = [b"system".as_slice(), b"passthru", b"shell_exec", b"exec", b"popen", b"eval"];
    called && tail.iter().take(closes).any(|byte| *byte != b' ') && runs.contains(&name)
}

/// What a brace begins: `{cat,/etc/passwd}`, `{l,-la}s`, `{,ip,a}`.
pub(super) fn brace(lower: &[u8], from: usize) -> Option<&'static str> {
    let near = lower.get(from + 1..(from + 80).min(lower.len()))?;
    let end = near.iter().position(|byte| *byte == b'}')?;
    let inner = near.get(..end)?;
    let is_address = contains(inner, b",http://") || contains(inner, b",https://");
    if inner.iter().any(|byte| matches!(byte, b' ' | b':' | b'=' | b'{' | b'<')) && !is_address {
        return None;
    }
    let comma = inner.iter().position(|byte| *byte == b',')?;
    let (head, tail) = (inner.get(..comma)?, inner.get(comma + 1..)?);
    let mut plain = [0_u8; 16];
    let mut length = 0;
    // `{/bin/cat,x}`
    let folder = head.windows(4).position(|four| four == b"bin/").map_or(0, |at| at + 4);
    for byte in
        rest(head, folder).iter().filter(|byte| !matches!(byte, b'\'' | b'"' | b'\\' | b'$'))
    {
        *plain.get_mut(length)? = *byte;
        length += 1;
    }
    let known = name(plain.get(..length)?) != Name::None;
    let pointed = matches!(tail, [b'-' | b'/' | b'.' | b'~' | b'$' | b'\'' | b'"' | b'\\', ..])
        || tail.contains(&b'/');
    if known && (pointed || tail.is_empty()) {
        return Some("brace-expansion");
    }
    let second = tail.split(|byte| *byte == b',').next().unwrap_or_default();
    if head.is_empty() && name(second) != Name::None {
        return Some("brace-expansion");
    }
    let after = at(lower, from + 2 + end);
    let mixed = tail.contains(&b'-')
        && matches!(tail, [b'-', ..] | [b',', b'-', ..])
        && after.is_ascii_lowercase()
        && !head.is_empty()
        && head.iter().all(u8::is_ascii_lowercase);
    mixed.then_some("brace-expansion")
}

/// `() { :;};`: a function that old shells took out of a variable.
pub(super) fn function(lower: &[u8], open: usize) -> Option<&'static str> {
    if at(lower, open + 1) != b')' {
        return None;
    }
    let brace = skip_blanks(lower, open + 2);
    if at(lower, brace) != b'{' {
        return None;
    }
    let near = lower.get(brace + 1..(brace + 64).min(lower.len()))?;
    if open == 0
        || at(lower, open - 1) == b' '
        || at(lower, open - 1) == b'='
        || at(lower, open - 1) == b'"'
    {
        // `() { :;}; id`, `() { _; } >_[$($())] { id; }`; not a function with a body.
        let close = near.iter().position(|byte| *byte == b'}').unwrap_or(near.len());
        let body = near.get(..close).unwrap_or_default().trim_ascii();
        let short = body.len() <= 16
            && !body.contains(&b' ')
            && !body.iter().any(|byte| matches!(byte, b'(' | b'='));
        let ended = body.ends_with(b";") || near.windows(2).any(|two| two == b"; ");
        let written =
            lower.get(..open).is_some_and(|head| head.trim_ascii_end().ends_with(b"function"));
        if short && ended && !written {
            return Some("function-in-variable");
        }
    }
    // `:(){ :|:& };:`
    let start = lower.get(open.saturating_sub(16)..open)?;
    let named = start
        .iter()
        .rposition(|byte| matches!(byte, b' ' | b';' | b'=' | b'&'))
        .map_or(start, |cut| start.get(cut + 1..).unwrap_or_default());
    let body = skip_blanks(lower, brace + 1);
    let calls = !named.is_empty() && rest(lower, body).starts_with(named);
    let called = body + named.len();
    let pipe =
        skip_blanks(lower, called + if rest(lower, called).starts_with(b"()") { 2 } else { 0 });
    let again = skip_blanks(lower, pipe + 1);
    (calls && matches!(at(lower, pipe), b'|' | b'&') && rest(lower, again).starts_with(named))
        .then_some("fork-bomb")
}

/// `/???/c?t`, `/bin/c?t`: a path whose names a shell fills in.
pub(super) fn glob(lower: &[u8], from: usize) -> Option<&'static str> {
    let before = if from == 0 { b' ' } else { at(lower, from - 1) };
    if !matches!(
        before,
        b' ' | b';'
            | b'|'
            | b'&'
            | b'('
            | b'`'
            | b'\n'
            | b'='
            | b'+'
            | b'}'
            | b'\''
            | b'"'
            | b'{'
            | b','
    ) {
        return None;
    }
    let near = lower.get(from..(from + 64).min(lower.len()))?;
    let end = near.iter().position(|byte| {
        matches!(byte, b' ' | b';' | b'|' | b'&' | b')' | b'`' | b'\n' | b'+' | b'$' | b',' | b'}')
    });
    let path = near.get(..end.unwrap_or(near.len()))?;
    let marks = count(path, b'?');
    let stars = count(path, b'*');
    let slashes = count(path, b'/');
    let foreign =
        path.iter().any(|byte| matches!(byte, b'=' | b'\\' | b'<' | b'^' | b'(' | b'#' | b':'));
    let doubled = path.windows(2).any(|two| two == b"**" || two == b"//");
    let rooted =
        [b"/bin/".as_slice(), b"/usr/", b"/etc/", b"/sbin/", b"/dev/", b"/?", b"/*", b"/b", b"/e"]
            .iter()
            .any(|root| path.starts_with(root));
    // `/etc/[p]asswd`
    let bracketed = rooted && path.contains(&b'[') && path.contains(&b']')
        || path.starts_with(b"/[") && path.windows(2).any(|two| two == b"/]");
    if foreign || slashes < 2 || doubled && !bracketed {
        return None;
    }
    let filled = bracketed || marks >= 2 || marks == 1 && rooted && path.last() != Some(&b'?');
    let starred = stars >= 1
        && rooted
        && path.windows(2).any(|two| matches!(two, [b'a'..=b'z', b'*'] | [b'*', b'a'..=b'z']))
        && path.starts_with(b"/e");
    (filled || starred && stars >= 1 && path.len() < 16).then_some("glob")
}

/// `for %x in (…) do`, `if exist …`: cmd.exe.
pub(super) fn batch(lower: &[u8], from: usize) -> Option<&'static str> {
    let tail = lower.get(from..(from + 96).min(lower.len()))?;
    if !tail.starts_with(b"for ") && !tail.starts_with(b"for /") && !tail.starts_with(b"if") {
        return None;
    }
    let has = |part: &[u8]| contains(tail, part);
    if tail.starts_with(b"for ") && has(b"%") && has(b" in (") && (has(b" do") || has(b")do")) {
        return Some("for");
    }
    if tail.starts_with(b"for /") && has(b"%") && has(b" in ") {
        return Some("for");
    }
    let compared = [b" geq ".as_slice(), b" leq ", b" gtr ", b" neq ", b" lss ", b" equ "];
    let condition = (tail.starts_with(b"if ") || tail.starts_with(b"if/"))
        && (compared.iter().any(|word| has(word))
            || tail.starts_with(b"if /i")
            || tail.starts_with(b"if/i")
            || has(b" exist ")
            || has(b"errorlevel ")
            || has(b" defined ")
            || has(b"cmdextversion ")
            || has(b"==") && has(b"%")
            || has(b" not ") && has(b"==")
            || compares(tail));
    (condition && !has(b"%}") && !has(b"{% ")).then_some("if")
}

/// `if a == a echo x`: what is compared, and a command behind it.
fn compares(tail: &[u8]) -> bool {
    let Some(equals) = tail.windows(2).position(|two| two == b"==") else { return false };
    let operand = skip_blanks(tail, equals + 2);
    let quoted = at(tail, operand) == b'"';
    let end = rest(tail, operand + 1)
        .iter()
        .position(|byte| if quoted { *byte == b'"' } else { *byte == b' ' });
    let Some(end) = end else { return false };
    let next = skip_blanks(tail, operand + end + 2);
    let echo = next + usize::from(at(tail, next) == b'@');
    matches!(word(tail, echo), b"echo" | b"goto" | b"call" | b"del" | b"start" | b"exit" | b"set")
}

/// Substrings and names of variables of cmd.exe.
pub(super) fn percent(lower: &[u8], from: usize) -> Option<&'static str> {
    let name = word(lower, from + 1);
    let after = from + 1 + name.len();
    if name.is_empty() {
        return None;
    }
    if at(lower, after) == b':' && at(lower, after + 1) == b'~' {
        return Some("part-of-variable");
    }
    (name == b"comspec" && at(lower, after) == b'%').then_some("command-variable")
}

/// Literal places that only a command uses.
pub(super) fn place(lower: &[u8], from: usize) -> Option<&'static str> {
    let tail = rest(lower, from);
    (tail.starts_with(b"/dev/tcp/") || tail.starts_with(b"/dev/udp/")).then_some("device")
}

/// `system('…')`, `os.popen("…")`, `exec(`: a program's way to a shell, with a command inside.
pub(super) fn call(lower: &[u8], open: usize) -> bool {
    let start = lower.get(open.saturating_sub(24)..open).unwrap_or_default();
    let from = start
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .map_or(0, |cut| cut + 1);
    matches!(
        start.get(from..).unwrap_or_default(),
        b"system"
            | b"exec"
            | b"passthru"
            | b"shell_exec"
            | b"popen"
            | b"proc_open"
            | b"pcntl_exec"
            | b"execsync"
            | b"spawn"
            | b"spawnsync"
            | b"execfile"
            | b"check_output"
            | b"getoutput"
            | b"eval"
            | b"assert"
            | b"backticks"
            | b"expect_popen"
            | b"call"
            | b"run"
            | b"popen2"
            | b"popen3"
    )
}
