//! A blocking HTTP/1.1 client for one connection, just enough for Lambda's APIs.
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// One kept connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    /// The path in front of every API path: none on Lambda.
    prefix: String,
}

/// What came back; header names are in lower case.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }
}

impl Client {
    /// Connects to the API that the environment names.
    pub(crate) fn connect() -> io::Result<Self> {
        let api = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(io::Error::other)?;
        let (host, path) = api.split_once('/').unwrap_or((&api, ""));
        let prefix = if path.is_empty() { String::new() } else { format!("/{path}") };
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), prefix })
    }

    pub(crate) fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
        self.send("GET", path, headers, b"")?;
        self.receive()
    }

    pub(crate) fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Reply> {
        self.send("POST", path, headers, body)?;
        self.receive()
    }

    /// Sends a request in one write.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<()> {
        let mut request =
            format!("{method} {}{path} HTTP/1.1\r\nhost: lambda\r\n", self.prefix).into_bytes();
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n")?;
        }
        let chunked = headers.iter().any(|(name, _)| *name == "transfer-encoding");
        if !chunked && method != "GET" {
            write!(request, "content-length: {}\r\n", body.len())?;
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)
    }

    /// Writes a piece of a request as it is.
    pub(crate) fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(piece)
    }

    pub(crate) fn receive(&mut self) -> io::Result<Reply> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("no status"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut reply = Reply { status, headers, body: Vec::new() };
        if let Ok(length) = reply.header("content-length").parse() {
            reply.body = vec![0; length];
            self.stream.read_exact(&mut reply.body)?;
        } else if reply.header("transfer-encoding") == "chunked" {
            self.chunks(&mut reply.body)?;
        }
        Ok(reply)
    }

    fn chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let size = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; size];
            self.stream.read_exact(&mut chunk)?;
            body.extend_from_slice(&chunk);
            self.line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
