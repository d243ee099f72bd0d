//! A policy for each feature that could cost at start: so that what it costs is known.
use anyhow::Result;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A feature, the policy that turns it on, and the files that the policy names.
struct Feature {
    name: &'static str,
    policy: &'static str,
    file: Option<(&'static str, &'static str)>,
}

const FEATURES: [Feature; 5] = [
    Feature {
        name: "Cedar",
        policy: "authorise: [orders.cedar]\n",
        file: Some(("orders.cedar", CEDAR)),
    },
    Feature {
        name: "JSON Schema",
        policy: "sources:\n  - { trigger: direct, schema: order.json }\n",
        file: Some(("order.json", SCHEMA)),
    },
    Feature {
        name: "OpenAPI",
        policy: "sources:\n  - { trigger: api-gateway-v2, openapi: api.yaml }\n",
        file: Some(("api.yaml", OPENAPI)),
    },
    Feature { name: "a CloudWatch sink", policy: SINK, file: None },
    Feature { name: "a DynamoDB budget", policy: BUDGET, file: None },
];

const CEDAR: &str = r#"@id("direct")
permit (principal, action == Action::"Invoke", resource) when { context.trigger == "direct" };
@id("queues")
permit (principal, action, resource) when { context.trigger == "sqs" };
"#;

const SCHEMA: &str = r#"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
  "properties": { "orders": { "type": "array", "maxItems": 10000, "items": { "type": "object",
    "required": ["id", "note"], "properties": { "id": { "type": "integer", "minimum": 0 },
      "note": { "type": "string", "maxLength": 100000 } } } } } }
"#;

const OPENAPI: &str = "openapi: 3.1.0
info: { title: orders, version: '1' }
paths:
  /orders/{id}:
    get:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
      responses: { '200': { description: an order } }
  /orders:
    post:
      requestBody:
        content:
          application/json:
            schema: { type: object, required: [note], properties: { note: { type: string } } }
      responses: { '201': { description: taken } }
";

const SINK: &str = "ledger:
  sinks: [{ type: stdout }, { type: cloudwatch, log_group: /audit/bench }]
";

const BUDGET: &str = "tables: { budgets: tollgate-budgets }
budgets:
  - { name: wallet, unit: usd, limit: 25, per: day, scope: function, store: dynamodb }
";

/// The policies, written into a directory that goes with them.
#[derive(Debug)]
pub struct Features {
    directory: TempDir,
}

impl Features {
    /// Writes all of them.
    pub fn write() -> Result<Self> {
        let features = Self { directory: tempfile::tempdir()? };
        for feature in &FEATURES {
            let path = features.path(feature.name);
            let directory = path.parent().unwrap_or(Path::new("."));
            std::fs::create_dir_all(directory)?;
            std::fs::write(&path, format!("version: 1\nmode: enforce\n{}", feature.policy))?;
            if let Some((name, text)) = feature.file {
                std::fs::write(directory.join(name), text)?;
            }
        }
        Ok(features)
    }

    /// Each feature's name with its policy's file.
    pub fn all(&self) -> Vec<(&'static str, PathBuf)> {
        FEATURES.iter().map(|feature| (feature.name, self.path(feature.name))).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name.replace(' ', "-")).join("tollgate.yaml")
    }
}
