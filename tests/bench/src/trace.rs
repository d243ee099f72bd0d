//! A process under single steps (ptrace(2)): its instructions, its calls, and what it sends and receives.
use anyhow::{Context, Result, bail};
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;
use std::fs::File;
use std::os::unix::fs::FileExt;

/// Bytes of a message that are looked at: its start line and first headers.
const LOOK_BYTES: usize = 512;

/// What a step was.
#[derive(Debug)]
pub enum Stop {
    /// An instruction of the program.
    Instruction,
    /// A call into the kernel, with how the bytes begin that it sent or received.
    Call {
        /// The first bytes that were given to a socket or file.
        sent: Option<Vec<u8>>,
        /// The first bytes that came from one.
        received: Option<Vec<u8>>,
    },
    /// It became another program.
    Exec,
    /// It has ended.
    Ended,
}

/// A process that is traced by this thread.
#[derive(Debug)]
pub struct Tracee {
    pid: Pid,
    memory: File,
    text: Text,
    here: Registers,
}

/// The program's instructions, read once: so that a step costs one look at the registers.
#[derive(Debug, Default)]
struct Text {
    from: u64,
    bytes: Vec<u8>,
}

impl Tracee {
    /// Puts a process that does not run its program yet under this thread's control.
    pub fn seize(process: u32) -> Result<()> {
        let options = Options::PTRACE_O_TRACEEXEC
            | Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_EXITKILL;
        ptrace::seize(pid(process)?, options).context("this machine lets nobody be traced")
    }

    /// Waits until the process has become its program.
    pub fn of(process: u32) -> Result<Self> {
        let pid = pid(process)?;
        let WaitStatus::PtraceEvent(..) = waitpid(pid, None)? else {
            bail!("the traced process did not start its program");
        };
        let memory = File::open(format!("/proc/{process}/mem"))?;
        let here = Registers::of(pid)?;
        let mut tracee = Self { pid, memory, text: Text::default(), here };
        tracee.read_text()?;
        Ok(tracee)
    }

    /// The address of the next instruction.
    pub fn at(&self) -> u64 {
        self.here.at
    }

    /// Goes one instruction on.
    pub fn step(&mut self) -> Result<Stop> {
        loop {
            let before = self.here;
            let call = self.text.is_call(before.at);
            let sent = if call { self.sent(before.result, &before) } else { None };
            if let Some(stop) = self.go(ptrace::step)? {
                return Ok(stop);
            }
            if call {
                return Ok(Stop::Call { sent, received: self.received(before.result, &before) });
            }
            // A repeated string instruction stops once for each round, at the same place.
            if self.here.at != before.at {
                return Ok(Stop::Instruction);
            }
        }
    }

    /// Goes on to the end of the next call, at full speed.
    pub fn call(&mut self) -> Result<Stop> {
        // After a single step the first stop can be the end of the call that was stepped over.
        loop {
            if let Some(stop) = self.go(ptrace::syscall)? {
                return Ok(stop);
            }
            if self.here.result == ENTERED {
                break;
            }
        }
        let entry = self.here;
        let sent = self.sent(entry.call, &entry);
        if let Some(stop) = self.go(ptrace::syscall)? {
            return Ok(stop);
        }
        Ok(Stop::Call { sent, received: self.received(entry.call, &entry) })
    }

    /// Resumes the process until its next stop of the kind asked for; what else happened otherwise.
    fn go(&mut self, resume: fn(Pid, Option<Signal>) -> nix::Result<()>) -> Result<Option<Stop>> {
        let mut signal = None;
        loop {
            resume(self.pid, signal.take())?;
            match waitpid(self.pid, None)? {
                WaitStatus::Stopped(_, Signal::SIGTRAP) | WaitStatus::PtraceSyscall(_) => {
                    self.here = Registers::of(self.pid)?;
                    return Ok(None);
                }
                WaitStatus::Stopped(_, other) => signal = Some(other),
                WaitStatus::PtraceEvent(..) => {
                    self.memory = File::open(format!("/proc/{}/mem", self.pid))?;
                    self.read_text()?;
                    self.here = Registers::of(self.pid)?;
                    return Ok(Some(Stop::Exec));
                }
                _ => return Ok(Some(Stop::Ended)),
            }
        }
    }

    fn read_text(&mut self) -> Result<()> {
        let maps = std::fs::read_to_string(format!("/proc/{}/maps", self.pid))?;
        let line = maps.lines().find(|line| line.contains("r-xp") && line.contains('/'));
        let range = line.and_then(|line| line.split(' ').next()?.split_once('-'));
        let (from, to) = range.context("the traced program has no text")?;
        let (from, to) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
        let mut bytes = vec![0; usize::try_from(to - from)?];
        self.memory.read_exact_at(&mut bytes, from)?;
        self.text = Text { from, bytes };
        Ok(())
    }

    fn sent(&self, call: u64, registers: &Registers) -> Option<Vec<u8>> {
        match call {
            calls::WRITE | calls::SENDTO => self.bytes(registers.second, registers.third),
            calls::WRITEV => self.first_of(registers.second),
            calls::SENDMSG => self.message(registers.second),
            _ => None,
        }
    }

    /// What the call has brought that the process has just come back from.
    fn received(&self, call: u64, registers: &Registers) -> Option<Vec<u8>> {
        let length = i64::from_ne_bytes(self.here.result.to_ne_bytes());
        let length = u64::try_from(length).ok().filter(|length| *length > 0)?;
        match call {
            calls::READ | calls::RECVFROM => self.bytes(registers.second, length),
            calls::READV => self.first_of(registers.second),
            calls::RECVMSG => self.message(registers.second),
            _ => None,
        }
    }

    /// The first part of a `msghdr`: its `msg_iov` stands at byte 16.
    fn message(&self, at: u64) -> Option<Vec<u8>> {
        self.first_of(self.word(at + 16)?)
    }

    /// The first part of an `iovec`.
    fn first_of(&self, at: u64) -> Option<Vec<u8>> {
        self.bytes(self.word(at)?, self.word(at + 8)?)
    }

    fn word(&self, at: u64) -> Option<u64> {
        let mut word = [0; 8];
        self.memory.read_exact_at(&mut word, at).ok()?;
        Some(u64::from_ne_bytes(word))
    }

    fn bytes(&self, at: u64, length: u64) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(length).ok()?.min(LOOK_BYTES)];
        let read = self.memory.read_at(&mut bytes, at).ok()?;
        bytes.truncate(read);
        Some(bytes)
    }
}

fn pid(process: u32) -> Result<Pid> {
    Ok(Pid::from_raw(i32::try_from(process)?))
}

impl Text {
    /// Whether the instruction `syscall` (0F 05) stands there.
    fn is_call(&self, at: u64) -> bool {
        let at = at.checked_sub(self.from).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.bytes.get(at..at + 2)).is_some_and(|it| it == [0x0f, 0x05])
    }
}

/// Numbers of system calls (the kernel's table for `x86_64`).
mod calls {
    pub(super) const READ: u64 = 0;
    pub(super) const WRITE: u64 = 1;
    pub(super) const READV: u64 = 19;
    pub(super) const WRITEV: u64 = 20;
    pub(super) const SENDTO: u64 = 44;
    pub(super) const RECVFROM: u64 = 45;
    pub(super) const SENDMSG: u64 = 46;
    pub(super) const RECVMSG: u64 = 47;
}

/// What stands in the place of a call's result while it is being made: `-ENOSYS`.
const ENTERED: u64 = (-38_i64).cast_unsigned();

/// Where a process stands.
#[derive(Clone, Copy, Debug)]
struct Registers {
    at: u64,
    /// The number of the call that it is in.
    call: u64,
    /// The number of a call that it is about to make, or what a call gave.
    result: u64,
    second: u64,
    third: u64,
}

impl Registers {
    #[cfg(target_arch = "x86_64")]
    fn of(pid: Pid) -> Result<Self> {
        let all = ptrace::getregs(pid)?;
        let (call, result) = (all.orig_rax, all.rax);
        Ok(Self { at: all.rip, call, result, second: all.rsi, third: all.rdx })
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn of(_: Pid) -> Result<Self> {
        bail!("instructions are counted on x86_64 alone")
    }
}
