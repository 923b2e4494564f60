use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn only_the_account_that_asked_takes_the_address(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        client.post("/account/email", &[("email", "byron@analytical.example")]).await.is(303);
        let link = console.address_link(&ada);
        let (visitor, grace) = (console.visitor(), console.sign_in("grace").await);
        // A mistyped address is the mailbox of a stranger: whose account it is, is not told.
        for stranger in [&visitor, &grace] {
            stranger.get(&link).await.is(200).does_not_say("Ada").does_not_say("ada@analytical.example");
            stranger.post(&link, &[]).await.is(200);
        }
        visitor.get(&link).await.says("Sign in to confirm the address");
        grace.get(&link).await.says("This link is for another account");
        assert_eq!(console.email_of(&ada), "ada@analytical.example");
        // By signing in one comes back to it.
        let way = visitor.get(&link).await.attributes("main a.btn", "href").remove(0);
        assert_eq!(way, format!("/sign-in?next={link}"));
        let signed = visitor.post("/sign-in", &[("email", "ada@analytical.example"), ("password", crate::support::people::PASSWORD), ("next", &link)]).await;
        signed.leads_to(&link);
        visitor.get(&link).await.is(200).says("Is this your new address?");
        visitor.post(&link, &[]).await.leads_to("/account/profile");
        assert_eq!(console.email_of(&ada), "byron@analytical.example");
        client.get("/account/profile").await.is(200).says("byron@analytical.example");
    }

    async fn posted_twenty_times_at_once_it_counts_once(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        client.post("/account/email", &[("email", "byron@analytical.example")]).await.is(303);
        let link = console.address_link(&ada);
        let all: Vec<_> = (0..20)
            .map(|_| {
                let (client, link) = (client.clone(), link.clone());
                tokio::spawn(async move { client.post(&link, &[]).await.location })
            })
            .collect();
        let mut taken = 0;
        for one in all {
            taken += usize::from(one.await.unwrap().as_deref() == Some("/account/profile"));
        }
        assert_eq!((taken, console.letters_of("address_changed")), (1, 1));
    }
}
