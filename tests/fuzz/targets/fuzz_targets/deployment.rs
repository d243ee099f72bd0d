//! Fuzz target `deployment`: see `tests/fuzz/src/entries.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_fuzz::run("deployment", data));
