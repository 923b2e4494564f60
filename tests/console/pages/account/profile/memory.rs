//! How much memory the real binary takes for files that are made to take much.
