//! Acts on a person that span the nouns above: organization role, memberships, status, correcting an invited person, removing.
