//! The settings that hold before any policy is read.

use crate::environment::Environment;
use crate::options::{PREFIX, VARIABLES};
use std::fmt;
use std::path::PathBuf;
use tollgate_policy::Mode;

/// The proxy's port unless `TOLLGATE_PORT` says otherwise.
pub const PORT_DEFAULT: u16 = 9009;

/// Lambda reserves this port for its own use ("Lambda Telemetry API": reserved ports).
const PORT_RESERVED: u16 = 9001;

/// Everything the extension learns from its environment.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `host:port`, with a path where there is one, of the Runtime API (`AWS_LAMBDA_RUNTIME_API`).
    pub runtime_api: String,
    /// Loopback port of the proxy.
    pub port: u16,
    /// Mode that overrides the policy's, where it tightens it.
    pub mode: Option<Mode>,
    /// What to do with events while the policy is not readable.
    pub on_invalid: OnInvalid,
    /// How much to log.
    pub log: LogLevel,
    /// Path of the function's own policy, where one was named.
    pub policy: Option<PathBuf>,
    /// How this environment came to be.
    pub initialization: Initialization,
    /// Facts about the function, for the ledger.
    pub function: FunctionFacts,
    /// Directory for files that survive a reset of the environment.
    pub state_dir: PathBuf,
}

/// What the environment says of the function.
#[derive(Debug, Clone, Default)]
pub struct FunctionFacts {
    /// Name of the function.
    pub name: String,
    /// Version of the function.
    pub version: String,
    /// Configured memory in MB.
    pub memory_mb: Option<u32>,
    /// Region the function runs in.
    pub region: Option<String>,
}

/// What happens to events while the policy cannot be read in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInvalid {
    /// Refuse them all with `policy.invalid`.
    #[default]
    Refuse,
    /// Let them pass, decided by the built-in observe policy.
    Pass,
}

/// How much the extension says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What stops it from doing its work.
    Error,
    /// What the owner should mend.
    #[default]
    Warn,
    /// What happens once in a life.
    Info,
    /// What happens at each invocation.
    Debug,
}

/// How an environment came to be (`AWS_LAMBDA_INITIALIZATION_TYPE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initialization {
    /// On demand, or a kind this version does not know: both live by the classic lifecycle.
    OnDemand,
    /// Provisioned concurrency.
    ProvisionedConcurrency,
    /// SnapStart: initialised once, restored many times.
    SnapStart,
    /// Managed Instances: many invocations at once, never frozen.
    ManagedInstances,
}

impl Initialization {
    /// AWS's name of the type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::ProvisionedConcurrency => "provisioned-concurrency",
            Self::SnapStart => "snap-start",
            Self::ManagedInstances => "lambda-managed-instances",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "provisioned-concurrency" => Self::ProvisionedConcurrency,
            "snap-start" => Self::SnapStart,
            "lambda-managed-instances" => Self::ManagedInstances,
            _ => Self::OnDemand,
        }
    }
}

/// A variable whose value cannot be used. The default holds in its place: an extension that
/// stopped here would take the function down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The variable.
    pub variable: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.variable, self.message)
    }
}

impl Settings {
    /// Reads all settings; every unusable one is listed and replaced by its default.
    pub fn read(environment: &impl Environment) -> (Self, Vec<Complaint>) {
        let mut reader = Reader { environment, complaints: Vec::new() };
        let settings = Self {
            runtime_api: reader.runtime_api(),
            port: reader.port(),
            mode: reader.choice("TOLLGATE_MODE", MODES).flatten(),
            on_invalid: reader.choice("TOLLGATE_ON_INVALID", ON_INVALID).unwrap_or_default(),
            log: reader.choice("TOLLGATE_LOG", LOG_LEVELS).unwrap_or_default(),
            policy: environment.get("TOLLGATE_POLICY").map(PathBuf::from),
            initialization: Initialization::from_name(
                &environment.get("AWS_LAMBDA_INITIALIZATION_TYPE").unwrap_or_default(),
            ),
            function: FunctionFacts {
                name: environment.get("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default(),
                version: environment.get("AWS_LAMBDA_FUNCTION_VERSION").unwrap_or_default(),
                memory_mb: environment
                    .get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
                    .and_then(|size| size.parse().ok()),
                region: environment.get("AWS_REGION"),
            },
            state_dir: PathBuf::from(environment.get("TMPDIR").unwrap_or_else(|| "/tmp".into()))
                .join(".tollgate"),
        };
        (settings, reader.complaints)
    }

    /// Lists the variables that look like ours and are not. It walks the whole environment, so it
    /// is left for after `register`.
    pub fn unknown(environment: &impl Environment) -> Vec<Complaint> {
        let mut reader = Reader { environment, complaints: Vec::new() };
        reader.report_unknown();
        reader.complaints
    }
}

const MODES: &[(&str, Option<Mode>)] =
    &[("enforce", Some(Mode::Enforce)), ("observe", Some(Mode::Observe))];
const ON_INVALID: &[(&str, OnInvalid)] =
    &[("pass", OnInvalid::Pass), ("refuse", OnInvalid::Refuse)];
const LOG_LEVELS: &[(&str, LogLevel)] = &[
    ("off", LogLevel::Off),
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
];

struct Reader<'a, E> {
    environment: &'a E,
    complaints: Vec<Complaint>,
}

impl<E: Environment> Reader<'_, E> {
    fn complain(&mut self, variable: &str, message: String) {
        self.complaints.push(Complaint { variable: variable.to_owned(), message });
    }

    fn runtime_api(&mut self) -> String {
        self.environment.get("AWS_LAMBDA_RUNTIME_API").unwrap_or_else(|| {
            let fallback = "127.0.0.1:9001";
            self.complain("AWS_LAMBDA_RUNTIME_API", format!("not set; `{fallback}` is tried"));
            fallback.to_owned()
        })
    }

    fn port(&mut self) -> u16 {
        let Some(text) = self.environment.get("TOLLGATE_PORT") else {
            return PORT_DEFAULT;
        };
        match text.parse() {
            Ok(port) if port >= 1024 && port != PORT_RESERVED => port,
            _ => {
                let message = format!(
                    "`{text}` is no usable port; a number from 1024 to 65535 other than \
                     {PORT_RESERVED} is expected; {PORT_DEFAULT} is used"
                );
                self.complain("TOLLGATE_PORT", message);
                PORT_DEFAULT
            }
        }
    }

    fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.environment.get(name)?;
        let found = choices.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
        if found.is_none() {
            let words: Vec<String> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.complain(name, format!("`{text}` is unknown; one of {}", words.join(", ")));
        }
        found.map(|(_, value)| *value)
    }

    fn report_unknown(&mut self) {
        for name in self.environment.names(PREFIX) {
            if !VARIABLES.iter().any(|variable| variable.name == name) {
                let nearest = tollgate_policy::nearest(&name, VARIABLES.iter().map(|v| v.name));
                let hint = nearest.map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
                self.complain(&name, format!("unknown variable{hint}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn read(pairs: &[(&str, &str)]) -> (Settings, Vec<String>) {
        let map: BTreeMap<String, String> =
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let (settings, mut complaints) = Settings::read(&map);
        complaints.extend(Settings::unknown(&map));
        (settings, complaints.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_plain_environment_gives_the_defaults() {
        let (settings, complaints) = read(&[("AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001")]);
        assert_eq!(complaints, Vec::<String>::new());
        assert_eq!(settings.port, 9009);
        assert_eq!(settings.initialization, Initialization::OnDemand);
        assert_eq!(settings.state_dir, PathBuf::from("/tmp/.tollgate"));
    }

    #[test]
    fn every_unusable_value_is_named_and_replaced() {
        let (settings, complaints) = read(&[
            ("AWS_LAMBDA_RUNTIME_API", "a:1"),
            ("TOLLGATE_PORT", "9001"),
            ("TOLLGATE_MODE", "strict"),
            ("TOLLGATE_PROT", "1"),
        ]);
        assert_eq!(settings.port, 9009);
        assert_eq!(settings.mode, None);
        assert_eq!(
            complaints,
            [
                "TOLLGATE_PORT: `9001` is no usable port; a number from 1024 to 65535 other than \
                 9001 is expected; 9009 is used",
                "TOLLGATE_MODE: `strict` is unknown; one of `enforce`, `observe`",
                "TOLLGATE_PROT: unknown variable; did you mean `TOLLGATE_PORT`?",
            ]
        );
    }

    #[test]
    fn an_unknown_initialization_type_is_no_error() {
        let (settings, _) = read(&[("AWS_LAMBDA_INITIALIZATION_TYPE", "native-http")]);
        assert_eq!(settings.initialization, Initialization::OnDemand);
    }
}
