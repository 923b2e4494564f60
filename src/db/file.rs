//! The file of SQLite.

use std::{fs, io};

/// Makes the file of SQLite where it is missing, and closes one that others can read: it holds addresses and hashes. What
/// SQLite writes beside it (`-wal`, `-shm`) gets the file's own mode; what lies there from before is closed too.
#[cfg(unix)]
pub(super) fn for_its_owner_alone(file: &str) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file)?;
    for file in ["", "-wal", "-shm"].map(|end| format!("{file}{end}")) {
        match fs::metadata(&file) {
            Ok(there) if there.permissions().mode() & 0o077 != 0 => fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?,
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn for_its_owner_alone(_: &str) -> io::Result<()> {
    Ok(())
}
