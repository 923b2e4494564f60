//! Who may do what, tested as an algebra: no database, no pages.

mod algebra;
