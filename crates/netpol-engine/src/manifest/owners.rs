//! Who made an object, as it says itself.

use std::sync::Arc;

use netpol_syntax::{Read, Reader};

use super::objects::OwnerReference;

/// The kinds that make pods, or what makes pods.
const KINDS: [&str; 7] =
    ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController"];

/// The controller that an object says owns it, by kind and name; `None` where it names none that makes pods.
#[derive(Clone, Debug, Default)]
pub struct OwnerField(pub Option<(&'static str, Arc<str>)>);

/// Of several owners the controller is the one that makes and removes the object.
impl Read for OwnerField {
    fn read(&mut self, from: Reader<'_, '_>) {
        let mut owners: Option<Vec<OwnerReference>> = None;
        owners.read(from);
        let mut has_controller = false;
        for owner in owners.into_iter().flatten() {
            let Some(kind) = KINDS.iter().find(|kind| **kind == owner.kind) else { continue };
            let is_controller = owner.controller == Some(true);
            if self.0.is_none() || is_controller && !has_controller {
                self.0 = Some((kind, owner.name));
            }
            has_controller |= is_controller;
        }
    }
}
