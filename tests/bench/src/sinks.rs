//! What each sink adds to the billed time: policies for them, and an endpoint that takes everything. (What
//! goes to a service of AWS finds nobody.)
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use tempfile::TempDir;

/// Policies with one sink each, and the endpoint that they name.
#[derive(Debug)]
pub struct Sinks {
    directory: TempDir,
    endpoint: SocketAddr,
}

/// A sink's name and its words in a policy.
const SINKS: [(&str, &str); 6] = [
    ("stdout", "type: stdout"),
    ("file", "type: file, path: DIRECTORY/ledger.ndjson"),
    ("ndjson", "type: http, url: 'http://ENDPOINT/in'"),
    ("hec", "type: http, format: hec, url: 'http://ENDPOINT/in'"),
    ("otlp", "type: http, format: otlp, url: 'http://ENDPOINT/v1/logs'"),
    ("cloudwatch", "type: cloudwatch, log_group: /bench"),
];

impl Sinks {
    /// Starts the endpoint.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen")?;
        let endpoint = listener.local_addr()?;
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A connection that breaks is the sender's to make again.
                std::thread::spawn(move || drop(serve(&stream)));
            }
        });
        Ok(Self { directory: tempfile::tempdir().context("cannot make a directory")?, endpoint })
    }

    /// Every sink: its name, and a file with a policy that names it.
    pub fn policies(&self) -> Result<Vec<(&'static str, PathBuf)>> {
        SINKS.into_iter().map(|(name, sink)| Ok((name, self.policy(name, sink)?))).collect()
    }

    fn policy(&self, name: &str, sink: &str) -> Result<PathBuf> {
        let folder = self.directory.path();
        let sink = sink.replace("DIRECTORY", &folder.display().to_string());
        let sink = sink.replace("ENDPOINT", &self.endpoint.to_string());
        let path = folder.join(format!("{name}.yaml"));
        let text = format!("version: 1\nledger: {{ flush: overlap, sinks: [{{ {sink} }}] }}\n");
        std::fs::write(&path, text)?;
        Ok(path)
    }
}

/// Takes requests and says yes to each.
fn serve(stream: &TcpStream) -> Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        let mut writer = stream;
        writer.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")?;
    }
}
