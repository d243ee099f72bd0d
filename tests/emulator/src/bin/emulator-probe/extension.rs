//! The probe as an external extension: registers, polls, prints what it gets.
//!
//! `PROBE_EXTENSIONS` (JSON) has orders by file name: `events`, `register_as`, `register_after_ms`,
//! `exit_at_start`, `init_error`, `next_after_ms`, `variables`, `telemetry` (a subscription without
//! its destination), `invoke` and `shutdown`, each with `sleep_ms`, `exit`, `exit_error`, `hang`.
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::http::Client;
use crate::{print, sleep, variables};

const EXTENSION: &str = "/2020-01-01/extension";
const ERROR_TYPE: (&str, &str) = ("lambda-extension-function-error-type", "Extension.Probe");

/// Runs until SHUTDOWN, or until told to exit.
pub(crate) fn run() -> io::Result<u8> {
    let name = own_name()?;
    let orders = std::env::var("PROBE_EXTENSIONS").unwrap_or_default();
    let orders: Value = serde_json::from_str(&orders).unwrap_or_default();
    let orders = orders.get(&name).cloned().unwrap_or_default();
    if let Some(code) = exit_code(&orders, "exit_at_start") {
        return Ok(code);
    }
    print("extension started");
    sleep(&orders, "register_after_ms");
    let mut client = Client::connect()?;
    let id = register(&mut client, &name, &orders)?;
    if orders.get("variables").is_some() {
        print(&format!("variables {}", variables()));
    }
    if let Some(subscription) = orders.get("telemetry") {
        subscribe(&mut client, &id, subscription.clone())?;
    }
    if orders.get("init_error").is_some() {
        report(&mut client, "init/error", &id)?;
        return Ok(1);
    }
    sleep(&orders, "next_after_ms");
    poll(&mut client, &id, &orders)
}

fn poll(client: &mut Client, id: &str, orders: &Value) -> io::Result<u8> {
    loop {
        let id_header = ("lambda-extension-identifier", id);
        let reply = client.get(&format!("{EXTENSION}/event/next"), &[id_header])?;
        if reply.status != 200 {
            return Err(io::Error::other(format!("poll refused with {}", reply.status)));
        }
        let event: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        print(&format!("event {event}"));
        let shutdown = event.get("eventType").and_then(Value::as_str) == Some("SHUTDOWN");
        let orders = orders.get(if shutdown { "shutdown" } else { "invoke" });
        let orders = orders.cloned().unwrap_or_default();
        sleep(&orders, "sleep_ms");
        if orders.get("hang").is_some() {
            loop {
                std::thread::park();
            }
        }
        if orders.get("exit_error").is_some() {
            report(client, "exit/error", id)?;
            return Ok(1);
        }
        if let Some(code) = exit_code(&orders, "exit").or(shutdown.then_some(0)) {
            print("extension leaves");
            return Ok(code);
        }
    }
}

fn register(client: &mut Client, name: &str, orders: &Value) -> io::Result<String> {
    let name = orders.get("register_as").and_then(Value::as_str).unwrap_or(name);
    let events = orders.get("events").cloned().unwrap_or_else(|| json!(["INVOKE", "SHUTDOWN"]));
    let body = json!({ "events": events }).to_string();
    let name = ("lambda-extension-name", name);
    let reply = client.post(&format!("{EXTENSION}/register"), &[name], body.as_bytes())?;
    print(&format!("registered {} {}", reply.status, String::from_utf8_lossy(&reply.body)));
    Ok(reply.header("lambda-extension-identifier").to_owned())
}

fn report(client: &mut Client, end: &str, id: &str) -> io::Result<()> {
    let headers = [("lambda-extension-identifier", id), ERROR_TYPE];
    client.post(&format!("{EXTENSION}/{end}"), &headers, b"{}").map(|_| ())
}

/// Subscribes with a listener of its own, which prints every event it gets.
fn subscribe(client: &mut Client, id: &str, mut subscription: Value) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || listen(stream));
        }
    });
    if let Some(fields) = subscription.as_object_mut() {
        let uri = format!("http://sandbox.localdomain:{port}/logs");
        fields.insert("destination".to_owned(), json!({ "protocol": "HTTP", "URI": uri }));
    }
    let headers = [("lambda-extension-identifier", id)];
    client.send("PUT", "/2022-07-01/telemetry", &headers, subscription.to_string().as_bytes())?;
    let reply = client.receive()?;
    print(&format!("subscribed {} {}", reply.status, String::from_utf8_lossy(&reply.body)));
    Ok(())
}

fn listen(stream: TcpStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let batch: Vec<Value> = serde_json::from_slice(&body).unwrap_or_default();
        for event in batch {
            print(&format!("telemetry {event}"));
        }
        // Printed first, so that a delivered event is in the log even if SHUTDOWN follows at once.
        stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}

/// The file name, which is the name an extension must register.
fn own_name() -> io::Result<String> {
    let file = std::env::args_os().next().unwrap_or_default();
    let name = std::path::Path::new(&file).file_name().unwrap_or_default();
    name.to_str().map(str::to_owned).ok_or_else(|| io::Error::other("no name"))
}

fn exit_code(orders: &Value, field: &str) -> Option<u8> {
    orders.get(field).and_then(Value::as_u64).and_then(|code| u8::try_from(code).ok())
}
