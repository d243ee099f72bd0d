//! Files of the system and of servers that no sender has business with.
use crate::finding::Match;
use crate::text::{Role, Text};

/// Names that say it all, wherever they stand. Each begins with a separator, a dot or a colon.
pub(super) const STRONG: [&[u8]; 33] = [
    b"/etc/passwd",
    b"/etc/shadow",
    b"/etc/group",
    b"/etc/gshadow",
    b"/etc/hosts",
    b"/etc/issue",
    b"/etc/master.passwd",
    b"/etc/sudoers",
    b"/etc/security/",
    b"/proc/self/",
    b"/proc/version",
    b"/proc/cmdline",
    b"/proc/net/",
    b"/.ssh/id_",
    b"/.ssh/authorized_keys",
    b"/.bash_history",
    b"/.aws/credentials",
    b"/boot.ini",
    b"\\boot.ini",
    b"/win.ini",
    b"\\win.ini",
    b"/windows/system32",
    b"\\windows\\system32",
    b"/winnt/system32",
    b"\\winnt\\system32",
    b"\\etc\\passwd",
    b"\\etc\\shadow",
    b"/web-inf/",
    b"/web-inf\\",
    b"::$data",
    b"/var/log/apache",
    b"/dev/tcp/",
    b"/dev/udp/",
];

/// The same where a text begins with them, or after anything.
const BARE: [&[u8]; 6] = [
    b"boot.ini",
    b"windows/system32",
    b"windows\\system32",
    b"winnt/system32",
    b"winnt\\system32",
    b"web-inf/web.xml",
];

/// Those of them that logs and manuals name, too.
const NAMED: [&[u8]; 8] = [
    b"/etc/hosts",
    b"/etc/group",
    b"/etc/issue",
    b"/windows/system32",
    b"\\windows\\system32",
    b"/proc/version",
    b"/proc/net/",
    b"/var/log/apache",
];

fn has_strong(text: &[u8], alone: bool) -> bool {
    let starts = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        let same = |name: &&&[u8]| name.first() == rest.first() && rest.starts_with(name);
        STRONG.iter().find(same).is_some_and(|name| alone || !NAMED.contains(name))
    };
    memchr::memchr3_iter(b'/', b'\\', b':', text).any(starts)
}

/// Folders at the top of a file system that programs and users are in.
const TOPS: [&[u8]; 9] =
    [b"usr", b"opt", b"home", b"users", b"var", b"etc", b"php", b"mysql", b"apache"];

/// Folders at the top of a file system that hold nothing of a sender's.
const ROOTS: [&[u8]; 40] = [
    b"/usr/ports/",
    b"/usr/pkgsrc/",
    b"/volumes/",
    b"/opt/lampp/",
    b"/opt/xampp/",
    b"/apache",
    b"/xampp/",
    b"/lampp/",
    b"/minint/",
    b"/var/cpanel/",
    b"/etc/",
    b"/proc/",
    b"/sys/",
    b"/dev/",
    b"/root/",
    b"/boot/",
    b"/var/log/",
    b"/var/run/",
    b"/var/spool/",
    b"/var/mail/",
    b"/var/adm/",
    b"/var/lib/",
    b"/var/db/",
    b"/var/cache/",
    b"/var/www/",
    b"/var/local/",
    b"/var/apache",
    b"/var/task/",
    b"/var/runtime/",
    b"/run/",
    b"/private/etc/",
    b"/private/var/",
    b"/library/",
    b"/system/",
    b"/winnt/",
    b"/windows/",
    b"/usr/lib/",
    b"/usr/local/",
    b"/usr/etc/",
    b"/usr/pkg/",
];

/// Ends of names of settings, logs and keys of any application: an object store has such, too.
const USUAL: [&[u8]; 17] = [
    b".err",
    b".conf",
    b".cnf",
    b".cfg",
    b".ini",
    b".log",
    b".logs",
    b"_log",
    b"-log",
    b"_history",
    b".inc",
    b".properties",
    b".pem",
    b".key",
    b".mdb",
    b".sam",
    b".env",
];

/// Ends of names of the system's own, and of histories.
const ENDINGS: [&[u8]; 24] = [
    b"passwd",
    b"shadow",
    b"hosts",
    b"/id_rsa",
    b"/id_dsa",
    b"/id_ecdsa",
    b"/id_ed25519",
    b".htaccess",
    b".htpasswd",
    b".netrc",
    b".pgpass",
    b"authorized_keys",
    b"known_hosts",
    b"config.php",
    b"web.config",
    b"crontab",
    b"/environ",
    b"fstab",
    b"/motd",
    b"/issue",
    b"ntuser.dat",
    b"error_log",
    b"access_log",
    b"/sam",
];

/// Dot files and folders of servers and of developers.
const HIDDEN: [&[u8]; 25] = [
    b".cshrc",
    b".passwd",
    b".tcshrc",
    b".git",
    b".svn",
    b".hg",
    b".env",
    b".htaccess",
    b".htpasswd",
    b".ssh",
    b".aws",
    b".docker",
    b".kube",
    b".npmrc",
    b".netrc",
    b".pgpass",
    b".bash_history",
    b".bashrc",
    b".bash_profile",
    b".profile",
    b".mysql_history",
    b".viminfo",
    b".gnupg",
    b".ds_store",
    b".rhosts",
];

/// Parts of a path on Windows that hold settings, logs and the system itself.
const WINDOWS: [&[u8]; 25] = [
    b"mysql",
    b"php",
    b"php4",
    b"php5",
    b"minint",
    b"filezilla server",
    b"apache software foundation",
    b"windows",
    b"winnt",
    b"system32",
    b"inetpub",
    b"boot.ini",
    b"autoexec.bat",
    b"ntldr",
    b"pagefile.sys",
    b"sysprep",
    b"repair",
    b"system volume information",
    b"documents and settings",
    b"programdata",
    b"php.ini",
    b"my.ini",
    b"my.cnf",
    b"httpd.conf",
    b"xampp",
];

pub(super) fn judge(lower: &[u8], alone: bool, text: &Text<'_>) -> Option<Match> {
    let plain = without_dots(lower);
    let bare = alone && BARE.iter().any(|name| super::has(lower, name));
    let strong = |text: &[u8]| has_strong(text, alone);
    if bare || strong(lower) || plain.as_deref().is_some_and(strong) {
        return Some(Match::high("system-file"));
    }
    if !alone {
        return None;
    }
    let path = path_of(plain.as_deref().unwrap_or(lower));
    let rooted = slashed(path);
    let is_request = text.role == Role::Path || text.role == Role::Url;
    // The path of a request is under nobody's root.
    let rare = |rooted: &[u8]| ENDINGS.iter().any(|ending| rooted.ends_with(ending));
    let ends = |rooted: &[u8]| rare(rooted) || USUAL.iter().any(|ending| rooted.ends_with(ending));
    let is_name = text.role == Role::FileName;
    let is_under = |root: &&[u8]| {
        let below = rooted.starts_with(root);
        // An object store has folders of such names, too.
        let tells = if is_name {
            rare(&rooted) || below && (is_of_system(&rooted, root) || is_top(root) && ends(&rooted))
        } else {
            ends(&rooted)
                || !is_of_programs(root)
                    && (below && is_known(&rooted, root) || names_a_file(&rooted))
        };
        let no_page = is_no_page(root) || is_of_server(root) && ends(&rooted);
        (below || is_relative(&rooted, root)) && (!is_request || no_page) && tells
    };
    if ROOTS.iter().any(is_under) {
        return Some(Match::medium("system-path"));
    }
    if is_share(lower) {
        return Some(Match::medium("share-of-another-host"));
    }
    let absolute = rooted.starts_with(b"/");
    let top = rooted.split(|&byte| byte == b'/').nth(1).unwrap_or_default();
    let of_system = !is_name && TOPS.iter().any(|name| top.starts_with(name));
    let ends_so = rare(&rooted) || of_system && ends(&rooted);
    if absolute && !is_request && memchr::memchr_iter(b'/', &rooted).nth(1).is_some() && ends_so {
        return Some(Match::medium("system-path"));
    }
    // Settings and logs of programs are on the first disk, those of users on any.
    let of_programs = rooted.starts_with(b"c:") && !is_name && ends(&rooted);
    let unattended = rooted.ends_with(b"/sysprep.inf") || super::has(&rooted, b"/unattend");
    if is_drive(&rooted)
        && (rare(&rooted)
            || of_programs
            || unattended
            || text.role == Role::Path && is_of_machine(&rooted)
            || rooted.split(|&b| b == b'/').any(|part| WINDOWS.contains(&part)))
    {
        return Some(Match::medium("system-path"));
    }
    let hidden = rooted.split(|&byte| byte == b'/').any(|part| {
        HIDDEN.iter().any(|name| {
            let sample = [b".example".as_slice(), b".sample", b".template", b".dist"];
            part.strip_prefix(*name).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(b".") && !sample.contains(&rest)
            })
        })
    });
    let dot_file = matches!(rooted.as_slice(), b".htaccess" | b".htpasswd");
    let home = rooted.starts_with(b"~/.");
    if dot_file || home || hidden && (absolute || rooted.contains(&b'/')) {
        return Some(Match::medium("hidden-file"));
    }
    if is_name && rooted.starts_with(b"//") {
        return Some(Match::medium("absolute-file-name"));
    }
    None
}

/// The path in an address, a parameter or a plain text: before a NUL, `?` or `#`.
fn path_of(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .position(|byte| matches!(byte, 0 | b'?' | b'#' | b'|' | b'*'))
        .unwrap_or(text.len());
    let text = text.get(..end).unwrap_or_default().trim_ascii();
    let text = text.strip_prefix(b"file:").unwrap_or(text);
    match text.iter().rposition(|&byte| byte == b'=') {
        Some(at) => text.get(at + 1..).unwrap_or_default(),
        None => text,
    }
}

/// Whether a path without its first slash starts at a root that is no usual word.
fn is_relative(rooted: &[u8], root: &[u8]) -> bool {
    let named = matches!(root, b"/etc/" | b"/proc/" | b"/var/log/" | b"/var/run/");
    named && root.strip_prefix(b"/").is_some_and(|root| rooted.starts_with(root))
}

/// Whether a root is one that no site has pages under.
fn is_no_page(root: &[u8]) -> bool {
    matches!(root, b"/etc/" | b"/proc/" | b"/winnt/" | b"/minint/" | b"/private/etc/")
        || root.starts_with(b"/var/") && root != b"/var/local/"
}

/// Whether settings and logs below a root are those of a server and no pages.
fn is_of_server(root: &[u8]) -> bool {
    matches!(root, b"/root/" | b"/boot/") || root.starts_with(b"/usr/")
}

/// Whether what is below a root is the system's own, whatever its name.
fn is_of_system(rooted: &[u8], root: &[u8]) -> bool {
    const LOGS: [&[u8]; 15] = [
        b"apache",
        b"auth",
        b"boot",
        b"btmp",
        b"cron",
        b"dmesg",
        b"faillog",
        b"httpd",
        b"kern",
        b"lastlog",
        b"mail",
        b"messages",
        b"nginx",
        b"secure",
        b"wtmp",
    ];
    let below = rooted.strip_prefix(root).unwrap_or_default();
    let is_log = root == b"/var/log/" && LOGS.iter().any(|log| below.starts_with(log));
    is_log || matches!(root, b"/etc/" | b"/proc/" | b"/winnt/" | b"/minint/" | b"/private/etc/")
}

/// Whether a root is one of the system's own, and no usual word.
fn is_top(root: &[u8]) -> bool {
    matches!(root, b"/root/" | b"/boot/" | b"/sys/" | b"/dev/") || root.starts_with(b"/usr/")
}

/// Whether a root holds programs, too: their files stand in the traces of errors.
fn is_of_programs(root: &[u8]) -> bool {
    root.starts_with(b"/usr/")
        || matches!(
            root,
            b"/library/" | b"/system/" | b"/volumes/" | b"/run/" | b"/dev/" | b"/var/task/"
        )
        || matches!(root, b"/var/runtime/" | b"/var/www/" | b"/var/lib/" | b"/var/cache/")
}

/// Whether what is below a root is a file whose name is a word.
fn is_known(rooted: &[u8], root: &[u8]) -> bool {
    let name = rooted.strip_prefix(root).unwrap_or_default();
    match root {
        b"/etc/" => matches!(
            name,
            b"inittab" | b"exports" | b"utmp" | b"mtab" | b"networks" | b"aliases" | b"shells"
        ),
        b"/proc/" => matches!(
            name,
            b"cpuinfo"
                | b"meminfo"
                | b"mounts"
                | b"modules"
                | b"partitions"
                | b"interrupts"
                | b"filesystems"
                | b"devices"
                | b"swaps"
                | b"loadavg"
                | b"kallsyms"
                | b"kcore"
        ),
        _ => false,
    }
}

/// Whether a path under a root goes on deeper, or ends in what is no word: a folder's bare name
/// says nothing.
fn names_a_file(rooted: &[u8]) -> bool {
    let path = rooted.strip_prefix(b"/").unwrap_or(rooted);
    let mut parts = path.split(|&byte| byte == b'/').skip(1).filter(|part| !part.is_empty());
    let word = parts.next().is_some_and(|part| part.iter().all(u8::is_ascii_alphabetic));
    !word || parts.next().is_some()
}

/// `\\host\share\\…`: a file of another host.
fn is_share(lower: &[u8]) -> bool {
    let Some(host) = lower.strip_prefix(b"\\\\") else { return false };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_:@[]".contains(byte);
    let length = host.iter().take(128).take_while(|byte| is_name(byte)).count();
    let rest = host.get(length..).unwrap_or_default();
    length > 0 && matches!(rest, [b'\\', share, ..] if *share != b'\\' && *share > b' ')
}

/// Whether a path on the first disk is none of a site's: that of programs and of who runs them.
fn is_of_machine(rooted: &[u8]) -> bool {
    let folders: [&[u8]; 4] =
        [b"c:/program files", b"c:/users/all users", b"c:/users/administrator", b"c:/$"];
    folders.iter().any(|folder| rooted.starts_with(folder))
}

fn is_drive(rooted: &[u8]) -> bool {
    matches!(rooted, [drive, b':', b'/', ..] if drive.is_ascii_alphabetic())
}

/// With every separator a slash, none of them twice.
fn slashed(path: &[u8]) -> Vec<u8> {
    let mut slashed = Vec::with_capacity(path.len());
    for &byte in path {
        let byte = if byte == b'\\' { b'/' } else { byte };
        let twice = byte == b'/' && slashed.last() == Some(&b'/') && slashed.len() > 1;
        if !twice {
            slashed.push(byte);
        }
    }
    slashed
}

/// The text without `/.` parts and doubled slashes; `None` when it has none.
fn without_dots(lower: &[u8]) -> Option<Vec<u8>> {
    let scheme = super::has(lower, b"://");
    if !super::has(lower, b"/./") && (scheme || !super::has(lower, b"//")) {
        return None;
    }
    let mut plain: Vec<u8> = Vec::with_capacity(lower.len());
    for &byte in lower {
        if byte == b'/' {
            while plain.ends_with(b"/.") {
                plain.truncate(plain.len() - 2);
                if plain.last() != Some(&b'/') {
                    break;
                }
            }
            if plain.last() == Some(&b'/') {
                continue;
            }
        }
        plain.push(byte);
    }
    Some(plain)
}
