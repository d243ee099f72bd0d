//! `tollgate init`: a first policy for each function, from what its template says of its triggers.
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use serde_json::json;
use tollgate_policy::{Document, Overrides, Role, compile_with};
use tollgate_template::{Function, Trigger};

use super::templates::{self, Failure};
use crate::exit::Exit;

/// Arguments of `tollgate init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate init template.yaml
  tollgate init template.yaml --out policies --function Orders
  tollgate check tollgate/*/tollgate.yaml

Each policy only observes. Copy it beside the function's code, run it, look at what it notes, then set
`mode: enforce`.

Exit codes:
  0  the policies were written; `tollgate check` accepts them
  1  the template cannot be read, a file cannot be written or is there already; nothing was written
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The template, in YAML or JSON
    #[arg(value_name = "TEMPLATE")]
    template: PathBuf,
    /// Only this function, by its logical id; may be given more than once
    #[arg(long, value_name = "NAME")]
    function: Vec<String>,
    /// Where NAME/tollgate.yaml is written for each function
    #[arg(long, value_name = "DIR", default_value = "tollgate")]
    out: PathBuf,
    /// Print one JSON object a policy
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    templates::outcome(try_run(args))
}

fn try_run(args: &Args) -> Result<Exit, Failure> {
    let template = templates::read(&args.template)?;
    let mut policies = Vec::new();
    for name in &args.function {
        if !template.functions().iter().any(|function| function.id() == name) {
            return Err(Failure::Other(format!("{}: no function `{name}`", template.file())));
        }
    }
    for function in template.functions() {
        if !args.function.is_empty() && !args.function.iter().any(|name| name == function.id()) {
            continue;
        }
        let path = args.out.join(function.id()).join("tollgate.yaml");
        if path.exists() {
            let message = format!("`{}` is there already; name another --out", path.display());
            return Err(Failure::Other(message));
        }
        let text = policy(&function);
        let document = Document { name: "the new policy", text: &text, role: Role::Function };
        compile_with(&[document], &Overrides::default(), &mut |_, path| Err(path.to_owned()))
            .map_err(|problems| Failure::Other(problems.to_string()))?;
        policies.push((function.id().to_owned(), path, text, function.triggers().len()));
    }
    if policies.is_empty() {
        return Err(Failure::Other(format!("{}: no functions", template.file())));
    }
    for (function, path, text, triggers) in policies {
        let parent = path.parent().unwrap_or(&args.out);
        fs::create_dir_all(parent).map_err(|cause| Failure::file(parent, cause))?;
        templates::write(&path, text.as_bytes())?;
        let mut out = io::stdout().lock();
        let shown = path.display();
        if args.json {
            let policy = shown.to_string();
            let line = json!({ "function": function, "policy": policy, "triggers": triggers });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "{shown}: {triggers} triggers")?;
        }
    }
    Ok(Exit::Success)
}

/// The policy of one function.
fn policy(function: &Function<'_>) -> String {
    let mut text = format!(
        "# A first policy of {}, from the triggers in its template. It refuses nothing yet: run it,\n\
         # look at what it notes, and set `mode: enforce`.\nversion: 1\nmode: observe\n",
        function.id()
    );
    let triggers = function.triggers();
    if triggers.is_empty() {
        text.push_str("# The template names no trigger: events may come from anywhere.\n");
        return text;
    }
    text.push_str("# All other sources fire `source.unlisted`.\nsources:\n");
    let mut seen = Vec::new();
    for trigger in &triggers {
        let one = source(trigger);
        if !seen.contains(&one) {
            text.push_str(&one);
            seen.push(one);
        }
    }
    text
}

fn source(trigger: &Trigger<'_>) -> String {
    let mut text = format!("  - trigger: {}\n", trigger.name);
    let source = trigger.source.map(|source| source.in_words()).unwrap_or_default();
    // Writing to a text does not fail.
    if source.starts_with("arn:") {
        _ = writeln!(text, "    arn: '{}'", source.replace('\'', "''"));
    }
    let is_plain = |route: &String| {
        !route.starts_with("ANY ") && !route.contains(['+', '$', '*', '\'']) && route.contains(" /")
    };
    if let Some(route) = trigger.route().filter(is_plain) {
        _ = writeln!(text, "    route: '{route}'");
    }
    if trigger.reports_item_failures() {
        text.push_str("    mapping: { reports_item_failures: true }\n    on_refuse: report-item\n");
    }
    text
}
