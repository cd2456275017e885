//! Namespaces as boxes, workloads and what lies outside as nodes.

use netpol_view::{EndKey, Globe, NamespaceBox, SceneNode};
use yew::prelude::*;

use super::scene_line::direction;
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
                { direction(within, false, true, look) }
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
    let x = if outside { rect.center().x } else { rect.x + 14.0 };
    let title_y = if node.subtitle.is_empty() { rect.y + rect.height / 2.0 + 4.5 } else { rect.y + 20.0 };
    let globe_x = rect.right() - 25.0;
    let lock_x = if node.internet.is_some() { globe_x - 18.0 } else { rect.right() - 24.0 };
    let corner = if outside { rect.height / 2.0 } else { 8.0 };
    html! {
        <g key={node.key.to_string()} {class} role="button" tabindex="0" aria-label={node.text.clone()}
            aria-pressed={look.is_end_selected(&node.key).to_string()}
            data-end={node.key.to_string()} data-end-kind={node.key.kind().as_str()}>
            <title>{ node.text.clone() }</title>
            <rect x={px(rect.x)} y={px(rect.y)} width={px(rect.width)}
                height={px(rect.height)} rx={px(corner)} />
            <text class="title" x={px(x)} y={px(title_y)}>{ node.title.clone() }</text>
            <text class="subtitle" x={px(x)} y={px(rect.y + 36.0)}>{ node.subtitle.clone() }</text>
            if node.isolated_ingress || node.isolated_egress {
                { lock(lock_x, rect.y + 15.0, node.isolated_ingress, node.isolated_egress) }
            }
            if let Some(internet) = node.internet {
                { globe(globe_x, rect.y + 16.0, internet) }
            }
        </g>
    }
}

/// A lock where policies isolate: full for both directions, its body outlined for one.
fn lock(x: f64, y: f64, ingress: bool, egress: bool) -> Html {
    html! {
        <g class={classes!("lock", (!(ingress && egress)).then_some("half"))} transform={format!("translate({} {})", px(x), px(y))}>
            <rect y="6.5" width="11" height="8.5" rx="2" />
            <path d="M2.2 6.5V4.3a3.3 3.3 0 0 1 6.6 0v2.2" />
        </g>
    }
}

/// A globe of 14 by 14 units; struck through where the internet cannot be reached.
fn globe(x: f64, y: f64, internet: Globe) -> Html {
    let class = match internet {
        Globe::Open => "globe open",
        Globe::Partly => "globe partly",
        Globe::Closed => "globe closed",
    };
    html! {
        <g {class} transform={format!("translate({} {})", px(x), px(y))}>
            <circle cx="7" cy="7" r="6" />
            <path d="M1 7h12M7 1c-4 3.6-4 8.4 0 12M7 1c4 3.6 4 8.4 0 12" />
            if internet == Globe::Closed { <path class="strike" d="M1.2 13.4 12.8.6" /> }
        </g>
    }
}
