//! What several test targets share. It knows the engine, so that it is no part of the library.
#![allow(dead_code, reason = "each target takes what it needs")]

pub mod play;
pub mod whole_way;
