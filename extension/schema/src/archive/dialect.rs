//! The drafts of JSON Schema, and the keywords that hold schemas.

/// A draft, or OpenAPI 3.0's own form of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dialect {
    /// OpenAPI 3.0.
    Api30,
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    /// Also OpenAPI 3.1.
    Draft2020,
}

/// What a keyword's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Schema,
    List,
    SchemaOrList,
    Table,
    Nothing,
}

impl Dialect {
    /// The dialect of a `$schema`, or of OpenAPI's `jsonSchemaDialect`.
    pub(crate) fn named(uri: &str) -> Option<Self> {
        let bare = uri.trim_end_matches('#');
        let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"))?;
        match bare {
            "json-schema.org/draft-04/schema" => Some(Self::Draft4),
            "json-schema.org/draft-06/schema" => Some(Self::Draft6),
            "json-schema.org/draft-07/schema" => Some(Self::Draft7),
            "json-schema.org/draft/2019-09/schema" => Some(Self::Draft2019),
            "json-schema.org/schema" | "json-schema.org/draft/2020-12/schema" => {
                Some(Self::Draft2020)
            }
            other => other.starts_with("spec.openapis.org/oas/3.1/").then_some(Self::Draft2020),
        }
    }

    /// Whether what stands beside a `$ref` is of no account.
    pub(crate) fn ref_stands_alone(self) -> bool {
        self <= Self::Draft7
    }

    /// Whether `items` may be a list, and `additionalItems` speaks of the others.
    pub(crate) fn has_item_lists(self) -> bool {
        self < Self::Draft2020
    }

    pub(super) fn id_keyword(self) -> &'static str {
        match self {
            Self::Draft4 => "id",
            _ => "$id",
        }
    }
}

/// What a keyword holds. One that a dialect does not have may hold a schema all the same: it does
/// no harm to know it.
pub(super) fn holds(keyword: &str, dialect: Dialect) -> Holds {
    match keyword {
        "items" if dialect.has_item_lists() => Holds::SchemaOrList,
        "additionalItems"
        | "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "items"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Holds::Schema,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Holds::List,
        "$defs" | "definitions" | "dependencies" | "dependentSchemas" | "patternProperties"
        | "properties" => Holds::Table,
        _ => Holds::Nothing,
    }
}
