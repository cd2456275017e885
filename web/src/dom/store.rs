//! The drafts' place in IndexedDB: JSON texts by id.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "netpol-playground";
const VERSION: u32 = 1;
const DRAFTS: &str = "drafts";

/// An open store.
#[derive(Clone)]
pub struct Store {
    database: IdbDatabase,
}

impl Store {
    /// Opens it, and makes it at the first time.
    ///
    /// # Errors
    /// Where the browser keeps nothing, as in some private windows.
    pub async fn open() -> Result<Self, JsValue> {
        let factory = gloo::utils::window().indexed_db()?.ok_or(JsValue::UNDEFINED)?;
        let request = factory.open_with_u32(DATABASE, VERSION)?;
        let upgraded = request.clone();
        let upgrade = Closure::once_into_js(move || {
            let database: Option<IdbDatabase> = upgraded.result().ok().map(JsCast::unchecked_into);
            if let Some(database) = database {
                // Fails only where it exists.
                let _ = database.create_object_store(DRAFTS);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
        let database = done(&request).await?.unchecked_into();
        Ok(Self { database })
    }

    /// The text kept under `id`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn get(&self, id: &str) -> Result<Option<String>, JsValue> {
        Ok(done(&self.drafts(IdbTransactionMode::Readonly)?.get(&id.into())?).await?.as_string())
    }

    /// Every text.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn all(&self) -> Result<Vec<String>, JsValue> {
        let all = done(&self.drafts(IdbTransactionMode::Readonly)?.get_all()?).await?;
        Ok(Array::from(&all).iter().filter_map(|text| text.as_string()).collect())
    }

    /// Keeps `text` under `id`.
    ///
    /// # Errors
    /// Where there is no room.
    pub async fn put(&self, id: &str, text: &str) -> Result<(), JsValue> {
        let drafts = self.drafts(IdbTransactionMode::Readwrite)?;
        done(&drafts.put_with_key(&text.into(), &id.into())?).await.map(drop)
    }

    /// Forgets what is kept under `id`.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn delete(&self, id: &str) -> Result<(), JsValue> {
        done(&self.drafts(IdbTransactionMode::Readwrite)?.delete(&id.into())?).await.map(drop)
    }

    fn drafts(&self, mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
        self.database.transaction_with_str_and_mode(DRAFTS, mode)?.object_store(DRAFTS)
    }
}

/// What a request gives in the end.
async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let settled = Promise::new(&mut |resolve: Function, reject: Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(settled).await?;
    request.result()
}
