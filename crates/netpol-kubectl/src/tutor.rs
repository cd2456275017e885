//! Playing a guided lesson: which of its steps have been done.
//!
//! A command counts where it prints what the lesson's command prints, so that `k get po` is as good as `kubectl get pods`: the
//! lesson's is run in a shell of its own over the same files. A step that is to change something is done once its
//! expectations hold, whoever changed it and how.

use netpol_engine::Analysis;
use netpol_lessons::{Guide, GuideStep, GuideTask, Point, ScenarioFile, check};

use crate::shell::{Output, Shell};

/// Where a learner is in a guided lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tutor {
    /// How many steps have been done and left behind.
    step: usize,
    /// How many of the step's commands have been typed.
    typed: usize,
    /// Whether what it points at has been selected.
    is_selected: bool,
}

impl Tutor {
    /// At a step, from 0.
    #[must_use]
    pub fn at(step: usize) -> Self {
        Self { step, typed: 0, is_selected: false }
    }

    /// The step, from 0.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }

    /// The commands of the step that have not been typed yet.
    #[must_use]
    pub fn open<'a>(&self, step: &'a GuideStep) -> &'a [String] {
        match &step.task {
            GuideTask::Type(commands) | GuideTask::Make(commands) => {
                commands.get(self.typed..).unwrap_or_default()
            }
            GuideTask::Select(_) => &[],
        }
    }

    /// Takes note of what was typed and what came of it. `before` is a [rehearsal](Shell::rehearsal) from before it was
    /// typed. Whether that was the step's next command.
    pub fn typed(&mut self, guide: &Guide, mut before: Shell, typed: &str, output: &Output) -> bool {
        let Some(step) = guide.steps.get(self.step) else { return false };
        let Some(next) = self.open(step).first() else { return false };
        let is_it = typed.trim() == next.trim() || {
            let wanted = before.run(next);
            !wanted.text.is_empty() && wanted.text == output.text && wanted.status == output.status
        };
        self.typed += usize::from(is_it);
        is_it
    }

    /// Takes note of what was selected on the stage.
    pub fn selected(&mut self, guide: &Guide, point: &Point) {
        if let Some(GuideStep { task: GuideTask::Select(wanted), .. }) = guide.steps.get(self.step) {
            self.is_selected |= wanted == point;
        }
    }

    /// Whether the step has been done, where the files say this.
    #[must_use]
    pub fn is_done(&self, guide: &Guide, analysis: &Analysis) -> bool {
        let Some(step) = guide.steps.get(self.step) else { return true };
        let holds = step.expect.iter().all(|it| check(analysis, it).is_ok_and(|checked| checked.holds));
        holds
            && match &step.task {
                GuideTask::Type(commands) => self.typed >= commands.len(),
                GuideTask::Make(_) => true,
                GuideTask::Select(_) => self.is_selected,
            }
    }

    /// Goes to the next step.
    pub fn advance(&mut self) {
        *self = Self::at(self.step + 1);
    }
}

impl Shell {
    /// A shell over the same files, in the same namespace, in which something can be tried that does not count.
    #[must_use]
    pub fn rehearsal(&self) -> Self {
        let files: Vec<ScenarioFile> = self.store.files();
        let mut shell = Self::new(&files);
        shell.namespace.clone_from(&self.namespace);
        shell
    }
}
