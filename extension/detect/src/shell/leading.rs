//! A text that begins as a command: no separator before it, so that more must say so.
use super::command::{Argument, Command, Takes, argument, command, skip_blanks};
use super::name::Name;
use super::{Line, form, option};
use crate::bytes;
use crate::finding::Match;
use crate::text::Role;

/// How far arguments are read.
const TOLD_BYTES_MAX: usize = 256;
/// Arguments with which programs run others, or write into places of the system.
const TELLING: &[&[u8]] = &[
    b" -exec ",
    b"-checkpoint-action=",
    b"-unzip-command",
    b" ext::",
    b" exec:",
    b" -e sh",
    b" -e /bin/",
    b" -e cmd",
    b" sh -c ",
    b"bash -c ",
    b"() {",
    b" > /",
    b">> /",
    b" >/",
];
/// What makes code of a text in PowerShell, and files of Awk that are hosts.
const RUNNERS: &[&[u8]] = &[
    b"[scriptblock]::create(",
    b"diagnostics.process]::start(",
    b"reflection.assembly]::load",
    b"\"/inet/tcp/",
    b"\"/inet/udp/",
];
/// The longest text that is a command and nothing else.
const WHOLE_BYTES_MAX: usize = 96;
/// Commands that run another.
const WRAPPERS: &[&[u8]] = &[
    b"time", b"timeout", b"nice", b"command", b"builtin", b"strace", b"stdbuf", b"ionice", b"env",
    b"watch", b"eval", b"exec",
];
/// Tools of Windows that are no words, and do nothing without arguments.
const TOOLS: &[&[u8]] = &[
    b"bitsadmin",
    b"certutil",
    b"cscript",
    b"forfiles",
    b"icacls",
    b"msdt",
    b"mshta",
    b"netsh",
    b"regsvr32",
    b"rundll32",
    b"schtasks",
    b"takeown",
    b"vssadmin",
    b"wmic",
    b"wscript",
    b"nohup",
    b"setsid",
];

impl Line<'_> {
    /// A text that is a command from its first word on.
    pub(super) fn leading(&self) -> Option<Match> {
        let mut from = skip_blanks(self.lower, 0);
        if self.at(from) == b'-' {
            let behind = || option::behind(self.lower).then_some("option");
            return option::judge(self.lower).or_else(behind).map(Match::medium);
        }
        if option::behind(self.lower) {
            return Some(Match::medium("option"));
        }
        from += usize::from(matches!(self.at(from), b'^' | b'@'));
        if let Some(found) = form::batch(self.lower, from).or_else(|| self.assigned(from)) {
            return Some(Match::medium(found));
        }
        if let Some(found) = form::compound(self.lower, from) {
            return Some(Match::medium(found));
        }
        if form::code(self.lower, from) {
            return Some(Match::medium("code"));
        }
        if let Some(found) = self.powershell() {
            return Some(found);
        }
        let group = matches!(self.at(from), b'(' | b'{');
        if group {
            from = skip_blanks(self.lower, from + 1);
        }
        while matches!(self.at(from), b'\'' | b'"' | b'^' | b'+' | b'!' | b')') && from < 4 {
            if matches!(self.at(from), b'\'' | b'"')
                && !matches!(self.at(from + 1), b';' | b'|' | b'&' | b' ')
            {
                break;
            }
            from = skip_blanks(self.lower, from + 1);
        }
        if self.at(from) == b'\\' && matches!(self.at(from + 1), b'n' | b'r') {
            let found = command(self.bytes, self.lower, from + 2);
            let next = argument(self.lower, found.end, found.takes);
            return (found.name != Name::None && !matches!(next, Argument::Other | Argument::Word))
                .then_some(Match::high("command"));
        }
        if self.at(from) == b'.' {
            return self.dotted(from);
        }
        let found = command(self.bytes, self.lower, from);
        let next = argument(self.lower, found.end, found.takes);
        let bin = found.placed
            && self.lower.get(from..found.end).is_some_and(|word| {
                [b"bin/".as_slice(), b"system32\\"]
                    .iter()
                    .any(|folder| word.windows(folder.len()).any(|window| window == *folder))
            });
        let asks = matches!(
            self.lower.trim_ascii(),
            b"whoami"
                | b"ifconfig"
                | b"ipconfig"
                | b"systeminfo"
                | b"tasklist"
                | b"netstat"
                | b"printenv"
                | b"uname"
        );
        if asks {
            return Some(Match::low("command"));
        }
        if self.lower.starts_with(b"ext::") || self.is_whole(from, &found) {
            return Some(Match::medium("command"));
        }
        let sure = self.is_leading(from, &found, next, bin, group)
            || found.name != Name::None && next != Argument::Other && self.is_told(from, &found);
        sure.then_some(Match::medium("command"))
    }

    /// Whether a command begins at `from`, where only a separator stands before: one that is no
    /// word of prose and has something to work on, one that runs another, a file of the sender's.
    pub(super) fn is_begun(&self, from: usize, found: &Command) -> bool {
        let word = bytes::between(self.lower, from, found.end);
        let given = self.at(found.end) == b' ' && self.at(found.end + 1) > b' ';
        let file = [b"./".as_slice(), b"../", b"~/", b"/tmp/", b"/dev/shm/", b"/var/tmp/"];
        let tail = self.lower.get(from..).unwrap_or_default();
        if let Some(rest) = file.iter().find_map(|folder| tail.strip_prefix(*folder)) {
            let rest = rest.trim_ascii();
            return !rest.is_empty()
                && rest.iter().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b));
        }
        if found.capitals || !given {
            return false;
        }
        let plain = matches!(
            word,
            b"echo"
                | b"printf"
                | b"grep"
                | b"unzip"
                | b"sqlite3"
                | b"whereis"
                | b"builtin"
                | b"su"
                | b"init"
                | b"chroot"
                | b"strace"
                | b"docker"
                | b"kubectl"
                | b"psql"
                | b"mysql"
                | b"whois"
                | b"crontab"
                | b"shuf"
                | b"uniq"
        );
        let runs = matches!(
            word,
            b"busybox" | b"command" | b"nice" | b"type" | b"powershell" | b"pwsh" | b"cmd"
        );
        let next = command(self.bytes, self.lower, skip_blanks(self.lower, found.end));
        plain || runs && matches!(next.name, Name::Sure | Name::Short | Name::Shell)
    }

    /// What PowerShell makes code of, or fetches.
    fn powershell(&self) -> Option<Match> {
        if bytes::contains_any(self.lower, RUNNERS) {
            return Some(Match::high("code"));
        }
        let loads = bytes::contains(self.lower, b"net.webclient");
        (loads && bytes::contains(self.lower, b"download")).then_some(Match::high("command"))
    }

    /// Whether a text is a command and what it is commonly told, with nothing else: `ping 10.0.0.1`,
    /// `curl a.example/x`, `cat config.php`, `chmod +x x.sh`.
    fn is_whole(&self, from: usize, found: &Command) -> bool {
        if self.lower.len() > WHOLE_BYTES_MAX || found.capitals || found.placed {
            return false;
        }
        let name = bytes::between(self.lower, from, found.end);
        let rest = bytes::between(self.lower, found.end, self.lower.len());
        let mut words = rest.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let (Some(first), second) = (words.next(), words.next()) else { return false };
        let host = |word: &[u8]| {
            let known = |byte: &u8| byte.is_ascii_alphanumeric() || b".-:/_?=&%".contains(byte);
            let part = word.split(|byte| *byte == b'/').next().unwrap_or_default();
            word.iter().all(known)
                && !word.ends_with(b".")
                && part.len() > 3
                && part.contains(&b'.')
        };
        let address = |word: &[u8]| {
            word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
                && memchr::memchr_iter(b'.', word).count() == 3
        };
        let code = |word: &[u8]| {
            [b".php".as_slice(), b".py", b".env", b".conf", b".config", b".ini", b".pem", b".key"]
                .iter()
                .any(|end| word.ends_with(end))
        };
        match name {
            b"curl" | b"wget" | b"nslookup" | b"dig" | b"telnet" | b"traceroute" | b"tracert" => {
                second.is_none() && host(first)
            }
            b"ping" | b"nmap" => second.is_none() && address(first),
            b"cat" | b"type" => second.is_none() && code(first),
            b"chmod" => second.is_some() && matches!(first, b"+x" | b"777" | b"755" | b"u+s"),
            b"ps" => second.is_none() && matches!(first, b"aux" | b"-ef" | b"auxww"),
            b"find" => first == b"." && second.is_some_and(|word| word.starts_with(b"-")),
            _ => false,
        }
    }

    /// Whether a known name at the start is meant as a command.
    fn is_leading(
        &self,
        from: usize,
        found: &Command,
        next: Argument,
        bin: bool,
        group: bool,
    ) -> bool {
        match found.name {
            Name::None => false,
            _ if found.disguised => {
                !matches!(next, Argument::Other | Argument::Word)
                    && (!found.capitals && !found.trailing || next == Argument::Telling)
                    // `\cc` is a pattern.
                    && (self.at(from) != b'\\' || self.at(found.end) == b' ')
            }
            _ if group => {
                let cmdlet = self.lower.get(from..found.end).is_some_and(|w| w.contains(&b'-'));
                next == Argument::Telling
                    && (!found.capitals && self.goes_on(found.end)
                        || cmdlet && found.name == Name::Sure)
            }
            _ if found.placed && !bin => false,
            _ if bin => matches!(next, Argument::Telling | Argument::Separator | Argument::End),
            Name::Sure | Name::Shell if !matches!(self.role, Role::Path | Role::FileName) => {
                next == Argument::Telling || found.name == Name::Sure && self.flagged(found.end)
            }
            Name::Sure | Name::Shell | Name::Short | Name::Word => {
                let rest = self.lower.get(found.end..).unwrap_or_default().trim_ascii();
                !found.capitals
                    && (next == Argument::Telling && self.is_telling(found.end)
                        || found.name == Name::Short && matches!(rest, b";" | b"|"))
            }
        }
    }

    /// Whether what follows a name at the start tells it to run or write something: an option that
    /// does, a cmdlet's object, a tool of Windows and what it is given.
    fn is_told(&self, from: usize, found: &Command) -> bool {
        let word = self.lower.get(from..found.end).unwrap_or_default();
        let tail = bytes::between(self.lower, found.end, found.end + TOLD_BYTES_MAX);
        let given = tail.first() == Some(&b' ') && tail.get(1).is_some_and(|byte| *byte > b' ');
        let stem = word.split(|byte| *byte == b'.').next().unwrap_or_default();
        let cmdlet = stem.contains(&b'-') && found.name == Name::Sure;
        given && (cmdlet && !found.placed || TOOLS.contains(&stem))
            || bytes::contains_any(tail, TELLING)
            || WRAPPERS.contains(&stem) && self.is_wrapping(found.end)
            || stem == b"net" && bytes::contains_any(tail, &[b" /add", b" /delete", b" /domain"])
    }

    /// Whether a command stands behind flags and numbers, and it has arguments or a sign behind it.
    fn is_wrapping(&self, end: usize) -> bool {
        let mut from = skip_blanks(self.lower, end);
        while matches!(self.at(from), b'0'..=b'9' | b'-') {
            let word = self.lower.get(from..).unwrap_or_default();
            from += word.iter().take(16).take_while(|byte| **byte > b' ').count();
            let next = skip_blanks(self.lower, from);
            if next == from {
                return false;
            }
            from = next;
        }
        let found = command(self.bytes, self.lower, from);
        let next = argument(self.lower, found.end, found.takes);
        matches!(found.name, Name::Sure | Name::Shell | Name::Short)
            && !found.capitals
            && matches!(next, Argument::Telling | Argument::Separator)
    }

    /// Whether a flag stands among the arguments: `curl x -o y`.
    fn flagged(&self, end: usize) -> bool {
        let near = self.lower.get(end..(end + 64).min(self.lower.len())).unwrap_or_default();
        near.windows(4).any(|four| {
            matches!(four, [b' ', b'-', b'a'..=b'z', b' '] | [b' ', b'-', b'-', b'a'..=b'z'])
        })
    }

    /// Whether the command in a group is followed by another, or is all there is in it.
    fn goes_on(&self, end: usize) -> bool {
        let near = self.lower.get(end..(end + 128).min(self.lower.len())).unwrap_or_default();
        near.iter().position(|byte| matches!(byte, b';' | b'&' | b'|')).is_some_and(|cut| {
            let from = skip_blanks(self.lower, end + cut + 1);
            let next = command(self.bytes, self.lower, from);
            next.name != Name::None || matches!(self.at(from), b'}' | b')' | b'&' | b'|')
        })
    }

    /// Whether the command that ends at `end` is followed by another: `time curl …`.
    fn wraps(&self, end: usize) -> bool {
        let next = command(self.bytes, self.lower, skip_blanks(self.lower, end));
        matches!(next.name, Name::Sure | Name::Shell)
    }

    /// Whether the first argument is a flag, an absolute path, an address or an expansion.
    fn is_telling(&self, end: usize) -> bool {
        let from = skip_blanks(self.lower, end);
        let next = self.at(from + 1);
        if argument(self.lower, end, Takes::Usual) == Argument::Telling && self.wraps(end) {
            return true;
        }
        let rest = self.lower.get(from..(from + 96).min(self.lower.len())).unwrap_or_default();
        match self.at(from) {
            // `echo '<?…?>' > x`, `alias x='id'`
            b'\'' | b'"' => rest.iter().any(|byte| matches!(byte, b'<' | b'>' | b'`' | b'$')),
            b'a'..=b'z' if self.lower.starts_with(b"alias ") => true,
            b'-' => {
                next.is_ascii_alphanumeric()
                    || next == b'-' && self.at(from + 2).is_ascii_lowercase()
            }
            b'/' => {
                next.is_ascii_alphanumeric() || matches!(next, b'?' | b'*' | b'\'' | b'"' | b'\\')
            }
            b'$' | b'`' | b'~' | b'<' | b'>' => true,
            b'c' => next == b':',
            b'\\' => next == b'\\',
            _ => self.at(end) != b' ' && self.at(end) == b'$',
        }
    }
}
