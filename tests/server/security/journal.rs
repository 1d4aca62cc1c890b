//! What the program writes to its journal: who was stopped, and no secret.

use crate::support::{District, MORNING, site::Site};
use std::{
    io,
    sync::{Arc, Mutex},
};

/// All that was written.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<u8>>>);

impl io::Write for Journal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The journal is the whole process's: what the other tests do is in it too.
#[tokio::test(flavor = "multi_thread")]
async fn the_journal_names_who_was_stopped_and_tells_no_secret() {
    let journal = Journal::default();
    let heard = journal.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("debug")
        .with_ansi(false)
        .with_writer(move || heard.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let district = District::new();
    let node = district.store.read(hailong::store::places::nodes).unwrap()[0].id;
    let access = hailong::store::users::Access {
        role: hailong::domain::role::Role::Clerk,
        node: Some(node),
        until: None,
    };
    let password = hailong::server::auth::add_user(&district.store, "chi-can-bo", access, MORNING).unwrap();
    let code = district
        .store
        .make_code(district.counters[0], hailong::store::codes::Length::Sheet, MORNING)
        .unwrap()
        .code
        .grouped();
    let site = Site::serve(&district).await;
    assert_eq!(site.sign_in("chi-can-bo", "mat-khau-sai-roi").await.status(), 401);
    assert_eq!(site.sign_in("chi-can-bo", &password).await.status(), 303);
    assert_eq!(site.get("/admin/users").await.status(), 403);
    assert_eq!(
        site.get(&format!("/admin/?node={}", uuid::Uuid::from_u128(7)))
            .await
            .status(),
        404
    );
    assert_eq!(site.post("/admin/roster/add", &[("csrf", "00")]).await.status(), 403);
    site.get(&format!("/tablet/manifest.webmanifest?c={code}")).await;
    site.get("/admin/%0d%0aERROR%20forged").await;
    let token = site.cookies.lock().unwrap()["hailong"].clone();
    let csrf = site.csrf().await;
    site.stop().await;
    let text = String::from_utf8(journal.0.lock().unwrap().clone()).unwrap();
    for line in [
        "a password was wrong",
        "somebody was stopped user=\"chi-can-bo\" right=Users",
        "not of their unit",
        "a form without this session's token was refused user=\"chi-can-bo\"",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    for secret in [
        &password,
        "mat-khau-sai-roi",
        &token,
        &csrf,
        &code,
        &site_seed(&district),
    ] {
        assert!(!text.contains(secret), "{secret}\n{text}");
    }
    assert!(
        !text.lines().any(|line| line.starts_with("ERROR")),
        "a path forges no line\n{text}"
    );
}

/// The district's private key as somebody would print it by mistake.
fn site_seed(district: &District) -> String {
    let conn = rusqlite::Connection::open(district.store.dir().join(hailong::store::FILE)).unwrap();
    let seed: Vec<u8> = conn
        .query_row("select value from meta where name = 'key'", [], |row| row.get(0))
        .unwrap();
    seed.iter().map(|byte| format!("{byte:02x}")).collect()
}
