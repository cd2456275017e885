//! After any sequence of edits a session knows exactly what an analysis of the whole text knows.
#![expect(clippy::indexing_slicing, reason = "every index is taken modulo the length of what it points into")]

use netpol_engine::{Analysis, Flow, Matrix, Port, Protocol, Session};
use netpol_syntax::{Limits, SourceFile};
use netpol_tests::generate::{Form, Size, generate};
use netpol_tests::oracle::render;
use netpol_tests::random::{clusters, config};
use proptest::collection::vec;
use proptest::prelude::*;

/// What stands between two documents, and within them where nothing else does.
const SEPARATORS: [&str; 4] = ["---\n", "--- # next\n", "...\n---\n", "---\n---\n"];

/// What people type into the middle of a document.
const TYPOS: [&str; 10] = [
    "\n",
    " ",
    "[",
    "\t",
    "# why\n",
    "\n---\n",
    "\n...\n",
    "\u{feff}",
    "é",
    "\nmetadata: {namespace: blue}\n",
];

/// Bounds that some of the texts are over.
const TIGHT: Limits = Limits { bytes: 6_000, nodes: 400, documents: 12, depth: 20 };

/// What is edited: files of documents.
#[derive(Clone, Debug)]
struct Text {
    files: Vec<(String, Vec<(usize, String)>)>,
    /// Documents that can be put in.
    stock: Vec<String>,
    /// What stood where something was broken.
    whole: Vec<(String, String)>,
}

/// One edit, as numbers that choose among what there is.
#[derive(Clone, Copy, Debug)]
struct Edit {
    kind: u8,
    file: usize,
    document: usize,
    other: usize,
    at: usize,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (0..16_u8, 0..4_usize, any::<usize>(), any::<usize>(), any::<usize>());
    vec(edit.prop_map(|(kind, file, document, other, at)| Edit { kind, file, document, other, at }), 1..14)
}

fn documents(text: &str) -> Vec<String> {
    text.split("---\n").map(str::to_owned).collect()
}

fn one_of<T>(items: &[T], number: usize) -> Option<(usize, &T)> {
    let at = number.checked_rem(items.len())?;
    items.get(at).map(|item| (at, item))
}

impl Text {
    fn new(text: &str, stock: &str) -> Self {
        let mut documents = documents(text).into_iter().map(|document| (0, document));
        let half = documents.len() / 2;
        let first = documents.by_ref().take(half).collect();
        let files = vec![("a.yaml".to_owned(), first), ("b.yaml".to_owned(), documents.collect())];
        Self { files, stock: self::documents(stock), whole: Vec::new() }
    }

    fn take(&mut self, edit: Edit) {
        let Edit { kind, file, document, other, at } = edit;
        let count = self.files.len();
        let Some((_, documents)) = self.files.get_mut(file % count.max(1)) else {
            return self.files.push(("a.yaml".to_owned(), Vec::new()));
        };
        let chosen = one_of(documents, document).map(|(at, _)| at);
        let stocked = one_of(&self.stock, other).map(|(_, document)| document.clone());
        match (kind, chosen, stocked) {
            (0 | 1, Some(place), Some(stocked)) => documents[place].1 = stocked,
            (2 | 3, place, Some(stocked)) => documents.insert(place.unwrap_or(0), (at % 4, stocked)),
            (4, Some(place), _) => drop(documents.remove(place)),
            (5, Some(place), _) => {
                let to = other % documents.len();
                documents.swap(place, to);
            }
            (6, Some(place), _) => documents.push(documents[place].clone()),
            (7..=9, Some(place), _) => {
                let text = documents[place].1.clone();
                let at = text.floor_char_boundary(at % (text.len() + 1));
                let broken = format!("{}{}{}", &text[..at], TYPOS[other % TYPOS.len()], &text[at..]);
                documents[place].1.clone_from(&broken);
                self.whole.push((broken, text));
            }
            (10 | 11, ..) => {
                if let Some((broken, text)) = self.whole.pop() {
                    let all = self.files.iter_mut().flat_map(|(_, documents)| documents);
                    all.filter(|(_, document)| *document == broken).for_each(|(_, it)| it.clone_from(&text));
                }
            }
            (12, Some(place), _) => documents[place].0 = other % SEPARATORS.len(),
            (13, Some(place), _) => {
                let moved = documents.remove(place);
                let to = other % count;
                self.files[to].1.push(moved);
            }
            (14, ..) => {
                let to = other % count;
                self.files.swap(file % count, to);
            }
            (15, Some(place), _) => {
                let rest = documents.split_off(place);
                self.files.push((format!("{}.yaml", at % 5), rest));
            }
            _ => {}
        }
    }

    fn files(&self) -> Vec<SourceFile> {
        let file = |(name, documents): &(String, Vec<(usize, String)>)| {
            let texts = documents.iter().enumerate().flat_map(|(at, (separator, document))| {
                [if at == 0 { "" } else { SEPARATORS[*separator] }, document.as_str()]
            });
            SourceFile::new(name.as_str(), texts.collect::<String>())
        };
        self.files.iter().map(file).collect()
    }
}

/// All that can be asked of a state, in words that do not depend on how it was come by.
fn told(analysis: &Analysis, matrix: &Matrix) -> Vec<String> {
    let Analysis { cluster, index, diagnostics, documents } = analysis;
    let mut told = vec![format!("{documents} documents"), format!("{cluster:?}")];
    told.extend(diagnostics.iter().map(|it| format!("{it:?}")));
    told.extend(index.classes().iter().map(|(id, class)| format!("{id:?} {class:?}")));
    told.extend(index.outside_ranges().iter().map(|range| format!("{range:?}")));
    for (from, source) in index.classes().iter() {
        for (to, destination) in index.classes().iter() {
            told.push(format!("{from:?} {to:?} {}", matrix.connections(from, to)));
            let port = Port { protocol: Protocol::Tcp, number: 80 };
            let flow = Flow { from: source.example(), to: destination.example(), port };
            told.push(format!("{:?}", analysis.evaluate(flow)));
        }
    }
    told
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn a_session_knows_what_an_analysis_of_the_whole_text_knows(
        cluster in clusters(),
        other in clusters(),
        style: u64,
        edits in edits(),
        is_tight: bool,
        asked: [bool; 5],
    ) {
        let limits = if is_tight { TIGHT } else { Limits::PAGE };
        let mut text = Text::new(&render(&cluster, style), &render(&other, style));
        let mut session = Session::new(&limits);
        for (edit, is_asked) in std::iter::once(None).chain(edits.into_iter().map(Some)).zip(asked.into_iter().cycle()) {
            edit.into_iter().for_each(|edit| text.take(edit));
            let files = text.files();
            session.update(&files);
            // Nobody has to ask for the matrix of each state.
            if !is_asked {
                continue;
            }
            let whole = Analysis::read(&files, &limits);
            let expected = told(&whole, &whole.matrix());
            let found = told(session.analysis(), session.matrix());
            for (one, other) in found.iter().zip(&expected) {
                prop_assert_eq!(one, other, "after {:?} in {:#?}", edit, files);
            }
            prop_assert_eq!(found.len(), expected.len());
        }
    }
}

/// Clusters as people have them, and one policy after the other edited: as when somebody types.
#[test]
fn policies_edited_one_after_the_other() {
    let size = Size { pods: 120, policies: 24, form: Form::Deployments };
    let (mut kept, stock) = (generate(1, size), generate(2, size));
    let mut session = Session::new(&Limits::PAGE);
    for (at, policy) in stock.policies.into_iter().enumerate() {
        let last = kept.policies.len() - 1;
        match at % 4 {
            0 => kept.policies[at] = policy,
            1 => kept.policies.insert(0, policy),
            2 => drop(kept.policies.remove(at / 2)),
            _ => kept.policies.swap(at / 3, last),
        }
        let files = [SourceFile::new("all.yaml", kept.text())];
        session.update(&files);
        if at % 5 == 3 {
            continue;
        }
        let whole = Analysis::read(&files, &Limits::PAGE);
        let expected = told(&whole, &whole.matrix());
        assert_eq!(told(session.analysis(), session.matrix()), expected, "after edit {at}");
    }
}
