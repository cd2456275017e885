//! Drafts: works that are kept in this browser, each under the id of the tab that made it.

use netpol_lessons::Scenario;
use serde::{Deserialize, Serialize};

use crate::dom::store::Store;
use crate::dom::tab;
use crate::state::Work;

/// More than anyone will look through; older ones are forgotten.
const KEPT: usize = 30;

/// A kept work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Under what it is kept.
    pub id: String,
    /// When, in milliseconds since 1970.
    pub saved: f64,
    /// What people would call it.
    pub title: String,
    /// The work.
    pub scenario: Scenario,
}

/// An id that no other draft has.
pub fn fresh_id() -> String {
    // The moment and a random number: two tabs would have to draw the same within a millisecond.
    format!("{}-{:.0}", js_sys::Date::now(), js_sys::Math::random() * f64::from(u32::MAX))
}

/// The draft `id`, where there is one that can be read.
pub async fn load(id: &str) -> Option<Draft> {
    let text = Store::open().await.ok()?.get(id).await.ok()??;
    read(&text)
}

/// All drafts, the latest first.
pub async fn list() -> Vec<Draft> {
    let Ok(store) = Store::open().await else { return Vec::new() };
    let texts = store.all().await.unwrap_or_default();
    let mut drafts: Vec<Draft> = Vec::with_capacity(texts.len());
    for draft in texts.iter().filter_map(|text| read(text)) {
        let at = drafts.partition_point(|later| later.saved > draft.saved);
        drafts.insert(at, draft);
    }
    drafts
}

/// Keeps `work` under `id`; whether there was room.
pub async fn save(id: String, work: &Work) -> bool {
    let draft = draft_of(id, work);
    let (Ok(store), Ok(text)) = (Store::open().await, serde_json::to_string(&draft)) else { return false };
    store.put(&draft.id, &text).await.is_ok()
}

/// Leaves `work` under `id` for the page that comes after this one in this tab.
pub fn leave(id: String, work: &Work) {
    if let Ok(text) = serde_json::to_string(&draft_of(id, work)) {
        tab::leave(&text);
    }
}

/// Keeps what the page before left, where it did not come to keep it itself.
pub async fn take_over() {
    let Some(draft) = tab::take_left().and_then(|text| read(&text)) else { return };
    save(draft.id, &Work::of(&draft.scenario)).await;
}

fn draft_of(id: String, work: &Work) -> Draft {
    Draft { saved: js_sys::Date::now(), title: work.title(), scenario: work.to_scenario(), id }
}

/// Forgets `id`.
pub async fn forget(id: &str) {
    if let Ok(store) = Store::open().await {
        // What cannot be deleted is still there in the list.
        let _ = store.delete(id).await;
    }
}

/// Forgets all but the latest.
pub async fn forget_old() {
    for draft in list().await.iter().skip(KEPT) {
        forget(&draft.id).await;
    }
}

fn read(text: &str) -> Option<Draft> {
    let draft: Draft = serde_json::from_str(text).ok()?;
    draft.scenario.validate().is_ok().then_some(draft)
}
