//! The keywords of arrays and objects.
use super::Compiler;
use crate::archive::Dialect;
use crate::program::{Contains, Known, ListRule, Requires, TableRule};
use crate::source::{Kind, NodeId};

impl Compiler<'_> {
    pub(super) fn list_rule(
        &mut self,
        node: NodeId,
        dialect: Dialect,
        asserts: bool,
    ) -> Option<Box<ListRule>> {
        let mut rule = ListRule::default();
        let mut any = self.items(node, dialect, &mut rule);
        let get = |compiler: &Self, key: &str| compiler.archive.forest.get(node, key);
        if let (true, Some(value)) = (asserts, get(self, "minItems")) {
            rule.min = self.count(value).unwrap_or_default();
            any = true;
        }
        if let (true, Some(value)) = (asserts, get(self, "maxItems")) {
            rule.max = self.count(value);
            any = true;
        }
        if let (true, Some(value)) = (asserts, get(self, "uniqueItems")) {
            rule.unique = self.flag(value);
            any = true;
        }
        if let (true, Some(value)) = (dialect >= Dialect::Draft6, get(self, "contains")) {
            rule.contains = Some(self.contains(node, value, dialect, asserts));
            any = true;
        }
        any.then(|| Box::new(rule))
    }

    fn items(&mut self, node: NodeId, dialect: Dialect, rule: &mut ListRule) -> bool {
        let forest = &self.archive.forest;
        let (items, prefix) = (forest.get(node, "items"), forest.get(node, "prefixItems"));
        let others = forest.get(node, "additionalItems");
        if let (Dialect::Draft2020, Some(prefix)) = (dialect, prefix) {
            rule.prefix = self.schemas(prefix);
        }
        let Some(items) = items else { return !rule.prefix.is_empty() };
        match self.archive.forest.kind(items) {
            Kind::List(_) if dialect == Dialect::Draft2020 => {
                let message = "a list; since draft 2020-12 that is `prefixItems`";
                self.complain(items, message);
            }
            Kind::List(_) if dialect == Dialect::Api30 => {
                self.complain(items, "a list; expected a schema");
            }
            Kind::List(elements) => {
                rule.prefix = elements.iter().map(|element| self.schema(*element)).collect();
                rule.rest = others.map(|others| (self.schema(others), "additionalItems"));
            }
            _ => rule.rest = Some((self.schema(items), "items")),
        }
        true
    }

    fn contains(
        &mut self,
        node: NodeId,
        value: NodeId,
        dialect: Dialect,
        asserts: bool,
    ) -> Contains {
        let counted = asserts && dialect >= Dialect::Draft2019;
        let forest = &self.archive.forest;
        let min = forest.get(node, "minContains").filter(|_| counted);
        let max = forest.get(node, "maxContains").filter(|_| counted);
        Contains {
            rule: self.schema(value),
            min: min.and_then(|min| self.count(min)).unwrap_or(1),
            max: max.and_then(|max| self.count(max)),
            evaluates: dialect == Dialect::Draft2020,
        }
    }

    pub(super) fn table_rule(
        &mut self,
        node: NodeId,
        dialect: Dialect,
        asserts: bool,
    ) -> Option<Box<TableRule>> {
        let mut rule = TableRule::default();
        let mut any = false;
        for member in self.archive.forest.members(node).iter() {
            let value = member.value;
            match &*member.key {
                "minProperties" if asserts => rule.min = self.count(value).unwrap_or_default(),
                "maxProperties" if asserts => rule.max = self.count(value),
                "properties" => self.properties(value, &mut rule),
                "patternProperties" if dialect >= Dialect::Draft4 => {
                    self.pattern_properties(value, &mut rule);
                }
                "additionalProperties" => rule.rest = Some(self.schema(value)),
                "propertyNames" if dialect >= Dialect::Draft6 => {
                    rule.names = Some(self.schema(value));
                }
                "dependencies" if dialect >= Dialect::Draft4 => {
                    self.dependencies(value, asserts, &mut rule);
                }
                "dependentRequired" if asserts && dialect >= Dialect::Draft2019 => {
                    for member in self.table(value).iter() {
                        let name = (*member.key).into();
                        let others = self.texts(member.value);
                        let keyword = "dependentRequired";
                        rule.requires.push(Requires { name, others, keyword });
                    }
                }
                "dependentSchemas" if dialect >= Dialect::Draft2019 => {
                    for member in self.table(value).iter() {
                        rule.dependent.push(((*member.key).into(), self.schema(member.value)));
                    }
                }
                "required" if asserts => self.required(value, &mut rule),
                _ => continue,
            }
            any = true;
        }
        tollgate_order::sort_by(&mut rule.known, |a, b| a.order(b.print, b.name.as_bytes()));
        rule.known.dedup_by(|later, first| {
            let same = later.name == first.name;
            if same {
                first.rule = first.rule.or(later.rule);
                first.required = first.required.or(later.required);
            }
            same
        });
        any.then(|| Box::new(rule))
    }

    fn properties(&mut self, node: NodeId, rule: &mut TableRule) {
        for member in self.table(node).iter() {
            let id = self.schema(member.value);
            rule.known.push(Known::new((*member.key).into(), Some(id), None));
        }
    }

    fn required(&mut self, node: NodeId, rule: &mut TableRule) {
        // Up to draft 3, and in many a slip since, it was a flag of the property.
        if self.archive.forest.flag(node).is_some() {
            let message = "expected a list of names, beside `properties`";
            self.complain(node, message);
            return;
        }
        for (element, name) in (0..).zip(self.texts(node)) {
            rule.known.push(Known::new(name, None, Some(element)));
        }
    }

    fn pattern_properties(&mut self, node: NodeId, rule: &mut TableRule) {
        for member in self.table(node).iter() {
            let id = self.schema(member.value);
            let pattern = self.pattern_of(&member.key, |compiler, message| {
                let defect = compiler.archive.forest.defect_of_key(node, member, message);
                compiler.archive.defects.push(defect);
            });
            rule.patterns.extend(pattern.map(|pattern| (pattern, id)));
        }
    }

    /// `dependencies` of drafts up to 7: names or a schema.
    fn dependencies(&mut self, node: NodeId, asserts: bool, rule: &mut TableRule) {
        for member in self.table(node).iter() {
            let name: Box<str> = (*member.key).into();
            match self.archive.forest.kind(member.value) {
                Kind::List(_) if asserts => {
                    let others = self.texts(member.value);
                    rule.requires.push(Requires { name, others, keyword: "dependencies" });
                }
                Kind::List(_) => {}
                _ => rule.dependent.push((name, self.schema(member.value))),
            }
        }
    }

    /// The members of a mapping, or a complaint.
    pub(crate) fn table(&mut self, node: NodeId) -> std::rc::Rc<[crate::source::Member]> {
        let kind = self.archive.forest.kind(node);
        if !matches!(kind, Kind::Table(_)) {
            self.complain(node, "expected a mapping");
        }
        self.archive.forest.members(node)
    }
}
