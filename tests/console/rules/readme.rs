//! What the README says of settings, commands and the map is what there is.
