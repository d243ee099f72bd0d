//! How fast replies are looked at, beside what reading their bytes once costs in the same run.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::hint::black_box;
use std::time::Instant;

use tollgate_leak::{Classes, LeakScan, Watch};

const BODY_BYTES: usize = 6 << 20;
const PART_BYTES: usize = 64 << 10;
const ROUNDS: u32 = 20;

fn main() {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let bytes = BODY_BYTES as f64;
    let own = [("A_TOKEN", "correct-horse-battery"), ("B_SECRET", "staple-and-so-on-4711")];
    let watches = [
        ("default, no own secret", Watch::default()),
        ("default, two own secrets", Watch::new(own)),
        ("everything, two own secrets", Watch::new(own).only(Classes::ALL)),
    ];
    for (name, body) in bodies() {
        let sum = || body.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        let base = time(|| u32::from(black_box(sum())));
        println!("{name}: reading once {base:.2} ms");
        for (what, watch) in &watches {
            let ms = time(|| scan(watch, &body));
            let rate = bytes / ms / 1e3;
            println!("  {what}: {ms:.2} ms for 6 MB, {rate:.0} MB/s");
        }
    }
}

fn scan(watch: &Watch, body: &[u8]) -> u32 {
    let mut scan = LeakScan::new(watch);
    body.chunks(PART_BYTES).for_each(|part| scan.push(part));
    scan.finish().iter().map(|(_, count)| count).sum()
}

/// The best of some rounds, in milliseconds.
fn time(mut work: impl FnMut() -> u32) -> f64 {
    let round = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..ROUNDS).map(round).fold(f64::MAX, f64::min)
}

fn bodies() -> [(&'static str, Vec<u8>); 4] {
    let json = r#"{"orderId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","quantity":12,"note":"leave it at the door, please","price":19.99},"#;
    let html = "<tr><td class=\"name\">An ordinary row of a table</td><td>12</td></tr>\n";
    let base64 = "aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IG9mIHNvbWUgdGV4dCBvciBpbWFnZQ";
    let hostile = "eyJ4111 A1-a+B/AKIA ghp_ sk_live_ -----BEGIN ";
    [("json", json), ("html", html), ("base64", base64), ("made to cost", hostile)]
        .map(|(name, part)| (name, part.bytes().cycle().take(BODY_BYTES).collect()))
}
