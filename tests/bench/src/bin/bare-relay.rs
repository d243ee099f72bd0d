//! The least a relay of the Runtime API can cost: std only, blocking, streamed through one small buffer.
//!
//! Usage: `bare-relay PORT`, with `AWS_LAMBDA_RUNTIME_API` naming the upstream.
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use tollgate_bench::wire::{Framing, Head, Reader, bad};

fn main() -> io::Result<()> {
    let upstream = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(|_| bad("no runtime API"))?;
    let port = std::env::args().nth(1).ok_or_else(|| bad("usage: bare-relay PORT"))?;
    for client in TcpListener::bind(format!("127.0.0.1:{port}"))?.incoming() {
        let (client, upstream) = (client?, upstream.clone());
        std::thread::spawn(move || relay(client, &upstream));
    }
    Ok(())
}

/// Serves one client over one upstream connection until either closes.
fn relay(mut client: TcpStream, upstream: &str) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut server = TcpStream::connect(upstream)?;
    server.set_nodelay(true)?;
    let mut requests = Reader::new(client.try_clone()?);
    let mut replies = Reader::new(server.try_clone()?);
    let mut start = Vec::new();
    while pass(&mut requests, &mut server, &mut start)?
        && pass(&mut replies, &mut client, &mut start)?
    {}
    Ok(())
}

/// Passes one message on: its head and what came with it in one write, then the rest as it comes.
fn pass(from: &mut Reader<TcpStream>, to: &mut TcpStream, start: &mut Vec<u8>) -> io::Result<bool> {
    let Some(head) = from.head()? else {
        return Ok(false);
    };
    let mut left = length(&head)?;
    start.clear();
    start.extend_from_slice(head.as_str().as_bytes());
    if from.buffered() > 0 && left > 0 {
        let first = from.some(left)?;
        start.extend_from_slice(first);
        left -= first.len();
    }
    to.write_all(start)?;
    while left > 0 {
        let part = from.some(left)?;
        if part.is_empty() {
            return Err(bad("body cut off"));
        }
        to.write_all(part)?;
        left -= part.len();
    }
    Ok(true)
}

fn length(head: &Head) -> io::Result<usize> {
    match head.framing()? {
        Framing::Length(length) => Ok(length),
        Framing::Chunked => Err(bad("the baseline relays bodies of known length only")),
    }
}
