//! Titles over the years: steps of counties, what is published of them, years in a row.
//!
//! For: `/titles`, `/titles/{year}`. Uses: office, `evaluation`. Promises: everyone reads the register, which is made from one
//! read; a title follows from an accepted application and a published verdict or decision, and nobody enters it; an acceptance
//! covers the values that were read then, and the published evaluation must have read the same; each year stands under the
//! standard that judged it; whoever entered an application does not take, accept or refuse it; each step is one transaction
//! with its audit entry.

mod accepted;
mod published;
mod register;
mod step;

pub use self::accepted::{Cover, Lacking};
pub use self::published::Yardstick;
pub use self::register::{Cell, Register, Row, register};
pub use self::step::{LONGEST, TitleError, Typed, offered, take};
pub use crate::storage::office::title_step::{Acceptance, TitleStep};
