//! Without a mail server: letters as files.

use std::os::unix::fs::PermissionsExt as _;

use noxus_console::domain::outbox::State;

use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn without_a_mail_server_letters_are_files(console: Console) {
        console.set_up().await;
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        assert_eq!(console.row_when(&alan.letter, |row| row.state != State::Queued).await.state, State::Sent);
        assert_eq!(console.mail_state(&alan), (State::Sent, None));

        let folder = console.data_dir().join("mail");
        assert_eq!(console.app.config.mail_folder(), Some(folder.as_path()));
        let files: Vec<_> = std::fs::read_dir(&folder).expect("the folder").map(|f| f.expect("a file").path()).collect();
        let [file] = files.as_slice() else { panic!("{files:?}") };
        let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        assert!(name.starts_with("20") && name.ends_with(&format!("Z-{}.eml", alan.letter)), "{name}");
        // It holds a link: nobody else on the machine reads it.
        for (path, mode) in [(&folder, 0o700), (file, 0o600)] {
            assert_eq!(path.metadata().expect("it is there").permissions().mode() & 0o777, mode, "{}", path.display());
        }
        let message = std::fs::read(file).expect("the letter");
        let message = mail_parser::MessageParser::default().parse(&message).expect("a message");
        assert_eq!(message.subject(), Some("Grace Hopper invites you to Analytical Engines"));
        assert!(message.body_text(0).is_some_and(|text| text.contains("/invitation/")));
    }

    async fn a_folder_that_cannot_be_written_is_tried_again(console: Console) {
        console.set_up().await;
        let folder = console.data_dir().join("mail");
        std::fs::write(&folder, "in the way").expect("a file where the folder should be");
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        let row = console.row_when(&alan.letter, |row| row.problem.is_some()).await;
        assert!(row.state == State::Queued && row.problem().starts_with("the file cannot be written: "), "{row:?}");
        std::fs::remove_file(&folder).expect("it is there");
        console.try_again(&alan.letter);
        console.row_when(&alan.letter, |row| row.state == State::Sent).await;
    }
}
