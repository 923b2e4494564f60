//! Several nodes on one PostgreSQL share nothing but the database and the master key.

use std::{collections::BTreeMap, time::Duration};

use noxus_console::domain::roles::built_in;

use crate::support::{
    Client, Console,
    engine::{Engine, Start as _},
    mailbox::MailServer,
    people::PASSWORD,
    process::{Served, free_port, run},
};

const PEOPLE: usize = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_send_each_mail_once_and_share_sessions() {
    let mut console = Console::start(Engine::Postgres).await;
    console.set_up().await;
    // Only the nodes send.
    console.stop_mail();
    let mail = MailServer::start().await;
    let key = console.data_dir().join("master.key");
    let mut nodes = Vec::new();
    for n in 0..3 {
        let (port, data) = (free_port(), console.data_dir().join(format!("node-{n}")));
        let mut command = run(&["--data-dir", data.to_str().unwrap(), "--database-url", console.database_url(), "--smtp-url", &mail.url()]);
        command.args(["--master-key-file", key.to_str().unwrap(), "--listen", &format!("127.0.0.1:{port}")]);
        nodes.push(Served::start(&mut command, port).await);
    }
    let grace = Client::new(&nodes[0].base);
    grace.post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await.is(303);
    // People are added at all three, at the same time, by one session: a browser’s cookie knows no port.
    let (role, bases) = (built_in::org_base(), nodes.iter().map(|node| node.base.clone()).collect::<Vec<_>>());
    let adding = (0..PEOPLE).map(|n| {
        let (base, grace, role) = (&bases[n % 3], &grace, &role);
        async move {
            let (name, email) = (format!("Guest {n}"), format!("guest{n}@analytical.example"));
            let draft = grace.post(&format!("{base}/settings/users/new"), &[("name", &name), ("email", &email), ("role", role.as_str())]).await;
            grace.post(&format!("{base}{}", draft.is(303).location.as_deref().unwrap()), &[]).await.is(303);
        }
    });
    futures_util::future::join_all(adding).await;
    for n in 0..PEOPLE {
        mail.wait_for(&format!("guest{n}@analytical.example")).await;
    }
    // A second sending would come by the next look at the outbox.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for letter in mail.letters() {
        *times.entry(letter.to.join(",")).or_default() += 1;
    }
    assert_eq!(times.len(), PEOPLE);
    assert!(times.values().all(|n| *n == 1), "{times:?}");
}
