//! Registration and telemetry subscription: what Lambda must hear before the first event.

use crate::preflight::Preflight;
use crate::wire::{Answer, Call};
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use tollgate_lambda_api::Endpoint;
use tollgate_lambda_api::extensions::{self, Registered, header};
use tollgate_lambda_api::telemetry::{SCHEMA_VERSIONS, SUBSCRIBE_PATH, subscribe_body};

/// Name under which the platform reaches a listener in the sandbox.
const SANDBOX_HOST: &str = "sandbox.localdomain";

/// How long the platform may hold a telemetry batch, in milliseconds. Half a second wakes a busy
/// function rarely; nothing on the invocation path waits for a batch.
const TELEMETRY_TIMEOUT_MS: u32 = 500;

/// Why Lambda did not take the registration.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// No answer.
    #[error("the Lambda API at `{address}` did not answer: {source}")]
    Silent {
        /// Where it was looked for.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// An answer that is a refusal.
    #[error("Lambda refused it with status {status}: {body}")]
    Refused {
        /// Status code.
        status: u16,
        /// What Lambda said.
        body: String,
    },
    /// An answer without the extension's id.
    #[error("Lambda's answer has no extension identifier")]
    Nameless,
}

/// A registered extension.
#[derive(Debug)]
pub struct Registration {
    /// Id that all later calls carry.
    pub extension_id: String,
    /// What Lambda said of the function.
    pub function: Registered,
    /// Where telemetry arrives, when the platform has it.
    pub telemetry: Option<TcpListener>,
    /// Why it does not arrive, where that is worth a word.
    pub telemetry_note: Option<String>,
    /// The socket, with the first poll for events out on it.
    pub line: Option<TcpStream>,
}

/// Registers for `events` under `name` and subscribes to telemetry.
pub(crate) fn register(
    endpoint: &Endpoint,
    name: &str,
    events: &[&str],
) -> Result<Registration, RegisterError> {
    let silent = |source| RegisterError::Silent { address: endpoint.address().to_owned(), source };
    let mut connection = Preflight::connect(endpoint.address()).map_err(silent)?;
    let answer = connection
        .call(&Call {
            method: "POST",
            path: &format!("{}{}", endpoint.prefix(), extensions::REGISTER_PATH),
            fields: &[
                (header::NAME, name),
                (header::ACCEPT_FEATURE, "accountId"),
                ("content-type", "application/json"),
            ],
            body: &extensions::register_body(events),
        })
        .map_err(silent)?;
    let (extension_id, function) = read(&answer)?;
    let (telemetry, telemetry_note) = match subscribe(&mut connection, endpoint, &extension_id) {
        Ok(Subscription::On(listener)) => (Some(listener), None),
        Ok(Subscription::Off) => (None, None),
        Ok(Subscription::Refused(status)) => {
            (None, Some(format!("telemetry subscription answered {status}")))
        }
        Err(error) => (None, Some(format!("telemetry subscription: {error}"))),
    };
    let line = poll(connection, endpoint, &extension_id).ok();
    Ok(Registration { extension_id, function, telemetry, telemetry_note, line })
}

/// The call that asks for the next lifecycle event.
pub fn next_call<'a>(path: &'a str, fields: &'a [(&'a str, &'a str); 1]) -> Call<'a> {
    Call { method: "GET", path, fields, body: b"" }
}

/// Sends the first poll for events: its answer is the event loop's.
fn poll(mut connection: Preflight, endpoint: &Endpoint, id: &str) -> io::Result<TcpStream> {
    let path = format!("{}{}", endpoint.prefix(), extensions::NEXT_PATH);
    connection.send(&next_call(&path, &[(header::IDENTIFIER, id)]))?;
    connection.into_stream()
}

fn read(answer: &Answer) -> Result<(String, Registered), RegisterError> {
    if answer.status != 200 {
        let body = String::from_utf8_lossy(&answer.body).trim().to_owned();
        return Err(RegisterError::Refused { status: answer.status, body });
    }
    let id = answer.field(header::IDENTIFIER).ok_or(RegisterError::Nameless)?;
    // The facts of the function are for the ledger only; without them we still guard.
    let function = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok((id.to_owned(), function))
}

enum Subscription {
    On(TcpListener),
    Off,
    Refused(u16),
}

/// Subscribes with the newest schema that the platform knows.
fn subscribe(
    connection: &mut Preflight,
    endpoint: &Endpoint,
    extension_id: &str,
) -> io::Result<Subscription> {
    let listener = TcpListener::bind((listen_address(endpoint), 0))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    let path = format!("{}{SUBSCRIBE_PATH}", endpoint.prefix());
    let mut status = 0;
    for schema in SCHEMA_VERSIONS {
        let answer = connection.call(&Call {
            method: "PUT",
            path: &path,
            fields: &[(header::IDENTIFIER, extension_id), ("content-type", "application/json")],
            body: &subscribe_body(schema, port, TELEMETRY_TIMEOUT_MS),
        })?;
        status = answer.status;
        match status {
            200 => return Ok(Subscription::On(listener)),
            // An emulator that has no telemetry says so with 202.
            202 => return Ok(Subscription::Off),
            // An older platform does not know the schema: the one before is tried.
            400 => {}
            _ => break,
        }
    }
    Ok(Subscription::Refused(status))
}

/// The narrowest address that the platform can reach: what the sandbox's name stands for, or
/// loopback where the API is there too (local emulators).
fn listen_address(endpoint: &Endpoint) -> IpAddr {
    if endpoint.is_loopback() {
        return Ipv4Addr::LOCALHOST.into();
    }
    let hosts = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
    host_address(&hosts, SANDBOX_HOST).unwrap_or(Ipv4Addr::UNSPECIFIED.into())
}

/// Looks a name up in the text of a hosts file: no resolver, which could wait for the network.
fn host_address(hosts: &str, name: &str) -> Option<IpAddr> {
    hosts.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|word| word == name).then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_is_found_in_a_hosts_file() {
        let hosts = "127.0.0.1 localhost\n# 1.2.3.4 sandbox.localdomain\n\
                     169.254.100.1\tsandbox.localdomain sandbox # Lambda\n";
        assert_eq!(host_address(hosts, SANDBOX_HOST), Some([169, 254, 100, 1].into()));
        assert_eq!(host_address("", SANDBOX_HOST), None);
    }
}
