//! Where a command speaks besides its answer: errors, warnings and progress, on standard error.

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work may take before a bar shows it: most is done by then, and a bar that flashes says nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// An error as it is told, with its causes.
pub fn told(error: &anyhow::Error) -> impl Display {
    format!("error: {error:#}")
}

/// Standard error, and what has been said there.
pub struct Shell {
    /// Whether to tell errors alone.
    quiet: bool,
    stream: RefCell<Box<dyn Write>>,
    has_errors: Cell<bool>,
    bar: ProgressBar,
    timer: OnceCell<Timer>,
}

/// Waits until the work has taken long enough.
struct Timer {
    /// Dropped when the work is done.
    work: Sender<()>,
    thread: JoinHandle<()>,
}

impl Shell {
    /// Nothing said to `stream` yet. With `quiet` neither warnings nor notes nor progress will be.
    pub fn new(quiet: bool, stream: impl Write + 'static) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let stream = RefCell::new(Box::new(stream) as Box<dyn Write>);
        Self { quiet, stream, has_errors: Cell::new(false), bar, timer: OnceCell::new() }
    }

    /// Whether warnings and notes are left out.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Tells of something that could not be used, so that the answer is about the rest alone.
    pub fn error(&self, text: impl Display) {
        self.has_errors.set(true);
        self.say(text);
    }

    /// Tells of something else.
    pub fn say(&self, text: impl Display) {
        // Where nobody reads standard error the answer still counts.
        self.bar.suspend(|| {
            let _ = writeln!(self.stream.borrow_mut(), "{text}");
        });
    }

    /// Whether [`Self::error`] told anything.
    pub fn has_errors(&self) -> bool {
        self.has_errors.get()
    }

    /// Begins work of so many steps, which [`Self::advance`] counts; of an unknown number where it is `None`. Where
    /// standard error is a terminal, and work takes over a second, a bar shows how far it is.
    pub fn begin(&self, what: &'static str, steps: Option<usize>) {
        self.start(what, steps);
        if !self.quiet && io::stderr().is_terminal() {
            self.timer.get_or_init(|| Timer::start(self.bar.clone(), PATIENCE, ProgressDrawTarget::stderr));
        }
    }

    fn start(&self, what: &'static str, steps: Option<usize>) {
        let style = match steps {
            Some(_) => ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}"),
            None => ProgressStyle::with_template("{msg} {spinner} {elapsed}"),
        };
        if let Ok(style) = style {
            self.bar.set_style(style);
        }
        self.bar.set_position(0);
        match steps.and_then(|steps| u64::try_from(steps).ok()) {
            Some(steps) => self.bar.set_length(steps),
            None => self.bar.unset_length(),
        }
        self.bar.set_message(what);
    }

    /// One step of the work is done.
    pub fn advance(&self) {
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub fn finish(&mut self) {
        if let Some(Timer { work, thread }) = self.timer.take() {
            drop(work);
            // It cannot panic, and there is nothing to be done if it did.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }

    /// `stream`, for which a bar makes way where both are the same terminal.
    pub fn beside<W: Write>(&self, stream: W) -> Beside<W> {
        Beside { stream, bar: self.bar.clone() }
    }
}

impl Timer {
    fn start(
        bar: ProgressBar,
        patience: Duration,
        target: impl FnOnce() -> ProgressDrawTarget + Send + 'static,
    ) -> Self {
        let (work, done) = channel();
        let thread = thread::spawn(move || {
            if outlasts(&done, patience) {
                bar.set_draw_target(target());
                bar.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Self { work, thread }
    }
}

/// Waits for the work to be done, and gives up after `patience`.
fn outlasts(done: &Receiver<()>, patience: Duration) -> bool {
    done.recv_timeout(patience) == Err(RecvTimeoutError::Timeout)
}

/// A stream on the same terminal as the bar.
pub struct Beside<W> {
    stream: W,
    bar: ProgressBar,
}

impl<W: Write> Write for Beside<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Self { stream, bar } = self;
        bar.suspend(|| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        let Self { stream, bar } = self;
        bar.suspend(|| stream.flush())
    }
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    #[test]
    fn a_bar_comes_once_patience_is_over_and_leaves_nothing_behind() {
        let terminal = InMemoryTerm::new(10, 60);
        let mut shell = Shell::new(false, io::sink());
        shell.start("checking", Some(8));
        shell.advance();
        assert_eq!(terminal.contents(), "");
        let target = terminal.clone();
        let timer = Timer::start(shell.bar.clone(), Duration::ZERO, move || {
            ProgressDrawTarget::term_like(Box::new(target))
        });
        // Without patience it does not wait, so that this ends once the bar is there.
        timer.thread.join().unwrap();
        shell.bar.force_draw();
        assert!(terminal.contents().starts_with("checking ") && terminal.contents().ends_with(" 1/8"));
        shell.finish();
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn work_that_is_done_in_time_shows_none() {
        let (work, done) = channel();
        drop(work);
        assert!(!outlasts(&done, Duration::from_secs(3600)));
        let (_work, done) = channel();
        assert!(outlasts(&done, Duration::ZERO));
    }

    #[test]
    fn errors_are_remembered_and_nothing_else() {
        let shell = Shell::new(true, io::sink());
        shell.say("note");
        assert!(!shell.has_errors());
        shell.error("error");
        assert!(shell.has_errors());
    }
}
