//! Programs under measurement: started with an environment of their own, ended with their guard.
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a child may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// A running child; dropped, it is killed and its directory removed.
#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    directory: TempDir,
    port: u16,
    /// Taken just before the process was made.
    pub started: Instant,
}

impl Child {
    /// Starts `program` against the API at `api`, with a free port for its proxy (as its argument
    /// and in `TOLLGATE_PORT`), a TMPDIR of its own, and its output kept in a file.
    pub fn start(program: &Path, api: SocketAddr) -> Result<Self> {
        let directory = tempfile::tempdir().context("cannot make a directory")?;
        let output = File::create(directory.path().join("stdout"))?;
        let errors = File::create(directory.path().join("stderr"))?;
        let port = free_port()?;
        let mut command = Command::new(program);
        command
            .arg(port.to_string())
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_REGION", "eu-west-1")
            .env("TMPDIR", directory.path())
            .env("TOLLGATE_PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors);
        let started = Instant::now();
        let process =
            command.spawn().with_context(|| format!("cannot start `{}`", program.display()))?;
        Ok(Self { process, directory, port, started })
    }

    /// Where its proxy listens.
    pub fn proxy(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits until its proxy takes connections.
    pub fn listening(&mut self) -> Result<()> {
        let limit = Instant::now() + Duration::from_secs(5);
        while std::net::TcpStream::connect(self.proxy()).is_err() {
            if Instant::now() > limit || self.process.try_wait()?.is_some() {
                bail!("child does not listen: {}", self.said());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Waits for the end that SHUTDOWN brings, and gives what was written to standard output.
    pub fn end(mut self) -> Result<String> {
        let limit = Instant::now() + GRACE;
        while self.process.try_wait()?.is_none() {
            if Instant::now() > limit {
                bail!("child did not end on SHUTDOWN: {}", self.said());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(std::fs::read_to_string(self.file("stdout"))?)
    }

    /// The end of what the child wrote to standard error, for messages.
    pub fn said(&self) -> String {
        let text = std::fs::read_to_string(self.file("stderr")).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("; ")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Both fail only when the child has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
