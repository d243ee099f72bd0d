//! Functions as a SAM template describes them: what to start, where, with which settings, and what
//! invokes them.
mod filter;
mod image;
mod input;
mod topic;
mod triggers;

use std::path::{Path, PathBuf};

use tollgate_template::{Function, Package};

use super::error::Trouble;
use super::{Args, say, words};
use crate::command::templates;

/// Where a package of a custom runtime finds the layer, and its own files.
const LAYER: &str = "/opt";
const TASK: &str = "/var/task";
/// The variable that names a wrapper to managed runtimes.
const WRAPPER: &str = "AWS_LAMBDA_EXEC_WRAPPER";
/// The policy that the extension looks for in a package.
const POLICY: &str = "tollgate.yaml";
/// Sample events that lie beside a template.
const EVENTS: &str = "events";

/// Arguments of a run by template.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct TemplateArgs {
    /// Take the functions from this SAM or CloudFormation template: code, handler, runtime, variables,
    /// memory, timeout, and for --listen and --items what invokes them; Python (by --python), custom
    /// runtimes, and others by --client. Without --event and --events, those in `events` beside it are sent
    #[arg(long, value_name = "FILE", conflicts_with = "function")]
    pub(super) template: Option<PathBuf>,
    /// Only these functions of the template, by logical id
    #[arg(long, value_name = "ID", requires = "template", num_args = 1..)]
    pub(super) only: Vec<String>,
    /// The Python that has the package awslambdaric, for functions of Python
    #[arg(long, value_name = "PROGRAM", default_value = "python3", requires = "template")]
    pub(super) python: String,
    /// A client of the Runtime API for the runtimes that begin so, such as 'java=java -cp client.jar Client';
    /// the handler is put behind it
    #[arg(long, value_name = "RUNTIME=COMMAND", requires = "template", value_parser = super::settings::variable)]
    pub(super) client: Vec<(String, String)>,
}

/// A function in its place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its logical id, and its runtime.
    pub(super) shown: String,
    pub(super) id: String,
    pub(super) runtime: String,
    pub(super) command: Vec<String>,
    pub(super) task_root: PathBuf,
    pub(super) handler: String,
    /// Whether what is started goes through the layer's wrapper by itself.
    pub(super) wrapped: bool,
}

/// The arguments for each function of the template.
pub(super) fn functions(args: &Args, template: &Path) -> Result<Vec<Args>, Trouble> {
    let read = templates::read(template).map_err(|why| Trouble::Template(why.to_string()))?;
    let all = read.functions();
    for id in &args.template.only {
        if all.iter().all(|function| function.id() != id) {
            let known: Vec<&str> = all.iter().map(Function::id).collect();
            let known = known.join("`, `");
            let file = template.display();
            return Err(Trouble::Template(format!(
                "`{file}` has no function `{id}`; it has `{known}`"
            )));
        }
    }
    let only = &args.template.only;
    let chosen: Vec<&Function<'_>> =
        all.iter().filter(|it| only.is_empty() || only.iter().any(|id| id == it.id())).collect();
    let file = template.display();
    let alone = args.front.listen.is_some() || args.source.items.is_some();
    match chosen.len() {
        0 => Err(Trouble::Template(format!("`{file}` has no function"))),
        2.. if alone => {
            let ids: Vec<&str> = chosen.iter().map(|function| function.id()).collect();
            let ids = ids.join("`, `");
            let message =
                format!("`{file}` has several functions: choose one of `{ids}` with --only");
            Err(Trouble::Template(message))
        }
        _ => chosen.into_iter().map(|function| of(args, template, function)).collect(),
    }
}

/// The directory of sample events beside a template, where no events were named.
pub(super) fn events(args: &Args) -> Vec<PathBuf> {
    let beside = args.template.template.as_deref().map(|file| folder(file).join(EVENTS));
    let named = !args.event.is_empty() || !args.events.is_empty();
    let elsewhere = args.front.listen.is_some() || args.source.items.is_some();
    match beside {
        Some(beside) if !named && !elsewhere => vec![beside],
        _ => args.events.clone(),
    }
}

fn of(args: &Args, template: &Path, function: &Function<'_>) -> Result<Args, Trouble> {
    let mut run = args.clone();
    triggers::front(&mut run.front, function)?;
    triggers::source(&mut run.source, function)?;
    let place = match function.package() {
        Package::Zip => {
            let runtime = function.runtime().unwrap_or_default();
            let handler = function.handler().unwrap_or_else(|| "function.handler".to_owned());
            place(args, function, code(template, function)?, runtime, handler)?
        }
        Package::Image => {
            let image = image::of(folder(template), function).ok_or_else(|| {
                let id = function.id();
                Trouble::Template(format!(
                    "`{id}`: an image, and no Dockerfile on a base image of AWS's with a `CMD` is here: \
                     name its program with --function in place of --template"
                ))
            })?;
            place(args, function, image.context, image.runtime, image.handler)?
        }
    };
    run.memory = args.memory.or(function.memory_mb().and_then(|mb| u32::try_from(mb).ok()));
    #[expect(clippy::cast_precision_loss, reason = "a timeout has few seconds")]
    let timeout = function.timeout_s().map(|seconds| seconds as f64);
    run.timeout = args.timeout.or(timeout);
    run.env = variables(args, function, &place);
    let policy = place.task_root.join(POLICY);
    let says = run.env.iter().any(|(name, _)| name == "TOLLGATE_POLICY");
    if run.policy.is_none() && !says && policy.is_file() {
        run.policy = Some(policy);
    }
    run.place = Some(place);
    Ok(run)
}

/// The directory with the code: what `sam build` made of it, or where the template says it is.
fn code(template: &Path, function: &Function<'_>) -> Result<PathBuf, Trouble> {
    let wrong = |why: String| Trouble::Template(format!("`{}`: {why}", function.id()));
    let folder = folder(template);
    let built = folder.join(".aws-sam/build").join(function.id());
    let says = |name| function.resource.member.value.at(&["Metadata", name]).is_some();
    // `sam build` names the resource in the template that it writes beside what it built.
    if says("BuildMethod") && !says("SamResourceId") && !built.is_dir() {
        return Err(wrong("it is not built yet: run `sam build` beside the template".to_owned()));
    }
    let said = folder.join(function.code().unwrap_or_else(|| ".".to_owned()));
    if !built.is_dir() && said.is_file() {
        let said = said.display();
        return Err(wrong(format!(
            "its code `{said}` is an archive: unpack it, and name the directory"
        )));
    }
    let found = [built, said.clone()].into_iter().find(|path| path.is_dir());
    let found = found.and_then(|path| path.canonicalize().ok());
    found.ok_or_else(|| {
        wrong(format!("no directory `{}` with its code; `sam build` makes one", said.display()))
    })
}

fn folder(template: &Path) -> &Path {
    template.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn place(
    args: &Args,
    function: &Function<'_>,
    task_root: PathBuf,
    runtime: String,
    handler: String,
) -> Result<Place, Trouble> {
    let id = function.id().to_owned();
    let named = args.template.client.iter().find(|(name, _)| runtime.starts_with(name.as_str()));
    let (command, wrapped) = if let Some((_, client)) = named {
        let open_quote = || Trouble::OpenQuote { command: client.clone() };
        let mut words = words::split(client).ok_or_else(open_quote)?;
        words.push(handler.clone());
        (words, false)
    } else if runtime.starts_with("python") {
        let words = [args.template.python.as_str(), "-m", "awslambdaric", handler.as_str()];
        (words.map(str::to_owned).to_vec(), false)
    } else if function.is_custom_runtime() {
        bootstrap(args, &id, &task_root)?
    } else if runtime.is_empty() {
        return Err(Trouble::Template(format!("`{id}`: no `Runtime` in the template")));
    } else {
        return Err(Trouble::Template(format!(
            "`{id}`: no runtime client for `{runtime}` is known here; name one with --client, or choose \
             other functions with --only"
        )));
    };
    Ok(Place {
        shown: format!("{id} ({runtime})"),
        id,
        runtime,
        command,
        task_root,
        handler,
        wrapped,
    })
}

/// A bootstrap that is a shell script is run with the places of the layer and of the code in it; any
/// other as it is.
fn bootstrap(args: &Args, id: &str, root: &Path) -> Result<(Vec<String>, bool), Trouble> {
    let path = root.join("bootstrap");
    let bytes = std::fs::read(&path).map_err(|_| {
        let path = path.display();
        Trouble::Template(format!("`{id}`: no `{path}`; `sam build` makes it"))
    })?;
    let program = || (vec![path.display().to_string()], false);
    let Ok(text) = String::from_utf8(bytes) else { return Ok(program()) };
    let shell = text.strip_prefix("#!").and_then(|rest| rest.lines().next()).map(str::trim);
    let Some(shell) = shell.filter(|it| it.ends_with("sh") && !it.contains(' ')) else {
        return Ok(program());
    };
    let wrapped = text.contains("/opt/tollgate/exec");
    let text = text.replace(TASK, &root.display().to_string());
    let text = match &args.layer {
        Some(layer) => {
            let layer = layer.canonicalize().unwrap_or_else(|_| layer.clone());
            text.replace(&format!("{LAYER}/"), &format!("{}/", layer.display()))
        }
        // Without the layer the program is started by itself.
        None => text.replace("/opt/tollgate/exec ", ""),
    };
    let words = vec![shell.to_owned(), "-c".to_owned(), text, "bootstrap".to_owned()];
    Ok((words, wrapped))
}

/// The template's variables, then those of the command line. What only a deployment knows is left out,
/// and said.
fn variables(args: &Args, function: &Function<'_>, place: &Place) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for member in function.environment() {
        // The layer's own is set where there is a layer; none other is here.
        if member.key == WRAPPER || args.env.iter().any(|(name, _)| *name == member.key) {
            continue;
        }
        match function.template.value(&member.value) {
            Some(value) => variables.push((member.key.clone(), value)),
            None => say(&format!(
                "note: `{}`: only a deployment knows {}; --env {}=VALUE sets it",
                place.id, member.key, member.key
            )),
        }
    }
    variables.extend(args.env.iter().cloned());
    variables
}
