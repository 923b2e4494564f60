//! What is not restored, and that nothing is left of the try.

use std::{fs, io::Write as _, path::Path};

use super::{Elsewhere, back_up, files};
use crate::support::{
    Console,
    engine::{Engine, on_both_databases},
    process::Said,
};

/// The archive with one of its files changed or left out.
fn changed(archive: &Path, name: &str, text: Option<&str>) -> std::path::PathBuf {
    let changed = archive.with_extension("changed");
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(fs::File::create(&changed).unwrap(), flate2::Compression::fast()));
    let file = fs::File::open(archive).unwrap();
    let mut from = tar::Archive::new(flate2::read::GzDecoder::new(file));
    for entry in from.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        std::io::copy(&mut entry, &mut bytes).unwrap();
        if path == name {
            let Some(text) = text else { continue };
            bytes = text.into();
        }
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap().sync_all().unwrap();
    changed
}

impl Elsewhere {
    #[track_caller]
    fn refuses(&self, archive: &Path, words: &str) {
        let said = self.restore(archive);
        said.fails_saying(words);
        assert!(!self.data().join("master.key").exists(), "no key is left of the try: {words}");
    }
}

on_both_databases! {
    async fn a_backup_that_is_not_whole_changes_nothing(console: Console) {
        let grace = console.set_up().await;
        console.invited_by(&grace, "Joan Clarke", &[]).await;
        let archive = back_up(&console, "backup.tar.gz");
        let place = Elsewhere::new(console.engine);
        let whole = fs::read(&archive).unwrap();
        let cut = archive.with_extension("cut");
        for part in [0, 10, whole.len() / 2, whole.len() - 3] {
            fs::write(&cut, &whole[..part]).unwrap();
            place.refuses(&cut, "");
        }
        for at in [whole.len() / 3, whole.len() / 2, whole.len() - 12] {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x20;
            fs::write(&cut, flipped).unwrap();
            place.refuses(&cut, "");
        }
        let mut file = fs::File::create(&cut).unwrap();
        file.write_all(b"what somebody takes for a backup").unwrap();
        place.refuses(&cut, "The backup cannot be read");
        place.refuses(&changed(&archive, "rows.json", None), "its end is missing");
        place.refuses(&changed(&archive, "rows.json", Some("{}")), "do not hold what its end says");
        place.refuses(&changed(&archive, "flows.jsonl", None), "where flows.jsonl should be there is something else");
        place.refuses(&changed(&archive, "users.jsonl", Some("{\"id\": 1}\n")), "users.jsonl: line 1");
        place.refuses(&changed(&archive, "master.key", Some("short")), "master key cannot be read");
        let manifest = &files(&archive)["manifest.json"];
        let newer = manifest.replace("\"schema\":\"00", "\"schema\":\"99");
        assert_ne!(*manifest, newer);
        place.refuses(&changed(&archive, "manifest.json", Some(&newer)), "Restore it with the release that made it");
        place.refuses(&archive.with_extension("missing"), "backup.tar.missing cannot be read");
        // It is as empty as before: the whole one goes in.
        place.restore(&archive).ends_well();
    }

    async fn only_an_empty_database_takes_a_backup(console: Console) {
        console.set_up().await;
        let archive = back_up(&console, "backup.tar.gz");
        Said::of(&mut console.command(&["restore", archive.to_str().unwrap()])).fails_saying("This database holds something already");
        // Another key lies where this one belongs.
        let place = Elsewhere::new(console.engine);
        place.served().await.stop();
        let key = fs::read_to_string(place.data().join("master.key")).unwrap();
        place.restore(&archive).fails_saying("NOXUS_MASTER_KEY_FILE");
        assert_eq!(fs::read_to_string(place.data().join("master.key")).unwrap(), key);
    }

    async fn a_backup_overwrites_nothing(console: Console) {
        let file = console.data_dir().join("backup.tar.gz");
        let back_up = || Said::of(&mut console.command(&["backup", file.to_str().unwrap()]));
        back_up().fails_saying("Nothing is set up yet");
        assert!(!file.exists());
        console.set_up().await;
        back_up().ends_well();
        let first = fs::read(&file).unwrap();
        back_up().fails_saying("is there already");
        assert_eq!(fs::read(&file).unwrap(), first);
        let nowhere = console.data_dir().join("missing/backup.tar.gz");
        Said::of(&mut console.command(&["backup", nowhere.to_str().unwrap()])).fails_saying("missing/backup.tar.gz cannot be written");
        fs::remove_file(console.data_dir().join("master.key")).unwrap();
        Said::of(&mut console.command(&["backup", console.data_dir().join("b.tar.gz").to_str().unwrap()])).fails_saying("master.key is missing");
        let left: Vec<_> = fs::read_dir(console.data_dir()).unwrap().map(|entry| entry.unwrap().file_name()).filter(|name| name.to_string_lossy().contains("part")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_folder_without_a_database_is_not_backed_up() {
    let place = Elsewhere::new(Engine::Sqlite);
    Said::of(&mut place.command(&["backup", place.dir.path().join("x.tar.gz").to_str().unwrap()])).fails_saying("There is no database at");
}
