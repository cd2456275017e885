//! Namespaces as boxes, workloads and what lies outside as nodes.

use netpol_view::{EndKey, Mark, NamespaceBox, Point, SceneNode};
use yew::prelude::*;

use super::scene_line::line;
use super::scene_svg::{Look, px};

/// A namespace, behind everything that is in it.
pub fn namespace(namespace: &NamespaceBox, look: &Look) -> Html {
    let rect = &namespace.rect;
    let class = classes!("namespace", namespace.system.then_some("system"), look.of_end(&namespace.key));
    html! {
        <g key={format!("box {}", namespace.key)} {class}>
            <g class="box" role="button" tabindex="0" aria-label={namespace.text.clone()}
                aria-pressed={look.is_end_selected(&namespace.key).to_string()}
                data-end={namespace.key.to_string()} data-end-kind={namespace.key.kind().as_str()}>
                <title>{ namespace.text.clone() }</title>
                <rect x={px(rect.x)} y={px(rect.y)} width={px(rect.width)}
                    height={px(rect.height)} rx="10" />
            </g>
            if let Some(within) = &namespace.within {
                { line(within, look) }
            }
        </g>
    }
}

/// A box's name and labels, over the lines that pass there. The box itself says them to screen readers.
pub fn heading(namespace: &NamespaceBox, look: &Look) -> Html {
    let rect = &namespace.rect;
    let class = classes!("heading", namespace.system.then_some("system"), look.of_end(&namespace.key));
    html! {
        <g {class} aria-hidden="true">
            <text class="title" x={px(rect.x + 14.0)} y={px(rect.y + 22.0)}>
                { namespace.title.clone() }
            </text>
            <text class="labels" x={px(rect.right() - 14.0)} y={px(rect.y + 22.0)}>
                { namespace.labels.clone() }
            </text>
        </g>
    }
}

/// A workload, or something outside.
pub fn node(node: &SceneNode, look: &Look) -> Html {
    let rect = &node.rect;
    let outside = matches!(node.key, EndKey::Outside(_));
    let class = classes!("node", outside.then_some("outside"), look.of_end(&node.key));
    let [title, subtitle] = node.text_at();
    let corner = if outside { rect.height / 2.0 } else { 8.0 };
    html! {
        <g key={node.key.to_string()} {class} role="button" tabindex="0" aria-label={node.text.clone()}
            aria-pressed={look.is_end_selected(&node.key).to_string()}
            data-end={node.key.to_string()} data-end-kind={node.key.kind().as_str()}>
            <title>{ node.text.clone() }</title>
            <rect x={px(rect.x)} y={px(rect.y)} width={px(rect.width)}
                height={px(rect.height)} rx={px(corner)} />
            <text class="title" x={px(title.x)} y={px(title.y)}>{ node.title.clone() }</text>
            <text class="subtitle" x={px(subtitle.x)} y={px(subtitle.y)}>{ node.subtitle.clone() }</text>
            { for node.marks().into_iter().map(|(mark, at)| self::mark(mark, at)) }
        </g>
    }
}

/// A mark, from the top left of its field on.
pub fn mark(mark: Mark, at: Point) -> Html {
    let (outline, filled) = mark.paths();
    html! {
        <g class={classes!("sign", mark.as_str())} transform={format!("translate({} {})", px(at.x), px(at.y))}>
            <path d={outline} />
            if !filled.is_empty() { <path class="filled" d={filled} /> }
        </g>
    }
}
