//! The browser, as far as the page needs more of it than elements.

pub mod clipboard;
pub mod download;
pub mod editor;
pub mod locks;
pub mod offsets;
pub mod rest;
pub mod store;
pub mod tab;
pub mod timing;
