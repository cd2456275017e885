//! Drafts: works that are kept in this browser, each under the id of the tab that made it.

use netpol_lessons::{Scenario, to_json};
use netpol_syntax::{FileId, Limits, Value, parse};
use serde::Serialize;

use crate::dom::store::Store;
use crate::dom::tab;
use crate::state::Work;

/// More than anyone will look through; older ones are forgotten.
const KEPT: usize = 30;

/// A kept work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draft {
    /// Under what it is kept.
    pub id: String,
    /// When, in milliseconds since 1970.
    pub saved: u64,
    /// What people would call it.
    pub title: String,
    /// The work.
    pub scenario: Scenario,
}

/// This moment, in milliseconds since 1970.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no clock is that wrong")]
fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// An id that no other draft has.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a random number is in range")]
pub fn fresh_id() -> String {
    // The moment and a random number: two tabs would have to draw the same within a millisecond.
    let random = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{}-{random}", now())
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
    let Ok(store) = Store::open().await else { return false };
    store.put(&draft.id, &to_json(&draft)).await.is_ok()
}

/// Leaves `work` under `id` for the page that comes after this one in this tab.
pub fn leave(id: String, work: &Work) {
    tab::leave(&to_json(&draft_of(id, work)));
}

/// Keeps what the page before left, where it did not come to keep it itself.
pub async fn take_over() {
    let Some(draft) = tab::take_left().and_then(|text| read(&text)) else { return };
    save(draft.id, &Work::of(&draft.scenario)).await;
}

fn draft_of(id: String, work: &Work) -> Draft {
    Draft { saved: now(), title: work.title(), scenario: work.to_scenario(), id }
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
    /// A draft's JSON is its text with escapes, six characters for one at the most.
    const LIMITS: Limits = Limits { bytes: 7 * Limits::PAGE.bytes, ..Limits::PAGE };
    let parsed = parse(FileId(0), text, &LIMITS);
    let draft = parsed.documents.first()?.root();
    let words = |key| draft.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    let Value::Int(saved) = draft.get("saved")?.value()? else { return None };
    Some(Draft {
        id: words("id")?,
        saved: saved.unsigned_abs(),
        title: words("title")?,
        scenario: Scenario::from_node(draft.get("scenario")?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use netpol_lessons::ScenarioFile;

    use super::*;

    #[test]
    fn a_draft_of_all_that_the_page_takes_can_be_read_back() {
        // Each line break is two characters of JSON.
        let text = "a\n".repeat(Limits::PAGE.bytes / 2);
        let scenario = Scenario { files: vec![ScenarioFile::new("big.yaml", text)], ..Scenario::default() };
        let draft =
            Draft { id: "1-2".to_owned(), saved: 1_795_000_000_000, title: "Big".to_owned(), scenario };
        assert!(read(&to_json(&draft)) == Some(draft));
    }
}
