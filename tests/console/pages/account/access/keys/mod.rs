mod revocation;
