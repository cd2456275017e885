//! Lessons as data.

pub(crate) mod format;

use netpol_syntax::Diagnostic;

use crate::expect::Expectation;
use crate::object::{LabelChange, ObjectRef};

/// A cluster, and steps that change it, each with what must be seen then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Stable: drafts and links name the lesson by it.
    pub id: String,
    /// Its name in menus. The page takes words from [`opening`](crate::opening()).
    pub title: String,
    /// Manifests that are there before the first step.
    pub cluster: String,
    /// The steps, at least one.
    pub steps: Vec<LessonStep>,
}

/// One step. It deletes, applies and labels, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonStep {
    /// What happens, in one line.
    pub title: String,
    /// What there is to know about it, where more is said.
    pub text: Option<String>,
    /// Manifests that are created, or replace the object of the same kind, namespace and name.
    pub apply: String,
    /// Objects that go away.
    pub delete: Vec<ObjectRef>,
    /// Objects whose labels change.
    pub label: Vec<LabelChange>,
    /// What must be seen then.
    pub expect: Vec<Expectation>,
}

/// A lesson's text where it comes with the program.
macro_rules! text {
    ($file:literal) => {
        if cfg!(feature = "texts") { include_str!(concat!("../../../lessons/", $file)) } else { "" }
    };
}

/// A lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LessonSource {
    /// The lesson's id.
    pub id: &'static str,
    /// Its title, so that a menu need not read it.
    pub title: &'static str,
    /// How many steps it has, for the same reason.
    pub steps: usize,
    /// What it is among them.
    pub set: LessonSet,
    /// What stands in its file; empty where that does not come with the program.
    pub text: &'static str,
}

/// What a lesson is among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LessonSet {
    /// A tutorial, played from its beginning to its end.
    Walkthrough,
    /// One thing that policies are used for, before and after.
    Recipe,
}

impl LessonSource {
    /// Reads it.
    ///
    /// # Errors
    /// As [`Lesson::parse`]; the tests see to it that there are none.
    pub fn lesson(self) -> Result<Lesson, Vec<Diagnostic>> {
        Lesson::parse(self.id, self.text)
    }
}

/// The lessons, each set in the order in which they build upon one another.
pub const LESSONS: [LessonSource; 11] = [
    LessonSource {
        id: "frontend-backend-dns",
        title: "Default deny, one allowed direction, and the DNS trap",
        steps: 5,
        set: LessonSet::Walkthrough,
        text: text!("walkthroughs/1-frontend-backend-dns.yaml"),
    },
    LessonSource {
        id: "dev-prod-defaults",
        title: "Two namespaces and the five default policies",
        steps: 9,
        set: LessonSet::Walkthrough,
        text: text!("walkthroughs/2-dev-prod-defaults.yaml"),
    },
    LessonSource {
        id: "three-tier",
        title: "Three tiers, each in a namespace, closed one by one",
        steps: 9,
        set: LessonSet::Walkthrough,
        text: include_str!("../../../lessons/walkthroughs/3-three-tier.yaml"),
    },
    LessonSource {
        id: "cassandra",
        title: "A second namespace, its labels, and both ends of a connection",
        steps: 8,
        set: LessonSet::Walkthrough,
        text: text!("walkthroughs/4-cassandra.yaml"),
    },
    LessonSource {
        id: "deployments-and-services",
        title: "Deployments, services, who may reach the database, and a range of ports",
        steps: 4,
        set: LessonSet::Walkthrough,
        text: text!("walkthroughs/5-deployments-and-services.yaml"),
    },
    LessonSource {
        id: "close-a-namespace",
        title: "Close a namespace",
        steps: 2,
        set: LessonSet::Recipe,
        text: text!("recipes/1-close-a-namespace.yaml"),
    },
    LessonSource {
        id: "one-client",
        title: "Let one client reach the database",
        steps: 2,
        set: LessonSet::Recipe,
        text: text!("recipes/2-one-client.yaml"),
    },
    LessonSource {
        id: "own-namespace",
        title: "Keep other namespaces out",
        steps: 2,
        set: LessonSet::Recipe,
        text: text!("recipes/3-own-namespace.yaml"),
    },
    LessonSource {
        id: "both-or-either",
        title: "Both, or either of the two",
        steps: 3,
        set: LessonSet::Recipe,
        text: text!("recipes/4-both-or-either.yaml"),
    },
    LessonSource {
        id: "names-only",
        title: "Nothing goes out but questions for names",
        steps: 2,
        set: LessonSet::Recipe,
        text: text!("recipes/5-names-only.yaml"),
    },
    LessonSource {
        id: "no-metadata",
        title: "Everything but the metadata address",
        steps: 2,
        set: LessonSet::Recipe,
        text: text!("recipes/6-no-metadata.yaml"),
    },
];

impl Lesson {
    /// Reads a lesson's file. All that it names is checked, so that playing it cannot fail: manifests parse,
    /// and what is deleted or labelled is there by then.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(id: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        format::read(id, text)
    }
}
