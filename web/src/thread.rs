//! What the page's second thread is asked, and what it answers: what takes long is found there, so that nothing of it
//! delays what is typed.
//!
//! Both threads run the same code. The page asks with the texts that changed since it asked last. Questions and answers go
//! over the border as flat lists.

use std::cell::RefCell;
use std::sync::Arc;

use js_sys::Array;
use netpol_engine::{Port, Protocol, Session};
use netpol_syntax::{Limits, SourceFile};
use netpol_view::{EndKey, EndKind, NoOpening, PortChoice, keeping, openings};
use wasm_bindgen::prelude::*;

mod findings;
mod lists;
mod proposals;

pub use findings::{Findings, Use};
use lists::{Reader, Writer};
pub use proposals::Proposals;

/// What the second thread is asked about the files.
#[derive(Clone, PartialEq)]
pub enum About {
    /// What the lints find, and what comes of each rule.
    Findings,
    /// What would open an arrow.
    Openings {
        /// Its source.
        from: EndKey,
        /// Its destination.
        to: EndKey,
        /// The ports asked about.
        ports: PortChoice,
    },
    /// What would isolate a workload and keep what is drawn.
    Keeping {
        /// The workload.
        end: EndKey,
    },
}

impl About {
    fn write(&self) -> Array {
        let to = Writer::default();
        let end = |end: &EndKey| {
            to.text(Some(end.kind().as_str()));
            to.text(Some(end.as_str()));
        };
        match self {
            Self::Findings => to.number(0),
            Self::Openings { from, to: dest, ports } => {
                to.number(1);
                end(from);
                end(dest);
                if let PortChoice::One(port) = ports {
                    to.text(Some(port.protocol.as_str()));
                    to.number(usize::from(port.number));
                }
            }
            Self::Keeping { end: workload } => {
                to.number(2);
                end(workload);
            }
        }
        to.0
    }

    fn read(list: &Array) -> Option<Self> {
        let mut from = Reader(list.iter());
        let end = |from: &mut Reader<'_>| Some(EndKey::new(EndKind::from_name(&from.text()?)?, from.text()?));
        Some(match from.number() {
            0 => Self::Findings,
            1 => {
                let (source, to) = (end(&mut from)?, end(&mut from)?);
                let ports = match from.text().and_then(|protocol| Protocol::from_api(&protocol)) {
                    Some(protocol) => {
                        PortChoice::One(Port { protocol, number: u16::try_from(from.number()).ok()? })
                    }
                    None => PortChoice::AsServed,
                };
                Self::Openings { from: source, to, ports }
            }
            _ => Self::Keeping { end: end(&mut from)? },
        })
    }
}

/// A question: what it is about, then each file's name, and its text where that is not the one that was told before.
pub fn question(about: &About, files: &[SourceFile], told: &[SourceFile]) -> Array {
    let list = Writer::default();
    for (at, file) in files.iter().enumerate() {
        let is_told = told.get(at).is_some_and(|told| Arc::ptr_eq(&told.text, &file.text));
        list.text(Some(&file.name));
        list.text((!is_told).then_some(&file.text));
    }
    Array::of2(&about.write(), &list.0)
}

/// What the second thread knows of the page.
struct Known {
    files: Vec<SourceFile>,
    session: Session,
}

thread_local! {
    static KNOWN: RefCell<Known> =
        RefCell::new(Known { files: Vec::new(), session: Session::new(&Limits::PAGE) });
}

/// The second thread's answer to a [`question`].
#[wasm_bindgen]
pub fn examine(question: &Array) -> Array {
    let part = |at| Array::from(&question.get(at));
    KNOWN.with_borrow_mut(|Known { files, session }| {
        let texts = part(1);
        let mut texts = Reader(texts.iter());
        let mut told = std::mem::take(files).into_iter();
        while let Some(name) = texts.text() {
            let (text, before) = (texts.text(), told.next());
            files.push(match (text, before) {
                (Some(text), _) => SourceFile::new(name, text),
                (None, Some(before)) => SourceFile { name: name.into(), ..before },
                (None, None) => SourceFile::new(name, ""),
            });
        }
        session.read(files).evaluate();
        let read = (session.analysis(), session.matrix().as_ref());
        match About::read(&part(0)) {
            Some(About::Openings { from, to, ports }) => {
                proposals::answer(&openings(read, (files, &Limits::PAGE), (&from, &to), ports))
            }
            Some(About::Keeping { end }) => {
                let keeping = keeping(read, (files, &Limits::PAGE), &end);
                proposals::answer(&keeping.map(|proposal| vec![proposal]).ok_or(NoOpening::Hopeless))
            }
            Some(About::Findings) | None => findings::answer(session.analysis(), files),
        }
    })
}

/// The changes that an answer proposes.
///
/// # Errors
/// Why there are none.
pub fn read_proposals(answer: &Array) -> Proposals {
    proposals::read(answer)
}
