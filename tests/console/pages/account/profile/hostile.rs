use diesel::prelude::*;
use noxus_console::db::schema::{audit, avatar_drafts, avatars};

use crate::support::{Console, engine::on_both_databases, pictures::hostile};

on_both_databases! {
    async fn hostile_files_are_refused_with_a_sentence_and_nothing_is_stored(console: Console) {
        let grace = console.set_up().await;
        let all = hostile::all();
        assert!(all.len() >= 60, "{}", all.len());
        let acts = || console.rows(|c| audit::table.count().get_result::<i64>(c));
        let before = acts();
        let mut wrong = Vec::new();
        for file in all {
            let answer = grace.send_form(&file.content_type, file.body).await;
            let status = answer.status.as_u16();
            let said = if status == 422 { answer.text_of(".problem") } else { answer.text() };
            // What is too large is not taken for something damaged.
            let large = ["PNG that is larger than 5 MB", "5 MB and a byte of zeros", "20 MB"].iter().any(|name| *name == file.name);
            if !(400..500).contains(&status) || !said.trim_end().contains('.') || said.len() < 20 || (large && !said.contains("larger than 5 MB")) {
                wrong.push(format!("{}: {status}, {said:?}", file.name));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let stored = console.rows(|c| Ok((avatar_drafts::table.count().get_result::<i64>(c)?, avatars::table.count().get_result::<i64>(c)?)));
        assert_eq!(stored, (0, 0));
        assert_eq!(acts(), before);
        grace.get("/account/profile").await.is(200);
    }
}
