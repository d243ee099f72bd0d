//! Has the linker put first what runs first: `first.ld` lists it, and ARCHITECTURE.md says why.
use std::env::var;
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "cargo:rerun-if-changed=first.ld")?;
    // What is built for tests has its functions in other sections, or another linker.
    if var("CARGO_CFG_TARGET_ENV").as_deref() != Ok("musl") {
        return Ok(());
    }
    let script = format!("{}/first.ld", var("CARGO_MANIFEST_DIR").unwrap_or_default());
    // The linker itself, where another architecture is built for, or the C compiler in front of it.
    let itself = var("RUSTC_LINKER").is_ok_and(|linker| linker.ends_with("lld"));
    let argument = if itself { format!("-T{script}") } else { format!("-Wl,-T,{script}") };
    writeln!(out, "cargo:rustc-link-arg-bins={argument}")
}
