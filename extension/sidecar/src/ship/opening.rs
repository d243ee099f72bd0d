//! What a chain begins with: fresh keys, and a statement of who writes it.

use crate::app::App;
use crate::ship::recovery::Estate;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use tollgate_journal::open_state;
use tollgate_ledger::Seed;
use tollgate_ledger::record::{Function, Open, Settings, Versions};
use tollgate_policy::{Choice as _, LedgerOptions, Sink};

/// Random bytes of the system.
pub(crate) fn entropy<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The keys and the id of a new chain. Before the first key exists, the process makes itself
/// undumpable: then a process of the same user can read neither its memory nor its environment.
pub(crate) fn seed() -> Result<Seed, getrandom::Error> {
    // Where the sandbox forbids it, the keys are no less random; the attempt is what can be made.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    Ok(Seed { chain: entropy()?, key: entropy()?, next_key: entropy()? })
}

/// The body of the `open` record.
pub(crate) fn statement(
    app: &App,
    options: &LedgerOptions,
    policy: &str,
    mode: &str,
    estate: &Estate,
) -> Open {
    let facts = &app.settings.function;
    let told = Handover::read(&app.settings.state_dir);
    let registered = app.registered.borrow();
    Open {
        environment: environment_id(&app.settings.state_dir),
        ancestor: estate.ancestor.clone(),
        adopted: estate.adopted(),
        versions: Versions { tollgate: env!("CARGO_PKG_VERSION").to_owned() },
        policy: policy.to_owned(),
        mode: mode.to_owned(),
        function: Function {
            name: facts.name.clone(),
            version: facts.version.clone(),
            memory_mb: facts.memory_mb,
            architecture: std::env::consts::ARCH.to_owned(),
            initialization_type: app.settings.initialization.as_str().to_owned(),
            region: facts.region.clone().unwrap_or_default(),
            handler: told.get("handler").or_else(|| non_empty(&registered.handler)),
            runtime: told.get("runtime"),
            log_group: told.get("logGroup"),
            log_stream: told.get("logStream"),
            account: registered.account_id.clone(),
            arn: None,
        },
        settings: Settings {
            sink: options.sinks.iter().map(Sink::name).collect::<Vec<_>>().join(" "),
            flush: options.flush.as_str().to_owned(),
        },
        pid: Some(std::process::id()),
    }
}

/// The id that all chains of one environment share, over resets of the process.
fn environment_id(state_dir: &Path) -> String {
    let fresh = || {
        entropy::<16>()
            .map_or_else(|_| String::new(), |bytes| format!("{:032x}", u128::from_be_bytes(bytes)))
    };
    // Where it cannot be kept, the chains of this environment are told apart by their ancestors.
    kept_id(state_dir, &fresh).unwrap_or_else(|_| fresh())
}

fn kept_id(state_dir: &Path, fresh: &impl Fn() -> String) -> io::Result<String> {
    if !std::fs::symlink_metadata(state_dir)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let file = open_state(&state_dir.join("environment"))?;
    let mut known = String::new();
    (&file).take(64).read_to_string(&mut known)?;
    if known.len() == 32 && known.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(known);
    }
    let id = fresh();
    file.set_len(0)?;
    file.write_all_at(id.as_bytes(), 0)?;
    Ok(id)
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// What the wrapper left: facts that only the runtime's environment knows. The function could
/// have written them too, so they are a hint for readers of the ledger and nothing more.
pub(crate) struct Handover(Vec<(String, String)>);

impl Handover {
    /// Largest file that is read, in bytes.
    const BYTES_MAX: u64 = 4096;

    /// Reads what was left; nothing where there is nothing.
    pub(crate) fn read(state_dir: &Path) -> Self {
        let path = state_dir.with_file_name(".tollgate.runtime");
        let mut text = String::new();
        let file = open_state(&path);
        // Without it, or with one that is no text, the ledger says a little less.
        drop(file.and_then(|file| file.take(Self::BYTES_MAX).read_to_string(&mut text)));
        let pair = |line: &str| line.split_once('=').map(|(key, value)| (key.into(), value.into()));
        Self(text.lines().filter_map(pair).collect())
    }

    /// What was left under a name.
    pub(crate) fn get(&self, key: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(known, _)| known == key)?;
        non_empty(value)
    }
}
