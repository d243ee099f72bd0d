//! What we were told: environment variables and policy files, read and resolved.
//!
//! Reading has two halves. [`Settings::read`] takes the environment, costs microseconds and runs
//! before `register`. [`policy::load`] reads and compiles the policy files and runs afterwards,
//! while the runtime boots.

pub mod environment;
pub mod keys;
pub mod options;
pub mod policy;
pub mod settings;

pub use environment::{Environment, ProcessEnvironment};
pub use settings::Settings;
