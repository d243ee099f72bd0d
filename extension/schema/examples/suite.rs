//! Runs the official JSON Schema test suite: `suite CHECKOUT DRAFT [METASCHEMAS]`.
//!
//! CHECKOUT is a clone of json-schema-org/JSON-Schema-Test-Suite, DRAFT a folder of its `tests`
//! such as `draft2020-12` (or `draft2020-12/optional`), METASCHEMAS a folder in which metaschemas
//! lie by their URI's path, such as `json-schema.org/draft/2020-12/schema.json`.
//! Ends with failure if a test fails.
#![expect(clippy::print_stdout, reason = "a report is printed")]
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use tollgate_schema::{Options, Schema};

/// Where the suite's own documents live.
const REMOTES: &str = "http://localhost:1234/";

#[derive(Default)]
struct Counts {
    passed: u32,
    failed: u32,
    refused: u32,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(checkout), Some(draft)) = (arguments.next(), arguments.next()) else {
        println!("usage: suite CHECKOUT DRAFT [METASCHEMAS]");
        return ExitCode::from(2);
    };
    let suite = Suite {
        checkout: checkout.into(),
        metaschemas: arguments.next().map(PathBuf::from),
        schema: dialect(&draft),
        formats: draft.contains("format"),
    };
    let folder = suite.checkout.join("tests").join(&draft);
    let mut counts = Counts::default();
    let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => {
            println!("{}: {error}", folder.display());
            return ExitCode::from(2);
        }
    };
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ext| ext == "json")) {
        suite.run(file, &mut counts);
    }
    let Counts { passed, failed, refused } = counts;
    println!("{draft}: {passed} passed, {failed} failed, {refused} in schemas that were refused");
    if failed + refused == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The `$schema` of a draft's tests, most of which do not say it.
fn dialect(draft: &str) -> &'static str {
    match draft.split('/').next() {
        Some("draft4") => "http://json-schema.org/draft-04/schema#",
        Some("draft6") => "http://json-schema.org/draft-06/schema#",
        Some("draft7") => "http://json-schema.org/draft-07/schema#",
        Some("draft2019-09") => "https://json-schema.org/draft/2019-09/schema",
        _ => "https://json-schema.org/draft/2020-12/schema",
    }
}

struct Suite {
    checkout: PathBuf,
    metaschemas: Option<PathBuf>,
    schema: &'static str,
    formats: bool,
}

impl Suite {
    fn run(&self, file: &Path, counts: &mut Counts) {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let groups: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        for group in &groups {
            let tests = group["tests"].as_array().map_or(&[] as &[Value], Vec::as_slice);
            let mut schema = group["schema"].clone();
            if let Some(members) = schema.as_object_mut() {
                members.entry("$schema").or_insert(json!(self.schema));
            }
            let compiled = Schema::compile_with(
                "schema.json",
                &schema.to_string(),
                &mut |uri| self.read(uri),
                Options { formats: self.formats },
            );
            let compiled = match compiled {
                Ok(compiled) => compiled,
                Err(defects) => {
                    counts.refused += u32::try_from(tests.len()).unwrap_or_default();
                    println!("{name}: {}: refused: {:?}", group["description"], defects.first());
                    continue;
                }
            };
            for test in tests {
                let result = compiled.check(test["data"].to_string().as_bytes());
                if result.is_ok() == test["valid"].as_bool().unwrap_or_default() {
                    counts.passed += 1;
                } else {
                    counts.failed += 1;
                    println!(
                        "{name}: {}: {}: {result:?}",
                        group["description"], test["description"]
                    );
                }
            }
        }
    }

    fn read(&self, uri: &str) -> Result<String, String> {
        let path = match (uri.strip_prefix(REMOTES), uri.split_once("://"), &self.metaschemas) {
            (Some(remote), _, _) => self.checkout.join("remotes").join(remote),
            (None, Some((_, path)), Some(folder)) => folder.join(format!("{path}.json")),
            _ => return Err("no such document here".to_owned()),
        };
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}
