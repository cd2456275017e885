//! Cases as data, and what checks them.
