//! Reads as much of an ELF file as shows how it is linked and hardened, and for which machine.
//!
//! Field offsets and constants: System V ABI, chapters 4 and 5 (64-bit, little-endian); the `GNU`
//! kinds: Linux Standard Base, Core, "Program Header".
use anyhow::{Context, Result, bail, ensure};

const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_INTERP: u32 = 3;
const PT_GNU_STACK: u32 = 0x6474_e551;
const PT_GNU_RELRO: u32 = 0x6474_e552;
const EXECUTABLE: u32 = 1;
const WRITABLE: u32 = 2;
const DT_NULL: u64 = 0;
const DT_NEEDED: u64 = 1;
const PROGRAM_HEADER_BYTES: usize = 56;
const DYNAMIC_ENTRY_BYTES: usize = 16;

/// Machine number of x86-64.
pub(crate) const X86_64: u16 = 62;
/// Machine number of `AArch64`.
pub(crate) const AARCH64: u16 = 183;

/// What was found in an ELF file.
#[derive(Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about one file")]
pub(crate) struct Elf {
    /// The machine number.
    pub(crate) machine: u16,
    /// It asks for an interpreter, the dynamic linker.
    pub(crate) interpreter: bool,
    /// How many shared libraries it asks for.
    pub(crate) libraries: usize,
    /// Memory that is writable and executable at once.
    pub(crate) writable_code: bool,
    /// It says that its stack is not executable; without a word, the kernel makes it so.
    pub(crate) plain_stack: bool,
    /// Data that the start-up code alone writes is made read-only after it.
    pub(crate) read_only_after_start: bool,
}

impl Elf {
    /// Reads the headers of `file`.
    pub(crate) fn read(file: &[u8]) -> Result<Self> {
        ensure!(bytes::<4>(file, 0)? == *b"\x7fELF", "no ELF file");
        ensure!(bytes::<2>(file, 4)? == [2, 1], "no 64-bit little-endian ELF file");
        let mut elf = Self { machine: u16_at(file, 18)?, ..Self::default() };
        let table = usize_at(file, 32)?;
        for number in 0..usize::from(u16_at(file, 56)?) {
            elf.add(file, table + number * PROGRAM_HEADER_BYTES)?;
        }
        Ok(elf)
    }

    /// Notes what the program header at `header` says.
    fn add(&mut self, file: &[u8], header: usize) -> Result<()> {
        let flags = u32::from_le_bytes(bytes(file, header + 4)?);
        match u32::from_le_bytes(bytes(file, header)?) {
            PT_LOAD => self.writable_code |= flags & WRITABLE != 0 && flags & EXECUTABLE != 0,
            PT_INTERP => self.interpreter = true,
            PT_DYNAMIC => self.libraries = needed(file, usize_at(file, header + 8)?)?,
            PT_GNU_STACK => self.plain_stack = flags & EXECUTABLE == 0,
            PT_GNU_RELRO => self.read_only_after_start = true,
            _ => {}
        }
        Ok(())
    }

    /// Fails when anything but the kernel is needed to start it.
    pub(crate) fn require_static(&self) -> Result<()> {
        if self.interpreter || self.libraries > 0 {
            bail!("not static: interpreter {}, libraries {}", self.interpreter, self.libraries);
        }
        Ok(())
    }

    /// Fails when a mistake in the program could be turned into running what was written into it.
    pub(crate) fn require_hardened(&self) -> Result<()> {
        ensure!(!self.writable_code, "not hardened: memory is writable and executable at once");
        ensure!(self.plain_stack, "not hardened: the stack is executable");
        ensure!(self.read_only_after_start, "not hardened: no RELRO segment");
        Ok(())
    }
}

/// Counts the libraries that the dynamic section at `start` names.
fn needed(file: &[u8], start: usize) -> Result<usize> {
    let mut count = 0;
    for entry in (start..).step_by(DYNAMIC_ENTRY_BYTES) {
        match u64::from_le_bytes(bytes(file, entry)?) {
            DT_NULL => break,
            DT_NEEDED => count += 1,
            _ => {}
        }
    }
    Ok(count)
}

fn bytes<const N: usize>(file: &[u8], at: usize) -> Result<[u8; N]> {
    let found = file.get(at..).and_then(|rest| rest.first_chunk::<N>());
    found.copied().with_context(|| format!("ELF file is cut off at byte {at}"))
}

fn u16_at(file: &[u8], at: usize) -> Result<u16> {
    Ok(u16::from_le_bytes(bytes(file, at)?))
}

fn usize_at(file: &[u8], at: usize) -> Result<usize> {
    Ok(usize::try_from(u64::from_le_bytes(bytes(file, at)?))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header, one program header of `kind` with `flags`, and a dynamic section with one entry
    /// of `tag`.
    fn file(kind: u32, flags: u32, tag: u64) -> Vec<u8> {
        let mut file = vec![0; 64 + PROGRAM_HEADER_BYTES + 2 * DYNAMIC_ENTRY_BYTES];
        let mut put = |at: usize, value: &[u8]| {
            file[at..at + value.len()].copy_from_slice(value);
        };
        put(0, b"\x7fELF\x02\x01");
        put(18, &X86_64.to_le_bytes());
        put(32, &64_u64.to_le_bytes());
        put(56, &1_u16.to_le_bytes());
        put(64, &kind.to_le_bytes());
        put(68, &flags.to_le_bytes());
        put(72, &120_u64.to_le_bytes());
        put(120, &tag.to_le_bytes());
        file
    }

    #[test]
    fn a_static_file_passes() {
        let elf = Elf::read(&file(PT_DYNAMIC, 6, 21)).unwrap();
        assert_eq!(elf, Elf { machine: X86_64, ..Elf::default() });
        elf.require_static().unwrap();
    }

    #[test]
    fn a_library_or_an_interpreter_is_refused() {
        for file in [file(PT_DYNAMIC, 6, DT_NEEDED), file(PT_INTERP, 4, 0)] {
            assert!(Elf::read(&file).unwrap().require_static().is_err());
        }
    }

    #[test]
    fn each_lack_of_hardening_is_refused_by_its_name() {
        let hard = || Elf { plain_stack: true, read_only_after_start: true, ..Elf::default() };
        hard().require_hardened().unwrap();
        let refused = |elf: Elf| elf.require_hardened().unwrap_err().to_string();
        assert!(refused(Elf { writable_code: true, ..hard() }).contains("writable and exec"));
        assert!(refused(Elf { plain_stack: false, ..hard() }).contains("stack"));
        assert!(refused(Elf { read_only_after_start: false, ..hard() }).contains("RELRO"));
    }

    #[test]
    fn flags_of_segments_are_read() {
        let read = |kind, flags| Elf::read(&file(kind, flags, 0)).unwrap();
        assert!(read(PT_LOAD, WRITABLE | EXECUTABLE).writable_code);
        assert!(!read(PT_LOAD, EXECUTABLE).writable_code && !read(PT_LOAD, WRITABLE).writable_code);
        assert!(read(PT_GNU_STACK, WRITABLE).plain_stack);
        assert!(!read(PT_GNU_STACK, WRITABLE | EXECUTABLE).plain_stack);
        assert!(read(PT_GNU_RELRO, 4).read_only_after_start);
    }

    #[test]
    fn this_test_is_dynamic_and_no_elf_is_refused() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(Elf::read(&own).unwrap().interpreter);
        assert!(Elf::read(b"#!/bin/sh\n").is_err());
        assert!(Elf::read(b"\x7fELF\x02\x01").is_err());
    }
}
