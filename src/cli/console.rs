//! The terminal: where results and problems go, and in which language.

use std::io::{self, Write};
use std::process::ExitCode;

use thiserror::Error;

use crate::i18n::Lang;

/// Why a command ended without its result.
#[derive(Debug, Error)]
pub enum Failure {
    /// What the person gave cannot be used: one sentence per problem, in the reader's language,
    /// each naming the place, what was expected and what to do. Exit code 2.
    #[error("{}", .0.join("\n"))]
    Input(Vec<String>),
    /// The machine's or our own fault. Exit code 1.
    #[error("{attempted}: {source}")]
    Internal {
        /// What was being attempted, in the reader's language.
        attempted: String,
        /// What went wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The reader of standard output went away (`| head`): nothing is left to say. Exit code 0.
    #[error("standard output was closed")]
    OutputClosed,
}

impl Failure {
    /// One problem that the person can mend.
    #[must_use]
    pub fn input(sentence: impl Into<String>) -> Self {
        Self::Input(vec![sentence.into()])
    }

    /// A fault of the machine or of the program.
    pub fn internal<E>(attempted: impl Into<String>, source: E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        Self::Internal {
            attempted: attempted.into(),
            source: Box::new(source),
        }
    }
}

/// What a command sees of the terminal.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    lang: Lang,
}

impl Console {
    /// Reads the language from `LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is set and not empty.
    #[must_use]
    pub fn from_environment() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty())
            .unwrap_or_default();
        let chinese = locale.to_ascii_lowercase().starts_with("zh");
        Self {
            lang: if chinese { Lang::ZhCn } else { Lang::En },
        }
    }

    /// The reader's language: Chinese where the locale says so, else English.
    #[must_use]
    pub const fn lang(self) -> Lang {
        self.lang
    }

    /// Writes a result, and its explanation below a table or beside a document.
    pub fn print_explained(
        self,
        mut output: String,
        is_table: bool,
        explanation: Option<String>,
    ) -> Result<(), Failure> {
        match explanation {
            Some(explanation) if is_table => {
                output.push('\n');
                output.push_str(&explanation);
            }
            Some(explanation) => self.note(explanation.trim_end()),
            None => {}
        }
        self.print(&output)
    }

    /// Writes a whole result to standard output.
    pub fn print(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::OutputClosed),
            Err(error) => Err(Failure::internal("stdout", error)),
        }
    }

    /// Says something to the person on standard error.
    pub fn note(self, line: &str) {
        // Nobody is left to be told when standard error itself is closed.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Says why a command failed and gives its exit code.
    #[must_use]
    pub fn fail(self, failure: &Failure) -> ExitCode {
        match failure {
            Failure::Input(sentences) => {
                for sentence in sentences {
                    self.note(sentence);
                }
                ExitCode::from(2)
            }
            Failure::Internal { attempted, source } => {
                self.note(&format!("{attempted}: {source}"));
                let mut cause = source.source();
                while let Some(error) = cause {
                    self.note(&format!("  {error}"));
                    cause = error.source();
                }
                ExitCode::from(1)
            }
            Failure::OutputClosed => ExitCode::SUCCESS,
        }
    }
}
