//! A progress bar for work of more than a second, on a terminal only.

use std::io::IsTerminal as _;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that appears on standard error once the work has lasted [`PATIENCE`], even within one long step.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Dropping the sender ends the wait of the thread.
    stop: Option<mpsc::Sender<()>>,
    waiting: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts the wait; where standard error is no terminal, nothing will ever be drawn.
    pub(crate) fn start() -> Self {
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} % {wide_msg}") {
            bar.set_style(style);
        }
        if !std::io::stderr().is_terminal() {
            return Self {
                bar,
                stop: None,
                waiting: None,
            };
        }
        let (stop, stopped) = mpsc::channel::<()>();
        let shown = bar.clone();
        let waiting = thread::spawn(move || {
            if stopped.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(200));
            }
        });
        Self {
            bar,
            stop: Some(stop),
            waiting: Some(waiting),
        }
    }

    /// Says what is being done and how far it is: `done` of `of` steps.
    pub(crate) fn at(&self, done: u64, of: u64, doing: String) {
        self.bar.set_length(of.max(1));
        self.bar.set_position(done.min(of));
        self.bar.set_message(doing);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(waiting) = self.waiting.take() {
            // The thread only waits and draws; a panic there must not hide the result.
            let _ = waiting.join();
        }
        self.bar.finish_and_clear();
    }
}
