//! Environment variables, split between the runtime and the extensions as Lambda splits them.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::clock;
use crate::error::StartError;
use crate::layer::Layer;
use crate::settings::Settings;

/// AWS's own example key, as printed throughout its documentation.
pub(crate) const EXAMPLE_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// The secret that belongs to [`EXAMPLE_KEY_ID`] in the same documents.
pub(crate) const EXAMPLE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub(crate) const EXAMPLE_TOKEN: &str = "example-session-token";

/// Names that a function's configuration may not set (Lambda developer guide, "Defined runtime
/// environment variables").
const RESERVED: [&str; 21] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
];

/// The variables of both kinds of process; nothing of the emulator's own environment but `PATH`.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    pub(crate) runtime: Vec<(String, String)>,
    pub(crate) extension: Vec<(String, String)>,
    /// The log stream, which is also telemetry's `instanceId`.
    pub(crate) log_stream: String,
    /// What the credentials endpoint asks for, with `SnapStart`.
    pub(crate) credentials_token: Option<String>,
    /// The environment's own `/tmp`.
    pub(crate) tmp: PathBuf,
}

/// Where an environment's processes find their world.
pub(crate) struct Places<'a> {
    pub(crate) api: SocketAddr,
    pub(crate) tmp: &'a Path,
    pub(crate) task_root: &'a Path,
}

impl Variables {
    pub(crate) fn new(
        settings: &Settings,
        layer: &Layer,
        places: &Places<'_>,
    ) -> Result<Self, StartError> {
        if let Some(name) = settings.variables.keys().find(|name| RESERVED.contains(&name.as_str()))
        {
            return Err(StartError::VariableReserved { name: name.clone() });
        }
        let date = clock::rfc3339(clock::unix_ms());
        let day = date.get(..10).unwrap_or_default().replace('-', "/");
        let log_stream = format!("{day}/[$LATEST]{}", clock::random_hex());
        let mut common = common(settings, places);
        let credentials_token = settings.snap_start.then(clock::uuid);
        common.extend(credentials(places, credentials_token.as_deref()));
        let mut runtime = defaults(layer);
        runtime.extend(settings.variables.clone());
        runtime.extend(runtime_only(settings, places, &log_stream));
        runtime.extend(common.clone());
        let mut extension: Vec<_> = settings
            .variables
            .clone()
            .into_iter()
            .filter(|(name, _)| !name.starts_with('_'))
            .filter(|(name, _)| !is_runtime_only(name))
            .collect();
        extension.extend(common);
        Ok(Self { runtime, extension, log_stream, credentials_token, tmp: places.tmp.to_owned() })
    }
}

/// What both kinds of process get.
fn common(settings: &Settings, places: &Places<'_>) -> Vec<(String, String)> {
    let api = format!("{}{}", places.api, settings.path_prefix);
    let mut variables = owned([
        ("AWS_REGION", settings.region.as_str()),
        ("AWS_DEFAULT_REGION", &settings.region),
        ("AWS_LAMBDA_FUNCTION_NAME", &settings.name),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &settings.memory_mb.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", settings.initialization_type()),
        ("AWS_LAMBDA_RUNTIME_API", &api),
        // The machine's /tmp is not this environment's: a real sandbox has one of its own.
        ("TMPDIR", &places.tmp.to_string_lossy()),
    ]);
    if settings.is_managed() {
        // There is no other log format there.
        variables.extend(owned([("AWS_LAMBDA_LOG_FORMAT", "JSON")]));
    }
    if !settings.variables.contains_key("TZ") {
        variables.extend(owned([("TZ", ":UTC")]));
    }
    variables
}

/// The keys of the function's role; with `SnapStart`, where they can be asked for.
fn credentials(places: &Places<'_>, token: Option<&str>) -> Vec<(String, String)> {
    let Some(token) = token else {
        return owned([
            ("AWS_ACCESS_KEY_ID", EXAMPLE_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", EXAMPLE_SECRET),
            ("AWS_SESSION_TOKEN", EXAMPLE_TOKEN),
        ]);
    };
    let uri = format!("http://{}/2021-04-23/credentials", places.api);
    owned([
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token),
    ])
}

/// What extensions do not get, whoever sets it.
fn is_runtime_only(name: &str) -> bool {
    matches!(name, "AWS_XRAY_CONTEXT_MISSING" | "AWS_XRAY_DAEMON_ADDRESS")
}

fn runtime_only(
    settings: &Settings,
    places: &Places<'_>,
    log_stream: &str,
) -> Vec<(String, String)> {
    let mut variables = owned([
        ("_HANDLER", settings.handler.as_str()),
        ("AWS_EXECUTION_ENV", &settings.execution_env),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{}", settings.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream),
        ("LAMBDA_TASK_ROOT", &places.task_root.to_string_lossy()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
    ]);
    if let Some(number) = settings.managed {
        variables.extend(owned([("AWS_LAMBDA_MAX_CONCURRENCY", &number.to_string())]));
    }
    variables
}

/// The unreserved defaults of the runtime, which the configuration may override. Those that belong
/// to one language (`NODE_PATH`, `GEM_PATH`, …) name directories that are not on this machine.
fn defaults(layer: &Layer) -> Vec<(String, String)> {
    let opt = layer.root().map(|root| root.to_string_lossy().into_owned());
    let mut path = std::env::var("PATH").unwrap_or_default();
    let mut variables = owned([
        ("LANG", "en_US.UTF-8"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"),
        ("AWS_LAMBDA_LOG_FORMAT", "Text"),
    ]);
    if let Some(opt) = opt {
        path = format!("{path}:{opt}/bin");
        variables.push(("LD_LIBRARY_PATH".to_owned(), format!("{opt}/lib")));
    }
    variables.push(("PATH".to_owned(), path));
    variables
}

fn owned<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
