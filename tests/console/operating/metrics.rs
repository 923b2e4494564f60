//! `/metrics`, on a port of its own.

use crate::support::{Client, Console, engine::on_both_databases, process::free_port};

/// The value of a series, written as Prometheus reads it.
fn value(text: &str, series: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok())
}

on_both_databases! {
    async fn prometheus_is_told_of_requests_mails_and_the_process(console: Console) {
        let grace = console.set_up().await;
        console.invited_by(&grace, "Joan Clarke", &[]).await;
        let joan = console.user_named("joan");
        let link = console.link_of(&joan);
        let port = free_port();
        let served = console.served_by_the_binary(&["--metrics-listen", &format!("127.0.0.1:{port}")]).await;
        let told = Client::new(&format!("http://127.0.0.1:{port}"));
        let visitor = Client::new(&served.base);
        let before = told.get("/metrics").await;
        assert!(before.is(200).headers["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
        let signing_in = r#"noxus_http_requests_total{method="GET",route="/sign-in",status="200"}"#;
        let seen = value(&before.body, signing_in).unwrap_or_default();
        for _ in 0..3 {
            visitor.get("/sign-in").await.is(200);
        }
        visitor.get(&link).await.is(200);
        visitor.get("/what-somebody-tries/secret-of-theirs").await.is(404);
        visitor.send(visitor.request("PROPFIND".parse().unwrap(), "/what-somebody-tries")).await;
        visitor.send(visitor.request("SOMETHING".parse().unwrap(), "/sign-in")).await;
        let after = told.get("/metrics").await.body;
        assert!(!after.contains("SOMETHING") && after.contains(r#"{method="any",route="/sign-in""#), "{after}");
        assert_eq!(value(&after, signing_in), Some(seen + 3.0), "{after}");
        assert_eq!(value(&after, r#"noxus_http_requests_total{method="GET",route="/invitation/{token}",status="200"}"#), Some(1.0), "{after}");
        assert_eq!(value(&after, r#"noxus_http_requests_total{method="any",route="none",status="404"}"#), Some(2.0), "{after}");
        assert_eq!(value(&after, r#"noxus_http_request_duration_seconds_count{method="GET",route="/sign-in"}"#), Some(seen + 3.0));
        assert_eq!(value(&after, "noxus_database_up"), Some(1.0));
        let mails = |state: &str| value(&after, &format!("noxus_mails{{state=\"{state}\"}}")).unwrap();
        assert_eq!(mails("queued") + mails("sent"), 1.0);
        for series in ["noxus_database_connections", "noxus_process_resident_memory_bytes", "noxus_process_cpu_seconds", "noxus_process_open_files", "noxus_process_threads"] {
            assert!(value(&after, series).is_some_and(|n| n > 0.0), "{series}\n{after}");
        }
        assert!(value(&after, "noxus_mail_waiting_seconds").is_some() && after.contains("noxus_build_info{version="));
        // A route is a pattern: nothing of an address is told.
        let token = link.rsplit('/').next().unwrap();
        assert!(!after.contains(token) && !after.contains("somebody"), "{after}");
        assert!(after.ends_with("# EOF\n"));
        // There is nothing else on that port, and no metrics on the other.
        for path in ["/", "/sign-in", "/settings/users"] {
            told.get(path).await.is(404);
        }
        visitor.get("/metrics").await.is(404);
        assert_eq!(served.stop().0, Some(0));
        assert!(reqwest::get(format!("http://127.0.0.1:{port}/metrics")).await.is_err(), "it ends with the console");
    }
}
