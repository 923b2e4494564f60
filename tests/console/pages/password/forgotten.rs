use diesel::prelude::*;
use noxus_console::{
    db::schema::{audit, throttles, users},
    domain::roles::built_in,
};
use reqwest::Method;

use crate::support::{
    Console,
    engine::{Engine, on_both_databases},
    links::CHOSEN,
    mailbox::MailServer,
};

const HERE: &str = "/password/forgotten";

on_both_databases! {
    async fn a_forgotten_password_is_chosen_anew_by_mail((console, server): (Console, MailServer)) {
        let user = console.member_of_organization("Ada Lovelace").await;
        let signed_in = console.sign_in("ada").await;
        let visitor = console.visitor();
        visitor.get("/sign-in").await.is(200);
        assert!(visitor.get("/sign-in").await.attributes("main a", "href").contains(&HERE.to_owned()));
        visitor.get(HERE).await.is(200);
        visitor.submit(HERE, &[("email", "ada@analytical.example")]).await.is(200).says("Look into your mailbox");
        let letter = server.wait_for("ada@analytical.example").await;
        assert_eq!((letter.subject.as_str(), letter.to.as_slice()), ("Choose a new password for Analytical Engines", &["ada@analytical.example".to_owned()][..]));
        let link = letter.link_with("/password/reset/");
        assert!(letter.html.contains(&link) && link.ends_with(&console.reset_link(&user)), "{link}");
        visitor.get(&link).await.is(200).says("the account with the address ada@analytical.example");
        visitor.submit(&link, &[("password", CHOSEN)]).await.is(200).says("Your new password is set. Sign in with it.");
        signed_in.get("/").await.is(303);
        assert_eq!(console.sessions_of(&user), 0, "every session has ended, and none begins by itself");
        assert!(console.lets_in("ada@analytical.example", CHOSEN).await);
        assert!(!console.still_has_the_old_password("ada@analytical.example").await);
        assert_eq!(server.wait_for("ada@analytical.example").await.subject, "Your password at Analytical Engines was changed");
    }

    async fn everybody_gets_the_same_answer(console: Console) {
        console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        console.person("Ina Invited", built_in::org_base(), "invited").await;
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        let machine = console.member_of_organization("Mac Machine").await;
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&machine))).set(users::kind.eq("service")).execute(c));
        let mut answers = Vec::new();
        for who in ["ada", "nobody", "ina", "dora", "mac"] {
            let before: (i64, i64) = console.rows(|c| Ok((throttles::table.count().get_result(c)?, audit::table.count().get_result(c)?)));
            let visitor = console.visitor();
            let answer = visitor.post(HERE, &[("email", &format!("{who}@analytical.example"))]).await;
            let page = visitor.get(answer.location.as_deref().unwrap()).await;
            let after: (i64, i64) = console.rows(|c| Ok((throttles::table.count().get_result(c)?, audit::table.count().get_result(c)?)));
            // The address's own count is there from the first on.
            let counted = after.0 - before.0 - i64::from(who == "ada");
            let mut headers: Vec<_> = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).filter(|h| !h.starts_with("x-request-id") && !h.starts_with("date")).collect();
            headers.sort();
            answers.push((answer.status, answer.location.clone(), headers, answer.body.clone(), page.status, page.body.clone(), counted, after.1 - before.1));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
        assert_eq!((console.links(), console.letters_of("reset")), (1, 1), "only an active person gets a link");
    }

    async fn a_variant_of_an_address_never_reaches_another_mailbox((console, server): (Console, MailServer)) {
        console.member_of_organization("Ilona Ffion").await;
        let stored = "ilona@analytical.example";
        for variant in [
            "ılona@analytical.example",
            "İlona@analytical.example",
            "ilona@analytıcal.example",
            "ｉlona@analytical.example",
            "ilona＠analytical.example",
            "ilona@analytical。example",
            "ﬀilona@analytical.example",
            "ilona@ﬀ.example",
            "ilonа@analytical.example",
            "ilona@analytical.example\0",
            "ilona@analytical.example,eve@evil.example",
            "ilona@analytical.example\r\nBcc: eve@evil.example",
            "<ilona@analytical.example>",
            "\"ilona\"@analytical.example",
        ] {
            console.visitor().post(HERE, &[("email", variant)]).await.is(422);
        }
        for other in ["ilona+x@analytical.example", "i.lona@analytical.example", "ilona@analytical.example.evil.example", "ilona@xn--analytcal-2pb.example"] {
            console.visitor().post(HERE, &[("email", other)]).await.is(303);
        }
        assert_eq!((console.links(), console.letters_of("reset")), (0, 0));
        console.rows(|c| diesel::delete(throttles::table).execute(c));
        for same in ["ILONA@ANALYTICAL.EXAMPLE", " Ilona@analytical.example ", "iLoNa@Analytical.Example"] {
            console.visitor().post(HERE, &[("email", same)]).await.is(303);
            assert_eq!(server.wait_for(stored).await.to, [stored], "to the stored address, as it is stored");
        }
        assert!(server.letters().iter().all(|letter| letter.to == [stored]));
    }

    async fn somebody_who_is_asked_for_again_and_again_keeps_a_link_that_works((console, server): (Console, MailServer)) {
        let ada = console.member_of_organization("Ada Lovelace").await;
        for _ in 0..5 {
            console.forgets(&ada).await;
            server.wait_for("ada@analytical.example").await;
        }
        let fifth = console.reset_link(&ada);
        console.visitor().post(HERE, &[("email", "ada@analytical.example")]).await.is(303);
        assert_eq!((console.reset_link(&ada), console.letters_of("reset")), (fifth.clone(), 5));
        console.visitor().get(&fifth).await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_is_slowed_down_by_account_and_by_address() {
    let console = Console::start_with(Engine::Sqlite, &["--trusted-proxies", "127.0.0.1"]).await;
    console.set_up().await;
    let visitor = console.visitor();
    let ask = async |from: &str, email: &str| visitor.send(visitor.request(Method::POST, HERE).header("x-forwarded-for", from).form(&[("email", email)])).await;
    for _ in 0..10 {
        ask("203.0.113.1", "grace@analytical.example").await.is(303);
    }
    ask("203.0.113.1", "grace@analytical.example").await.is(429).says("too often from here");
    ask("203.0.113.2", "grace@analytical.example").await.is(303);
    for n in 0..20 {
        ask("203.0.113.3", &format!("person{n}@analytical.example")).await.is(303);
    }
    ask("203.0.113.3", "grace@analytical.example").await.is(429);
    // Whoever asks for links is not held up at signing in.
    let sign_in = visitor.request(Method::POST, "/sign-in").header("x-forwarded-for", "203.0.113.3");
    visitor.send(sign_in.form(&[("email", "grace@analytical.example"), ("password", crate::support::people::PASSWORD)])).await.is(303);
}
