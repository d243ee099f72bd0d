//! Security requirements, each a test named for the attack.

mod attacks;
mod forgery;
mod neighbours;
mod secrets;
mod upstream;
