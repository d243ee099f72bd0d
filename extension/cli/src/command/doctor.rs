//! `tollgate doctor`: would each function of a template, or a package, be guarded; is a running one;
//! and what is missing.
mod package;
mod permissions;
mod records;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use tollgate_policy::Policy;
use tollgate_template::{Function, Layer, Package, State, Template, attach, is_ours};

use super::lint::package;
use super::policies;
use super::templates::{self, Failure};
use super::wrap::{Standing, standing};
use crate::exit::Exit;

/// Arguments of `tollgate doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate doctor template.yaml
  tollgate doctor template.yaml --json | jq -r 'select(.guarded | not) | .function'
  tollgate doctor function.zip
  tollgate doctor --records ledger.ndjson
  tollgate doctor --records 'cloudwatch:/aws/lambda/orders?since=1d'

The package of a custom runtime is looked into where the template names a directory or an archive here.

Exit codes:
  0  every function would be guarded, or was in these records
  1  a file cannot be read
  2  the command line is wrong
  3  some would not be; each is named, with what to do")]
pub(crate) struct Args {
    /// The template, in YAML or JSON; or a package, a directory or a zip archive
    #[arg(value_name = "TEMPLATE", required_unless_present = "records")]
    template: Option<PathBuf>,
    /// The records of a running function, in place of a template: log files, directories of them, `-`, or
    /// `cloudwatch:GROUP?since=1d`
    #[arg(long, value_name = "LEDGER", num_args = 1.., conflicts_with = "template")]
    records: Vec<PathBuf>,
    /// Print one JSON object a function
    #[arg(long)]
    json: bool,
}

/// The memory, in MB, that comes with one whole CPU (AWS Lambda Developer Guide, "Configure Lambda
/// function memory").
const CPU_MB: u64 = 1769;
/// Below this much memory, in MB, the share of a CPU is worth a word.
const SMALL_MB: u64 = 256;

/// What the layers of AWS Lambda Web Adapter are called.
const WEB_ADAPTER: &str = "LambdaAdapterLayer";
/// The adapter's own variable for a proxy of the Runtime API.
const ADAPTERS_VARIABLE: &str = "AWS_LWA_LAMBDA_RUNTIME_API_PROXY";

/// What is known of one function.
#[derive(Debug, Default)]
struct Health {
    /// Why it would not be guarded, with what to do.
    gaps: Vec<String>,
    /// What is not wrong but worth a look.
    notes: Vec<String>,
    /// Whether only its template says how it is started.
    elsewhere: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    templates::outcome(try_run(args))
}

fn try_run(args: &Args) -> Result<Exit, Failure> {
    let Some(path) = &args.template else {
        let health = records::examine(&args.records)?;
        let names: Vec<_> = args.records.iter().map(|path| path.display().to_string()).collect();
        return whole(args.json, &names.join(" "), &health);
    };
    if package::is_one(path) {
        return whole(args.json, &path.display().to_string(), &package::examine(path)?);
    }
    let template = templates::read(path)?;
    let mut exit = Exit::Success;
    for function in template.functions() {
        let health = examine(path, &template, &function)?;
        if !health.gaps.is_empty() {
            exit = Exit::Found;
        }
        print(args.json, &template, &function, &health)?;
    }
    Ok(exit)
}

/// Prints how a package or a function's records stand.
fn whole(as_json: bool, name: &str, health: &Health) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    let guarded = health.gaps.is_empty();
    if as_json {
        let line = json!({
            "file": name,
            // What only the template can say is null.
            "guarded": (!guarded || !health.elsewhere).then_some(guarded),
            "gaps": health.gaps,
            "notes": health.notes,
        });
        writeln!(out, "{line}")?;
    } else {
        let stands = match (guarded, health.elsewhere) {
            (true, false) => "guarded",
            (true, true) => "nothing against it; its template decides",
            (false, _) => "not guarded",
        };
        writeln!(out, "{name}: {stands}")?;
        list(&mut out, health)?;
    }
    Ok(if guarded { Exit::Success } else { Exit::Found })
}

fn list(out: &mut impl io::Write, health: &Health) -> io::Result<()> {
    health.gaps.iter().try_for_each(|gap| writeln!(out, "  missing: {gap}"))?;
    health.notes.iter().try_for_each(|note| writeln!(out, "  note: {note}"))
}

fn examine(path: &Path, template: &Template, function: &Function<'_>) -> Result<Health, Failure> {
    let mut health = Health::default();
    let layers = function.layers();
    let has_layer = layers.iter().any(|layer| is_ours(layer));
    if function.package() == Package::Image {
        health.notes.push(
            "a container image: whether the layer is in it shows only in the image; `tollgate wrap \
             --image` prints what it needs"
                .to_owned(),
        );
    } else if !has_layer {
        health.gaps.push("no Tollgate layer: run `tollgate attach`".to_owned());
    }
    if function.is_custom_runtime() {
        shim(path, function, &mut health)?;
    } else if function.package() == Package::Zip && has_layer {
        wrapper(template, function, &mut health);
    }
    names(function, &layers.iter().map(|one| one.in_words()).collect::<Vec<_>>(), &mut health);
    let policy = policy(path, function)?;
    match &policy {
        Some(policy) => limits(policy, function, &mut health),
        None => health.notes.push(
            "no tollgate.yaml beside its code: the layer's policy holds; `tollgate init` writes one"
                .to_owned(),
        ),
    }
    permissions::examine(function, policy.as_ref(), &mut health);
    memory(function, &mut health);
    Ok(health)
}

/// What `attach` would still have to do.
fn wrapper(template: &Template, function: &Function<'_>, health: &mut Health) {
    let layer = Layer::Named("TollgateLayerArn".to_owned());
    let attached = attach(template, &layer, &[function.id().to_owned()]);
    let outcome = attached.ok().and_then(|attached| attached.outcomes.into_iter().next());
    match outcome.map(|outcome| outcome.state) {
        Some(State::Already) => {}
        Some(State::ByHand(hint)) => health.gaps.push(hint),
        _ => health.gaps.push(
            "the layer without AWS_LAMBDA_EXEC_WRAPPER: invocations would be recorded as ungated; \
             run `tollgate attach`"
                .to_owned(),
        ),
    }
}

/// Whether the package of a custom runtime goes through the wrapper.
fn shim(template: &Path, function: &Function<'_>, health: &mut Health) -> Result<(), Failure> {
    let directory = template.parent().unwrap_or(Path::new(""));
    let package = function.code().map(|code| directory.join(code)).filter(|path| path.exists());
    let Some(package) = package else {
        health.gaps.push("its package is not here: run `tollgate wrap` on it".to_owned());
        return Ok(());
    };
    match standing(&package)? {
        Standing::Wrapped => {}
        Standing::Bare => {
            health.gaps.push(format!("run `tollgate wrap {}`", package.display()));
        }
        Standing::Without => health.notes.push(format!(
            "{} is source: run `tollgate wrap` on what is built from it, unless its bootstrap calls \
             /opt/tollgate/exec",
            package.display()
        )),
    }
    Ok(())
}

/// What the names of layers and variables tell.
fn names(function: &Function<'_>, layers: &[String], health: &mut Health) {
    let architecture = function.architecture().map(tollgate_template::Architecture::as_str);
    for layer in layers.iter().filter(|layer| layer.to_ascii_lowercase().contains("tollgate")) {
        let other = match architecture {
            Some("x86_64") => ["arm64", "Arm64"],
            Some("arm64") => ["x86_64", "X86"],
            _ => continue,
        };
        if other.iter().any(|name| layer.contains(name)) {
            let architecture = architecture.unwrap_or_default();
            health.gaps.push(format!("the layer `{layer}` is not for {architecture}"));
        }
    }
    let adapts = layers.iter().any(|layer| layer.contains(WEB_ADAPTER));
    if adapts && function.variable(ADAPTERS_VARIABLE).is_none() {
        health.gaps.push(format!(
            "Lambda Web Adapter asks for events by itself, not through the runtime: set \
             {ADAPTERS_VARIABLE} to 127.0.0.1:9009 (the port is TOLLGATE_PORT)"
        ));
    }
    if layers.len() > 5 {
        health.gaps.push(format!("{} layers; Lambda takes five", layers.len()));
    }
    if function.get(&["CapacityProviderConfig"]).is_some() {
        health.notes.push(
            "Managed Instances: one process serves many invocations at once; time ceilings end none"
                .to_owned(),
        );
    }
    let streams = function.value(&["FunctionUrlConfig", "InvokeMode"]);
    if streams.is_some_and(|mode| mode == "RESPONSE_STREAM") {
        health.notes.push("streams its answers: set `response: stream` at its source".to_owned());
    }
}

/// The policy beside the code or in its archive, if there is one.
fn policy(template: &Path, function: &Function<'_>) -> Result<Option<Policy>, Failure> {
    let Some(package) = package(template, function) else { return Ok(None) };
    Ok(policies::of_package(&package)?.map(|checked| checked.policy))
}

/// Where memory makes a difference: Lambda gives a CPU with it.
fn memory(function: &Function<'_>, health: &mut Health) {
    if let Some(mb) = function.memory_mb()
        && mb < SMALL_MB
    {
        let percent = mb * 100 / CPU_MB;
        health.notes.push(format!(
            "{mb} MB are {percent} % of a CPU, for the function and for the layer: what either does takes \
             as much longer"
        ));
    }
}

/// The policy beside the code against what the template says.
fn limits(policy: &Policy, function: &Function<'_>, health: &mut Health) {
    let ceiling = policy.ceilings(None).time_ms;
    if let (Some(ceiling), Some(timeout)) = (ceiling, function.timeout_s())
        && ceiling >= timeout * 1000
    {
        health.notes.push(format!(
            "its timeout of {timeout} s comes before the ceiling of {ceiling} ms: Lambda ends it first"
        ));
    }
    for trigger in function.triggers() {
        let claimed = policy.sources().iter().any(|source| {
            source.reports_item_failures
                && source.triggers.iter().any(|one| one.to_string() == trigger.name)
        });
        if claimed && !trigger.reports_item_failures() {
            health.gaps.push(format!(
                "its policy says that `{}` reports item failures, but the mapping does not read \
                 them: set `FunctionResponseTypes: [ReportBatchItemFailures]`",
                trigger.id
            ));
        }
    }
}

fn print(
    as_json: bool,
    template: &Template,
    function: &Function<'_>,
    health: &Health,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let place = template.place(function.resource.member.key_span.start);
    let guarded = health.gaps.is_empty();
    if as_json {
        let line = json!({
            "file": template.file(),
            "line": place.line,
            "function": function.id(),
            "runtime": function.runtime(),
            "guarded": guarded,
            "gaps": health.gaps,
            "notes": health.notes,
        });
        return writeln!(out, "{line}");
    }
    let state = if guarded { "guarded" } else { "not guarded" };
    writeln!(out, "{}:{place}: {}: {state}", template.file(), function.id())?;
    list(&mut out, health)
}
