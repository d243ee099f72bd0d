//! For tests: services of AWS as `moto` plays them, and a network that is unkind.

pub(crate) mod network;

use std::path::Path;
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
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = std::env::var_os("SUITE_PYTHON")
            .map_or_else(|| root.join("target/venv/bin/python"), Into::into);
        let port = free_port();
        let child = Command::new(&python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("`{}`: {error}; scripts/test installs it with moto", python.display())
            });
        let mut stand = Self { child, url: format!("http://127.0.0.1:{port}") };
        stand.await_listening(port);
        stand
    }

    fn await_listening(&mut self, port: u16) {
        let end = Instant::now() + Duration::from_mins(1);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(self.child.try_wait().unwrap().is_none(), "moto ended: is it installed?");
            assert!(Instant::now() < end, "moto does not listen");
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

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
