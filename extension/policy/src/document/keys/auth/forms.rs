//! The forms of texts that the keys of proofs take.
use tollgate_proof::webhook::Template;

use crate::document::Form;

pub(super) static ANYTHING: Form =
    Form { name: "a text", pattern: "^.+$", bytes_max: 1024, holds: |text| !text.is_empty() };

pub(super) static HEADER: Form = Form {
    name: "the name of a header",
    pattern: "^[A-Za-z0-9-]+$",
    bytes_max: 128,
    holds: |text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
};

pub(super) static PREFIX: Form = Form {
    name: "a text of visible characters",
    pattern: "^[!-~]+$",
    bytes_max: 64,
    holds: |text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()),
};

pub(super) static CODE_TEMPLATE: Form = Form {
    name: "a text with `{body}` in it once, and `{timestamp}` where there is one",
    pattern: "\\{body\\}",
    bytes_max: 256,
    holds: |text| Template::parse(text).is_some(),
};

pub(super) static VARIABLE: Form = Form {
    name: "the name of an environment variable",
    pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
    bytes_max: 128,
    holds: |text| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        text.bytes().all(plain) && text.starts_with(|c: char| !c.is_ascii_digit())
    },
};

pub(super) static KEY_FILE: Form = Form {
    name: "the path of a file, absolute or from the policy's directory on",
    pattern: "^[^\\\\]+$",
    bytes_max: 1024,
    holds: |text| {
        !text.is_empty()
            && !text.ends_with('/')
            && text.split('/').all(|part| part != "..")
            && !text.contains(['\0', '\\'])
    },
};

pub(super) static SECRET_NAME: Form = Form {
    name: "a name or an ARN",
    pattern: "^[A-Za-z0-9/_+=.@:-]+$",
    bytes_max: 2048,
    holds: |text| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@:-".contains(&byte);
        !text.is_empty() && text.bytes().all(plain)
    },
};

pub(super) static HTTPS: Form = Form {
    name: "a URL that begins with `https://`",
    pattern: "^https://[^/\\s@#]+(/[^\\s#]*)?$",
    bytes_max: 2048,
    holds: |text| is_https(text),
};

pub(super) static ORIGIN_URL: Form = Form {
    name: "a URL that begins with `https://`, up to where the path begins",
    pattern: "^https://[^\\s@#?]*[^\\s@#?/]$",
    bytes_max: 2048,
    holds: |text| is_https(text) && !text.contains('?') && !text.ends_with('/'),
};

fn is_https(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    !host.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
        && !host.contains(['@', '?'])
}
