//! `tollgate-emulator`: one environment on this machine, behind Lambda's Invoke API.
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tollgate_emulator::{
    Environment, Freeze, Front, InitReport, InitStatus, LogLine, LogStream, Settings,
};

/// A local Lambda: runs one function with its extensions and takes invocations on loopback.
#[derive(Debug, Parser)]
#[command(name = "tollgate-emulator", version)]
struct Args {
    /// A directory laid out as /opt; its extensions/ are started
    #[arg(long, value_name = "DIR")]
    layer: Option<PathBuf>,
    /// The port of the Invoke API
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Configured memory
    #[arg(long, value_name = "MB", default_value_t = 128)]
    memory: u32,
    /// The function timeout
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0, value_parser = seconds)]
    timeout: f64,
    /// A variable of the function's configuration
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<(String, String)>,
    /// The handler (_HANDLER)
    #[arg(long, default_value = "function.handler")]
    handler: String,
    /// Freeze the processes between invocations
    #[arg(long)]
    freeze: bool,
    /// The function's command; everything after it belongs to it
    #[arg(long, required = true, num_args = 1.., allow_hyphen_values = true, value_name = "COMMAND")]
    function: Vec<String>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(args)),
        Err(error) => Err(error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&format!("error: {message}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    let address = SocketAddr::from(([127, 0, 0, 1], args.port));
    let front = Front::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}; choose another --port"))?;
    let address = front.address().map_err(|error| error.to_string())?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let environment =
        Environment::launch(settings(args)).await.map_err(|error| error.to_string())?;
    let environment = Arc::new(environment);
    let mut logs = environment.follow_logs();
    tokio::select! {
        () = serve(front, &environment, address) => {}
        () = print(&mut logs) => {}
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    let ended = environment.shutdown().await;
    while let Some(line) = logs.try_next() {
        say_line(&line);
    }
    ended.map(|_| ()).map_err(|error| error.to_string())
}

async fn serve(front: Front, environment: &Arc<Environment>, address: SocketAddr) {
    announce(&environment.init().await, address);
    front.serve(Arc::clone(environment)).await;
}

fn settings(args: Args) -> Settings {
    let freeze = if args.freeze { Freeze::Automatic } else { Freeze::Manual };
    let mut settings = Settings::new(args.function)
        .memory_mb(args.memory)
        .timeout(Duration::from_secs_f64(args.timeout))
        .handler(args.handler)
        .freeze(freeze);
    if let Some(layer) = args.layer {
        settings = settings.layer(layer);
    }
    args.env.into_iter().fold(settings, |settings, (name, value)| settings.env(name, value))
}

fn announce(init: &InitReport, address: SocketAddr) {
    if init.status == InitStatus::Success {
        say(&format!("init took {:.1} ms", init.duration.as_secs_f64() * 1000.0));
    } else {
        let error_type = init.error_type.as_deref().unwrap_or("timeout");
        let message = init.message.as_deref().unwrap_or("the init limit passed");
        say(&format!("init failed and is repeated at the first event: {error_type}: {message}"));
    }
    say(&format!("curl -d '{{}}' http://{address}/2015-03-31/functions/function/invocations"));
}

/// Prints what the processes print.
async fn print(logs: &mut LogStream) {
    loop {
        say_line(&logs.next().await);
    }
}

fn say_line(line: &LogLine) {
    say(&format!("[{}] {}", line.origin, line.text));
}

fn say(line: &str) {
    // Nobody reads: then nobody misses it.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (0.001..=900.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("`{text}` is not between 0.001 and 900"))
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("`{text}` has no `=` after the name"))?;
    Ok((name.to_owned(), value.to_owned()))
}
