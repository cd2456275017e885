//! What would open a flow.

pub(crate) mod write;
