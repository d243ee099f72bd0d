//! One text of the corpora, with all that is known of it.
use crate::encoding::Encoding;
use crate::half::Half;
use tollgate_detect::Role;

/// How a text reaches a detector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surface {
    /// As a text by itself, in a role.
    Text,
    /// As a JSON document.
    Json,
    /// As `a=b&c=d`.
    Form,
    /// As bytes that a service carries in base64; kept decoded.
    Bytes,
}

impl Surface {
    /// The name that files show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Form => "form",
            Self::Bytes => "bytes",
        }
    }
}

/// A text.
#[derive(Clone, Debug)]
pub struct Case {
    /// The family it attacks; nothing for a benign text.
    pub family: Option<&'static str>,
    /// Families that own the technique as well: it is found when one of them fires too.
    pub also: Vec<String>,
    /// The technique, or the kind of benign text.
    pub technique: String,
    /// How it is written.
    pub encoding: Encoding,
    /// What the field is.
    pub role: Role,
    /// How it reaches a detector.
    pub surface: Surface,
    /// Its half, by the technique's name.
    pub half: Half,
    /// The text. UTF-8, except for some on [`Surface::Bytes`].
    pub bytes: Vec<u8>,
}

/// A role by the name that grammars use.
pub(crate) fn role(name: &str) -> Option<Role> {
    Some(match name {
        "Key" => Role::Key,
        "Value" => Role::Value,
        "Header" => Role::Header,
        "Path" => Role::Path,
        "FileName" => Role::FileName,
        "Url" => Role::Url,
        "FreeText" => Role::FreeText,
        "ModelInput" => Role::ModelInput,
        _ => return None,
    })
}

/// The name of a role in grammars and files.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Key => "Key",
        Role::Value => "Value",
        Role::Header => "Header",
        Role::Path => "Path",
        Role::FileName => "FileName",
        Role::Url => "Url",
        Role::FreeText => "FreeText",
        Role::ModelInput => "ModelInput",
        #[expect(unreachable_patterns, reason = "roles may be added")]
        _ => "Other",
    }
}
