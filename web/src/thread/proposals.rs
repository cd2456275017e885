//! Changes of the files that the second thread proposes.

use js_sys::Array;
use netpol_view::{NoOpening, Piece, Proposal, Words};

use super::lists::{Reader, Writer};

/// What was found: changes, the best first, or why there are none.
pub type Proposals = Result<Vec<Proposal>, NoOpening>;

const REASONS: [NoOpening; 2] = [NoOpening::NoPorts, NoOpening::Hopeless];

/// As a list.
pub fn answer(proposals: &Proposals) -> Array {
    let to = Writer::default();
    match proposals {
        // Reasons are counted from 1 here: none is 0.
        Err(reason) => to.number(1 + REASONS.iter().position(|known| known == reason).unwrap_or_default()),
        Ok(proposals) => {
            to.number(0);
            proposals.iter().for_each(|proposal| write(&to, proposal));
        }
    }
    to.0
}

/// What such a list says.
///
/// # Errors
/// Where it holds a reason.
pub fn read(answer: &Array) -> Proposals {
    let mut from = Reader(answer.iter());
    match from.number().checked_sub(1) {
        Some(reason) => Err(REASONS.get(reason).copied().unwrap_or(NoOpening::Hopeless)),
        None => Ok(std::iter::from_fn(|| read_one(&mut from)).collect()),
    }
}

fn write(to: &Writer, Proposal { does, besides, is_exact, edits }: &Proposal) {
    to.number(does.len());
    for words in does {
        to.number(words.0.len());
        for piece in &words.0 {
            let (kind, text, at) = match piece {
                Piece::Text(text) => (0, text, None),
                Piece::Code(text) => (1, text, None),
                Piece::Link { text, at } => (2, text, Some(*at)),
            };
            to.number(kind);
            to.text(Some(text));
            to.place(at);
        }
    }
    to.number(besides.len());
    besides.iter().for_each(|each| to.text(Some(each)));
    to.flag(*is_exact);
    to.edits(edits);
}

fn read_one(from: &mut Reader<'_>) -> Option<Proposal> {
    let mut proposal = Proposal::default();
    // Each does something: where no number follows, the list has ended.
    let does = Some(from.number()).filter(|does| *does > 0)?;
    for _ in 0..does {
        let mut words = Words::new();
        for _ in 0..from.number() {
            let (kind, text) = (from.number(), from.text()?);
            words.0.push(match (kind, from.place()) {
                (0, _) => Piece::Text(text),
                (_, Some(at)) => Piece::Link { text, at },
                (_, None) => Piece::Code(text),
            });
        }
        proposal.does.push(words);
    }
    for _ in 0..from.number() {
        proposal.besides.extend(from.text());
    }
    proposal.is_exact = from.flag();
    proposal.edits = from.edits();
    Some(proposal)
}
