//! YAML 1.2 files with its core schema: `yes` is a text, `0x1F` is a number.
use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use super::{DEPTH_MAX, Forest, Kind, Member, NodeId, Place, Wrong};

/// Reads a YAML file. Aliases are copied, tags are refused.
pub(super) fn read(forest: &mut Forest, file: usize, text: &str) -> Result<NodeId, Wrong> {
    let mut builder =
        Builder { forest, file, open: Vec::new(), root: None, anchors: HashMap::new() };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => builder.take(event, builder.place(span.start))?,
            Err(error) => {
                let place = builder.place(*error.marker());
                return Err((place, format!("neither JSON nor YAML: {}", error.info())));
            }
        }
    }
    let start = Place { file, line: 1, column: 1 };
    builder.root.ok_or_else(|| (start, "the file is empty".to_owned()))
}

struct Builder<'f> {
    forest: &'f mut Forest,
    file: usize,
    open: Vec<Open>,
    root: Option<NodeId>,
    anchors: HashMap<usize, NodeId>,
}

/// A container that is not closed yet.
struct Open {
    place: Place,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<NodeId>),
    Table { members: Vec<Member>, key: Option<(Rc<str>, Place)> },
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), Wrong> {
        match event {
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                return Err((place, "tags (`!name`) are not supported".to_owned()));
            }
            Event::Scalar(text, style, anchor, None) => self.scalar(&text, style, anchor, place)?,
            Event::SequenceStart(anchor, None) => {
                self.begin(place, anchor, Inside::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, None) => {
                self.begin(place, anchor, Inside::Table { members: Vec::new(), key: None })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::Alias(anchor) => {
                let Some(original) = self.anchors.get(&anchor).copied() else {
                    return Err((place, "an alias to something that is not whole".to_owned()));
                };
                let copy = self.forest.copy(original, place)?;
                self.put(copy, place)?;
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err((place, "a second document; expected one".to_owned()));
            }
            _ => {}
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        place: Place,
    ) -> Result<(), Wrong> {
        // A key is a text, however it is written: `200:` is the member `200`.
        if let Some(Open { inside: Inside::Table { key: key @ None, .. }, .. }) =
            self.open.last_mut()
        {
            *key = Some((text.into(), place));
            return Ok(());
        }
        let kind = if style == ScalarStyle::Plain { plain(text) } else { Kind::Text(text.into()) };
        let id = self.forest.add(place, kind)?;
        self.remember(anchor, id);
        self.put(id, place)
    }

    fn begin(&mut self, place: Place, anchor: usize, inside: Inside) -> Result<(), Wrong> {
        if self.open.len() >= DEPTH_MAX {
            return Err((place, format!("nested deeper than {DEPTH_MAX}")));
        }
        if let Some(Open { inside: Inside::Table { key: None, .. }, .. }) = self.open.last() {
            return Err((place, "a key must be a text".to_owned()));
        }
        self.open.push(Open { place, anchor, inside });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Wrong> {
        let Some(Open { place, anchor, inside }) = self.open.pop() else { return Ok(()) };
        let kind = match inside {
            Inside::List(elements) => Kind::List(elements.into()),
            Inside::Table { members, .. } => Kind::Table(members.into()),
        };
        let id = self.forest.add(place, kind)?;
        self.remember(anchor, id);
        self.put(id, place)
    }

    /// A value is whole: it goes into the innermost container.
    fn put(&mut self, value: NodeId, at: Place) -> Result<(), Wrong> {
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(value),
            Some(Inside::List(elements)) => elements.push(value),
            Some(Inside::Table { members, key }) => match key.take() {
                Some((key, place)) => members.push(Member { key, place, value }),
                None => return Err((at, "a key must be a text".to_owned())),
            },
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, id: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn place(&self, marker: Marker) -> Place {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { file: self.file, line: number(marker.line()), column: number(marker.col() + 1) }
    }
}

/// What a scalar without quotes means in YAML's core schema (YAML 1.2.2, section 10.3.2).
fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => number(text).map_or_else(|| Kind::Text(text.into()), |json| Kind::Number(json.into())),
    }
}

/// A number as JSON writes it.
fn number(text: &str) -> Option<String> {
    let radix = [("0x", 16), ("0o", 8)].into_iter().find_map(|(prefix, radix)| {
        let digits = text.strip_prefix(prefix)?;
        (!digits.starts_with(['+', '-'])).then_some((digits, radix))
    });
    if let Some((digits, radix)) = radix {
        return u64::from_str_radix(digits, radix).ok().map(|number| number.to_string());
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut json = format!("{sign}{}", whole.trim_start_matches('0'));
    if json.len() == sign.len() {
        json.push('0');
    }
    if !fraction.is_empty() {
        json.push('.');
        json.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        let bare = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if bare.is_empty() || !digits(bare) {
            return None;
        }
        json.push('e');
        json.push_str(exponent);
    }
    Some(json)
}
