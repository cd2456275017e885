//! A second evaluator of network policies, written from the API's documentation alone.
//!
//! It is for comparing with the engine, so it must be easy to believe: plain structs, loops over everything,
//! no index and nothing remembered. INVARIANT: it uses none of the engine's code, nor of the reader's;
//! what it gives the engine is text, made by [`render`].

mod block;
mod evaluate;
mod model;
mod render;
mod style;

pub use block::Block;
pub use evaluate::{Endpoint, OracleVerdict, Reason, Side, verdict};
pub use model::{
    Cluster, Container, ContainerPort, Direction, Labels, Namespace, Node, Operator, Peer, Phase, Pod,
    Policy, PolicyPort, PortRef, Protocol, Requirement, Rule, Selector,
};
pub use render::render;
