//! The documents of a schema: their identifiers, their anchors, and where references lead.
mod dialect;

use std::collections::HashMap;
use std::rc::Rc;

pub(crate) use dialect::Dialect;

use crate::defect::Defect;
use crate::source::{Forest, Kind, NodeId};
use crate::uri;

/// How many files may be read for one schema or API document.
const FILES_MAX: usize = 500;

/// A resource's number: a document, or a part of one with an `$id` of its own.
pub(crate) type ResourceId = usize;

/// Hands a file in by its name.
pub(crate) type Read<'r> = &'r mut dyn FnMut(&str) -> Result<String, String>;

/// All documents, and what is known of them.
pub(crate) struct Archive<'r> {
    pub(crate) forest: Forest,
    pub(crate) defects: Vec<Defect>,
    resources: Vec<Resource>,
    by_uri: HashMap<String, Result<ResourceId, String>>,
    /// Schemas that were looked at, with the resource they belong to.
    belongs: HashMap<NodeId, ResourceId>,
    read: Read<'r>,
}

/// A resource.
#[derive(Debug)]
pub(crate) struct Resource {
    uri: String,
    /// The name of the file it stands in.
    file: String,
    root: NodeId,
    pub(crate) dialect: Dialect,
    /// Whether its metaschema has the keywords that assert something.
    pub(crate) asserts: bool,
    /// Whether its metaschema makes `format` assert something too.
    pub(crate) formats: bool,
    anchors: HashMap<Rc<str>, NodeId>,
    pub(crate) dynamic: HashMap<Rc<str>, NodeId>,
}

/// What a metaschema says of the schemas it describes.
#[derive(Clone, Copy)]
struct Said {
    dialect: Dialect,
    asserts: bool,
    formats: bool,
}

impl<'r> Archive<'r> {
    pub(crate) fn new(read: Read<'r>) -> Self {
        Self {
            forest: Forest::default(),
            defects: Vec::new(),
            resources: Vec::new(),
            by_uri: HashMap::new(),
            belongs: HashMap::new(),
            read,
        }
    }

    /// Takes a document in; gives its root.
    pub(crate) fn open(&mut self, name: &str, text: &str, dialect: Dialect) -> Option<NodeId> {
        match self.forest.read(name, text) {
            Ok(root) => {
                let resource = self.add_resource(name.to_owned(), name.to_owned(), root, dialect);
                self.index(root, resource);
                Some(root)
            }
            Err(defects) => {
                self.defects.extend(defects);
                None
            }
        }
    }

    pub(crate) fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(id)
    }

    /// How many resources there are.
    pub(crate) fn resources(&self) -> usize {
        self.resources.len()
    }

    /// The resource a node belongs to; a schema in an unusual place is looked at now.
    pub(crate) fn resource_of(&mut self, node: NodeId) -> ResourceId {
        if let Some(resource) = self.belongs.get(&node) {
            return *resource;
        }
        let mut above = self.forest.parent(node);
        let mut resource = 0;
        while let Some(parent) = above {
            if let Some(known) = self.belongs.get(&parent) {
                resource = *known;
                break;
            }
            above = self.forest.parent(parent);
        }
        self.index(node, resource);
        self.belongs.get(&node).copied().unwrap_or(resource)
    }

    pub(crate) fn dialect_of(&mut self, node: NodeId) -> Dialect {
        let resource = self.resource_of(node);
        self.resource(resource).map_or(Dialect::Draft2020, |resource| resource.dialect)
    }

    /// Where `reference`, written in `from`, leads.
    pub(crate) fn target(&mut self, reference: &str, from: NodeId) -> Result<NodeId, String> {
        let home = self.resource_of(from);
        let (document, fragment) = uri::split_fragment(reference);
        let resource = if document.is_empty() { home } else { self.reach(document, home)? };
        let fragment = uri::percent_decoded(fragment.unwrap_or_default());
        let Some(resource) = self.resources.get(resource) else {
            return Err("leads nowhere".to_owned());
        };
        if fragment.is_empty() {
            return Ok(resource.root);
        }
        if fragment.starts_with('/') {
            let found = self.forest.at(resource.root, &fragment);
            return found.ok_or_else(|| "leads nowhere".to_owned());
        }
        let anchor = resource.anchors.get(&*fragment).or(resource.dynamic.get(&*fragment));
        anchor.copied().ok_or_else(|| format!("there is no anchor `{fragment}`"))
    }

    /// The resource that `document`, written in the resource `home`, names.
    fn reach(&mut self, document: &str, home: ResourceId) -> Result<ResourceId, String> {
        let Some(from) = self.resources.get(home) else { return Err("leads nowhere".to_owned()) };
        let (dialect, absolute) = (from.dialect, uri::resolve(&from.uri, document));
        // What is relative may mean a file beside this one, whatever its `$id` says.
        let beside = uri::resolve(&from.file, document);
        if let Some(Ok(known)) = self.by_uri.get(&absolute) {
            return Ok(*known);
        }
        let first = self.load(&absolute, dialect);
        if first.is_ok() || beside == absolute {
            return first;
        }
        self.load(&beside, dialect).or(first)
    }

    /// Reads a file, once.
    fn load(&mut self, name: &str, dialect: Dialect) -> Result<ResourceId, String> {
        if let Some(known) = self.by_uri.get(name) {
            return known.clone();
        }
        let loaded = self.load_new(name, dialect);
        self.by_uri.insert(name.to_owned(), loaded.clone());
        loaded
    }

    fn load_new(&mut self, name: &str, dialect: Dialect) -> Result<ResourceId, String> {
        if self.by_uri.len() >= FILES_MAX {
            return Err(format!("more than {FILES_MAX} files"));
        }
        let text = (self.read)(name).map_err(|error| format!("cannot read `{name}`: {error}"))?;
        // A file that is wrong tells its own defects.
        let root = self.open(name, &text, dialect).ok_or("the file it leads to is wrong")?;
        Ok(self.belongs.get(&root).copied().unwrap_or_default())
    }

    fn add_resource(
        &mut self,
        uri: String,
        file: String,
        root: NodeId,
        dialect: Dialect,
    ) -> ResourceId {
        let id = self.resources.len();
        self.by_uri.insert(uri.clone(), Ok(id));
        let (anchors, dynamic) = (HashMap::new(), HashMap::new());
        let (asserts, formats) = (true, false);
        self.resources.push(Resource {
            uri,
            file,
            root,
            dialect,
            asserts,
            formats,
            anchors,
            dynamic,
        });
        self.belongs.insert(root, id);
        id
    }

    /// Says which dialect the schemas of a document are in.
    pub(crate) fn set_dialect(&mut self, root: NodeId, dialect: Dialect) {
        let resource = self.resource_of(root);
        if let Some(resource) = self.resources.get_mut(resource) {
            resource.dialect = dialect;
        }
    }

    /// Notes the identifiers and anchors of a schema and of all schemas in it.
    pub(crate) fn index(&mut self, node: NodeId, resource: ResourceId) {
        let resource = self.identify(node, resource);
        self.belongs.insert(node, resource);
        let members = self.forest.members(node);
        let dialect = self.resource(resource).map_or(Dialect::Draft2020, |found| found.dialect);
        for member in members.iter() {
            self.note_anchor(node, &member.key, member.value, resource);
            match dialect::holds(&member.key, dialect) {
                dialect::Holds::Schema => self.index(member.value, resource),
                dialect::Holds::List => self.index_list(member.value, resource),
                dialect::Holds::SchemaOrList => match self.forest.kind(member.value) {
                    Kind::List(_) => self.index_list(member.value, resource),
                    _ => self.index(member.value, resource),
                },
                dialect::Holds::Table => {
                    for inner in self.forest.members(member.value).iter() {
                        self.index(inner.value, resource);
                    }
                }
                dialect::Holds::Nothing => {}
            }
        }
    }

    fn index_list(&mut self, list: NodeId, resource: ResourceId) {
        for element in self.forest.elements(list).iter() {
            self.index(*element, resource);
        }
    }

    /// Reads `$schema` and `$id`; gives the resource that the schema belongs to.
    fn identify(&mut self, node: NodeId, around: ResourceId) -> ResourceId {
        let Some(outer) = self.resources.get(around) else { return around };
        let is_root = outer.root == node;
        let (base, file) = (outer.uri.clone(), outer.file.clone());
        let said = Said { dialect: outer.dialect, asserts: outer.asserts, formats: outer.formats };
        let said = match self.forest.text_of(node, "$schema") {
            Some(uri) => self.dialect(&uri, node, said),
            None => said,
        };
        let dialect = said.dialect;
        let id = self.forest.text_of(node, dialect.id_keyword());
        // Up to draft 7 a reference stands alone.
        let alone = dialect.ref_stands_alone() && self.forest.get(node, "$ref").is_some();
        let id = id.filter(|_| !alone);
        let uri = id.as_deref().map(|id| uri::split_fragment(id).0).filter(|uri| !uri.is_empty());
        let resource = match uri.map(|uri| uri::resolve(&base, uri)) {
            Some(uri) if is_root => {
                self.by_uri.insert(uri.clone(), Ok(around));
                if let Some(resource) = self.resources.get_mut(around) {
                    resource.uri = uri;
                }
                around
            }
            Some(uri) => self.add_resource(uri, file, node, dialect),
            None => around,
        };
        if let Some(found) = self.resources.get_mut(resource)
            && found.root == node
        {
            (found.dialect, found.asserts, found.formats) = (dialect, said.asserts, said.formats);
        }
        resource
    }

    /// What a `$schema` says.
    fn dialect(&mut self, uri: &str, node: NodeId, inherited: Said) -> Said {
        if let Some(dialect) = Dialect::named(uri) {
            return Said { dialect, asserts: true, formats: false };
        }
        let name = uri.trim_end_matches('#');
        let Ok(resource) = self.load(name, Dialect::Draft2020) else {
            let place = self.forest.get(node, "$schema").unwrap_or(node);
            let message = "an unknown dialect; expected \
                           `https://json-schema.org/draft/2020-12/schema` or an older draft's";
            self.defects.push(self.forest.defect(place, message));
            return inherited;
        };
        let Some(metaschema) = self.resources.get(resource) else { return inherited };
        let (dialect, root) = (metaschema.dialect, metaschema.root);
        let Some(vocabulary) = self.forest.get(root, "$vocabulary") else {
            return Said { dialect, asserts: true, formats: false };
        };
        let members = self.forest.members(vocabulary);
        let has = |end: &str| members.iter().any(|member| member.key.ends_with(end));
        let (asserts, formats) = (has("/vocab/validation"), has("/vocab/format-assertion"));
        Said { dialect, asserts, formats }
    }

    fn note_anchor(&mut self, node: NodeId, key: &str, value: NodeId, resource: ResourceId) {
        let Some(text) = self.forest.text(value) else {
            let flag = self.forest.flag(value) == Some(true);
            if key == "$recursiveAnchor"
                && flag
                && let Some(resource) = self.resources.get_mut(resource)
            {
                resource.dynamic.insert("".into(), node);
            }
            return;
        };
        let Some(resource) = self.resources.get_mut(resource) else { return };
        let old = resource.dialect.ref_stands_alone();
        match key {
            "$anchor" if !old => drop(resource.anchors.insert(text, node)),
            "$dynamicAnchor" if resource.dialect == Dialect::Draft2020 => {
                resource.dynamic.insert(text, node);
            }
            key if old && key == resource.dialect.id_keyword() => {
                let anchor = uri::split_fragment(&text).1.filter(|anchor| !anchor.is_empty());
                resource.anchors.extend(anchor.map(|anchor| (anchor.into(), node)));
            }
            _ => {}
        }
    }
}
