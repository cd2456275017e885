//! Small phrases that several parts share.

use netpol_engine::PortSet;

use crate::ArrowVerdict;
use crate::reach::Asked;

/// What stands under a node's name: "×2   TCP 80".
pub(crate) fn subtitle(pods: usize, asked: &Asked) -> String {
    let ports = match asked {
        Asked::Ports(ports) => {
            let all = asked.words();
            match ports.as_slice() {
                [first, second, rest @ ..] if all.len() > 20 && !rest.is_empty() => {
                    let shown: PortSet = [*first, *second].into_iter().collect();
                    format!("{shown} +{}", rest.len())
                }
                _ => all.replace("; ", ", "),
            }
        }
        Asked::Anything => "no ports declared".to_owned(),
    };
    if pods > 1 { format!("×{pods}   {ports}") } else { ports }
}

/// "1 policy", "2 policies".
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// What becomes of what is asked about: "TCP 80 allowed".
pub(crate) fn outcome(verdict: ArrowVerdict, passes: &str, asked: &str) -> String {
    match verdict {
        ArrowVerdict::Allowed => format!("{asked} allowed"),
        ArrowVerdict::Partial => format!("{passes} allowed, of {asked}"),
        ArrowVerdict::Blocked => format!("{asked} blocked"),
    }
}
