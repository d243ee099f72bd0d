//! `tollgate attach`: the layer on every function of a template, and off again.
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use tollgate_template::{Attached, Layer, State, attach, detach};

use super::templates::{self, Failure};
use crate::exit::Exit;

/// Arguments of `tollgate attach`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate attach template.yaml
  tollgate attach template.yaml --dry-run
  tollgate attach template.yaml --layer arn:aws:lambda:eu-west-1:123456789012:layer:tollgate-x86_64:1
  tollgate attach template.yaml --function Orders --function Billing
  tollgate attach template.yaml --detach

The layer goes into `Globals` where that reaches exactly the functions in question, else to each one.
What was added is noted in the template's `Metadata`; --detach takes out that and nothing else.

Exit codes:
  0  done; the difference is on standard output
  1  the template cannot be read or edited; nothing was written
  2  the command line is wrong
  3  done, but some functions need more, which is named: an image, a custom runtime, another wrapper")]
pub(crate) struct Args {
    /// The template, in YAML or JSON
    #[arg(value_name = "TEMPLATE")]
    template: PathBuf,
    /// Take out what was attached
    #[arg(long, conflicts_with_all = ["layer", "function"])]
    detach: bool,
    /// Print the difference and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The layer: the ARN of a version, or the name of a parameter, which is added if it is missing
    #[arg(long, value_name = "ARN|NAME", default_value = "TollgateLayerArn", value_parser = layer)]
    layer: Layer,
    /// Only this function, by its logical id; may be given more than once
    #[arg(long, value_name = "NAME")]
    function: Vec<String>,
    /// Print one JSON object with the difference and what became of each function
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    templates::outcome(try_run(args))
}

fn layer(text: &str) -> Result<Layer, String> {
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_arn = |text: &str| {
        let parts: Vec<_> = text.split(':').collect();
        parts.len() == 8
            && text.starts_with("arn:aws")
            && parts.get(5) == Some(&"layer")
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":-_".contains(&byte))
    };
    if is_arn(text) {
        return Ok(Layer::Arn(text.to_owned()));
    }
    if !text.is_empty() && is_word(text) {
        return Ok(Layer::Named(text.to_owned()));
    }
    Err("expected arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION or the name of a parameter"
        .into())
}

fn try_run(args: &Args) -> Result<Exit, Failure> {
    let template = templates::read(&args.template)?;
    let attached = if args.detach {
        let text = detach(&template)?.unwrap_or_else(|| template.text().to_owned());
        Attached { text, outcomes: Vec::new() }
    } else {
        attach(&template, &args.layer, &args.function)?
    };
    if !args.dry_run && attached.text != template.text() {
        templates::write(&args.template, attached.text.as_bytes())?;
    }
    print(args, template.text(), &attached)?;
    let by_hand = |state: &State| matches!(state, State::ByHand(_));
    let done = !attached.outcomes.iter().any(|outcome| by_hand(&outcome.state));
    Ok(if done { Exit::Success } else { Exit::Found })
}

fn print(args: &Args, before: &str, attached: &Attached) -> io::Result<()> {
    let diff = templates::diff(&args.template, before, &attached.text);
    let mut out = io::stdout().lock();
    let word = |state: &State| match state {
        State::Attached => "attached",
        State::Already => "already",
        State::ByHand(_) => "by-hand",
    };
    if args.json {
        let functions: Vec<_> = attached
            .outcomes
            .iter()
            .map(|outcome| {
                let hint = if let State::ByHand(hint) = &outcome.state { Some(hint) } else { None };
                let state = word(&outcome.state);
                json!({ "function": outcome.function, "state": state, "hint": hint })
            })
            .collect();
        let changed = attached.text != before;
        let written = changed && !args.dry_run;
        let line = json!({
            "template": args.template.display().to_string(),
            "changed": changed,
            "written": written,
            "functions": functions,
            "diff": diff,
        });
        return writeln!(out, "{line}");
    }
    write!(out, "{diff}")?;
    let mut notes = io::stderr().lock();
    if diff.is_empty() {
        let what = if args.detach { "nothing was attached here" } else { "nothing to change" };
        writeln!(notes, "{}: {what}", shown(&args.template))?;
    }
    for outcome in &attached.outcomes {
        if let State::ByHand(hint) = &outcome.state {
            writeln!(notes, "{}: {}: {hint}", shown(&args.template), outcome.function)?;
        }
    }
    Ok(())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
