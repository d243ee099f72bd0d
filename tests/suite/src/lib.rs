//! Black-box tests of the real binaries, and the rules of the house.
