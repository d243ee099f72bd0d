//! Fuzz target `proof-request`: see `tests/fuzz/src/entries.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_fuzz::run("proof-request", data));
