//! How parameters write lists and objects (OpenAPI, "Style Values", after RFC 6570).
use super::value::{Raw, Shape};

/// A parameter's `style`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    Space,
    Pipe,
    DeepObject,
}

impl Style {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "simple" => Some(Self::Simple),
            "label" => Some(Self::Label),
            "matrix" => Some(Self::Matrix),
            "form" => Some(Self::Form),
            "spaceDelimited" => Some(Self::Space),
            "pipeDelimited" => Some(Self::Pipe),
            "deepObject" => Some(Self::DeepObject),
            _ => None,
        }
    }

    /// Reads one text, of a path, a header, or a query parameter that is not exploded.
    pub(super) fn read(self, name: &str, text: &str, explode: bool, shape: Shape) -> Option<Raw> {
        match self {
            Self::Simple => split(text, ",", ",", explode, shape),
            Self::Label => {
                let text = text.strip_prefix('.')?;
                let between = if explode { "." } else { "," };
                split(text, between, between, explode, shape)
            }
            Self::Matrix => matrix(name, text, explode, shape),
            Self::Form => split(text, ",", ",", false, shape),
            Self::Space => split(text, " ", " ", false, shape),
            Self::Pipe => split(text, "|", "|", false, shape),
            Self::DeepObject => None,
        }
    }
}

fn matrix(name: &str, text: &str, explode: bool, shape: Shape) -> Option<Raw> {
    let text = text.strip_prefix(';')?;
    if explode && shape == Shape::Table {
        return split(text, ";", ";", true, shape);
    }
    let value_of = |part: &str| part.strip_prefix(name)?.strip_prefix('=').map(str::to_owned);
    if explode && shape == Shape::Many {
        return text.split(';').map(value_of).collect::<Option<_>>().map(Raw::Many);
    }
    split(&value_of(text)?, ",", ",", false, shape)
}

fn split(text: &str, items: &str, members: &str, explode: bool, shape: Shape) -> Option<Raw> {
    match shape {
        Shape::One => Some(Raw::One(text.to_owned())),
        Shape::Either if !text.contains(items) => Some(Raw::One(text.to_owned())),
        Shape::Many | Shape::Either => {
            let texts = text.split(items).filter(|_| !text.is_empty());
            Some(Raw::Many(texts.map(str::to_owned).collect()))
        }
        Shape::Table if explode => {
            let pairs = text.split(members).map(|pair| pair.split_once('='));
            let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            pairs.map(|pair| pair.map(owned)).collect::<Option<_>>().map(Raw::Table)
        }
        Shape::Table => {
            let parts: Vec<&str> = text.split(members).collect();
            let (pairs, rest) = parts.as_chunks::<2>();
            let owned = |[name, value]: &[&str; 2]| ((*name).to_owned(), (*value).to_owned());
            rest.is_empty().then(|| Raw::Table(pairs.iter().map(owned).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_objects_are_read_in_every_style() {
        let many =
            |texts: &[&str]| Some(Raw::Many(texts.iter().map(|t| (*t).to_owned()).collect()));
        let table = Some(Raw::Table(vec![
            ("r".to_owned(), "1".to_owned()),
            ("g".to_owned(), "2".to_owned()),
        ]));
        for (style, text, explode, shape, expected) in [
            (Style::Simple, "a,b", false, Shape::Many, many(&["a", "b"])),
            (Style::Simple, "a", false, Shape::Many, many(&["a"])),
            (Style::Simple, "", false, Shape::Many, many(&[])),
            (Style::Simple, "r,1,g,2", false, Shape::Table, table.clone()),
            (Style::Simple, "r=1,g=2", true, Shape::Table, table.clone()),
            (Style::Simple, "r,1,g", false, Shape::Table, None),
            (Style::Simple, "r,1", true, Shape::Table, None),
            (Style::Label, ".a.b", true, Shape::Many, many(&["a", "b"])),
            (Style::Label, ".a,b", false, Shape::Many, many(&["a", "b"])),
            (Style::Label, ".r=1.g=2", true, Shape::Table, table.clone()),
            (Style::Label, "a", true, Shape::Many, None),
            (Style::Matrix, ";c=a,b", false, Shape::Many, many(&["a", "b"])),
            (Style::Matrix, ";c=a;c=b", true, Shape::Many, many(&["a", "b"])),
            (Style::Matrix, ";r=1;g=2", true, Shape::Table, table.clone()),
            (Style::Matrix, ";c=r,1,g,2", false, Shape::Table, table),
            (Style::Matrix, ";c=7", false, Shape::One, Some(Raw::One("7".to_owned()))),
            (Style::Matrix, ";d=7", false, Shape::One, None),
            (Style::Form, "a,b", false, Shape::Either, many(&["a", "b"])),
            (Style::Form, "a", false, Shape::Either, Some(Raw::One("a".to_owned()))),
            (Style::Space, "a b", false, Shape::Many, many(&["a", "b"])),
            (Style::Pipe, "a|b", false, Shape::Many, many(&["a", "b"])),
        ] {
            assert_eq!(style.read("c", text, explode, shape), expected, "{style:?} {text}");
        }
    }
}
