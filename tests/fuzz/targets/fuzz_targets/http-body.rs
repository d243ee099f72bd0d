//! Fuzz target `http-body`: see `tests/fuzz/src/wires.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_fuzz::run("http-body", data));
