//! What the page opens with: a link, else this tab's draft, else the first lesson.

use std::pin::Pin;
use std::rc::Rc;

use netpol_lessons::share;

use crate::dom::{rest, tab};
use crate::drafts;
use crate::lessons;
use crate::state::{ThemeChoice, Work};

/// What the page opens with.
#[derive(Clone, PartialEq)]
pub struct Begin {
    /// What is in the editor at first.
    pub work: Work,
    /// The draft that it comes from.
    pub draft: Option<Rc<str>>,
    /// What was wrong with the link.
    pub notice: Option<Rc<str>>,
    /// The theme that was chosen.
    pub theme: ThemeChoice,
    /// Whether all was looked at that the page could have begun with: a link, an earlier draft.
    pub is_whole: bool,
}

/// Finds it. Before the first frame, so that nothing is shown that is not meant.
pub async fn begin() -> Begin {
    let theme = tab::remembered_theme().map(|name| ThemeChoice::from_name(&name)).unwrap_or_default();
    if tab::has_past() || !tab::fragment().trim().is_empty() || tab::is_part() {
        // What comes back takes more code than what begins, and so does the link out of an embedded page.
        return match rest::load().await {
            true => resumed(theme).await,
            false => Begin { is_whole: false, ..anew(theme, None) },
        };
    }
    anew(theme, None)
}

/// The first lesson.
fn anew(theme: ThemeChoice, notice: Option<Rc<str>>) -> Begin {
    let work = lessons::first().and_then(Work::lesson).unwrap_or_else(Work::empty);
    Begin { work, draft: None, notice, theme, is_whole: true }
}

/// What the link holds, or what this tab had. In a box, so that the code of it is its own.
fn resumed(theme: ThemeChoice) -> Pin<Box<dyn Future<Output = Begin>>> {
    Box::pin(async move {
        if !tab::is_embedded() {
            drafts::take_over().await;
        }
        let (linked, notice) = match share::decode(&tab::fragment()) {
            Ok(scenario) => (scenario, None),
            // What it holds is looked at where challenges are, once the page is there.
            Err(_) if tab::is_challenge() => (None, None),
            Err(error) => (None, Some(Rc::from(error.to_string()))),
        };
        if let Some(scenario) = linked {
            return Begin { work: Work::of(&scenario), draft: None, notice, theme, is_whole: true };
        }
        if !tab::is_embedded()
            && let Some(id) = tab::draft()
            && let Some(draft) = drafts::load(&id).await
        {
            let work = Work::of(&draft.scenario);
            return Begin { work, draft: Some(id.into()), notice, theme, is_whole: true };
        }
        anew(theme, notice)
    })
}
