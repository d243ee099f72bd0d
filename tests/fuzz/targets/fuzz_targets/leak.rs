//! Fuzz target `leak`: see `tests/fuzz/src/wires.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_fuzz::run("leak", data));
