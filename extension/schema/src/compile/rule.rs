//! One schema becomes one rule.
use super::Compiler;
use super::values::{hint, quote};
use crate::archive::Dialect;
use crate::format::{Format, Named};
use crate::nearest::nearest;
use crate::program::{Applied, Id, NumberRule, Rule, TextRule, Types};
use crate::source::{Kind, Member, NodeId};

/// Keywords that are known in some draft.
const KEYWORDS: [&str; 66] = [
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$ref",
    "$schema",
    "$vocabulary",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "discriminator",
    "else",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "id",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
];

/// Keywords of OpenAPI 3.0 (its specification, "Schema Object").
const KEYWORDS_API_30: [&str; 36] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
];

impl Compiler<'_> {
    pub(super) fn rule(&mut self, node: NodeId) -> Rule {
        let resource = self.archive.resource_of(node);
        let forest = &self.archive.forest;
        let place = format!("{}#{}", forest.file(forest.place(node).file), forest.pointer(node));
        let mut rule = Rule::new(resource, place);
        let members = match self.archive.forest.kind(node) {
            Kind::Bool(flag) => {
                rule.never = !flag;
                return rule;
            }
            Kind::Table(members) => members,
            _ => {
                self.complain(node, "expected a schema: a mapping, `true` or `false`");
                return rule;
            }
        };
        let dialect = self.archive.dialect_of(node);
        let asserts = self.archive.resource(resource).is_none_or(|resource| resource.asserts);
        if let (true, Some(value)) =
            (dialect.ref_stands_alone(), self.archive.forest.get(node, "$ref"))
        {
            rule.applied.extend(self.static_ref(node, value));
            for member in members.iter().filter(|member| counts_for_nothing(&member.key)) {
                let message = "beside `$ref` this counts for nothing up to draft 7 and in \
                               OpenAPI 3.0; put both into an `allOf`";
                let beside = self.archive.forest.defect_of_key(node, member, message.to_owned());
                self.notes.push(beside);
            }
            return rule;
        }
        for member in members.iter() {
            if asserts {
                self.assertion(&mut rule, node, dialect, member);
            }
            self.applicator(&mut rule, node, dialect, member);
            self.unknown(node, dialect, member);
        }
        if asserts {
            rule.number = self.number_rule(node, dialect);
            rule.text = self.text_rule(node);
        }
        let formats = self.archive.resource(resource).is_some_and(|resource| resource.formats);
        self.format(node, formats, &mut rule);
        rule.list = self.list_rule(node, dialect, asserts);
        rule.table = self.table_rule(node, dialect, asserts);
        rule
    }

    /// Keywords that look at the value itself.
    fn assertion(&mut self, rule: &mut Rule, node: NodeId, dialect: Dialect, member: &Member) {
        match &*member.key {
            "type" => {
                let types = self.types(member.value);
                let nullable =
                    dialect == Dialect::Api30 && self.archive.forest.is_set(node, "nullable");
                rule.types = types.or(if nullable { Types::NULL } else { Types::NONE });
            }
            "enum" => match self.archive.forest.kind(member.value) {
                Kind::List(elements) => {
                    let constants = self.constants("enum", &elements);
                    rule.constants.push(constants);
                }
                _ => self.complain(member.value, "expected a list"),
            },
            "const" if dialect >= Dialect::Draft6 => {
                let constants = self.constants("const", &[member.value]);
                rule.constants.push(constants);
            }
            "readOnly" => rule.read_only = self.flag(member.value),
            "nullable" if dialect == Dialect::Api30 => drop(self.flag(member.value)),
            _ => {}
        }
    }

    /// Keywords that apply other schemas to the same value.
    fn applicator(&mut self, rule: &mut Rule, node: NodeId, dialect: Dialect, member: &Member) {
        let value = member.value;
        match &*member.key {
            keyword @ ("$ref" | "$dynamicRef" | "$recursiveRef") => {
                rule.applied.extend(self.any_ref(keyword, dialect, node, value));
            }
            "allOf" => rule.applied.push(Applied::All(self.schemas(value))),
            "anyOf" => rule.applied.push(Applied::Any(self.schemas(value))),
            "oneOf" => rule.applied.push(Applied::One(self.schemas(value))),
            "not" => rule.applied.push(Applied::Not(self.schema(value))),
            "if" if dialect >= Dialect::Draft7 => {
                let forest = &self.archive.forest;
                let (then, otherwise) = (forest.get(node, "then"), forest.get(node, "else"));
                let test = self.schema(value);
                let then = then.map(|then| self.schema(then));
                let otherwise = otherwise.map(|otherwise| self.schema(otherwise));
                rule.applied.push(Applied::If { test, then, otherwise });
            }
            "unevaluatedItems" if dialect >= Dialect::Draft2019 => {
                rule.unevaluated_items = Some(self.schema(value));
            }
            "unevaluatedProperties" if dialect >= Dialect::Draft2019 => {
                rule.unevaluated_properties = Some(self.schema(value));
            }
            _ => {}
        }
    }

    pub(super) fn schemas(&mut self, node: NodeId) -> Vec<Id> {
        match self.archive.forest.kind(node) {
            Kind::List(elements) if !elements.is_empty() => {
                elements.iter().map(|element| self.schema(*element)).collect()
            }
            _ => {
                self.complain(node, "expected a list of at least one schema");
                Vec::new()
            }
        }
    }

    /// In OpenAPI 3.0 an unknown keyword is wrong; elsewhere it is legal, but may be a slip.
    fn unknown(&mut self, node: NodeId, dialect: Dialect, member: &Member) {
        let key = &*member.key;
        let known: &[&str] = match dialect {
            Dialect::Api30 => &KEYWORDS_API_30,
            _ => &KEYWORDS,
        };
        if known.contains(&key) || key.starts_with("x-") {
            return;
        }
        let slip = nearest(key, known.iter().copied());
        let forest = &self.archive.forest;
        if dialect == Dialect::Api30 {
            let elsewhere = if KEYWORDS.contains(&key) { " (OpenAPI 3.1 has it)" } else { "" };
            let message = format!("unknown keyword in OpenAPI 3.0{elsewhere}{}", hint(slip));
            let defect = forest.defect_of_key(node, member, message);
            self.archive.defects.push(defect);
        } else if slip.is_some() {
            let message = format!("unknown keyword{}", hint(slip));
            let slip = forest.defect_of_key(node, member, message);
            self.notes.push(slip);
        }
    }

    fn number_rule(&mut self, node: NodeId, dialect: Dialect) -> Option<Box<NumberRule>> {
        let get = |compiler: &Self, key: &str| compiler.archive.forest.get(node, key);
        let mut rule = NumberRule::default();
        let mut any = false;
        for key in ["minimum", "maximum"] {
            let Some(value) = get(self, key) else { continue };
            let bound = self.number(value);
            any = true;
            let exclusive = match key {
                "minimum" => "exclusiveMinimum",
                _ => "exclusiveMaximum",
            };
            // Up to draft 4 it is a flag beside the bound.
            let flag = dialect <= Dialect::Draft4 && self.archive.forest.is_set(node, exclusive);
            match (key, flag) {
                ("minimum", false) => rule.minimum = bound,
                ("minimum", true) => rule.exclusive_minimum = bound,
                (_, false) => rule.maximum = bound,
                (_, true) => rule.exclusive_maximum = bound,
            }
        }
        for key in ["exclusiveMinimum", "exclusiveMaximum"] {
            let Some(value) = get(self, key) else { continue };
            if dialect <= Dialect::Draft4 {
                self.flag(value);
                continue;
            }
            let bound = self.number(value);
            any = true;
            match key {
                "exclusiveMinimum" => rule.exclusive_minimum = bound,
                _ => rule.exclusive_maximum = bound,
            }
        }
        if let Some(value) = get(self, "multipleOf") {
            rule.multiple_of = self.unit(value);
            any = true;
        }
        any.then(|| Box::new(rule))
    }

    fn text_rule(&mut self, node: NodeId) -> Option<Box<TextRule>> {
        let get = |compiler: &Self, key: &str| compiler.archive.forest.get(node, key);
        let mut rule = TextRule::default();
        let mut any = false;
        if let Some(value) = get(self, "minLength") {
            rule.min = self.count(value).unwrap_or_default();
            any = true;
        }
        if let Some(value) = get(self, "maxLength") {
            rule.max = self.count(value);
            any = true;
        }
        if let Some(value) = get(self, "pattern") {
            rule.pattern = self.pattern(value);
            any = true;
        }
        any.then(|| Box::new(rule))
    }

    fn format(&mut self, node: NodeId, always: bool, rule: &mut Rule) {
        let Some(value) = self.archive.forest.get(node, "format") else { return };
        let Some(name) = self.text(value).filter(|_| always || self.options.formats) else {
            return;
        };
        match Format::named(&name) {
            Named::Checked(format @ (Format::Int32 | Format::Int64)) => {
                rule.number.get_or_insert_default().format = Some(format);
            }
            Named::Checked(format) => rule.text.get_or_insert_default().format = Some(format),
            Named::Unknown => {
                let message = format!("the format {} is not known: not checked", quote(&name));
                self.notes.push(self.archive.forest.defect(value, message));
            }
            Named::Any => {}
        }
    }
}

/// Whether an owner may think that a keyword beside a lone `$ref` asserts something.
fn counts_for_nothing(key: &str) -> bool {
    const HARMLESS: [&str; 14] = [
        "$ref",
        "$comment",
        "$id",
        "id",
        "$schema",
        "$defs",
        "definitions",
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "summary",
        "title",
    ];
    KEYWORDS.contains(&key) && !HARMLESS.contains(&key)
}
