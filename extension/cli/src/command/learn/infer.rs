//! A JSON Schema that every observed value holds, and not much else does.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// Members of an object that are told apart; one with more is a map from names to values.
const MEMBERS_MAX: usize = 64;
/// Values in one another that are told apart.
const DEPTH_MAX: u32 = 16;

/// What was seen at one place.
#[derive(Debug, Default, Clone)]
pub(super) struct Shape {
    seen: u64,
    /// The types of plain values, each by its name.
    plain: BTreeSet<&'static str>,
    /// The longest text, in characters.
    text: Option<u64>,
    array: Option<Box<Elements>>,
    object: Option<Box<Members>>,
}

#[derive(Debug, Default, Clone)]
struct Elements {
    most: u64,
    shape: Shape,
}

#[derive(Debug, Default, Clone)]
struct Members {
    seen: u64,
    known: BTreeMap<String, Shape>,
    /// There were too many names: what all values have in common.
    any: Option<Shape>,
}

impl Shape {
    /// How many values were seen.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// Takes one more value in.
    pub(super) fn add(&mut self, value: &Value, depth: u32) {
        self.seen += 1;
        match value {
            Value::Null => _ = self.plain.insert("null"),
            Value::Bool(_) => _ = self.plain.insert("boolean"),
            Value::Number(number) if number.is_i64() || number.is_u64() => {
                _ = self.plain.insert("integer");
            }
            Value::Number(_) => _ = self.plain.insert("number"),
            Value::String(text) => {
                let length = text.chars().count() as u64;
                self.text = Some(self.text.unwrap_or(0).max(length));
            }
            Value::Array(elements) => {
                let known = self.array.get_or_insert_default();
                known.most = known.most.max(elements.len() as u64);
                if depth < DEPTH_MAX {
                    for element in elements {
                        known.shape.add(element, depth + 1);
                    }
                }
            }
            Value::Object(members) => {
                let known = self.object.get_or_insert_default();
                known.seen += 1;
                if depth < DEPTH_MAX {
                    for (name, value) in members {
                        known.add(name, value, depth + 1);
                    }
                }
            }
        }
    }

    /// The schema of what was seen. Lengths have room to double.
    pub(super) fn schema(&self, depth: u32) -> Value {
        let mut schema = Map::new();
        let deeper = [
            (self.text.is_some(), "string"),
            (self.array.is_some(), "array"),
            (self.object.is_some(), "object"),
        ];
        let any_number = self.plain.contains("number");
        let plain = self.plain.iter().copied().filter(|it| !any_number || *it != "integer");
        let deeper = deeper.into_iter().filter(|it| it.0).map(|it| it.1);
        let types: Vec<&str> = plain.chain(deeper).collect();
        match types.as_slice() {
            [] => return Value::Bool(true),
            [only] => schema.insert("type".into(), (*only).into()),
            several => schema.insert("type".into(), several.into()),
        };
        if let Some(longest) = self.text {
            schema.insert("maxLength".into(), room(longest).into());
        }
        if let Some(elements) = &self.array {
            schema.insert("maxItems".into(), room(elements.most).into());
            if depth < DEPTH_MAX && elements.shape.seen > 0 {
                schema.insert("items".into(), elements.shape.schema(depth + 1));
            }
        }
        if let Some(members) = &self.object
            && depth < DEPTH_MAX
        {
            members.describe(&mut schema, depth);
        }
        Value::Object(schema)
    }
}

impl Members {
    fn add(&mut self, name: &str, value: &Value, depth: u32) {
        if let Some(any) = &mut self.any {
            return any.add(value, depth);
        }
        self.known.entry(name.to_owned()).or_default().add(value, depth);
        if self.known.len() > MEMBERS_MAX {
            // What was told apart so far is no longer: any value is taken.
            self.known.clear();
            self.any = Some(Shape::default());
        }
    }

    fn describe(&self, schema: &mut Map<String, Value>, depth: u32) {
        if self.any.is_some() {
            return;
        }
        let properties: Map<_, _> =
            self.known.iter().map(|(name, it)| (name.clone(), it.schema(depth + 1))).collect();
        let always = self.known.iter().filter(|(_, shape)| shape.seen >= self.seen);
        let required: Vec<&str> = always.map(|(name, _)| name.as_str()).collect();
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
        schema.insert("properties".into(), properties.into());
        schema.insert("additionalProperties".into(), false.into());
    }
}

/// Twice as much, in powers of two, and at least 16.
pub(super) fn room(most: u64) -> u64 {
    most.max(8).next_power_of_two().saturating_mul(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_always_there_is_required() {
        let mut shape = Shape::default();
        shape.add(&json!({ "a": 1, "b": "x", "c": [1, 2.5] }), 0);
        shape.add(&json!({ "a": null, "c": [] }), 0);
        let expected = json!({
            "type": "object",
            "required": ["a", "c"],
            "properties": {
                "a": { "type": ["integer", "null"] },
                "b": { "type": "string", "maxLength": 16 },
                "c": { "type": "array", "maxItems": 16, "items": { "type": "number" } },
            },
            "additionalProperties": false,
        });
        assert_eq!(shape.schema(0), expected);
    }

    #[test]
    fn maps_and_depths_end() {
        let mut shape = Shape::default();
        let map: Map<_, _> = (0..100).map(|i| (format!("k{i}"), json!(i))).collect();
        shape.add(&Value::Object(map), 0);
        assert_eq!(shape.schema(0), json!({ "type": "object" }));
        let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
        let mut shape = Shape::default();
        shape.add(&deep, 0);
        assert!(shape.schema(0).to_string().len() < 1000);
    }
}
