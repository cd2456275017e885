//! `kubectl wait` and `kubectl rollout`: all that is there is ready at once, so that they say just that.

use super::{Call, flags, wanted};
use crate::args::Flags;
use crate::pods::Listing;
use crate::shell::{Done, Shell};

pub(super) const WAIT: Flags = flags!(
    values: [("for", None), ("timeout", None), ("selector", Some('l')), ("filename", Some('f'))],
    switches: [("all", None), ("all-namespaces", Some('A'))]
);

pub(super) const FLAGS: Flags = flags!(
    values: [("timeout", None), ("revision", None), ("selector", Some('l'))],
    switches: [("watch", Some('w'))]
);

pub(super) fn wait(shell: &mut Shell, call: &Call<'_>) -> Done {
    let Some(condition) = call.args.value("for") else {
        return Done::fail(1, "error: must specify --for");
    };
    let wanted = match wanted(call) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let (chosen, missing) = super::change::chosen(shell, call, &wanted);
    if chosen.is_empty() && missing.is_empty() {
        return Done::fail(1, "error: no matching resources found");
    }
    let mut done = Done { err: missing, ..Done::default() };
    done.status = u8::from(!done.err.is_empty());
    for reference in chosen {
        let Some(resource) = wanted.iter().map(|it| it.resource).find(|it| it.kind == reference.kind) else {
            continue;
        };
        let name = format!("{}/{}", resource.qualified(), reference.name);
        if condition == "delete" {
            done.err.push_str(&format!("error: timed out waiting for the condition on {name}\n"));
            done.status = 1;
        } else {
            done.out.push_str(&format!("{name} condition met\n"));
        }
    }
    done
}

pub(super) fn run(shell: &mut Shell, call: &Call<'_>) -> Done {
    let Some((verb, rest)) = call.args.plain.split_first() else {
        return Done::fail(1, "error: name what is to be done: kubectl rollout status deployment NAME");
    };
    let about = Call { verb: call.verb, args: call.args.about(rest), input: None };
    let wanted = match wanted(&about) {
        Ok(wanted) => wanted,
        Err(done) => return done,
    };
    let (chosen, missing) = super::change::chosen(shell, call, &wanted);
    let mut done = Done { err: missing, ..Done::default() };
    done.status = u8::from(!done.err.is_empty());
    let listing = Listing::new(shell);
    for reference in chosen {
        let Some(object) = shell.store.object(&reference) else { continue };
        let (count, _) = listing.counts(object);
        let (kind, name) = (reference.kind.as_str(), &reference.name);
        done.out.push_str(&match (verb.as_str(), kind) {
            ("status", "Deployment") => format!("deployment \"{name}\" successfully rolled out\n"),
            ("status", "DaemonSet") => format!("daemon set \"{name}\" successfully rolled out\n"),
            ("status", "StatefulSet") => format!("statefulset rolling update complete {count} pods at revision {name}...\n"),
            ("restart", "Deployment" | "DaemonSet" | "StatefulSet") => {
                format!("{}.apps/{name} restarted\n", kind.to_ascii_lowercase())
            }
            _ => {
                done.err.push_str(&format!("error: kubectl rollout {verb} is not played here for {kind}: there are status and restart\n"));
                done.status = 1;
                continue;
            }
        });
    }
    done
}
