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
        let owners = owners.into_iter().flatten();
        let known = owners.filter_map(|it| Some((KINDS.into_iter().find(|kind| **kind == *it.kind)?, it)));
        let known: Vec<(&'static str, OwnerReference)> = known.collect();
        let owner = known.iter().find(|(_, owner)| owner.controller == Some(true)).or(known.first());
        self.0 = owner.map(|(kind, owner)| (*kind, Arc::clone(&owner.name)));
    }
}
