//! The files that documents name: each is read and compiled once.
use std::collections::HashMap;
use std::sync::Arc;

use tollgate_schema::{Api, Defect, Schema};

use super::Files;
use crate::problem::{At, Problem};

/// Schemas and API descriptions by the document and the path that name them.
pub(super) struct Shelf<'f, 'r> {
    files: &'f mut Files<'r>,
    problems: &'f mut Vec<Problem>,
    /// Every text that was read, in order.
    read: Vec<String>,
    notes: Vec<Problem>,
    schemas: HashMap<(String, String), Option<Arc<Schema>>>,
    apis: HashMap<(String, String), Option<Arc<Api>>>,
}

impl<'f, 'r> Shelf<'f, 'r> {
    pub(super) fn new(files: &'f mut Files<'r>, problems: &'f mut Vec<Problem>) -> Self {
        let (read, notes) = (Vec::new(), Vec::new());
        Self { files, problems, read, notes, schemas: HashMap::new(), apis: HashMap::new() }
    }

    /// Every text that was read, and what is not wrong in them but may be meant otherwise.
    pub(super) fn close(self) -> (Vec<String>, Vec<Problem>) {
        (self.read, self.notes)
    }

    /// The JSON Schema in the file of this path.
    pub(super) fn schema(&mut self, key: &str, path: &At<'_, String>) -> Option<Arc<Schema>> {
        let name = (path.place.file.to_owned(), path.value.clone());
        if let Some(known) = self.schemas.get(&name) {
            return known.clone();
        }
        let schema = self.compile(key, path, Schema::compile, Schema::notes);
        self.schemas.insert(name, schema.clone());
        schema
    }

    /// The OpenAPI document in the file of this path.
    pub(super) fn api(&mut self, key: &str, path: &At<'_, String>) -> Option<Arc<Api>> {
        let name = (path.place.file.to_owned(), path.value.clone());
        if let Some(known) = self.apis.get(&name) {
            return known.clone();
        }
        let api = self.compile(key, path, Api::compile, Api::notes);
        self.apis.insert(name, api.clone());
        api
    }

    /// A schema that a string matches this regular expression.
    pub(super) fn pattern(&mut self, key: &str, pattern: &At<'_, String>) -> Option<Arc<Schema>> {
        let text = serde_json::json!({ "type": "string", "pattern": pattern.value }).to_string();
        let none = &mut |_: &str| Err("not here".to_owned());
        match Schema::compile(key, &text, none) {
            Ok(schema) => Some(Arc::new(schema)),
            Err(defects) => {
                let why = defects.into_iter().map(|defect| defect.message);
                let why = why.collect::<Vec<_>>().join("; ");
                self.problems.push(pattern.place.problem(key, why));
                None
            }
        }
    }

    /// The files of policies that a path means, each with its name; where the path has `*`, those
    /// that fit.
    pub(super) fn policy_files(
        &mut self,
        key: &str,
        path: &At<'_, String>,
    ) -> Vec<(String, String)> {
        let document = path.place.file;
        let mut ask = |name: &str| match (self.files)(document, name) {
            Ok(text) => Some(text),
            Err(why) => {
                self.problems.push(path.place.problem(key, format!("`{name}`: {why}")));
                None
            }
        };
        let names: Vec<String> = if path.value.contains('*') {
            let Some(list) = ask(&path.value) else { return Vec::new() };
            list.lines().map(str::to_owned).collect()
        } else {
            vec![path.value.clone()]
        };
        let files: Vec<_> =
            names.into_iter().filter_map(|name| Some((ask(&name)?, name))).collect();
        if files.is_empty() && path.value.contains('*') {
            self.problems.push(path.place.problem(key, "no file fits"));
        }
        self.read.extend(files.iter().map(|(text, _)| text.clone()));
        files.into_iter().map(|(text, name)| (name, text)).collect()
    }

    /// What is wrong in files of policies.
    pub(super) fn defects(&mut self, defects: Vec<tollgate_cedar::Defect>) {
        let problem = |defect| {
            let tollgate_cedar::Defect { file, line, column, message } = defect;
            Problem { file, line, column, key: String::new(), message }
        };
        self.problems.extend(defects.into_iter().map(problem));
    }

    fn compile<T>(
        &mut self,
        key: &str,
        path: &At<'_, String>,
        compile: impl FnOnce(
            &str,
            &str,
            &mut dyn FnMut(&str) -> Result<String, String>,
        ) -> Result<T, Vec<Defect>>,
        notes: impl FnOnce(&T) -> &[Defect],
    ) -> Option<Arc<T>> {
        let document = path.place.file;
        let text = match (self.files)(document, &path.value) {
            Ok(text) => text,
            Err(why) => {
                let message = format!("`{}`: {why}", path.value);
                self.problems.push(path.place.problem(key, message));
                return None;
            }
        };
        let (files, read) = (&mut *self.files, &mut self.read);
        read.push(text.clone());
        let compiled = compile(&path.value, &text, &mut |other| {
            let text = files(document, other)?;
            read.push(text.clone());
            Ok(text)
        });
        match compiled {
            Ok(compiled) => {
                self.notes.extend(notes(&compiled).iter().cloned().map(problem));
                Some(Arc::new(compiled))
            }
            Err(defects) => {
                self.problems.extend(defects.into_iter().map(problem));
                None
            }
        }
    }
}

fn problem(defect: Defect) -> Problem {
    let Defect { file, line, column, pointer, message } = defect;
    Problem { file, line, column, key: pointer, message }
}
