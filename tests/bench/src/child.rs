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

/// How a program is started.
#[derive(Clone, Copy)]
pub struct Launch<'a> {
    program: &'a Path,
    policy: Option<&'a Path>,
    parked: Option<(&'a Path, &'a Prepare<'a>)>,
}

/// What is done to a process that exists and does not yet run its program, by its id.
pub type Prepare<'a> = dyn Fn(u32) -> Result<()> + 'a;

impl<'a> Launch<'a> {
    /// The program with nothing around it.
    pub fn of(program: &'a Path) -> Self {
        Self { program, policy: None, parked: None }
    }

    /// With this policy as the function's own, and services of AWS that nobody answers for.
    #[must_use]
    pub fn policy(mut self, policy: Option<&'a Path>) -> Self {
        self.policy = policy;
        self
    }

    /// `prepare` is called before the program's first instruction: the process is the program
    /// `parked` until then. What becomes of the clock: it starts when the process is let go.
    #[must_use]
    pub fn parked(mut self, parked: &'a Path, prepare: &'a Prepare<'a>) -> Self {
        self.parked = Some((parked, prepare));
        self
    }

    /// The program's file.
    pub fn program(&self) -> &'a Path {
        self.program
    }

    /// Starts it against the API at `api`, with a free port for its proxy (as its argument and in
    /// `TOLLGATE_PORT`), a TMPDIR of its own, and its output kept in files.
    pub fn start(&self, api: SocketAddr) -> Result<Child> {
        let directory = tempfile::tempdir().context("cannot make a directory")?;
        let port = free_port()?;
        let mut command = match self.parked {
            Some((parked, _)) => Command::new(parked),
            None => Command::new(self.program),
        };
        if self.parked.is_some() {
            command.arg(self.program);
        }
        self.surroundings(&mut command, api, directory.path(), port)?;
        let mut started = Instant::now();
        let mut process = command
            .spawn()
            .with_context(|| format!("cannot start `{}`", self.program.display()))?;
        if let Some((_, prepare)) = self.parked {
            let let_go = process.stdin.take();
            let prepared = prepare(process.id());
            started = Instant::now();
            // Kept until here, closed now: that is the sign.
            drop(let_go);
            if let Err(error) = prepared {
                let _ = process.kill();
                let _ = process.wait();
                return Err(error);
            }
        }
        Ok(Child { process, directory, port, started })
    }

    fn surroundings(
        &self,
        command: &mut Command,
        api: SocketAddr,
        directory: &Path,
        port: u16,
    ) -> Result<()> {
        let output = File::create(directory.join("stdout"))?;
        let errors = File::create(directory.join("stderr"))?;
        command
            .arg(port.to_string())
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_REGION", "eu-west-1")
            .env("TMPDIR", directory)
            .env("TOLLGATE_PORT", port.to_string())
            .stdin(if self.parked.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(output)
            .stderr(errors);
        if let Some(policy) = self.policy {
            command
                .env("TOLLGATE_POLICY", policy)
                .env("AWS_ACCESS_KEY_ID", "bench")
                .env("AWS_SECRET_ACCESS_KEY", "bench")
                .env("AWS_ENDPOINT_URL", NOBODY);
        }
        Ok(())
    }
}

/// The discard port: a connection is refused at once.
const NOBODY: &str = "http://127.0.0.1:9";

impl Child {
    /// Starts `program` with nothing around it: [`Launch::start`].
    pub fn start(program: &Path, api: SocketAddr) -> Result<Self> {
        Launch::of(program).start(api)
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
