//! Tests of the family: what is found and what passes.
use crate::{Families, Family, Role, Work, inspect_text};

fn is_found(text: &[u8], role: Role) -> bool {
    let mut found = false;
    let families = Families::from_iter([Family::Path]);
    let mut work = Work::default();
    inspect_text(text, role, families, &mut work, &mut |_| found = true).unwrap();
    found
}

#[test]
fn traversal_is_found_in_every_spelling() {
    for text in [
        "../../../etc/passwd",
        "..\\..\\..\\windows\\win.ini",
        "../secret.txt",
        "images/../../../private",
        "%2e%2e%2fetc%2fhosts",
        "%252e%252e%252fa/b",
        "..%c0%af..%c0%afetc",
        "%uff0e%uff0e%u2215%uff0e%uff0e%u2215x",
        "．．／．．／x",
        "....//....//....//x",
        "..././..././x",
        "..;/..;/manager/html",
        "/static/..%5c..%5cboot",
        "..%01/..%01/x",
        "file=../../x",
        "http://example.com/get?file=../../../x",
        "..%c1%8s..%c1%8s..%c1%8sx",
        "/./././././etc/./passwd",
        "..%255c..%255cx",
        "\\..\\..\\x",
        "see ../../../x for it",
    ] {
        assert!(is_found(text.as_bytes(), Role::Value), "{text}");
    }
    assert!(is_found(b"a/..", Role::FileName));
}

#[test]
fn files_of_the_system_and_wrappers_are_found() {
    for text in [
        "/etc/passwd",
        "/etc/passwd%00.jpg",
        "etc/passwd",
        "/proc/self/environ",
        "/var/log/nginx/access.log",
        "C:\\boot.ini",
        "c:/windows/system32/drivers/etc/hosts",
        "file:///etc/hosts",
        "php://filter/convert.base64-encode/resource=index.php",
        "PHP://input",
        "phar://x.jpg/a",
        "expect://id",
        "/.git/config",
        "/WEB-INF/web.xml",
        "index.php%00.png",
        "/opt/app/conf/httpd.conf",
        "web.config::$DATA",
    ] {
        assert!(is_found(text.as_bytes(), Role::Value), "{text}");
    }
    assert!(is_found(b"\\\\192.0.2.1\\share\\x", Role::FileName));
}

#[test]
fn usual_paths_prose_and_markup_pass() {
    for text in [
        "/orders/42/items",
        "uploads/2024/05/photo.final.jpg",
        "https://example.com/a/b/c.html?x=1#y",
        "and/or, e.g. 1/2... or so",
        "wait.../then go",
        "C:\\Users\\example\\Documents\\report.docx",
        "/home/example/notes.txt",
        "<img src=\"../images/a.png\">",
        "version 1..2 / 3..4",
        "data:image/png;base64,iVBORw0KGgo=",
        "s3://bucket/key.log",
        "/usr/bin/python3",
        "/etc/folder",
        "C:\\Program Files\\x",
        "text/html; charset=utf-8",
        "arn:aws:s3:::bucket/key",
    ] {
        assert!(!is_found(text.as_bytes(), Role::Value), "{text}");
    }
    assert!(!is_found(b"/home/dev/docs", Role::Path));
    assert!(!is_found(b"import x from '../../lib'", Role::FreeText));
}
