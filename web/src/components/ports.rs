//! Which ports the arrows are about.

use netpol_engine::Port;
use netpol_view::PortChoice;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Act;
use super::menu::Menu;
use crate::state::Action;

/// What the choice needs.
#[derive(PartialEq, Properties)]
pub struct PortMenuProps {
    /// The present choice.
    pub ports: PortChoice,
    /// The ports that something in the cluster serves.
    pub known: Vec<Port>,
    /// Takes the actions.
    pub act: Act,
}

/// A button that names the choice, and the choices under it.
#[component]
pub fn PortMenu(props: &PortMenuProps) -> Html {
    let wrong = use_state_eq(|| false);
    let choices =
        std::iter::once(PortChoice::AsServed).chain(props.known.iter().copied().map(PortChoice::One));
    let items = choices.map(|choice| {
        let act = props.act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.dispatch(Action::SetPorts(choice)));
        let name = match choice {
            PortChoice::AsServed => "As served by each destination".to_owned(),
            PortChoice::One(port) => port.to_string(),
        };
        html! {
            <button type="button" class="item" aria-pressed={(choice == props.ports).to_string()} {onclick}>{ name }</button>
        }
    });
    let onkeydown = {
        let (act, wrong) = (props.act.clone(), wrong.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() != "Enter" {
                return;
            }
            let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let choice = input.and_then(|input| PortChoice::parse(&input.value()));
            wrong.set(choice.is_none());
            if let Some(choice) = choice {
                act.dispatch(Action::SetPorts(choice));
            }
        })
    };
    html! {
        <Menu button={html! { { format!("Ports: {}", props.ports) } }}>
            { for items }
            <label class="field">{ "Other port" }
                <input type="text" inputmode="text" placeholder="8080 or UDP 53" aria-invalid={wrong.to_string()}
                    aria-describedby="port-help" {onkeydown} />
            </label>
            <p class="hint" id="port-help" role={(*wrong).then_some("alert")}>
                { if *wrong { "A port is a number from 1 to 65535, after TCP, UDP or SCTP." } else { "Press Enter to ask about it." } }
            </p>
        </Menu>
    }
}
