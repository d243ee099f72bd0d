//! A command as shells read it: quotes, backslashes, carets and empty variables taken out.
use super::name::{Name, name};

/// Bytes of a command's word that are read.
const WORD_BYTES_MAX: usize = 96;
/// Bytes of a name that are kept.
const NAME_BYTES_MAX: usize = 24;
/// Blanks before a word.
const BLANKS_MAX: usize = 16;

/// A word where a command could stand.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties of a word")]
pub(super) struct Command {
    pub name: Name,
    /// Behind the word.
    pub end: usize,
    /// Whether it was written so that a filter does not see it.
    pub disguised: bool,
    /// Whether what disguises it comes after its name only: `cat$x`.
    pub trailing: bool,
    /// Whether it was written with the folder that it is in.
    pub placed: bool,
    /// Whether its name has capital letters.
    pub capitals: bool,
    /// What it takes that no other command does.
    pub takes: Takes,
}

/// What an argument of some commands may be, beyond flags and paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing else.
    Usual,
    /// A number or a quoted text: it waits, prints or runs what it is given.
    Value,
    /// The name of a host.
    Host,
    /// Both: `ping`.
    ValueOrHost,
    /// Letters that are flags without a dash: `ps aux`, `tar xf`.
    Letters,
    /// A name and what it shall stand for: `alias x=id`.
    Assignment,
    /// A call, or a verb and what it is done to: `IEX(…)`, `Get-Process`.
    Cmdlet,
}

impl Takes {
    fn of(word: &[u8]) -> Self {
        match word {
            b"sleep" | b"echo" | b"printf" | b"timeout" | b"kill" | b"seq" | b"trap" | b"exec"
            | b"eval" => Self::Value,
            b"ping" | b"ping6" | b"nc" | b"ncat" | b"netcat" | b"telnet" => Self::ValueOrHost,
            b"nslookup" | b"host" | b"dig" | b"drill" | b"curl" | b"wget" | b"ssh" | b"whois"
            | b"traceroute" | b"tracert" | b"tracepath" | b"mtr" | b"nmap" | b"ftp" | b"tftp"
            | b"sftp" | b"pathping" | b"fetch" | b"scp" | b"socat" | b"rsync" | b"lynx"
            | b"aria2c" | b"axel" => Self::Host,
            b"ps" | b"tar" => Self::Letters,
            b"powershell" | b"pwsh" => Self::Cmdlet,
            b"alias" | b"export" | b"declare" => Self::Assignment,
            _ => Self::Usual,
        }
    }

    /// Whether `token` is what it takes.
    fn is(self, token: &[u8]) -> bool {
        match self {
            Self::Usual => false,
            Self::Value => matches!(token, [b'0'..=b'9' | b'\'' | b'"', ..]),
            Self::ValueOrHost => {
                matches!(token, [b'0'..=b'9' | b'\'' | b'"', ..]) || is_host(token)
            }
            Self::Host => is_host(token),
            Self::Cmdlet => {
                token.starts_with(b"iex") || token.iter().any(|byte| matches!(byte, b'(' | b'-'))
            }
            Self::Letters => {
                (2..=5).contains(&token.len())
                    && token.iter().all(|byte| b"aefjluwxvztc".contains(byte))
            }
            Self::Assignment => token.iter().position(|byte| *byte == b'=').is_some_and(|equals| {
                equals > 0 && token.get(equals + 1).is_some_and(|byte| *byte != b'=')
            }),
        }
    }
}

/// A name with a dot inside: of a host, not the end of a sentence.
fn is_host(token: &[u8]) -> bool {
    let name = token.split(|byte| matches!(byte, b'/' | b':' | b'?')).next().unwrap_or_default();
    name.windows(3).any(|three| {
        matches!(three, [before, b'.', after]
            if before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric())
    })
}

/// What follows a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    /// Nothing: the text ends.
    End,
    /// Another separator, a closing parenthesis, a comment.
    Separator,
    /// A flag, a path, an address, a variable, a redirection.
    Telling,
    /// A word, as in prose.
    Word,
    /// Something that cannot follow a command: `=`, `:`.
    Other,
}

fn at(text: &[u8], index: usize) -> u8 {
    text.get(index).copied().unwrap_or(0)
}

pub(super) fn skip_blanks(text: &[u8], mut from: usize) -> usize {
    let end = from + BLANKS_MAX;
    while from < end
        && matches!(at(text, from), b' ' | b'\t' | b'\n' | b'\r' | b'+' | 0x0b | 0x0c)
        && from < text.len()
    {
        from += 1;
    }
    from
}

/// Reads the command's word at `from`.
pub(super) fn command(bytes: &[u8], lower: &[u8], from: usize) -> Command {
    let mut reader = Reader { bytes, lower, from, at: from, ..Reader::default() };
    let end = (from + WORD_BYTES_MAX).min(lower.len());
    while reader.at < end && reader.step() {}
    let word = reader.kept.get(..reader.length).unwrap_or_default();
    let found = named(word);
    let expands = at(lower, from) == b'$' && at(lower, from + 1).is_ascii_lowercase();
    let balanced = reader.quotes >= 2 && reader.quotes.is_multiple_of(2);
    // `'cat'` is a quoted word; `c''at` and `'c'at` are not.
    let wrapped = reader.quotes == 2 && quoted_whole(lower, from, reader.at);
    // `^\w$` is a pattern, `conf/at` a part of a path.
    let foreign = word.len() == 1 && reader.tricks > 0 || reader.relative && !reader.placed;
    Command {
        name: if foreign { Name::None } else { found },
        end: reader.at,
        disguised: !expands && reader.tricks > 0 || balanced && !wrapped,
        trailing: reader.tricks > 0 && reader.quotes == 0 && reader.trick_after == reader.length,
        placed: reader.placed,
        capitals: reader.is_name(),
        takes: Takes::of(word.strip_suffix(b".exe").unwrap_or(word)),
    }
}

/// A word on its way to a name.
#[derive(Default)]
struct Reader<'a> {
    bytes: &'a [u8],
    lower: &'a [u8],
    from: usize,
    at: usize,
    kept: [u8; NAME_BYTES_MAX],
    length: usize,
    quotes: u32,
    tricks: u32,
    /// Bytes of the name before the last trick but for those right before it.
    trick_after: usize,
    placed: bool,
    relative: bool,
    /// Letters that were kept, those of them that are capitals, and whether the first is.
    letters: usize,
    upper: usize,
    titled: bool,
}

/// Names with capitals within them.
const MIXED: [&[u8]; 6] = [b"mysql", b"openssl", b"powershell", b"curl", b"sqlite3", b"mail"];

impl Reader<'_> {
    /// Whether its capitals are those of a name: the first letter or all of them. Any other mix is
    /// none of prose.
    fn is_name(&self) -> bool {
        let word = self.kept.get(..self.length).unwrap_or_default();
        let regular = self.upper == self.letters || self.upper == 1 && self.titled;
        self.upper > 0 && (regular || MIXED.contains(&word))
    }

    /// Reads one byte, or what stands for none. False at the end of the word.
    fn step(&mut self) -> bool {
        let (byte, next) = (at(self.lower, self.at), at(self.lower, self.at + 1));
        match byte {
            b'\'' | b'"' => {
                self.quotes += 1;
                self.at += 1;
            }
            b'^' => self.trick(1),
            b'`' if next == b'`' => self.trick(2),
            b'\\' => return self.backslash(next),
            b'/' => {
                let head = self.lower.get(self.from..self.at).unwrap_or_default();
                let rooted = matches!(head.last(), None | Some(b'.' | b'~' | b'\'' | b'"' | b'}'))
                    || head.ends_with(b"bin");
                self.placed |= rooted;
                self.relative |= !rooted;
                self.folder();
            }
            b'$' => {
                let quoted = matches!(next, b'\'' | b'"') && self.at == self.from;
                let skipped = if quoted { 1 } else { expansion(self.lower, self.at) };
                if skipped == 0 || self.at == self.from && next.is_ascii_lowercase() {
                    return false;
                }
                self.trick(skipped);
            }
            // A plus may stand for a blank; in `g++` it does not.
            b'+' if !matches!(next, b'+' | b' ' | 0)
                && at(self.lower, self.at.wrapping_sub(1)) != b'+' =>
            {
                return false;
            }
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'+' | b'%' | b':' | b'~' | b'{' => {
                self.keep(byte);
            }
            b'?' | b'*' | b'[' | b']' if self.length > 0 || self.placed => {
                self.tricks += 1;
                self.keep(byte);
            }
            0x80.. => self.keep(byte),
            _ => return false,
        }
        true
    }

    /// A backslash: a folder of Windows, a line break that is spelt out, or a disguise.
    fn backslash(&mut self, next: u8) -> bool {
        let head = self.lower.get(self.from..self.at).unwrap_or_default();
        let windows = head.contains(&b':') || head.contains(&b'%');
        if self.length == 0 && next.is_ascii_alphanumeric() || windows {
            self.tricks += u32::from(self.length == 0 && !self.placed);
            self.placed |= self.length > 0;
            self.folder();
            return true;
        }
        if matches!(next, b'n' | b'r') && !at(self.lower, self.at + 2).is_ascii_alphanumeric() {
            return false;
        }
        self.trick(1);
        true
    }

    fn trick(&mut self, length: usize) {
        self.tricks += 1;
        self.trick_after = self.length;
        self.at += length;
    }

    /// What was read so far is a folder: the name begins after it.
    fn folder(&mut self) {
        self.length = 0;
        (self.letters, self.upper, self.titled) = (0, 0, false);
        self.at += 1;
    }

    fn keep(&mut self, byte: u8) {
        let written = at(self.bytes, self.at);
        let upper = written.is_ascii_uppercase();
        self.titled |= upper && self.letters == 0;
        self.letters += usize::from(written.is_ascii_alphabetic());
        self.upper += usize::from(upper);
        if let Some(slot) = self.kept.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
        self.at += 1;
    }
}

fn quoted_whole(lower: &[u8], from: usize, end: usize) -> bool {
    matches!(at(lower, from), b'\'' | b'"') && end > 0 && at(lower, from) == at(lower, end - 1)
}

/// A name without the ending that Windows knows.
fn named(word: &[u8]) -> Name {
    let bare = [b".exe".as_slice(), b".com", b".bat", b".cmd", b".ps1", b".vbs"]
        .into_iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    match name(bare) {
        // `python3.11`, `gcc-10`, `perl5`
        Name::None => {
            let cut = bare.iter().rposition(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'-'));
            match cut.and_then(|cut| bare.get(..=cut)) {
                Some(stem) if stem.len() >= 3 && stem.len() < bare.len() => name(stem),
                _ => Name::None,
            }
        }
        found => found,
    }
}

/// The length of an expansion that is usually empty: `$@`, `$u`, `${x}`, `$()`.
fn expansion(lower: &[u8], dollar: usize) -> usize {
    match at(lower, dollar + 1) {
        b'@' | b'*' | b'!' | b'#' | b'$' | b'?' | b'-' | b'0'..=b'9' => 2,
        b'{' => {
            let near = lower.get(dollar..(dollar + 24).min(lower.len())).unwrap_or_default();
            if near.starts_with(b"${ifs") {
                return 0;
            }
            near.iter().position(|byte| *byte == b'}').map_or(0, |end| end + 1)
        }
        b'(' => {
            let near = lower.get(dollar..(dollar + 24).min(lower.len())).unwrap_or_default();
            near.iter().position(|byte| *byte == b')').map_or(0, |end| end + 1)
        }
        b'a'..=b'z' | b'_'
            if !lower.get(dollar..).is_some_and(|rest| rest.starts_with(b"$ifs")) =>
        {
            2
        }
        _ => 0,
    }
}

/// What follows a command that ends at `end`.
pub(super) fn argument(lower: &[u8], end: usize, takes: Takes) -> Argument {
    let first = at(lower, end);
    if end >= lower.len() {
        return Argument::End;
    }
    if lower.get(end..).is_some_and(|rest| rest.starts_with(b"$ifs") || rest.starts_with(b"${")) {
        return Argument::Telling;
    }
    match first {
        b';' | b'|' | b'&' | b')' | b'`' | b'\n' | b'\r' | b'}' | b'#' | 0 => {
            return Argument::Separator;
        }
        b'<' | b'>' | b'$' | b'/' => return Argument::Telling,
        b' ' | b'\t' | 0x0b | 0x0c | b'+' => {}
        b'\\' if matches!(at(lower, end + 1), b'n' | b'r') => return Argument::Separator,
        _ => return Argument::Other,
    }
    let from = skip_blanks(lower, end);
    if from >= lower.len() {
        return Argument::End;
    }
    let plus = first == b'+';
    let token_end = lower
        .get(from..(from + 80).min(lower.len()))
        .unwrap_or_default()
        .iter()
        .position(|byte| {
            matches!(byte, b' ' | b';' | b'|' | b'&' | b'\n' | b'\t' | b')' | b'`')
                || plus && *byte == b'+'
        })
        .map_or_else(|| (from + 80).min(lower.len()), |length| from + length);
    let token = lower.get(from..token_end).unwrap_or_default();
    let word = token.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let before = lower.get(end.saturating_sub(6)..end).unwrap_or_default();
    if is_subcommand(before, word) {
        return Argument::Telling;
    }
    if is_place(lower, token, token_end) || is_followed(lower, token, token_end) {
        return Argument::Telling;
    }
    token_kind(lower, from, token, takes)
}

/// What the first byte of an argument, or the whole of it, says.
fn token_kind(lower: &[u8], from: usize, token: &[u8], takes: Takes) -> Argument {
    let (first, second) = (at(lower, from), at(lower, from + 1));
    match first {
        b'-' if second == b'-' => match at(lower, from + 2) {
            b'a'..=b'z' => Argument::Telling,
            // What follows is a comment of a query.
            0 | b' ' => Argument::Separator,
            _ => Argument::Word,
        },
        b'-' if second.is_ascii_alphanumeric() => Argument::Telling,
        b'/' if second.is_ascii_alphanumeric()
            || matches!(second, b'?' | b'*' | b'.' | b'$' | b'\'' | b'"' | b'\\') =>
        {
            Argument::Telling
        }
        b'.' if matches!(second, b'.' | b'/') => Argument::Telling,
        b'~' if second == b'/' => Argument::Telling,
        b'$' | b'`' | b'>' | b'<' | b'*' | b'%' | b'\\' | b'{' => Argument::Telling,
        b';' | b'|' | b'&' | b')' | b'#' => Argument::Separator,
        _ if takes.is(token) => Argument::Telling,
        b'0'..=b'9' if second == b'>' || token.split(|byte| *byte == b'.').count() == 4 => {
            Argument::Telling
        }
        _ if telling_token(token) => Argument::Telling,
        _ => Argument::Word,
    }
}

/// `ls /`, `find . -name x`: a folder, and nothing else but flags.
fn is_place(lower: &[u8], token: &[u8], end: usize) -> bool {
    if !matches!(token, b"/" | b"." | b"./" | b"*") {
        return false;
    }
    let next = skip_blanks(lower, end);
    let flag = at(lower, next) == b'-' && at(lower, next + 1).is_ascii_alphabetic();
    let after = at(lower, next);
    flag || next >= lower.len()
        || matches!(after, b';' | b'|' | b'&' | b')' | b'`' | b'}' | b'>' | b'#' | b'\'' | b'"')
}

/// `grep x /etc/group`: a word, and a path behind it.
fn is_followed(lower: &[u8], token: &[u8], end: usize) -> bool {
    let path = lower.get(end + 2..(end + 34).min(lower.len())).unwrap_or_default();
    let folder = path.iter().position(|byte| !byte.is_ascii_alphanumeric());
    token.first().is_some_and(u8::is_ascii_alphanumeric)
        && at(lower, end) == b' '
        && at(lower, end + 1) == b'/'
        && folder.is_some_and(|folder| folder > 1 && path.get(folder) == Some(&b'/'))
}

/// What `net`, `reg`, `sc` and their kind are told to do.
fn is_subcommand(name: &[u8], word: &[u8]) -> bool {
    let ends = |with: &[u8]| name.ends_with(with);
    if ends(b"net") {
        return matches!(
            word,
            b"user"
                | b"users"
                | b"localgroup"
                | b"view"
                | b"use"
                | b"start"
                | b"stop"
                | b"share"
                | b"group"
                | b"accounts"
                | b"session"
                | b"config"
                | b"statistics"
                | b"time"
        );
    }
    if ends(b"netsh") {
        return matches!(word, b"firewall" | b"advfirewall" | b"interface" | b"wlan" | b"diag");
    }
    if ends(b"reg") {
        return matches!(word, b"add" | b"query" | b"delete" | b"save" | b"export" | b"copy");
    }
    let told: &[&[u8]] = match name.rsplit(|byte| !byte.is_ascii_lowercase()).next() {
        Some(b"git") => &[b"clone", b"pull", b"push", b"config", b"log", b"status", b"init"],
        Some(b"docker" | b"podman") => &[b"ps", b"run", b"exec", b"images", b"pull", b"inspect"],
        Some(b"ubectl") => &[b"get", b"exec", b"run", b"apply", b"describe"],
        Some(b"penssl") => &[b"s_client", b"enc", b"req", b"base64", b"passwd", b"dgst"],
        Some(b"ip") => &[b"a", b"addr", b"address", b"link", b"route", b"neigh"],
        Some(b"aws") => &[b"s3", b"sts", b"ec2", b"iam", b"lambda", b"ssm", b"configure"],
        Some(b"apt" | b"get" | b"yum" | b"dnf" | b"apk" | b"pip" | b"npm" | b"gem") => {
            &[b"install", b"update", b"add", b"upgrade", b"download"]
        }
        Some(b"emctl" | b"ervice") => &[b"start", b"stop", b"restart", b"status", b"list"],
        _ => &[],
    };
    if told.contains(&word) {
        return true;
    }
    // `time`, `strace`, `nohup`, `sudo`, `xargs`, `exec`, `watch`, `busybox`: another one follows.
    let wraps = [
        b"time".as_slice(),
        b"trace",
        b"nohup",
        b"sudo",
        b"xargs",
        b"exec",
        b"watch",
        b"env",
        b"eval",
        b"busybox",
        b"trap",
    ]
    .into_iter()
    .any(ends);
    if wraps && matches!(super::name::name(word), Name::Sure | Name::Shell | Name::Short) {
        return true;
    }
    ends(b"sc") && matches!(word, b"query" | b"create" | b"config" | b"start" | b"stop" | b"delete")
        || ends(b"which") && super::name::name(word) != Name::None
}

/// A path, an address, a name of a file, a disguised word.
fn telling_token(token: &[u8]) -> bool {
    if !token.iter().any(|byte| matches!(byte, b'/' | b':' | b'\\' | b'.' | b'$')) {
        return false;
    }
    let drive = matches!(token, [b'a'..=b'z', b':'] | [b'a'..=b'z', b':', b'\\' | b'/', ..]);
    let scheme = token.windows(3).any(|three| three == b"://");
    let slash = token
        .windows(2)
        .any(|two| matches!(two, [b'a'..=b'z' | b'0'..=b'9', b'\\'] | [b'$', b'{' | b'(']));
    let sensitive = [
        b"/etc".as_slice(),
        b"/bin",
        b"/tmp",
        b"/var",
        b"/dev",
        b"/proc",
        b"/usr",
        b"/home",
        b"/root",
    ]
    .iter()
    .any(|folder| super::form::contains(token, folder));
    let file = token.iter().rposition(|byte| *byte == b'.').is_some_and(|dot| {
        let ending = token.get(dot + 1..).unwrap_or_default();
        let stem = token.get(..dot).unwrap_or_default();
        (2..=4).contains(&ending.len())
            && ending.iter().all(u8::is_ascii_alphanumeric)
            && !stem.is_empty()
            && !ending.iter().all(u8::is_ascii_digit)
    });
    drive || scheme || slash || sensitive || file
}
