//! What happened to connections, counted.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Counts {
    open: AtomicU64,
    cut: [AtomicU64; Cut::ALL.len()],
}

/// Why a connection was ended by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The head was not there in time.
    Head,
    /// Nothing was asked for long.
    Idle,
    /// The answer was not taken in time.
    Answer,
}

impl Cut {
    const ALL: [Self; 3] = [Self::Head, Self::Idle, Self::Answer];

    const fn word(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Idle => "idle",
            Self::Answer => "answer",
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Head => 0,
            Self::Idle => 1,
            Self::Answer => 2,
        }
    }
}

impl Counts {
    pub(super) fn opened(&self) {
        self.open.fetch_add(1, Relaxed);
    }

    pub(super) fn closed(&self) {
        self.open.fetch_sub(1, Relaxed);
    }

    pub(super) fn cut(&self, why: Cut) {
        if let Some(count) = self.cut.get(why.place()) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Connections at this moment.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.open.load(Relaxed)
    }

    /// Connections that were ended by the server, by the limit that they met.
    pub fn ended(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let counts = Cut::ALL.into_iter().zip(&self.cut);
        counts.map(|(why, count)| (why.word(), count.load(Relaxed)))
    }
}
