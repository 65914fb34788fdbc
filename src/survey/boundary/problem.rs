//! Why a file of boundaries is not taken.

/// A problem of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundaryProblem {
    /// The feature from 1, or the line of a table; `None` where it is about the whole file.
    pub place: Option<usize>,
    /// The county's code as the file has it, or of the county that is missing.
    pub code: Option<String>,
    /// What is wrong.
    pub what: Wrong,
}

impl BoundaryProblem {
    pub(super) const fn of_file(what: Wrong) -> Self {
        Self {
            place: None,
            code: None,
            what,
        }
    }
}

/// What is wrong with a file of boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Larger than [`LARGEST`](super::LARGEST).
    TooLarge,
    /// No JSON from this place on.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// No `FeatureCollection`.
    NotACollection,
    /// The positions are not longitudes and latitudes by WGS 84.
    OtherReference,
    /// More than [`MOST_POSITIONS`](super::MOST_POSITIONS).
    TooManyPositions,
    /// Wider than half the earth, or across the date line.
    TooWide,
    /// A feature without a code.
    NoCode {
        /// The property that should have it.
        property: String,
    },
    /// No county of the area tree.
    UnknownCounty,
    /// A county that was there before.
    Twice,
    /// A county that is not in the file.
    Missing,
    /// Another kind of geometry.
    NotAPolygon {
        /// The kind.
        kind: String,
    },
    /// A geometry without a ring.
    Empty,
    /// A ring that is none.
    Ring {
        /// Its number within the feature, from 1.
        ring: usize,
        /// What is wrong with it.
        bad: BadRing,
    },
    /// No table with the columns code, row, column.
    NotATable,
    /// A tile without a row and a column from 1 to 60.
    NoPlace,
    /// A tile where there is one already.
    PlaceTaken,
}

/// What is wrong with a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRing {
    /// Fewer than four positions.
    Short,
    /// The last position is not the first one.
    Open,
    /// A position that is not two finite numbers.
    NotANumber {
        /// The position, from 1.
        position: usize,
    },
    /// A position that is no longitude and latitude.
    Outside {
        /// The position, from 1.
        position: usize,
    },
    /// It encloses nothing.
    Flat,
    /// It crosses itself.
    Crosses,
    /// Too involved to be checked.
    Involved,
}
