//! Holds an event against the compiled schema of OCSF 1.8; tests of the command use it as well.
use serde_json::{Map, Value};

const SCHEMA: &str = include_str!("../../../../../tests/fixtures/ocsf/ocsf-1.8.json");

/// The part of the schema that tests need: attributes with types, enumerations, requirements.
pub(crate) struct Schema(Value);

impl Schema {
    /// Reads it.
    pub(crate) fn read() -> Self {
        Self(serde_json::from_str(SCHEMA).unwrap())
    }

    /// What is wrong with an event.
    pub(crate) fn complaints(&self, event: &Value) -> Vec<String> {
        let class = event["class_uid"].to_string();
        let mut list = Vec::new();
        match self.0["classes"].get(&class) {
            Some(class) => self.object(class, event, "", &mut list),
            None => list.push(format!("no class {class}")),
        }
        list
    }

    fn object(&self, of: &Value, value: &Value, at: &str, list: &mut Vec<String>) {
        let Some(object) = value.as_object() else {
            list.push(format!("{at}: no object"));
            return;
        };
        let attributes = of["attributes"].as_object().unwrap();
        for (name, attribute) in attributes {
            if attribute["required"] == true && !object.contains_key(name) {
                list.push(format!("{at}/{name}: missing"));
            }
        }
        let wanted = of["constraints"]["at_least_one"].as_array();
        if wanted.is_some_and(|names| !names.iter().any(|name| has(object, name))) {
            list.push(format!("{at}: none of {wanted:?}"));
        }
        for (name, value) in object {
            let at = format!("{at}/{name}");
            match attributes.get(name) {
                Some(attribute) => self.attribute(attribute, value, &at, list),
                None => list.push(format!("{at}: unknown")),
            }
        }
    }

    fn attribute(&self, attribute: &Value, value: &Value, at: &str, list: &mut Vec<String>) {
        let single = std::slice::from_ref(value);
        let values = match (attribute["array"] == true, value.as_array()) {
            (true, Some(values)) => values.as_slice(),
            (false, _) => single,
            (true, None) => return list.push(format!("{at}: no list")),
        };
        for value in values {
            match attribute["object"].as_str() {
                // Free form: what has no place elsewhere.
                Some("object") => {}
                Some(object) => match self.0["objects"].get(object) {
                    Some(object) => self.object(object, value, at, list),
                    None => list.push(format!("{at}: `{object}` is not in the subset")),
                },
                None => self.scalar(attribute, value, at, list),
            }
        }
    }

    fn scalar(&self, attribute: &Value, value: &Value, at: &str, list: &mut Vec<String>) {
        let named = attribute["type"].as_str().unwrap();
        let base = self.0["types"][named]["type"].as_str().unwrap_or(named);
        let fits = match base {
            "integer_t" | "long_t" => value.is_u64() || value.is_i64(),
            "boolean_t" => value.is_boolean(),
            "string_t" => value.is_string(),
            _ => false,
        };
        if !fits {
            list.push(format!("{at}: {value} is no {named}"));
        }
        let words = attribute["enum"].as_array();
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if words.is_some_and(|words| !words.iter().any(|word| word == text.as_str())) {
            list.push(format!("{at}: {value} is not in the enumeration"));
        }
    }
}

fn has(object: &Map<String, Value>, name: &Value) -> bool {
    object.contains_key(name.as_str().unwrap())
}
