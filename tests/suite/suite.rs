//! All black-box tests in one binary, so that it is linked once.

mod conformance;
mod journey;
mod security;
mod support;
mod tidy;
