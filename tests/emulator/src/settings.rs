//! The settings of one environment.
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::cage::Freezer;
use crate::plan::FaultPlan;

/// Everything that can be said about a function and its environment; all but the command has a
/// default.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) command: Vec<String>,
    pub(crate) layer: Option<PathBuf>,
    pub(crate) task_root: Option<PathBuf>,
    pub(crate) name: String,
    pub(crate) handler: String,
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) execution_env: String,
    pub(crate) memory_mb: u32,
    pub(crate) timeout: Duration,
    pub(crate) init_limit: Option<Duration>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) freeze: Freeze,
    pub(crate) freezer: Freezer,
    pub(crate) sandbox_user: bool,
    pub(crate) telemetry: Telemetry,
    pub(crate) path_prefix: String,
    pub(crate) snap_start: bool,
    pub(crate) managed: Option<u32>,
    pub(crate) invocation_id: bool,
    pub(crate) logs_bytes_max: usize,
    pub(crate) faults: Vec<FaultPlan>,
    pub(crate) seed: u64,
}

/// On-demand functions: what takes longer is repeated in the first invocation.
const INIT_LIMIT: Duration = Duration::from_secs(10);
/// The least limit of the other kinds.
const INIT_LIMIT_LONG: Duration = Duration::from_secs(130);

/// When the environment is frozen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Freeze {
    /// Only by [`freeze`](crate::Environment::freeze).
    #[default]
    Manual,
    /// Also after each invocation (and after init), as Lambda does.
    Automatic,
}

/// What the Telemetry API does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Telemetry {
    /// Accepts every published schema and delivers.
    #[default]
    Full,
    /// Refuses the schemas that are newer than the one named with 400, as older platforms do.
    UpTo(Schema),
    /// Answers 202 `Telemetry.NotSupported` to everything, as AWS's own emulator does.
    NotSupported,
}

/// The published versions of the telemetry schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schema {
    /// `2022-07-01`.
    V20220701,
    /// `2022-12-13`: log lines that are JSON objects are delivered as objects.
    V20221213,
    /// `2025-01-29`.
    V20250129,
}

impl Settings {
    /// Settings for the function that `command` starts: the program, then its arguments.
    pub fn new<S: Into<String>>(command: impl IntoIterator<Item = S>) -> Self {
        Self {
            command: command.into_iter().map(Into::into).collect(),
            layer: None,
            task_root: None,
            name: "function".to_owned(),
            handler: "function.handler".to_owned(),
            region: "eu-west-1".to_owned(),
            account: "123456789012".to_owned(),
            execution_env: "AWS_Lambda_provided.al2023".to_owned(),
            memory_mb: 128,
            timeout: Duration::from_secs(3),
            init_limit: None,
            variables: BTreeMap::new(),
            freeze: Freeze::default(),
            freezer: Freezer::default(),
            sandbox_user: false,
            telemetry: Telemetry::default(),
            path_prefix: String::new(),
            snap_start: false,
            managed: None,
            invocation_id: true,
            logs_bytes_max: 64 * 1024 * 1024,
            faults: Vec::new(),
            seed: 0,
        }
    }

    /// The directory laid out as `/opt`: extensions are the files in its `extensions/`.
    #[must_use]
    pub fn layer(mut self, directory: impl Into<PathBuf>) -> Self {
        self.layer = Some(directory.into());
        self
    }

    /// The function's directory (`LAMBDA_TASK_ROOT`); default: the current directory.
    #[must_use]
    pub fn task_root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.task_root = Some(directory.into());
        self
    }

    /// The function's name; default `function`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The function's handler (`_HANDLER`); default `function.handler`.
    #[must_use]
    pub fn handler(mut self, handler: impl Into<String>) -> Self {
        self.handler = handler.into();
        self
    }

    /// The region; default `eu-west-1`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// The account id; default `123456789012`.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// `AWS_EXECUTION_ENV`; default `AWS_Lambda_provided.al2023`.
    #[must_use]
    pub fn execution_env(mut self, name: impl Into<String>) -> Self {
        self.execution_env = name.into();
        self
    }

    /// Configured memory in MB; default 128. It is told to the function, not enforced.
    #[must_use]
    pub fn memory_mb(mut self, megabytes: u32) -> Self {
        self.memory_mb = megabytes;
        self
    }

    /// The function timeout; default 3 s. It covers the function and the extensions.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The limit of the init phase. Default: 10 s, or the larger of 130 s and the function timeout
    /// for `SnapStart` and Managed Instances.
    #[must_use]
    pub fn init_limit(mut self, limit: Duration) -> Self {
        self.init_limit = Some(limit);
        self
    }

    /// One environment variable of the function's configuration. Names that Lambda reserves are
    /// refused at start.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Whether the environment is frozen between invocations; default [`Freeze::Manual`].
    #[must_use]
    pub fn freeze(mut self, freeze: Freeze) -> Self {
        self.freeze = freeze;
        self
    }

    /// What freezes the environment; default [`Freezer::Auto`].
    #[must_use]
    pub fn freezer(mut self, freezer: Freezer) -> Self {
        self.freezer = freezer;
        self
    }

    /// Whether the processes run as Lambda's user (uid 993, gid 990) instead of the emulator's own;
    /// default false. Only root can do that, and the function, the layer and every file that they
    /// read must be readable by others.
    #[must_use]
    pub fn sandbox_user(mut self, on: bool) -> Self {
        self.sandbox_user = on;
        self
    }

    /// What the Telemetry API does; default [`Telemetry::Full`].
    #[must_use]
    pub fn telemetry(mut self, telemetry: Telemetry) -> Self {
        self.telemetry = telemetry;
        self
    }

    /// A path in front of every API path, such as `/.rt`: `AWS_LAMBDA_RUNTIME_API` is then
    /// `127.0.0.1:PORT/.rt`, and requests without it get 404. Other emulators do this; Lambda
    /// does not.
    #[must_use]
    pub fn path_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.path_prefix = prefix.into();
        self
    }

    /// `SnapStart` mode: `restore/next` and `restore/error` exist, the restore comes with the
    /// first invocation.
    #[must_use]
    pub fn snap_start(mut self, on: bool) -> Self {
        self.snap_start = on;
        self
    }

    /// Managed Instances: invocations run beside each other, one for each parked poll, and
    /// extensions can ask for SHUTDOWN only. The runtime reads the number from
    /// `AWS_LAMBDA_MAX_CONCURRENCY`; how many polls it parks is its own affair.
    #[must_use]
    pub fn managed(mut self, max_concurrency: u32) -> Self {
        self.managed = Some(max_concurrency);
        self
    }

    /// Whether `Lambda-Runtime-Invocation-Id` is sent (new in 2026); default true.
    #[must_use]
    pub fn invocation_id(mut self, on: bool) -> Self {
        self.invocation_id = on;
        self
    }

    /// How many bytes of log lines are kept; default 64 MiB. Older lines are forgotten.
    #[must_use]
    pub fn logs_bytes_max(mut self, bytes: usize) -> Self {
        self.logs_bytes_max = bytes;
        self
    }

    /// One more fault that strikes invocations by their number; see [`FaultPlan::parse`].
    #[must_use]
    pub fn fault(mut self, plan: FaultPlan) -> Self {
        self.faults.push(plan);
        self
    }

    /// What faults with a share (`@10%`) choose by; default 0. The same seed chooses the same.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The value of `AWS_LAMBDA_INITIALIZATION_TYPE` and of telemetry's `initializationType`.
    pub(crate) fn initialization_type(&self) -> &'static str {
        match (self.managed, self.snap_start) {
            (Some(_), _) => "lambda-managed-instances",
            (None, true) => "snap-start",
            (None, false) => "on-demand",
        }
    }

    /// Whether this is an environment of Managed Instances.
    pub(crate) fn is_managed(&self) -> bool {
        self.managed.is_some()
    }

    /// The limit of the init phase (Lambda developer guide, "Lambda execution environment").
    pub(crate) fn limit_of_init(&self) -> Duration {
        let default = if self.is_managed() || self.snap_start {
            INIT_LIMIT_LONG.max(self.timeout)
        } else {
            INIT_LIMIT
        };
        self.init_limit.unwrap_or(default)
    }

    /// The ARN the runtime sees, with the qualifier that the caller used.
    pub(crate) fn arn(&self, qualifier: Option<&str>) -> String {
        let base =
            format!("arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.name);
        match qualifier {
            Some(qualifier) => format!("{base}:{qualifier}"),
            None => base,
        }
    }
}

impl Schema {
    /// The version as written in a subscription.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V20220701 => "2022-07-01",
            Self::V20221213 => "2022-12-13",
            Self::V20250129 => "2025-01-29",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::V20220701, Self::V20221213, Self::V20250129]
            .into_iter()
            .find(|schema| schema.as_str() == text)
    }
}
