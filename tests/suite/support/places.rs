//! Where the binaries under test are. `scripts/test` builds them; paths can be overridden.

use std::path::{Path, PathBuf};

/// A file or directory, from a variable or below `target/`.
fn place(variable: &str, default: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path =
        std::env::var_os(variable).map_or_else(|| root.join("target").join(default), PathBuf::from);
    path.canonicalize().unwrap_or_else(|error| {
        panic!("`{}`: {error}; scripts/test builds it, or set {variable}", path.display())
    })
}

/// The layer, laid out as `/opt`.
pub(crate) fn layer() -> PathBuf {
    place("SUITE_LAYER", &format!("layer/{}", std::env::consts::ARCH))
}

/// A layer whose extension panics where `TOLLGATE_PLANT` says.
pub(crate) fn planted_layer() -> PathBuf {
    place("SUITE_PLANTED_LAYER", "layer/planted")
}

/// The command line.
pub(crate) fn tollgate() -> PathBuf {
    place("SUITE_TOLLGATE", "release/tollgate")
}

/// The Rust function, on the crate `lambda_runtime`.
pub(crate) fn rust_function() -> PathBuf {
    place("SUITE_FUNCTION", "release/function-echo")
}

/// The Rust function that streams its answers, several at once where it may.
pub(crate) fn streaming_function() -> PathBuf {
    place("SUITE_STREAM", "release/function-stream")
}

/// Node.js, and the directory in which the package `aws-lambda-ric` is installed.
pub(crate) fn node() -> (PathBuf, PathBuf) {
    let packages = place("SUITE_NODE", "node");
    (packages.join("bin/node"), packages.join("client/node_modules/aws-lambda-ric"))
}

/// The directory whose `node_modules` holds services' own libraries for webhooks.
pub(crate) fn webhook_libraries() -> PathBuf {
    place("SUITE_NODE", "node").join("webhooks/node_modules")
}

/// The directory with `chromium`, its libraries and fonts.
pub(crate) fn browser() -> PathBuf {
    place("SUITE_BROWSER", "browser")
}

/// The command with its manual pages and completions, laid out as below a prefix.
pub(crate) fn command() -> PathBuf {
    place("SUITE_COMMAND", "command")
}

/// A second extension, on the crate `lambda-extension`.
pub(crate) fn other_extension() -> PathBuf {
    place("SUITE_EXTENSION", "release/extension-sample")
}

/// A Python interpreter that has `awslambdaric`.
pub(crate) fn python() -> PathBuf {
    let variable = "SUITE_PYTHON";
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // Not resolved: a virtual environment is found by the link's own place.
    let path = std::env::var_os(variable)
        .map_or_else(|| root.join("target/venv/bin/python"), PathBuf::from);
    assert!(path.exists(), "`{}` is missing; scripts/test builds it", path.display());
    std::path::absolute(path).unwrap()
}

/// The directory of programs with `sam` and `cfn-lint`.
pub(crate) fn sam_tools() -> PathBuf {
    place("SUITE_SAM", "sam/bin")
}

/// The directory of programs with `go`.
pub(crate) fn go_tools() -> PathBuf {
    place("SUITE_GO", "go/bin")
}

/// The layer for arm64, laid out as `/opt`.
pub(crate) fn arm64_layer() -> PathBuf {
    place("SUITE_ARM64_LAYER", "layer/arm64")
}

/// AWS's own Runtime Interface Emulator.
pub(crate) fn rie() -> PathBuf {
    place("SUITE_RIE", "rie/aws-lambda-rie")
}

/// `cargo lambda`, an emulator that others wrote.
pub(crate) fn cargo_lambda() -> PathBuf {
    place("SUITE_CARGO_LAMBDA", "zig/bin/cargo-lambda")
}

/// The crate `lambda-simulator` in a program of its own, an emulator that others wrote.
pub(crate) fn simulator() -> PathBuf {
    place("SUITE_SIMULATOR", "foreign/debug/simulator")
}

/// AWS Lambda Web Adapter, as its crate builds it.
pub(crate) fn web_adapter() -> PathBuf {
    place("SUITE_WEB_ADAPTER", "foreign/bin/lambda-adapter")
}

/// The Python function's directory.
pub(crate) fn python_function() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/python").canonicalize().unwrap()
}

/// The Node.js function's directory.
pub(crate) fn node_function() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/node").canonicalize().unwrap()
}

/// A directory of saved events.
pub(crate) fn fixtures(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(below).canonicalize().unwrap()
}
