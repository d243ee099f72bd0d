//! For tests: services of AWS as `moto` and `dynalite` play them, and a network that is unkind.

pub(crate) mod network;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running stand-in for AWS, on loopback.
pub(crate) struct Stand {
    child: Child,
    /// Its address.
    pub(crate) url: String,
}

impl Stand {
    /// Starts `moto`, which `scripts/test` installs.
    pub(crate) fn moto() -> Self {
        let python = place("SUITE_PYTHON", "target/venv/bin/python");
        let mut command = Command::new(&python);
        Self::start(command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p"]))
    }

    /// Starts `dynalite`, which speaks `DynamoDB` and nothing else, written by others than `moto`;
    /// `scripts/test` installs it.
    pub(crate) fn dynalite() -> Self {
        let node = place("SUITE_NODE", "target/node");
        let mut command = Command::new(node.join("bin/node"));
        command.arg(node.join("dynalite/node_modules/dynalite/cli.js"));
        Self::start(command.args(["--host", "127.0.0.1", "--createTableMs", "0", "--port"]))
    }

    /// Starts a program whose last argument is its port.
    fn start(command: &mut Command) -> Self {
        let port = free_port();
        command.arg(port.to_string()).stdin(Stdio::null());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child =
            child.unwrap_or_else(|error| panic!("{command:?}: {error}; scripts/test installs it"));
        let mut stand = Self { child, url: format!("http://127.0.0.1:{port}") };
        stand.await_listening(port);
        stand
    }

    fn await_listening(&mut self, port: u16) {
        let end = Instant::now() + Duration::from_mins(1);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: is it installed?");
            assert!(Instant::now() < end, "it does not listen");
            std::thread::yield_now();
        }
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the environment names, or where `scripts/test` puts it.
fn place(variable: &str, below_root: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os(variable).map_or_else(|| root.join(below_root), Into::into)
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
