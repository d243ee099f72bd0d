//! The relay, judged as a runtime sees it: every rule that other proxies got wrong.

mod errors;
mod events;
mod lambda;
mod polling;
mod relay;
mod responses;
mod streaming;
mod verbatim;
