//! Arguments to use case and back: no SQL, no rules.
