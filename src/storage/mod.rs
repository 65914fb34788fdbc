//! All SQL, for both databases. Returns the types of the rooms below.
