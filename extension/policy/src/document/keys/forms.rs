//! The forms of texts that keys take.
use super::Form;
use crate::options::{Bucket, Quarantine};
use crate::sources::{FieldPattern, RoutePattern};

pub(super) static KMS_KEY: Form = Form {
    name: "the id, ARN or alias of a key of AWS KMS",
    pattern: "^[A-Za-z0-9_:/-]+$",
    bytes_max: 2048,
    holds: |text| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:/".contains(&byte);
        !text.is_empty() && text.bytes().all(known)
    },
};
pub(super) static ARN: Form = Form {
    name: "an ARN, in which `*` stands for any text",
    pattern: "^arn:[^\\s]+$",
    bytes_max: 2048,
    holds: |text| text.starts_with("arn:") && !text.contains(char::is_whitespace),
};

pub(super) static ACCOUNT: Form = Form {
    name: "an account of 12 digits",
    pattern: "^[0-9]{12}$",
    bytes_max: 12,
    holds: |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()),
};

pub(super) static REGION: Form = Form {
    name: "a region such as `eu-west-1`",
    pattern: "^[a-z0-9]+(-[a-z0-9]+)+$",
    bytes_max: 32,
    holds: |text| {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        text.contains('-') && text.split('-').all(word)
    },
};

pub(super) static PATH: Form = Form {
    name: "an absolute path",
    pattern: "^/",
    bytes_max: 4096,
    holds: |text| text.starts_with('/') && !text.contains('\0'),
};

pub(super) static BUCKET: Form = Form {
    name: "a bucket's name, in which `*` stands for any text",
    pattern: "^[a-z0-9.*-]{1,63}$",
    bytes_max: 63,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.*".contains(&b);
        !text.is_empty() && text.bytes().all(fits)
    },
};

pub(super) static NAME: Form = Form {
    name: "a name, in which `*` stands for any text",
    pattern: "^[A-Za-z0-9$_.:/*-]+$",
    bytes_max: 256,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"$_.:/*-".contains(&b);
        !text.is_empty() && text.bytes().all(fits)
    },
};

pub(super) static ORGANISATION: Form = Form {
    name: "an organisation's id such as `o-example123`",
    pattern: "^o-[a-z0-9]{10,32}$",
    bytes_max: 34,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let id = text.strip_prefix("o-");
        id.is_some_and(|id| (10..=32).contains(&id.len()) && id.bytes().all(fits))
    },
};

pub(super) static ROUTE: Form = Form {
    name: "a method or `*`, a blank, and a path such as `/orders/{id}`",
    pattern: "^([A-Z]+|\\*) /[^\\s]*$",
    bytes_max: 2048,
    holds: |text| RoutePattern::parse(text).is_some(),
};

pub(super) static FILE: Form = Form {
    name: "the path of a file below the policy's directory",
    pattern: "^[^/].*\\.(json|ya?ml)$",
    bytes_max: 1024,
    holds: |text| {
        let is_document = [".json", ".yaml", ".yml"].iter().any(|end| text.ends_with(end));
        let stays = !text.starts_with('/') && text.split('/').all(|part| part != "..");
        is_document && stays && !text.contains(['\0', '\\'])
    },
};

pub(super) static REGEX: Form = Form {
    name: "a regular expression",
    pattern: "^.+$",
    bytes_max: 4096,
    holds: |text| !text.is_empty(),
};

pub(super) static POINTER: Form = Form {
    name: "a JSON pointer such as `/body/comment`, with `*` for one step and `**` at the end for all \
           below",
    pattern: "^(/[^/]*)+$",
    bytes_max: 1024,
    holds: |text| FieldPattern::parse(text).is_some(),
};

pub(super) static QUARANTINE: Form = Form {
    name: "`file:` and the absolute path of a directory outside `/tmp`, `sqs:` and the URL of a queue, \
           or `s3:` and a bucket with a prefix such as `s3:example-bucket/refused`",
    pattern: "^(file:/|sqs:https://|s3:[a-z0-9])",
    bytes_max: 2048,
    holds: |text| Quarantine::parse(text).is_some(),
};

pub(super) static BUCKET_PREFIX: Form = Form {
    name: "`s3:` and a bucket with a prefix such as `s3:example-bucket/refused`",
    pattern: "^s3:[a-z0-9]",
    bytes_max: 1024,
    holds: |text| Bucket::parse(text).is_some(),
};

pub(super) static X25519: Form = Form {
    name: "64 hex digits",
    pattern: "^[0-9a-fA-F]{64}$",
    bytes_max: 64,
    holds: |text| crate::privacy::key_from_hex(text).is_some(),
};

pub(super) static VARIABLE: Form = Form {
    name: "the name of an environment variable",
    pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
    bytes_max: 256,
    holds: |text| {
        let name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        text.bytes().all(name) && text.bytes().next().is_some_and(|first| !first.is_ascii_digit())
    },
};

pub(super) static WORDS: Form = Form {
    name: "a few words of letters, digits, blanks and `-_.:/`",
    pattern: "^[A-Za-z0-9 ._:/-]+$",
    bytes_max: 64,
    holds: |text| {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || b" ._:/-".contains(&byte);
        !text.is_empty() && text.bytes().all(word)
    },
};

pub(super) static POLICIES: Form = Form {
    name: "the path of files of policies below the policy's directory, such as `policies/*.cedar`",
    pattern: "^[^/].*\\.cedar$",
    bytes_max: 1024,
    holds: |text| {
        let (directory, file) = text.rsplit_once('/').unwrap_or(("", text));
        let stays = !text.starts_with('/') && text.split('/').all(|part| part != "..");
        file.strip_suffix(".cedar").is_some()
            && stays
            && !directory.contains('*')
            && !text.contains(['\0', '\\'])
    },
};

pub(super) static CALLER_FUNCTION: Form = Form {
    name: "a function's name or ARN, in which `*` stands for any text",
    pattern: "^[A-Za-z0-9:_*-]+$",
    bytes_max: 256,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b":_*-".contains(&b);
        !text.is_empty() && text.bytes().all(fits)
    },
};

pub(super) static CALLER_ROLE: Form = Form {
    name: "a role's ARN such as `arn:aws:iam::123456789012:role/orders`, in which `*` stands for any text",
    pattern: "^arn:[^\\s]+:role/[^\\s]+$",
    bytes_max: 2048,
    holds: |text| {
        (ARN.holds)(text) && text.split_once(":role/").is_some_and(|(_, name)| !name.is_empty())
    },
};

pub(super) static CALLER_SERVICE: Form = Form {
    name: "a trigger such as `sqs` or a principal such as `events.amazonaws.com`, in which `*` stands for \
           any text",
    pattern: "^[a-z0-9.*-]+$",
    bytes_max: 256,
    holds: |text| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".*-".contains(&b);
        !text.is_empty() && text.bytes().all(fits)
    },
};
