//! What Lambda starts: registers the extension, then becomes the process that guards.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use tollgate_config::settings::LogLevel;
use tollgate_config::{ProcessEnvironment, Settings};
use tollgate_start::{begin, hand_over};

fn main() -> ExitCode {
    // What is wrong with the settings is told by the process that guards.
    let (settings, _) = Settings::read(&ProcessEnvironment);
    let name = std::env::args_os().next();
    let message = match begin(&settings, name.clone()) {
        Ok(begun) => {
            let program = guard();
            let error = hand_over(&begun, &program, name);
            format!("cannot become `{}`: {error}", program.display())
        }
        Err(error) => error.to_string(),
    };
    if settings.log >= LogLevel::Error {
        let message = serde_json::Value::from(message);
        // With standard error closed there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "{{\"tollgateLog\":\"error\",\"message\":{message}}}");
    }
    ExitCode::FAILURE
}

/// The process that guards lies in the layer beside the wrapper: `/opt/extensions/tollgate` becomes
/// `/opt/tollgate/extension`.
fn guard() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    let opt = here.parent().and_then(|extensions| extensions.parent());
    opt.unwrap_or_else(|| "/opt".as_ref()).join("tollgate").join("extension")
}
