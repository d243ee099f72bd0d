//! JSON and YAML files as one forest of nodes that know where they stand.
mod json;
mod yaml;

use std::collections::HashMap;
use std::rc::Rc;

use crate::defect::Defect;

/// The largest file, in bytes: an OpenAPI document of a large service has 1 MB.
const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The deepest nesting of a file; bounds the recursion of everything that walks it.
const DEPTH_MAX: usize = 96;
/// How many values all files may have together, those that aliases repeat counted each time.
const NODES_MAX: usize = 400_000;

/// A node's number in its forest.
pub(crate) type NodeId = usize;

/// A place in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file's number in its forest.
    pub(crate) file: usize,
    /// From 1.
    pub(crate) line: u32,
    /// From 1, in characters.
    pub(crate) column: u32,
}

/// The kinds of value. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    /// As JSON writes it.
    Number(Rc<str>),
    Text(Rc<str>),
    List(Rc<[NodeId]>),
    /// In the order it was written.
    Table(Rc<[Member]>),
}

/// A member of a mapping.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) key: Rc<str>,
    pub(crate) place: Place,
    pub(crate) value: NodeId,
}

#[derive(Debug)]
struct Node {
    place: Place,
    kind: Kind,
    /// The container it stands in, and under which key or index; a root has none.
    parent: Option<(NodeId, Rc<str>)>,
}

/// All files that were read.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    files: Vec<String>,
    nodes: Vec<Node>,
}

impl Forest {
    /// Reads a file; gives its root, or everything that is wrong with it.
    pub(crate) fn read(&mut self, name: &str, text: &str) -> Result<NodeId, Vec<Defect>> {
        let start = Place { file: self.files.len(), line: 1, column: 1 };
        self.files.push(name.to_owned());
        if text.len() > FILE_BYTES_MAX {
            let message = format!("the file is larger than {FILE_BYTES_MAX} bytes");
            return Err(vec![self.defect_at(start, String::new(), message)]);
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root = match json::read(self, start.file, text) {
            Ok(root) => Ok(root),
            // What is no JSON may still be YAML, unless its name says that it is not.
            Err(json) if is_json_file(name) => Err(json),
            Err(_) => yaml::read(self, start.file, text),
        };
        let root =
            root.map_err(|(place, message)| vec![self.defect_at(place, String::new(), message)])?;
        let mut defects = Vec::new();
        self.find_twins(root, &mut defects);
        if defects.is_empty() { Ok(root) } else { Err(defects) }
    }

    /// The name of a file.
    pub(crate) fn file(&self, file: usize) -> &str {
        self.files.get(file).map_or("", String::as_str)
    }

    pub(crate) fn kind(&self, id: NodeId) -> Kind {
        self.nodes.get(id).map_or(Kind::Null, |node| node.kind.clone())
    }

    pub(crate) fn place(&self, id: NodeId) -> Place {
        self.nodes.get(id).map_or(Place::default(), |node| node.place)
    }

    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes.get(id)?.parent.as_ref().map(|(parent, _)| *parent)
    }

    /// The members of a mapping; none of anything else.
    pub(crate) fn members(&self, id: NodeId) -> Rc<[Member]> {
        match self.kind(id) {
            Kind::Table(members) => members,
            _ => Rc::default(),
        }
    }

    /// The elements of a list; none of anything else.
    pub(crate) fn elements(&self, id: NodeId) -> Rc<[NodeId]> {
        match self.kind(id) {
            Kind::List(elements) => elements,
            _ => Rc::default(),
        }
    }

    /// A mapping's member.
    pub(crate) fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        match &self.nodes.get(id)?.kind {
            Kind::Table(members) => {
                members.iter().find(|member| &*member.key == key).map(|member| member.value)
            }
            Kind::List(elements) => elements.get(key.parse::<usize>().ok()?).copied(),
            _ => None,
        }
    }

    pub(crate) fn text(&self, id: NodeId) -> Option<Rc<str>> {
        match &self.nodes.get(id)?.kind {
            Kind::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, id: NodeId) -> Option<bool> {
        match self.nodes.get(id)?.kind {
            Kind::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// A mapping's member that is a text.
    pub(crate) fn text_of(&self, id: NodeId, key: &str) -> Option<Rc<str>> {
        self.text(self.get(id, key)?)
    }

    /// Whether a mapping's member is `true`.
    pub(crate) fn is_set(&self, id: NodeId, key: &str) -> bool {
        self.get(id, key).and_then(|value| self.flag(value)) == Some(true)
    }

    /// The node at the end of a JSON pointer (RFC 6901) from `from`.
    pub(crate) fn at(&self, from: NodeId, pointer: &str) -> Option<NodeId> {
        let steps = pointer.split('/').skip(1);
        steps.map(|step| step.replace("~1", "/").replace("~0", "~")).try_fold(from, |node, step| {
            let leading_zero = step.len() > 1 && step.starts_with('0');
            let is_list = matches!(self.nodes.get(node)?.kind, Kind::List(_));
            if is_list && leading_zero { None } else { self.get(node, &step) }
        })
    }

    /// A node's JSON pointer in its file.
    pub(crate) fn pointer(&self, id: NodeId) -> String {
        let mut steps = Vec::new();
        let mut next = self.nodes.get(id);
        while let Some((parent, step)) = next.and_then(|node| node.parent.as_ref()) {
            steps.push(step.replace('~', "~0").replace('/', "~1"));
            next = self.nodes.get(*parent);
        }
        steps.iter().rev().fold(String::new(), |pointer, step| pointer + "/" + step)
    }

    /// A defect of a node.
    pub(crate) fn defect(&self, id: NodeId, message: impl Into<String>) -> Defect {
        self.defect_at(self.place(id), self.pointer(id), message.into())
    }

    /// A defect of one of a mapping's keys.
    pub(crate) fn defect_of_key(&self, id: NodeId, member: &Member, message: String) -> Defect {
        let step = member.key.replace('~', "~0").replace('/', "~1");
        self.defect_at(member.place, format!("{}/{step}", self.pointer(id)), message)
    }

    /// A node as JSON.
    pub(crate) fn json(&self, id: NodeId) -> String {
        let mut json = String::new();
        self.write_json(id, &mut json);
        json
    }

    fn write_json(&self, id: NodeId, json: &mut String) {
        match self.kind(id) {
            Kind::Null => json.push_str("null"),
            Kind::Bool(flag) => json.push_str(if flag { "true" } else { "false" }),
            Kind::Number(number) => json.push_str(&number),
            Kind::Text(text) => write_quoted(&text, json),
            Kind::List(elements) => {
                json.push('[');
                for (i, element) in elements.iter().enumerate() {
                    json.push_str(if i == 0 { "" } else { "," });
                    self.write_json(*element, json);
                }
                json.push(']');
            }
            Kind::Table(members) => {
                json.push('{');
                for (i, member) in members.iter().enumerate() {
                    json.push_str(if i == 0 { "" } else { "," });
                    write_quoted(&member.key, json);
                    json.push(':');
                    self.write_json(member.value, json);
                }
                json.push('}');
            }
        }
    }

    /// Adds a node and makes it the parent of its children.
    fn add(&mut self, place: Place, kind: Kind) -> Result<NodeId, Wrong> {
        let id = self.nodes.len();
        if id >= NODES_MAX {
            return Err((place, format!("more than {NODES_MAX} values in all files together")));
        }
        match &kind {
            Kind::List(elements) => {
                for (i, element) in elements.iter().enumerate() {
                    self.adopt(*element, id, i.to_string().into());
                }
            }
            Kind::Table(members) => {
                for member in members.iter() {
                    self.adopt(member.value, id, member.key.clone());
                }
            }
            _ => {}
        }
        self.nodes.push(Node { place, kind, parent: None });
        Ok(id)
    }

    fn adopt(&mut self, child: NodeId, parent: NodeId, step: Rc<str>) {
        if let Some(child) = self.nodes.get_mut(child) {
            child.parent = Some((parent, step));
        }
    }

    /// A copy of a node with all that it holds, for an alias.
    fn copy(&mut self, id: NodeId, place: Place) -> Result<NodeId, Wrong> {
        let kind = match self.kind(id) {
            Kind::List(elements) => {
                let copies: Result<Vec<_>, _> =
                    elements.iter().map(|element| self.copy(*element, place)).collect();
                Kind::List(copies?.into())
            }
            Kind::Table(members) => {
                let mut copies = Vec::new();
                for member in members.iter() {
                    let value = self.copy(member.value, place)?;
                    copies.push(Member { value, ..member.clone() });
                }
                Kind::Table(copies.into())
            }
            leaf => leaf,
        };
        self.add(place, kind)
    }

    /// Every key that stands twice in one mapping.
    fn find_twins(&self, root: NodeId, defects: &mut Vec<Defect>) {
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            open.extend(self.elements(id).iter());
            let members = self.members(id);
            let mut lines = HashMap::new();
            for member in members.iter() {
                open.push(member.value);
                if let Some(line) = lines.insert(&member.key, member.place.line) {
                    let message = format!("given twice; first in line {line}");
                    defects.push(self.defect_of_key(id, member, message));
                }
            }
        }
    }

    fn defect_at(&self, place: Place, pointer: String, message: String) -> Defect {
        let Place { file, line, column } = place;
        Defect { file: self.file(file).to_owned(), line, column, pointer, message }
    }
}

/// What ends the reading of a file.
type Wrong = (Place, String);

fn is_json_file(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"))
}

/// Writes a text as a JSON string.
pub(crate) fn write_quoted(text: &str, json: &mut String) {
    use std::fmt::Write as _;
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            // Writing to a string cannot fail.
            '\0'..='\u{1f}' => drop(write!(json, "\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests;
