//! From documents to rules: every schema that is reached becomes one rule.
mod containers;
mod refs;
mod rule;
mod values;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::archive::{Archive, Dialect, Read};
use crate::check;
use crate::defect::Defect;
use crate::pattern::Pattern;
use crate::program::{Applied, Id, Program, Rule};
use crate::source::NodeId;
use crate::tape::Tape;
use crate::violation::Violation;
pub(crate) use values::{hint, quote};

/// How many schemas one document and all it refers to may have.
const RULES_MAX: usize = 200_000;
/// How many steps one check may take: at most about 25 ms at full speed, whatever the document.
pub(crate) const STEPS_DEFAULT: u64 = 1_500_000;

/// How a schema is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether `format` is checked. JSON Schema leaves it a mere note unless it is asked for; for
    /// an API it is checked by default.
    pub formats: bool,
}

/// A compiled JSON Schema: draft 2020-12, or 2019-09, 7, 6 or 4 where `$schema` says so.
///
/// `pattern` follows ECMA-262 without look-around and back references; numbers are exact
/// decimals; a value such as `1.0` is an integer in every draft.
#[derive(Debug)]
pub struct Schema {
    program: Program,
    root: Id,
    notes: Vec<Defect>,
}

impl Schema {
    /// Compiles a schema, JSON or YAML. `name` is its file's name: defects show it, and what a
    /// relative `$ref` names is looked for beside it through `read`, which also gets the absolute
    /// URIs that no document is known for (and refuses them, unless it has a copy).
    ///
    /// # Errors
    /// Everything that is wrong with it and the files it refers to, in the order of the places.
    pub fn compile(
        name: &str,
        text: &str,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Self, Vec<Defect>> {
        Self::compile_with(name, text, read, Options { formats: false })
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Schema::compile`].
    pub fn compile_with(
        name: &str,
        text: &str,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
        options: Options,
    ) -> Result<Self, Vec<Defect>> {
        let mut compiler = Compiler::new(read, options);
        let root = compiler.archive.open(name, text, Dialect::Draft2020);
        let id = root.map(|root| compiler.schema(root));
        let (program, notes) = compiler.finish()?;
        match id {
            Some(root) => Ok(Self { program, root, notes }),
            None => Err(Vec::new()),
        }
    }

    /// Whether a document fits. Takes at most a fixed number of steps, about 25 ms.
    ///
    /// # Errors
    /// The first thing that does not fit; see [`Violation::keyword`] for documents that cannot be
    /// judged.
    pub fn check(&self, json: &[u8]) -> Result<(), Violation> {
        self.check_within(json, &mut STEPS_DEFAULT.clone())
    }

    /// The same with a budget of steps, which is lowered by what was used.
    ///
    /// # Errors
    /// As [`Schema::check`].
    pub fn check_within(&self, json: &[u8], steps_left: &mut u64) -> Result<(), Violation> {
        check::check(&self.program, self.root, &Tape::read(json)?, steps_left)
    }

    /// What is not wrong but may be meant otherwise: unknown keywords that look like slips, and
    /// formats that are not known.
    pub fn notes(&self) -> &[Defect] {
        &self.notes
    }
}

/// Turns schemas into rules.
pub(crate) struct Compiler<'r> {
    pub(crate) archive: Archive<'r>,
    pub(crate) options: Options,
    pub(crate) notes: Vec<Defect>,
    rules: Vec<Rule>,
    /// The schema of each rule.
    nodes: Vec<NodeId>,
    ids: HashMap<NodeId, Id>,
    /// How many rules are compiled; the others wait.
    done: usize,
    patterns: HashMap<Rc<str>, Result<Arc<Pattern>, String>>,
    /// Names that are looked for in all resources.
    dynamic: HashSet<Rc<str>>,
}

impl<'r> Compiler<'r> {
    pub(crate) fn new(read: Read<'r>, options: Options) -> Self {
        Self {
            archive: Archive::new(read),
            options,
            notes: Vec::new(),
            rules: Vec::new(),
            nodes: Vec::new(),
            ids: HashMap::new(),
            done: 0,
            patterns: HashMap::new(),
            dynamic: HashSet::new(),
        }
    }

    /// The rule of a schema, which is compiled later if it is new.
    pub(crate) fn schema(&mut self, node: NodeId) -> Id {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let id = self.rules.len();
        if id >= RULES_MAX {
            if id == RULES_MAX {
                self.complain(node, format!("more than {RULES_MAX} schemas"));
            }
            return 0;
        }
        let resource = self.archive.resource_of(node);
        let file = self.archive.forest.place(node).file;
        let forest = &self.archive.forest;
        let place = format!("{}#{}", forest.file(file), forest.pointer(node));
        self.rules.push(Rule::new(resource, place));
        self.nodes.push(node);
        self.ids.insert(node, id);
        id
    }

    pub(crate) fn complain(&mut self, node: NodeId, message: impl Into<String>) {
        let defect = self.archive.forest.defect(node, message);
        self.archive.defects.push(defect);
    }

    /// Compiles all that waits. Gives the program and the notes, or everything that is wrong.
    pub(crate) fn finish(mut self) -> Result<(Program, Vec<Defect>), Vec<Defect>> {
        let mut anchors = Vec::new();
        while self.done < self.rules.len() {
            while let Some(node) = self.nodes.get(self.done).copied() {
                let rule = self.rule(node);
                if let Some(slot) = self.rules.get_mut(self.done) {
                    *slot = rule;
                }
                self.done += 1;
            }
            // Anchors may lead to schemas that nothing else reaches.
            anchors = self.dynamic_anchors();
        }
        let mut program = Program::new(std::mem::take(&mut self.rules), anchors);
        let order = self.find_loops(&program);
        program.learn_types(&order);
        let place = |defect: &Defect| (defect.file.clone(), defect.line, defect.column);
        let mut defects = std::mem::take(&mut self.archive.defects);
        tollgate_order::sort_by_key(&mut defects, place);
        defects.dedup();
        tollgate_order::sort_by_key(&mut self.notes, place);
        self.notes.dedup();
        if defects.is_empty() { Ok((program, self.notes)) } else { Err(defects) }
    }

    fn dynamic_anchors(&mut self) -> Vec<HashMap<Box<str>, Id>> {
        let mut anchors = Vec::new();
        for resource in 0..self.archive.resources() {
            let known = self.archive.resource(resource);
            let known: Vec<_> = known
                .into_iter()
                .flat_map(|resource| &resource.dynamic)
                .filter(|(name, _)| self.dynamic.contains(*name))
                .map(|(name, node)| (name.clone(), *node))
                .collect();
            anchors.push(
                known.into_iter().map(|(name, node)| ((*name).into(), self.schema(node))).collect(),
            );
        }
        anchors
    }

    /// A rule that applies itself to the same value would never end. Gives all rules, each after
    /// those it applies.
    fn find_loops(&mut self, program: &Program) -> Vec<Id> {
        let mut order = Vec::with_capacity(program.rules.len());
        // 0: not seen, 1: on the way, 2: done.
        let mut state = vec![0u8; program.rules.len()];
        for start in 0..program.rules.len() {
            let mut open = vec![(start, false)];
            while let Some((id, leave)) = open.pop() {
                let Some(slot) = state.get_mut(id) else { continue };
                match (leave, *slot) {
                    (true, _) => {
                        *slot = 2;
                        order.push(id);
                    }
                    (false, 0) => {
                        *slot = 1;
                        open.push((id, true));
                        open.extend(program.in_place(id).into_iter().map(|next| (next, false)));
                    }
                    (false, 1) => {
                        if let Some(node) = self.nodes.get(id).copied() {
                            self.complain(node, "applies itself to the same value without end");
                        }
                        *slot = 2;
                    }
                    _ => {}
                }
            }
        }
        order
    }
}

/// Takes away from `required` what belongs to answers only: a request need not have it.
pub(crate) fn forgive_read_only(program: &mut Program) {
    let mut read_only: Vec<bool> = program.rules.iter().map(|rule| rule.read_only).collect();
    for (id, rule) in program.rules.iter().enumerate() {
        let refers = rule.applied.iter().any(|applied| match applied {
            Applied::Ref(target) => program.rule(*target).is_some_and(|rule| rule.read_only),
            _ => false,
        });
        if let Some(slot) = read_only.get_mut(id) {
            *slot |= refers;
        }
    }
    for rule in &mut program.rules {
        for known in rule.table.iter_mut().flat_map(|table| &mut table.known) {
            let forgiven = known.rule.and_then(|id| read_only.get(id)) == Some(&true);
            known.required = known.required.filter(|_| !forgiven);
        }
    }
}
