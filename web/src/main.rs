//! The playground's page.

use yew::prelude::*;

#[function_component]
fn App() -> Html {
    html! { <main><h1>{ "NetworkPolicy Playground" }</h1></main> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
