//! The texts of lessons and challenges, each read when it is asked for.

use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Reflect;
use netpol_lessons::{Catalogue, Challenge, ChallengeFiles, Guide, LESSONS, Lesson};
use wasm_bindgen::JsValue;

/// All that there is to learn.
pub struct Library {
    /// The texts by their paths.
    texts: JsValue,
    /// What there is, in order.
    pub catalogue: Rc<Catalogue>,
    guides: BTreeMap<String, Option<Rc<Guide>>>,
    challenges: BTreeMap<String, Option<Rc<Challenge>>>,
    /// Challenges that came by a link, the latest first.
    pub shared: Vec<(String, Rc<Challenge>, ChallengeFiles)>,
}

impl Library {
    /// Of texts as the page fetches them.
    pub fn new(texts: JsValue) -> Self {
        let mut library = Self {
            texts,
            catalogue: Rc::default(),
            guides: BTreeMap::new(),
            challenges: BTreeMap::new(),
            shared: Vec::new(),
        };
        let catalogue = library.text("catalogue.yaml").and_then(|text| Catalogue::parse(&text).ok());
        library.catalogue = Rc::new(catalogue.unwrap_or_default());
        library
    }

    fn text(&self, path: &str) -> Option<String> {
        Reflect::get(&self.texts, &path.into()).ok()?.as_string()
    }

    /// A guided lesson, or a walkthrough as one.
    pub fn guide(&mut self, id: &str) -> Option<Rc<Guide>> {
        if let Some(known) = self.guides.get(id) {
            return known.clone();
        }
        let guide = match LESSONS.iter().find(|lesson| lesson.id == id) {
            Some(_) => {
                let script = self.text(&format!("typed/{id}.sh"));
                let lesson = self.text(&format!("lessons/{id}.yaml"));
                let lesson = lesson.and_then(|text| Lesson::parse(id, &text).ok());
                lesson.zip(script).map(|(lesson, script)| Guide::of_walkthrough(&lesson, &script))
            }
            None => self
                .text(&format!("course/{id}.yaml"))
                .zip(self.text(&format!("en/course/{id}.yaml")))
                .and_then(|(structure, words)| Guide::parse(id, &structure, &words).ok()),
        };
        let guide = guide.map(Rc::new);
        self.guides.insert(id.to_owned(), guide.clone());
        guide
    }

    /// A challenge.
    pub fn challenge(&mut self, id: &str) -> Option<Rc<Challenge>> {
        if let Some((_, shared, _)) = self.shared.iter().find(|(known, ..)| known == id) {
            return Some(Rc::clone(shared));
        }
        if let Some(known) = self.challenges.get(id) {
            return known.clone();
        }
        let challenge = self
            .text(&format!("challenges/{id}.yaml"))
            .zip(self.text(&format!("en/challenges/{id}.yaml")))
            .and_then(|(structure, words)| Challenge::parse(id, &structure, &words).ok())
            .map(Rc::new);
        self.challenges.insert(id.to_owned(), challenge.clone());
        challenge
    }

    /// Takes in a challenge that somebody shared, and gives its id; or says what is wrong with it.
    pub fn share(&mut self, files: ChallengeFiles) -> Result<String, String> {
        if let Some((id, ..)) = self.shared.iter().find(|(.., known)| *known == files) {
            return Ok(id.clone());
        }
        let id = format!("shared-{:016x}", fingerprint(&format!("{}\n{}", files.structure, files.words)));
        let challenge = Challenge::parse(&id, &files.structure, &files.words)
            .map_err(|told| told.first().map_or_else(String::new, |first| first.message.clone()))?;
        self.shared.insert(0, (id.clone(), Rc::new(challenge), files));
        Ok(id)
    }
}

/// FNV-1a: a name for a text, the same wherever it is made.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
