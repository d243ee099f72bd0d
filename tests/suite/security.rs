//! Security requirements, each a test named for the attack.

mod attacks;
mod forgery;
mod neighbours;
mod outsiders;
mod secrets;
mod tables;
mod upstream;
