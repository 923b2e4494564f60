//! SIGKILL over the very first start and over the set-up: it can be begun again, or it is done.

use std::{process::Stdio, time::Duration};

use super::{House, as_told, some_of};
use crate::support::{
    engine::{Engine, on_both_databases},
    people::PASSWORD,
};

impl House {
    /// The token of the set-up link it printed, while it is not set up.
    fn token(&self) -> Option<String> {
        let said = self.served.as_ref().expect("it is served").said();
        Some(said.split("/setup?token=").nth(1)?.split_whitespace().next()?.to_owned())
    }
}

struct Anywhere(Engine);

impl crate::support::engine::Start for Anywhere {
    async fn start(engine: Engine) -> Self {
        Self(engine)
    }
}

on_both_databases! {
    async fn a_first_start_and_a_set_up_that_were_killed_can_be_done_again(place: Anywhere) {
        let rounds = as_told("NOXUS_TESTS_SET_UP_KILL_ROUNDS", 3);
        let (mut at_once, mut again) = (0, 0);
        for _ in 0..rounds {
            let mut house = House::empty(place.0);
            for _ in 0..2 {
                let mut command = house.command(&["serve", "--listen", "127.0.0.1:0"]);
                let mut first = command.stdout(Stdio::null()).spawn().expect("it starts");
                tokio::time::sleep(some_of(Duration::from_millis(250))).await;
                first.kill().expect("it still runs");
                first.wait().expect("it has ended");
            }
            house.serve().await;
            let token = house.token().expect("a set-up link, however often it was killed before");
            let form = |token: &str| {
                [("token", token), ("organization", "O"), ("name", "Grace Hopper"), ("email", "grace@analytical.example"), ("password", PASSWORD), ("workspace", "Marketing")]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
            };
            let visitor = house.visitor();
            let request = visitor.request(reqwest::Method::POST, &house.to("/setup")).form(&form(&token)[..]);
            let asked = tokio::spawn(async move { visitor.sent(request).await });
            tokio::time::sleep(some_of(Duration::from_millis(60))).await;
            house.kill();
            let answer = asked.await.expect("no panic");
            house.serve_again().await;
            match house.token() {
                None => at_once += 1,
                Some(token) => {
                    assert!(answer.is_none(), "it was set up, and is not any more");
                    again += 1;
                    house.visitor().send(house.visitor().request(reqwest::Method::POST, &house.to("/setup")).form(&form(&token)[..])).await.is(303);
                }
            }
            house.settled().await;
            house.is_sound();
            house.grace().await.get(&house.to("/settings/users")).await.is(200).says("Grace Hopper");
            assert_eq!(house.values("SELECT name AS value FROM workspaces"), ["Marketing"]);
            assert_eq!(house.values("SELECT action AS value FROM audit WHERE action = 'organization.set_up'").len(), 1);
            house.did_not_panic();
        }
        println!("{rounds} first starts and set-ups were killed: {at_once} were done, {again} were done again");
    }
}
