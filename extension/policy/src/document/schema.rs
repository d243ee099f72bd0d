//! The JSON Schema of a policy document, for editors; made from the table of keys.
use serde_json::{Map, Value, json};

use super::checks;
use super::keys::{Form, Key, Kind};

/// The JSON Schema (draft 2020-12) of a policy document, as a pretty-printed text.
pub fn schema() -> String {
    let mut schema = table("", "A Tollgate policy.", Value::Null);
    if let Value::Object(members) = &mut schema {
        members.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        members.insert("title".into(), "Tollgate policy".into());
    }
    format!("{schema:#}")
}

fn table(path: &str, description: &str, default: Value) -> Value {
    let properties: Map<_, _> =
        Key::below(path).map(|key| (key.name().to_owned(), property(key))).collect();
    let required: Vec<&str> =
        Key::below(path).filter(|key| key.is_required()).map(Key::name).collect();
    let mut schema = described(description, default);
    schema.insert("type".into(), "object".into());
    schema.insert("additionalProperties".into(), false.into());
    schema.insert("properties".into(), properties.into());
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    Value::Object(schema)
}

fn property(key: &Key) -> Value {
    let default = Value::from(key.default);
    let form = match key.kind {
        Kind::Table => return table(key.path, key.doc, default),
        Kind::Tables => json!({
            "type": "array",
            "items": table(&format!("{}[]", key.path), "One of them.", Value::Null),
        }),
        Kind::Word(words) if key.path == "version" => {
            let numbers: Vec<u32> = words().iter().filter_map(|word| word.parse().ok()).collect();
            json!({ "enum": numbers })
        }
        Kind::Word(words) => json!({ "enum": words() }),
        Kind::Words(words) => json!({ "anyOf": [
            { "enum": words() },
            { "type": "array", "minItems": 1, "items": { "enum": words() } },
        ] }),
        Kind::Size { max } => json!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": max },
            { "type": "string", "pattern": "^[0-9]+(B|KB|KiB|MB|MiB)?$" },
        ] }),
        Kind::Duration { .. } => json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" }),
        Kind::Amount => json!({ "anyOf": [
            { "type": "number", "exclusiveMinimum": 0 },
            { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?([KMGT]i?B)?$" },
        ] }),
        Kind::Percent => json!({ "type": "string", "pattern": "^(100|[1-9][0-9]?)%$" }),
        Kind::Count { max } => json!({ "type": "integer", "minimum": 1, "maximum": max }),
        Kind::CountOrDefault { max } => json!({ "anyOf": [
            { "const": "default" },
            { "type": "integer", "minimum": 1, "maximum": max },
        ] }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Text(form) => text(form),
        Kind::Texts(form) => json!({ "anyOf": [
            text(form),
            { "type": "array", "minItems": 1, "items": text(form) },
        ] }),
        Kind::Fraction => {
            json!({ "type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.001 })
        }
        Kind::Checks => settings(),
    };
    let mut schema = described(key.doc, default);
    if let Value::Object(form) = form {
        schema.extend(form);
    }
    Value::Object(schema)
}

fn text(form: &Form) -> Value {
    json!({ "type": "string", "pattern": form.pattern, "maxLength": form.bytes_max })
}

fn settings() -> Value {
    let setting = json!({ "anyOf": [
        { "enum": ["enforce", "observe", "off"] },
        { "type": "string", "pattern": "^enforce: *(100|[0-9]{1,2})%$" },
        {
            "type": "object",
            "additionalProperties": false,
            "required": ["enforce"],
            "properties": { "enforce": { "type": "string", "pattern": "^(100|[0-9]{1,2})%$" } },
        },
    ] });
    let properties: Map<_, _> =
        checks::names().into_iter().map(|name| (name.to_owned(), setting.clone())).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

/// Defaults are words in the table of keys, so that they stand in the description.
fn described(doc: &str, default: Value) -> Map<String, Value> {
    let description = match default {
        Value::String(default) => format!("{doc} Default: {default}."),
        _ => doc.to_owned(),
    };
    Map::from_iter([("description".to_owned(), description.into())])
}
