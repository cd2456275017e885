//! Web Locks: a draft belongs to the one tab that holds its lock.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// How a request for a lock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// This tab holds it, until the tab is closed or left.
    Held,
    /// Another tab holds it.
    Taken,
    /// This browser, or a page that comes without a secure connection, has no locks.
    Unknown,
}

#[wasm_bindgen]
extern "C" {
    type LockManager;
    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &Object, then: &Function)
    -> Result<Promise, JsValue>;
}

/// Asks for the lock `name`. With `wait`, until whoever holds it lets go.
pub async fn hold(name: &str, wait: bool) -> Lock {
    let navigator = gloo::utils::window().navigator();
    let Some(locks) = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object) else {
        return Lock::Unknown;
    };
    let locks: LockManager = locks.unchecked_into();
    let options = Object::new();
    // A plain object takes any property.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &(!wait).into());
    let name = name.to_owned();
    let answered = Promise::new(&mut |resolve, _| {
        let on_lock = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let _ = resolve.call1(&JsValue::NULL, &lock.is_object().into());
            // The lock is held for as long as this promise is pending: for the tab's life.
            if lock.is_object() { Promise::new(&mut |_, _| {}).into() } else { JsValue::UNDEFINED }
        });
        let _ = locks.request(&name, &options, on_lock.unchecked_ref());
    });
    match JsFuture::from(answered).await {
        Ok(held) if held.is_truthy() => Lock::Held,
        Ok(_) => Lock::Taken,
        Err(_) => Lock::Unknown,
    }
}
