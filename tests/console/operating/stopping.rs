//! Told to stop, it answers what it has begun; restarted on a socket that somebody holds for it, it fails nobody.

use std::{
    net::TcpListener,
    os::fd::OwnedFd,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::sleep,
};

use crate::support::{Console, engine::on_both_databases};

/// Clients at the same time, each on a connection of its own for each request.
const CLIENTS: usize = 16;

/// Sends a request that takes a while: a password is hashed.
async fn begun(address: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let body = "email=nobody%40analytical.example&password=four+unrelated+little+words";
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    Ok(stream)
}

/// Reads its answer, to the last tag.
async fn answered(mut stream: TcpStream) -> Result<(), String> {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.map_err(|e| e.to_string())?;
    let text = String::from_utf8_lossy(&text);
    if text.starts_with("HTTP/1.1 4") && text.trim_end().ends_with("</html>") {
        Ok(())
    } else {
        Err(format!("cut: {:?}", text.chars().take(80).collect::<String>()))
    }
}

/// The real binary on a socket of the test's, handed over as systemd does it.
fn on_socket(console: &Console, socket: &TcpListener) -> Child {
    let inner = console.command(&["serve", "--password-hash", "19456,2,1", "--public-url", &format!("http://{}", socket.local_addr().unwrap())]);
    // The number of its process has to be told, and is known to the shell that becomes it; the socket is its third file.
    let mut command = Command::new("sh");
    command.args(["-c", "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"", "sh"]).arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let copy: OwnedFd = socket.try_clone().expect("one more handle").into();
    command.stdin(Stdio::from(copy)).stdout(Stdio::null()).spawn().expect("the binary starts")
}

fn stop(mut child: Child) -> (Option<i32>, Duration) {
    let began = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    (child.wait().unwrap().code(), began.elapsed())
}

on_both_databases! {
    async fn what_is_under_way_is_answered_when_it_stops(console: Console) {
        console.set_up().await;
        let served = console.served_by_the_binary(&["--password-hash", "19456,2,1"]).await;
        let address = served.base.trim_start_matches("http://").to_owned();
        let mut under_way = Vec::new();
        for _ in 0..CLIENTS {
            under_way.push(begun(&address).await.unwrap());
        }
        sleep(Duration::from_millis(20)).await;
        let stopped = tokio::task::spawn_blocking(move || served.stop());
        for stream in under_way {
            answered(stream).await.unwrap();
        }
        let (code, took) = stopped.await.unwrap();
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert!(TcpStream::connect(&address).await.is_err(), "nobody listens any more");
    }

    async fn restarted_under_load_on_a_socket_that_is_held_it_fails_nobody(console: Console) {
        console.set_up().await;
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let mut running = on_socket(&console, &socket);
        answered(begun(&address).await.unwrap()).await.unwrap();
        let (over, n) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let client = || {
            let (address, over, n) = (address.clone(), over.clone(), n.clone());
            tokio::spawn(async move {
                while !over.load(SeqCst) {
                    let stream = begun(&address).await.map_err(|e| e.to_string())?;
                    answered(stream).await?;
                    n.fetch_add(1, SeqCst);
                }
                Ok::<_, String>(())
            })
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| client()).collect();
        for _ in 0..3 {
            sleep(Duration::from_millis(700)).await;
            let (code, took) = tokio::task::spawn_blocking(move || stop(running)).await.unwrap();
            assert_eq!(code, Some(0));
            assert!(took < Duration::from_secs(10), "{took:?}");
            running = on_socket(&console, &socket);
        }
        sleep(Duration::from_millis(700)).await;
        over.store(true, SeqCst);
        for client in clients {
            client.await.unwrap().unwrap();
        }
        assert!(n.load(SeqCst) > 4 * CLIENTS, "there was load: {n:?}");
        assert_eq!(tokio::task::spawn_blocking(move || stop(running)).await.unwrap().0, Some(0));
    }
}
