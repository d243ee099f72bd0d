//! From the small program to the large one: the same process goes on, with the sockets and what
//! Lambda said.
//!
//! Descriptors cross an `exec` as messages of a Unix socket (`SCM_RIGHTS`, unix(7)) that is the
//! new program's standard input.

use crate::begin::Begun;
use crate::register::Registration;
use rustix::fd::{AsFd as _, BorrowedFd, OwnedFd};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use tollgate_lambda_api::extensions::Registered;

/// The argument that tells a program that it takes over.
pub const ADOPT: &str = "--adopt";

/// The most descriptors that are handed over: proxy, telemetry, the line with the first poll.
const SOCKETS_MAX: usize = 3;

/// The longest letter, in bytes; its parts are a few hundred.
const LETTER_BYTES_MAX: usize = 64 * 1024;

/// What is told beside the sockets.
#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    /// Both programs come from one build; anything else must not guess.
    build: String,
    extension_id: String,
    function: Registered,
    telemetry_note: Option<String>,
    /// Whether a listener for telemetry is among the sockets.
    telemetry: bool,
    /// Whether the line with the first poll is.
    line: bool,
}

const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Becomes `program`, which takes over what was begun. Gives back only why that failed.
pub fn hand_over(begun: &Begun, program: &Path, name: Option<OsString>) -> io::Error {
    match send(begun) {
        Ok(receiver) => become_program(&receiver, program, name),
        Err(error) => error,
    }
}

fn become_program(receiver: &OwnedFd, program: &Path, name: Option<OsString>) -> io::Error {
    if let Err(error) = rustix::stdio::dup2_stdin(receiver) {
        return error.into();
    }
    let mut command = Command::new(program);
    if let Some(name) = name {
        command.arg0(name);
    }
    command.arg(ADOPT).exec()
}

/// Puts the letter and the sockets into a socket pair; gives the end to read them from.
fn send(begun: &Begun) -> io::Result<OwnedFd> {
    let Registration { extension_id, function, telemetry, telemetry_note, line } =
        &begun.registration;
    let letter = Letter {
        build: BUILD.to_owned(),
        extension_id: extension_id.clone(),
        function: function.clone(),
        telemetry_note: telemetry_note.clone(),
        telemetry: telemetry.is_some(),
        line: line.is_some(),
    };
    let text = serde_json::to_vec(&letter)?;
    let optional = [telemetry.as_ref().map(|it| it.as_fd()), line.as_ref().map(|it| it.as_fd())];
    let mut sockets: Vec<BorrowedFd<'_>> = vec![begun.proxy.as_fd()];
    sockets.extend(optional.into_iter().flatten());
    let (ours, theirs) = rustix::net::socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(SOCKETS_MAX))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(&sockets)) {
        return Err(malformed("has too many sockets"));
    }
    rustix::net::sendmsg(&ours, &[IoSlice::new(&text)], &mut control, SendFlags::empty())?;
    Ok(theirs)
}

/// Takes over from standard input what another program began; standard input is empty afterwards.
pub fn take_over() -> io::Result<Begun> {
    let mut text = vec![0; LETTER_BYTES_MAX];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(SOCKETS_MAX))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::net::recvmsg(
        rustix::stdio::stdin(),
        &mut [IoSliceMut::new(&mut text)],
        &mut control,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    let letter: Letter = serde_json::from_slice(text.get(..received.bytes).unwrap_or_default())?;
    let sockets = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(sockets) => Some(sockets),
        _ => None,
    });
    assemble(letter, sockets.flatten())
}

fn assemble(letter: Letter, mut sockets: impl Iterator<Item = OwnedFd>) -> io::Result<Begun> {
    if letter.build != BUILD {
        return Err(malformed("is of another build"));
    }
    let mut socket = || sockets.next().ok_or_else(|| malformed("lacks a socket"));
    let proxy = TcpListener::from(socket()?);
    let telemetry = if letter.telemetry { Some(TcpListener::from(socket()?)) } else { None };
    let line = if letter.line { Some(TcpStream::from(socket()?)) } else { None };
    let Letter { extension_id, function, telemetry_note, .. } = letter;
    let registration = Registration { extension_id, function, telemetry, telemetry_note, line };
    Ok(Begun { proxy, registration })
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the handover {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn begun(telemetry: bool) -> Begun {
        let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        Begun {
            proxy: listen(),
            registration: Registration {
                extension_id: "id".to_owned(),
                function: Registered::default(),
                telemetry: telemetry.then(listen),
                telemetry_note: None,
                line: None,
            },
        }
    }

    fn received(from: &OwnedFd) -> (Letter, Vec<OwnedFd>) {
        let mut text = vec![0; LETTER_BYTES_MAX];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(SOCKETS_MAX))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let slices = &mut [IoSliceMut::new(&mut text)];
        let got = rustix::net::recvmsg(from, slices, &mut control, RecvFlags::empty()).unwrap();
        let mut sockets = Vec::new();
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(more) = message {
                sockets.extend(more);
            }
        }
        (serde_json::from_slice(&text[..got.bytes]).unwrap(), sockets)
    }

    #[test]
    fn sockets_and_words_arrive_as_they_were() {
        for telemetry in [false, true] {
            let before = begun(telemetry);
            let (letter, sockets) = received(&send(&before).unwrap());
            let after = assemble(letter, sockets.into_iter()).unwrap();
            let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
            assert_eq!(port(&after.proxy), port(&before.proxy));
            assert_eq!(after.registration.extension_id, "id");
            assert_eq!(
                after.registration.telemetry.as_ref().map(port),
                before.registration.telemetry.as_ref().map(port)
            );
        }
    }

    #[test]
    fn a_letter_of_another_build_or_without_its_sockets_is_refused() {
        let (letter, _) = received(&send(&begun(false)).unwrap());
        assert!(assemble(letter, std::iter::empty()).is_err());
        let (mut letter, sockets) = received(&send(&begun(false)).unwrap());
        letter.build = "0.0.0".to_owned();
        assert!(assemble(letter, sockets.into_iter()).is_err());
    }
}
