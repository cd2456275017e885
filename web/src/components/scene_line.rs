//! The arrows: each direction of a line is an element of its own, which says what it stands for.

use netpol_view::{ArrowVerdict, LineDirection, LineLabel, SceneLine, Stroke};
use yew::prelude::*;

use super::scene_svg::{Look, px};

/// One line, as `look` has it.
pub fn line(line: &SceneLine, look: &Look) -> Html {
    let thin = line.stroke == Stroke::Thin;
    let holder_is_hidden = line.directions.first().is_some_and(|first| look.hides(first));
    let directions = line.directions.iter().enumerate().map(|(index, each)| {
        // The second direction rides on the first one's stroke, unless that is not shown.
        let alone = index == 0 || !each.path.is_empty() || holder_is_hidden;
        direction(each, thin, alone, look)
    });
    // The ends alone tell lines apart, whichever way they go first.
    let ends = line.directions.first().map(|first| {
        (first.from.as_str().min(first.to.as_str()), first.from.as_str().max(first.to.as_str()))
    });
    let key = ends.map_or_else(String::new, |(one, other)| format!("{one} {other}"));
    html! { <g {key}>{ for directions }</g> }
}

/// One direction. Where it does not stand `alone`, its head alone is its own.
fn direction(direction: &LineDirection, thin: bool, alone: bool, look: &Look) -> Html {
    if look.hides(direction) {
        return html! {};
    }
    let LineDirection { from, to, verdict, path, hit, head, stop, .. } = direction;
    let stroke = if path.is_empty() && alone { hit } else { path };
    let class = classes!(
        "arrow",
        verdict.as_str(),
        thin.then_some("thin"),
        direction.changed.then_some("changed"),
        (direction.changed && look.pulses).then_some("pulse"),
        stop.then_some("stop"),
        look.of_arrow(direction),
    );
    let members = (!direction.members.is_empty()).then(|| {
        let members = direction.members.iter().map(|(from, to)| format!("{from}>{to}"));
        members.collect::<Vec<_>>().join(" ")
    });
    // One that pulses anew is a new element, for an animation plays once.
    let key = format!("{from}>{to}#{}", if direction.changed { look.pulse } else { 0 });
    html! {
        <g {key} {class} role="button" tabindex="-1" aria-label={direction.text.clone()}
            aria-pressed={look.is_selected(from, to).to_string()}
            data-from={from.to_string()} data-to={to.to_string()}
            data-kind={format!("{} {}", from.kind().as_str(), to.kind().as_str())}
            data-from-kind={from.kind().as_str()} data-to-kind={to.kind().as_str()}
            data-verdict={verdict.as_str()} data-members={members}
            data-changed={direction.changed.then_some("true")}>
            <title>{ direction.text.clone() }</title>
            if alone { <path class="hit" d={hit.clone()} /> }
            if !stroke.is_empty() { <path class="stroke" d={stroke.clone()} /> }
            if !head.is_empty() {
                if !alone { <path class="hit-head" d={head.clone()} /> }
                <path class="head" d={head.clone()} />
            }
        </g>
    }
}

/// What is written on a line, over all lines.
pub fn label(line: &SceneLine, label: &LineLabel, look: &Look) -> Html {
    if line.directions.iter().all(|direction| look.hides(direction)) {
        return html! {};
    }
    let class = classes!(
        "label",
        label.verdict.as_str(),
        line.directions.first().and_then(|first| look.of_arrow(first))
    );
    let (x, y) = (label.at.x, label.at.y);
    html! {
        <g {class} aria-hidden="true">
            <rect x={px(x - label.width / 2.0)} y={px(y - 9.5)} width={px(label.width)}
                height="19" rx="9.5" />
            <text x={px(x)} y={px(y + 4.0)}>{ label.text.clone() }</text>
        </g>
    }
}

/// A verdict's mark, which says the same as its colour.
pub fn mark(verdict: ArrowVerdict) -> &'static str {
    match verdict {
        ArrowVerdict::Allowed => "✓",
        ArrowVerdict::Partial => "◐",
        ArrowVerdict::Blocked => "✕",
    }
}
