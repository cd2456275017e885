//! What the diagram's lines and marks mean, and which keys there are.

use netpol_view::{Globe, Mark, Point};
use yew::prelude::*;

use super::scene_node;

/// Lines: what each looks like, and what it says.
const LINES: [(&str, &str); 3] =
    [("allowed", "All of it passes"), ("partial", "Some of it passes"), ("blocked", "Nothing passes")];

/// Marks on a node.
const MARKS: [(Mark, &str); 5] = [
    (Mark::Isolated, "Isolated: on the left for ingress, on the right for egress"),
    (Mark::Unprotected, "No policy isolates it"),
    (Mark::Internet(Globe::Open), "Reaches the internet"),
    (Mark::Internet(Globe::Partly), "Reaches some of the internet"),
    (Mark::Internet(Globe::Closed), "Does not reach the internet"),
];

/// Keys, where they work, and what they do.
const KEYS: [(&str, &str); 14] = [
    ("Tab", "To the next workload"),
    ("Enter", "Why, of what has the focus"),
    ("A, or drag", "From a workload to another: allow it"),
    ("Alt arrow, or drag", "Move a workload within its namespace"),
    ("Arrow keys", "Move the diagram, or go from cell to cell"),
    ("+  -  0", "Zoom, or fit"),
    ("Escape", "Select nothing, or close what is open"),
    ("Escape Tab", "Leave the editor"),
    ("Ctrl K", "Go to anything, or do it"),
    ("Ctrl F", "Find in the file"),
    ("Ctrl Space", "What may stand here"),
    ("Ctrl I", "What this line is about"),
    ("Shift Alt F", "Format the file"),
    ("Ctrl Z", "Undo in the file"),
];

/// The legend.
#[component]
pub fn Legend() -> Html {
    let lines = LINES.map(|(class, says)| {
        html! { <><dt class={class}><i class="swatch"></i></dt><dd>{ says }</dd></> }
    });
    let marks = MARKS.map(|(mark, says)| {
        html! {
            <>
                <dt><svg width="14" height="16" aria-hidden="true">{ scene_node::mark(mark, Point::default()) }</svg></dt>
                <dd>{ says }</dd>
            </>
        }
    });
    let keys = KEYS.map(|(key, does)| html! { <><dt><kbd>{ key }</kbd></dt><dd>{ does }</dd></> });
    html! {
        <div class="legend">
            <h3>{ "Arrows" }</h3>
            <dl>{ for lines }</dl>
            <h3>{ "Workloads" }</h3>
            <dl>{ for marks }</dl>
            <h3>{ "Keys" }</h3>
            <dl>{ for keys }</dl>
        </div>
    }
}
