//! The layer and its wrapper are attached to the functions of a template, and detached again.
//!
//! What was attached stands in the template's own `Metadata`, so that detaching takes out that and
//! nothing else, whatever was changed in between.
use crate::edit::{self, Value};
use crate::function::{Function, Package};
use crate::node::{Member, Node};
use crate::read::Wrong;
use crate::template::Template;

/// The wrapper of the layer.
pub const WRAPPER: &str = "/opt/tollgate/exec";
/// The variable that names a wrapper.
pub const WRAPPER_VARIABLE: &str = "AWS_LAMBDA_EXEC_WRAPPER";
/// The member of `Metadata` that says what was attached.
const RECORD: &str = "TollgateAttached";
/// What the parameter of the layer's ARN looks like.
const ARN_PATTERN: &str =
    "^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$";

/// The layer that is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    /// The ARN of a version.
    Arn(String),
    /// A parameter or resource of the template; a parameter is added where it is missing.
    Named(String),
}

/// What became of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its logical id.
    pub function: String,
    /// What became of it.
    pub state: State,
}

/// What became of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Layer and wrapper were added.
    Attached,
    /// Both were there.
    Already,
    /// It needs more than a template can say.
    ByHand(String),
}

/// A template with the layer attached.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Its text.
    pub text: String,
    /// What became of each function.
    pub outcomes: Vec<Outcome>,
}

/// Attaches the layer to all functions, or to those named.
pub fn attach(template: &Template, layer: &Layer, only: &[String]) -> Result<Attached, Wrong> {
    let functions = template.functions();
    for name in only {
        if !functions.iter().any(|function| function.id() == name) {
            let known = functions.iter().map(Function::id);
            let near = tollgate_schema::nearest(name, known)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(template.wrong(0, format!("no function `{name}`{near}")));
        }
    }
    let outcomes: Vec<_> = functions
        .iter()
        .filter(|function| only.is_empty() || only.iter().any(|name| name == function.id()))
        .map(|function| Outcome { function: function.id().to_owned(), state: state(function) })
        .collect();
    let wanted: Vec<_> = outcomes
        .iter()
        .filter(|outcome| needs_edit(&functions, outcome))
        .map(|outcome| outcome.function.clone())
        .collect();
    let mut editor = Editor { template: template.clone(), layer, steps: recorded(template) };
    if !wanted.is_empty() {
        if reaches_all(&functions, &wanted) {
            editor.through_globals(&functions)?;
        } else {
            for id in &wanted {
                editor.function(id)?;
            }
        }
        editor.parameter()?;
        editor.record()?;
    }
    let text = editor.template.text().to_owned();
    check(template, &text)?;
    Ok(Attached { text, outcomes })
}

/// Takes out what was attached; none where nothing was.
pub fn detach(template: &Template) -> Result<Option<String>, Wrong> {
    let steps = recorded(template);
    if steps.is_empty() {
        return Ok(None);
    }
    let layer = template.root().at(&["Metadata", RECORD, "Layer"]);
    let parameter = layer.and_then(|layer| layer.refers_to()).unwrap_or_default();
    let layer = layer.map(|node| node.in_words());
    let ours = Ours { layer: layer.unwrap_or_default(), parameter: parameter.to_owned() };
    let mut now = template.clone();
    let metadata = format!("Metadata.{RECORD}");
    let whole = steps.iter().any(|step| step == "Metadata" || step.starts_with("Metadata="));
    let record = if whole { None } else { Some(&metadata) };
    for step in record.into_iter().chain(steps.iter().rev()) {
        now = ours.undone(now, step)?;
    }
    Ok(Some(now.text().to_owned()))
}

/// What is known again as attached.
struct Ours {
    /// The layer, in words.
    layer: String,
    /// The name of its parameter, if it has one.
    parameter: String,
}

impl Ours {
    /// Takes one step back. What somebody took out by hand is gone already; what they put beside ours stays.
    fn undone(&self, mut now: Template, step: &str) -> Result<Template, Wrong> {
        let (step, before) =
            step.split_once('=').map_or((step, None), |(step, it)| (step, Some(it)));
        let path: Vec<_> = step.split('.').collect();
        let Some((last, outer)) = path.split_last() else { return Ok(now) };
        let key = if *last == "-" { None } else { Some(*last) };
        let whole: Vec<_> = outer.iter().copied().chain(key).collect();
        let is_layer = |node: &Node| node.in_words() == self.layer;
        let steps = match now.root().at(&whole) {
            Some(node) if key.is_some() && !self.is_all(last, node) => self.within(&whole, node),
            _ if before.is_some() => {
                let text = edit::emptied(&now, &whole, before.unwrap_or_default());
                return text.map_or(Ok(now.clone()), |text| Template::read(now.file(), &text));
            }
            _ => vec![(outer.iter().map(|&one| one.to_owned()).collect(), key.map(str::to_owned))],
        };
        for (path, key) in steps {
            let path: Vec<_> = path.iter().map(String::as_str).collect();
            if let Some(text) = edit::removed(&now, &path, key.as_deref(), &is_layer) {
                now = Template::read(now.file(), &text)?;
            }
        }
        Ok(now)
    }

    /// What attaching puts into the member `key`.
    fn inside(&self, key: &str) -> Vec<&str> {
        match key {
            "Globals" => vec!["Function"],
            "Function" | "Properties" => vec!["Layers", "Environment"],
            "Environment" => vec!["Variables"],
            "Variables" => vec![WRAPPER_VARIABLE],
            "Metadata" => vec![RECORD],
            "Parameters" => vec![&self.parameter],
            _ => Vec::new(),
        }
    }

    /// Whether a member that was attached holds nothing that somebody else put there.
    fn is_all(&self, key: &str, node: &Node) -> bool {
        if key == "Layers" {
            return node.elements().iter().all(|one| is_ours(one));
        }
        let inside = self.inside(key);
        let is_ours = |member: &Member| {
            inside.contains(&member.key.as_str()) && self.is_all(&member.key, &member.value)
        };
        inside.is_empty() || node.members().iter().all(is_ours)
    }

    /// The parts of a member that are ours alone: paths, and a key or none for the layer in a sequence.
    fn within(&self, path: &[&str], node: &Node) -> Vec<(Vec<String>, Option<String>)> {
        let owned = || path.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        let Some(key) = path.last() else { return Vec::new() };
        if *key == "Layers" {
            return vec![(owned(), None)];
        }
        let inside = self.inside(key);
        let mut found = Vec::new();
        for member in node.members().iter().filter(|one| inside.contains(&one.key.as_str())) {
            if self.is_all(&member.key, &member.value) {
                found.push((owned(), Some(member.key.clone())));
            } else {
                let below: Vec<_> = path.iter().copied().chain([member.key.as_str()]).collect();
                found.extend(self.within(&below, &member.value));
            }
        }
        found
    }
}

/// Whether a layer of this function is ours, by its name.
pub fn is_ours(layer: &Node) -> bool {
    layer.in_words().to_ascii_lowercase().contains("tollgate")
}

fn state(function: &Function<'_>) -> State {
    if function.package() == Package::Image {
        let message = "a container image takes no layers: `tollgate wrap --image` prints what to \
                       add to its Dockerfile";
        return State::ByHand(message.to_owned());
    }
    let wrapper = function.variable(WRAPPER_VARIABLE);
    let has_layer = function.layers().into_iter().any(|layer| is_ours(layer));
    if function.is_custom_runtime() {
        let message = "a custom runtime does not read AWS_LAMBDA_EXEC_WRAPPER: run `tollgate wrap` \
                       on its package";
        return if has_layer { State::Already } else { State::ByHand(message.to_owned()) };
    }
    match wrapper.map(|member| member.value.in_words()) {
        Some(value) if value == WRAPPER && has_layer => State::Already,
        Some(value) if value != WRAPPER => State::ByHand(format!(
            "its wrapper is `{value}`: set TOLLGATE_NEXT_WRAPPER to it and {WRAPPER_VARIABLE} to \
             {WRAPPER}"
        )),
        _ => State::Attached,
    }
}

/// Custom runtimes get the layer, though their package must be wrapped too.
fn needs_edit(functions: &[Function<'_>], outcome: &Outcome) -> bool {
    let Some(function) = functions.iter().find(|one| one.id() == outcome.function) else {
        return false;
    };
    let is_custom = function.is_custom_runtime() && function.package() == Package::Zip;
    outcome.state == State::Attached || is_custom && outcome.state != State::Already
}

/// Whether `Globals` reaches exactly the functions that are wanted.
fn reaches_all(functions: &[Function<'_>], wanted: &[String]) -> bool {
    let lists = |function: &Function<'_>| {
        let layers = function.own(&["Layers"]);
        layers.is_none_or(|layers| !layers.elements().is_empty())
    };
    let first = functions.first().and_then(Function::architecture);
    first.is_some()
        && functions.iter().all(|function| {
            function.is_serverless()
                && lists(function)
                && function.architecture() == first
                && wanted.iter().any(|id| id == function.id())
        })
}

/// Edits one after another; each begins with what the one before it left.
struct Editor<'l> {
    template: Template,
    layer: &'l Layer,
    /// What was added, in order: the paths of members, `-` for the layer in a sequence, and `=` with
    /// the word that stood there for what was left out.
    steps: Vec<String>,
}

impl Editor<'_> {
    fn layer_value(&self) -> Value {
        match self.layer {
            Layer::Arn(arn) => Value::Text(arn.clone()),
            Layer::Named(name) => Value::Reference(name.clone()),
        }
    }

    fn add(&mut self, path: &[&str], key: Option<&str>, value: &Value) -> Result<(), Wrong> {
        if let Some(step) = self.fill(path, key, value)? {
            self.steps.push(step);
            return Ok(());
        }
        let text = edit::added(&self.template, path, key, value)?;
        self.template = Template::read(self.template.file(), &text)?;
        let step: Vec<_> = path.iter().copied().chain([key.unwrap_or("-")]).collect();
        self.steps.push(step.join("."));
        Ok(())
    }

    /// Puts a value where the container is left out (`Globals:`); gives the step that says so.
    fn fill(
        &mut self,
        path: &[&str],
        key: Option<&str>,
        value: &Value,
    ) -> Result<Option<String>, Wrong> {
        let is_empty = self.template.root().at(path).is_some_and(|node| node.is_null());
        if !is_empty {
            return Ok(None);
        }
        let whole = match key {
            Some(key) => table(vec![(key, value.clone())]),
            None => Value::List(vec![value.clone()]),
        };
        let (text, before) = edit::filled(&self.template, path, &whole)?;
        self.template = Template::read(self.template.file(), &text)?;
        Ok(Some(format!("{}={before}", path.join("."))))
    }

    fn has(&self, path: &[&str]) -> bool {
        self.template.root().at(path).is_some()
    }

    fn through_globals(&mut self, functions: &[Function<'_>]) -> Result<(), Wrong> {
        let is_custom = functions.iter().all(Function::is_custom_runtime);
        let all = self.properties(!is_custom);
        if !self.has(&["Globals"]) {
            return self.add(&[], Some("Globals"), &table(vec![("Function", all)]));
        }
        if !self.has(&["Globals", "Function"]) {
            return self.add(&["Globals"], Some("Function"), &all);
        }
        self.below(&["Globals", "Function"], !is_custom)
    }

    /// All that a function is given.
    fn properties(&self, with_variable: bool) -> Value {
        let mut all = vec![("Layers", Value::List(vec![self.layer_value()]))];
        if with_variable {
            all.push(("Environment", environment()));
        }
        table(all)
    }

    fn function(&mut self, id: &str) -> Result<(), Wrong> {
        let template = self.template.clone();
        let functions = template.functions();
        let Some(function) = functions.iter().find(|function| function.id() == id) else {
            return Ok(());
        };
        let is_custom = function.is_custom_runtime();
        // An anchor may have reached this one by way of another.
        if state(function) == State::Already {
            return Ok(());
        }
        let path = ["Resources", id, "Properties"];
        if !self.has(&path) {
            let all = self.properties(!is_custom);
            return self.add(&["Resources", id], Some("Properties"), &all);
        }
        self.below(&path, !is_custom)
    }

    /// Layer and variable below a function's properties.
    fn below(&mut self, path: &[&str], with_variable: bool) -> Result<(), Wrong> {
        let extended = |more: &[&'static str]| -> Vec<String> {
            path.iter().chain(more).map(|&key| key.to_owned()).collect()
        };
        let layers = extended(&["Layers"]);
        let layers: Vec<_> = layers.iter().map(String::as_str).collect();
        let present = self.template.root().at(&layers);
        let has_ours = present.is_some_and(|list| list.elements().iter().any(|one| is_ours(one)));
        if present.is_none() {
            self.add(path, Some("Layers"), &Value::List(vec![self.layer_value()]))?;
        } else if !has_ours {
            self.add(&layers, None, &self.layer_value())?;
        }
        if !with_variable {
            return Ok(());
        }
        let outer = extended(&["Environment"]);
        let outer: Vec<_> = outer.iter().map(String::as_str).collect();
        let inner = extended(&["Environment", "Variables"]);
        let inner: Vec<_> = inner.iter().map(String::as_str).collect();
        let variable = [inner.as_slice(), &[WRAPPER_VARIABLE]].concat();
        if !self.has(&outer) {
            self.add(path, Some("Environment"), &environment())
        } else if !self.has(&inner) {
            self.add(&outer, Some("Variables"), &variables())
        } else if !self.has(&variable) {
            self.add(&inner, Some(WRAPPER_VARIABLE), &Value::Text(WRAPPER.to_owned()))
        } else {
            Ok(())
        }
    }

    /// The parameter that names the layer, unless the template knows the name.
    fn parameter(&mut self) -> Result<(), Wrong> {
        let Layer::Named(name) = self.layer else { return Ok(()) };
        if self.has(&["Parameters", name]) || self.template.resource(name).is_some() {
            return Ok(());
        }
        let text = |text: &str| Value::Text(text.to_owned());
        let parameter = table(vec![
            ("Type", text("String")),
            ("Description", text("ARN of the version of the Tollgate layer")),
            ("AllowedPattern", text(ARN_PATTERN)),
        ]);
        if self.has(&["Parameters"]) {
            return self.add(&["Parameters"], Some(name), &parameter);
        }
        self.add(&[], Some("Parameters"), &table(vec![(name, parameter)]))
    }

    fn record(&mut self) -> Result<(), Wrong> {
        let has_metadata = self.has(&["Metadata"]);
        if self.has(&["Metadata", RECORD]) {
            let text = edit::removed(&self.template, &["Metadata"], Some(RECORD), &|_| false);
            if let Some(text) = text {
                self.template = Template::read(self.template.file(), &text)?;
            }
        } else if !has_metadata {
            self.steps.insert(0, "Metadata".to_owned());
        }
        let is_empty = self.template.root().at(&["Metadata"]).filter(|node| node.is_null());
        if let Some(node) = is_empty {
            self.steps.insert(0, format!("Metadata={}", node.word(self.template.text())));
        }
        let steps = self.steps.iter().map(|step| Value::Text(step.clone())).collect();
        let record = table(vec![("Layer", self.layer_value()), ("Added", Value::List(steps))]);
        if self.fill(&["Metadata"], Some(RECORD), &record)?.is_some() {
            return Ok(());
        }
        let text = if has_metadata {
            edit::added(&self.template, &["Metadata"], Some(RECORD), &record)?
        } else {
            edit::added(&self.template, &[], Some("Metadata"), &table(vec![(RECORD, record)]))?
        };
        self.template = Template::read(self.template.file(), &text)?;
        Ok(())
    }
}

fn environment() -> Value {
    table(vec![("Variables", variables())])
}

fn variables() -> Value {
    table(vec![(WRAPPER_VARIABLE, Value::Text(WRAPPER.to_owned()))])
}

fn table(members: Vec<(&str, Value)>) -> Value {
    Value::Table(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// What an earlier run attached.
fn recorded(template: &Template) -> Vec<String> {
    let added = template.root().at(&["Metadata", RECORD, "Added"]);
    let added = added.map(|list| list.elements()).unwrap_or_default();
    added.iter().filter_map(|step| step.text().map(str::to_owned)).collect()
}

/// What was attached must come off again without a trace; else nothing is written.
fn check(before: &Template, after: &str) -> Result<(), Wrong> {
    if !recorded(before).is_empty() || before.text() == after {
        return Ok(());
    }
    let attached = Template::read(before.file(), after)?;
    let detached = detach(&attached)?;
    if detached.as_deref() == Some(before.text()) {
        return Ok(());
    }
    Err(before.wrong(0, "this layout cannot be edited without a trace; attach it by hand"))
}

#[cfg(test)]
mod tests;
