//! Which controller a pod belongs to, as far as the input tells.

use std::sync::Arc;

use netpol_syntax::order::Map;

use crate::manifest::ObjectMeta;

use super::Labels;
use super::build::{ByKind, Named};

/// A controller by kind, namespace and name.
pub(super) type Owner = (&'static str, Arc<str>, Arc<str>);

/// What a Deployment writes on the pods of each of its ReplicaSets.
pub(super) const POD_TEMPLATE_HASH: &str = "pod-template-hash";

/// Who owns whom, by what the input's ReplicaSets and Jobs say of themselves.
pub(super) struct Owners {
    /// The controllers of the input, each with the one that owns it, where one does.
    parents: Map<Owner, Option<Owner>>,
}

impl Owners {
    /// Reads them off the input's controllers.
    pub(super) fn of(objects: &ByKind<'_>) -> Self {
        let mut owners = Self { parents: Map::new() };
        for object in objects.makers.iter().map(|maker| maker.object) {
            let itself = (object.object.kind, object.namespace.clone(), object.name.clone());
            let parent = owner(object.object.body.metadata(), &object.namespace);
            owners.parents.insert(itself, parent);
        }
        owners
    }

    fn is_present(&self, owner: &Owner) -> bool {
        self.parents.contains_key(owner)
    }

    fn parent(&self, owner: &Owner) -> Option<&Owner> {
        self.parents.get(owner)?.as_ref()
    }

    /// The controller that the pods of `object`'s template belong to, if they are to be made from it: a
    /// ReplicaSet whose Deployment is in the input leaves that to the Deployment.
    pub(super) fn makes_pods(&self, object: &Named<'_>) -> Option<Owner> {
        let itself = (object.object.kind, object.namespace.clone(), object.name.clone());
        let parent = self.parent(&itself);
        let left_to_parent = parent.is_some_and(|parent| *parent != itself && self.is_present(parent));
        (!left_to_parent).then(|| self.topmost(itself))
    }

    /// The controller at the top: a pod's ReplicaSet's Deployment. Owners are followed only a few steps, so
    /// that two objects that claim to own each other are no trap.
    fn topmost(&self, mut owner: Owner) -> Owner {
        for _ in 0..4 {
            match self.parent(&owner) {
                Some(parent) => owner = parent.clone(),
                None => break,
            }
        }
        owner
    }

    /// The controller at the top of a real pod, also through a ReplicaSet or Job that is not in the input: a
    /// Deployment's ReplicaSet is called `<deployment>-<pod-template-hash>`, a CronJob's Job
    /// `<cronjob>-<minutes>` (Kubernetes, `deployment/sync.go`, `cronjob/utils.go`).
    pub(super) fn of_pod(
        &self,
        metadata: &ObjectMeta,
        labels: &Labels,
        namespace: &Arc<str>,
    ) -> Option<Owner> {
        let topmost = self.topmost(owner(metadata, namespace)?);
        // What the input itself has needs no guess.
        if self.is_present(&topmost) {
            return Some(topmost);
        }
        let (kind, namespace, name) = topmost;
        let maker = match kind {
            "ReplicaSet" => labels
                .get(POD_TEMPLATE_HASH)
                .and_then(|hash| name.strip_suffix(hash))
                .and_then(|stem| stem.strip_suffix('-'))
                .map(|stem| ("Deployment", Arc::from(stem))),
            "Job" => name
                .rsplit_once('-')
                .filter(|(_, minutes)| {
                    minutes.len() >= 8 && minutes.bytes().all(|byte| byte.is_ascii_digit())
                })
                .map(|(stem, _)| ("CronJob", Arc::from(stem))),
            _ => None,
        };
        let (kind, name) = maker.unwrap_or((kind, name));
        Some((kind, namespace, name))
    }
}

/// The controller that an object says owns it.
fn owner(metadata: &ObjectMeta, namespace: &Arc<str>) -> Option<Owner> {
    let (kind, name) = metadata.owner.0.as_ref()?;
    Some((kind, Arc::clone(namespace), Arc::clone(name)))
}
