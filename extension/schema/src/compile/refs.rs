//! `$ref` and its relatives.
use super::Compiler;
use super::values::quote;
use crate::archive::Dialect;
use crate::program::Applied;
use crate::source::{Kind, NodeId};
use crate::uri;

impl Compiler<'_> {
    /// The schema that a reference leads to.
    pub(crate) fn reference(&mut self, schema: NodeId, value: NodeId) -> Option<NodeId> {
        let text = self.text(value)?;
        match self.archive.target(&text, schema) {
            Ok(target) => Some(target),
            Err(error) => {
                self.complain(value, format!("{}: {error}", quote(&text)));
                None
            }
        }
    }

    pub(super) fn static_ref(&mut self, schema: NodeId, value: NodeId) -> Option<Applied> {
        let target = self.reference(schema, value)?;
        if !matches!(self.archive.forest.kind(target), Kind::Table(_) | Kind::Bool(_)) {
            self.complain(value, "leads to something that is no schema");
            return None;
        }
        Some(Applied::Ref(self.schema(target)))
    }

    /// `$dynamicRef`: dynamic only where what it leads to is a `$dynamicAnchor` of that name.
    pub(super) fn dynamic_ref(&mut self, schema: NodeId, value: NodeId) -> Option<Applied> {
        let target = self.reference(schema, value)?;
        let id = self.schema(target);
        let text = self.archive.forest.text(value)?;
        let name = uri::split_fragment(&text).1.unwrap_or_default();
        let resource = self.archive.resource_of(target);
        let anchor = self.archive.resource(resource)?.dynamic.get(name);
        if anchor != Some(&target) || name.is_empty() {
            return Some(Applied::Ref(id));
        }
        self.dynamic.insert(name.into());
        Some(Applied::Dynamic(name.into(), id))
    }

    /// `$recursiveRef` of draft 2019-09: an anchor without a name.
    pub(super) fn recursive_ref(&mut self, schema: NodeId, value: NodeId) -> Option<Applied> {
        let target = self.reference(schema, value)?;
        let id = self.schema(target);
        let resource = self.archive.resource_of(target);
        if self.archive.resource(resource)?.dynamic.get("") != Some(&target) {
            return Some(Applied::Ref(id));
        }
        self.dynamic.insert("".into());
        Some(Applied::Dynamic("".into(), id))
    }

    pub(super) fn any_ref(
        &mut self,
        keyword: &str,
        dialect: Dialect,
        schema: NodeId,
        value: NodeId,
    ) -> Option<Applied> {
        match keyword {
            "$ref" => self.static_ref(schema, value),
            "$dynamicRef" if dialect == Dialect::Draft2020 => self.dynamic_ref(schema, value),
            "$recursiveRef" if dialect == Dialect::Draft2019 => self.recursive_ref(schema, value),
            _ => None,
        }
    }
}
