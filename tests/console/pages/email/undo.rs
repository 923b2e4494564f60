use noxus_console::domain::roles::built_in;

use crate::support::{Console, engine::on_both_databases, links::CHOSEN};

on_both_databases! {
    async fn the_first_address_wins_over_later_ones_and_ends_their_links(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        console.moves(&client, &ada, "second@analytical.example").await;
        let first = console.undo_link(&ada);
        console.moves(&client, &ada, "third@analytical.example").await;
        let second = console.undo_link(&ada);
        let reset = console.forgets(&ada).await;
        console.visitor().post(&first, &[]).await.leads_to(&first);
        assert_eq!(console.email_of(&ada), "ada@analytical.example");
        console.visitor().get(&second).await.is(410).says("There is nothing to undo any more");
        console.visitor().post(&second, &[]).await.is(410);
        console.visitor().get(&reset).await.is(410);
        assert_eq!(console.email_of(&ada), "ada@analytical.example");
    }

    /// Whoever took the account over undoes a change of their own: the link in the first mailbox goes on working.
    async fn a_thief_who_undoes_a_change_of_their_own_does_not_keep_the_account(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let thief = console.sign_in("ada").await;
        console.moves(&thief, &ada, "evil1@evil.example").await;
        let owners = console.undo_link(&ada);
        console.moves(&thief, &ada, "evil2@evil.example").await;
        thief.post(&console.undo_link(&ada), &[]).await.is(303);
        assert_eq!(console.email_of(&ada), "evil1@evil.example");
        console.visitor().get(&owners).await.is(200).says("The password opens nothing any more");
        console.visitor().post(&owners, &[]).await.leads_to(&owners);
        assert_eq!(console.email_of(&ada), "ada@analytical.example");
        // What the thief knows opens nothing; the owner chooses anew.
        assert!(!console.still_has_the_old_password("ada@analytical.example").await);
        let link = console.forgets(&ada).await;
        console.visitor().post(&link, &[("password", CHOSEN)]).await.leads_to("/sign-in?chosen=true");
        assert!(console.lets_in("ada@analytical.example", CHOSEN).await);
    }

    async fn nothing_to_undo_is_told(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        console.moves(&client, &ada, "second@analytical.example").await;
        let undo = console.undo_link(&ada);
        console.moves(&client, &ada, "ada@analytical.example").await;
        console.visitor().get(&undo).await.is(410).says("There is nothing to undo");
        client.get("/account/profile").await.is(200);
    }

    async fn an_address_that_somebody_has_by_now_is_not_taken_from_them(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        console.moves(&client, &ada, "second@analytical.example").await;
        let other = console.person("Ada Other", built_in::org_base(), "invited").await;
        console.visitor().post(&console.undo_link(&ada), &[]).await.is(409).says("Somebody else here has the address ada@analytical.example by now.");
        assert_eq!((console.email_of(&ada), console.email_of(&other)), ("second@analytical.example".to_owned(), "ada@analytical.example".to_owned()));
        client.get("/account/profile").await.is(200);
    }
}
