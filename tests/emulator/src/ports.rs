//! A loopback port for a process that will listen on it a moment later.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the search begins: above the ports that need privileges and those of common services.
const FIRST: u32 = 10_240;

/// Where Linux's ephemeral ports begin unless the system says otherwise (ip-sysctl).
const EPHEMERAL_DEFAULT: u32 = 32_768;

/// How many ports were handed out by this process.
static GIVEN: AtomicU32 = AtomicU32::new(0);

/// A loopback port that nobody listens on, and that this process has not handed out lately.
///
/// It lies below the system's ephemeral ports. A port that the system chose itself and that was
/// given back can go to any outgoing connection of the machine before its new owner binds it.
///
/// # Errors
/// When no port from 10240 up to the ephemeral range is free.
pub fn free_port() -> io::Result<u16> {
    let end = ephemeral_start().max(FIRST + 1);
    let range = end - FIRST;
    // Two processes that search at the same time begin at different places.
    let start = std::process::id().wrapping_mul(97);
    for _ in 0..range {
        let step = GIVEN.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + start.wrapping_add(step) % range;
        let Ok(port) = u16::try_from(port) else { continue };
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AddrInUse,
        format!("no loopback port from {FIRST} to {} is free", end - 1),
    ))
}

/// The first of the system's ephemeral ports.
fn ephemeral_start() -> u32 {
    let text = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range");
    let first = text.ok().and_then(|text| text.split_whitespace().next()?.parse().ok());
    first.unwrap_or(EPHEMERAL_DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ports_differ_and_lie_below_the_ephemeral_ones() {
        let ports: Vec<u16> = (0..50).map(|_| free_port().unwrap()).collect();
        assert!(ports.iter().all(|port| u32::from(*port) < ephemeral_start()));
        assert_eq!(ports.iter().collect::<HashSet<_>>().len(), ports.len());
    }

    #[test]
    fn a_port_with_a_listener_is_passed_over() {
        let taken = TcpListener::bind(("127.0.0.1", free_port().unwrap())).unwrap();
        let taken = taken.local_addr().unwrap().port();
        assert!((0..50).all(|_| free_port().unwrap() != taken));
    }
}
