//! Comments at the district: what is refused, what a replay does, what an administrator sees.

use crate::support::{DAY, District, MORNING, http::TestApp, site::Site};
use hailong::{
    domain::{
        hex::Hex,
        ids::NodeId,
        time::{LocalDay, Month},
    },
    store::{comments, log, places},
    wire::{
        answer::{Answer, Code},
        canon,
        comment::SealedComment,
    },
};

const COMMENTS: &str = "/api/v1/comments";

fn node(district: &District) -> NodeId {
    district.store.read(places::nodes).unwrap()[0].id
}

fn november() -> Month {
    LocalDay::of(MORNING).month()
}

fn sealed(district: &District, id: u8, month: Month, text: &str) -> SealedComment {
    let key = district.store.read(comments::public_key).unwrap().unwrap();
    SealedComment::seal([id; 32], &key, Hex([id; 16]), (node(district), month), text).unwrap()
}

fn line(comment: SealedComment) -> String {
    canon::line_of(&comment.request(Hex([7; 16])))
}

fn held(district: &District) -> i64 {
    let count = |conn: &rusqlite::Connection| Ok(conn.query_row("select count(*) from comment", [], |row| row.get(0))?);
    district.store.read(count).unwrap()
}

async fn post(app: &TestApp, token: Option<&str>, body: &str) -> crate::support::http::Response {
    let (length, bearer) = (body.len().to_string(), token.map(|token| format!("Bearer {token}")));
    let mut headers = vec![("content-length", length.as_str())];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    app.send("POST", COMMENTS, &headers, body.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_comment_of_a_device_in_use_is_refused_by_type_and_a_replay_changes_nothing() {
    let app = TestApp::spawn().await;
    let district = &app.district;
    district
        .store
        .ask_comments(node(district), Some(true), "quantri", MORNING)
        .unwrap();
    let tablet = district.tablet(1);
    let token = tablet.enrolled.as_ref().unwrap().token.clone();
    assert!(tablet.open_setup().comment_key.is_some());
    let elsewhere = crate::support::commune(&district.store, "Xã Khác", 1);
    let other_node = district
        .store
        .read(|conn| places::counter(conn, elsewhere[0]))
        .unwrap()
        .node;

    let good = sealed(district, 1, november(), "Xin cảm ơn");
    let foreign = SealedComment {
        node: other_node,
        ..good.clone()
    };
    let old = sealed(district, 2, november().minus(4), "Cũ");
    let mut odd = good.clone();
    odd.sealed.pop();
    let text = line(good.clone());
    let revoked = district.tablet(2);
    let revoked_token = revoked.enrolled.as_ref().unwrap().token.clone();
    district.store.revoke(revoked.key.id(), MORNING).unwrap();
    let nonce = Some(Hex([7; 16]));
    let cases = [
        ("no token", None, text.clone(), Code::Unauthorized, None),
        (
            "wrong token",
            Some("00112233445566778899aabbccddeeff"),
            text.clone(),
            Code::Unauthorized,
            nonce,
        ),
        (
            "a revoked device",
            Some(revoked_token.as_str()),
            text.clone(),
            Code::Unauthorized,
            nonce,
        ),
        ("20 KB", Some(token.as_str()), "x".repeat(20_000), Code::TooLarge, None),
        ("no JSON", Some(token.as_str()), "<html>".into(), Code::BadHeader, None),
        (
            "a month that is none",
            Some(token.as_str()),
            text.replace("2026-11", "2026-13"),
            Code::BadHeader,
            None,
        ),
        ("an odd length", Some(token.as_str()), line(odd), Code::BadHeader, nonce),
        (
            "of another unit",
            Some(token.as_str()),
            line(foreign),
            Code::BadHeader,
            nonce,
        ),
        ("too old", Some(token.as_str()), line(old), Code::ExpiredComment, nonce),
    ];
    for (what, token, body, code, nonce) in cases {
        let response = post(&app, token, &body).await;
        assert_eq!(app.refusal(&response), (code, nonce), "{what}");
        assert_eq!(held(district), 0, "{what}");
    }
    for body in [
        text.clone(),
        text,
        line(SealedComment {
            sealed: vec![0; good.sealed.len()],
            ..good
        }),
    ] {
        let response = post(&app, Some(&token), &body).await;
        assert!(matches!(app.answer(&response), Answer::Taken(taken) if taken.id == Hex([1; 16])));
        assert_eq!((response.status, held(district)), (200, 1));
    }
    let read = district
        .store
        .read_comments(node(district), november(), "quantri", november().end().start());
    assert_eq!(read.unwrap()[0].text.as_deref(), Some("Xin cảm ơn"), "the first stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_off_until_a_unit_turns_them_on() {
    let district = District::new();
    assert_eq!(district.tablet(1).open_setup().comment_key, None);
    assert!(!district.store.dir().join(comments::KEY_FILE).exists());
    let setting = |asks| {
        district
            .store
            .ask_comments(node(&district), asks, "quantri", MORNING)
            .unwrap()
    };
    setting(Some(true));
    let key = district.store.read(comments::public_key).unwrap();
    assert_eq!(district.tablet(2).open_setup().comment_key, key);
    let file = district.store.dir().join(comments::KEY_FILE);
    let secret = std::fs::read(&file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let database = std::fs::read(district.store.dir().join(hailong::store::FILE)).unwrap();
    let seed = Hex::<32>::parse(std::str::from_utf8(&secret).unwrap().trim()).unwrap();
    assert!(
        !database.windows(32).any(|part| part == seed.0),
        "the secret is not in the database"
    );
    setting(Some(false));
    setting(Some(true));
    assert_eq!(std::fs::read(&file).unwrap(), secret, "one key for good");
    setting(None);
    assert_eq!(district.tablet(3).open_setup().comment_key, None);
    assert_eq!(hailong::store::verify::verify(district.store.dir()).unwrap().broken, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_reads_them_after_the_month_and_the_log_says_so() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let id = node(&district).to_string();
    let page = site.page("/admin/comments").await;
    assert!(page.contains("Chưa có ý kiến nào.") && page.contains("Không hỏi"));
    let switched = site
        .submit("/admin/comments/switch", &[("node", &id), ("comments", "on")])
        .await;
    assert_eq!(switched.status(), 303);
    let token = district.tablet(1).enrolled.unwrap().token;
    for (id, text) in [(1, "<script>alert(1)</script> & \"tốt\""), (2, "Chờ lâu")] {
        let comment = sealed(&district, id, november(), text);
        let token = token.clone();
        let take = move |tx: &hailong::store::WriteTx<'_>| tx.take_comment(&token, &comment, MORNING);
        assert_eq!(district.store.write(take).unwrap(), comments::Outcome::Taken);
    }
    let read = format!("/admin/comments/read?node={id}&month=2026-11");
    assert!(site.page("/admin/comments").await.contains("đọc được khi hết tháng"));
    assert_eq!(site.get(&read).await.status(), 400, "not while the month lasts");
    site.wait(8 * DAY);
    let site = {
        // The session has ended meanwhile.
        let answer = site.sign_in(&site.user, &site.password).await;
        assert_eq!(answer.status(), 303);
        site
    };
    assert!(
        site.page("/admin/comments")
            .await
            .contains("/admin/comments/read?node=")
    );
    let page = site.page(&read).await;
    assert!(
        page.contains("&#60;script&#62;alert(1)&#60;/script&#62;") && !page.contains("<script"),
        "inert"
    );
    assert!(page.contains("Chờ lâu"));
    let entry = || {
        district
            .store
            .read(|conn| log::page(conn, i64::MAX, 1))
            .unwrap()
            .remove(0)
    };
    let seen = entry();
    assert_eq!(seen.kind, "view");
    assert!(
        seen.body.contains("\"by\":\"quantri\"") && seen.body.contains("\"read\":2"),
        "{}",
        seen.body
    );
    let comment = Hex([2u8; 16]).to_string();
    let fields = [
        ("comment", comment.as_str()),
        ("mark", "hidden"),
        ("node", &id),
        ("month", "11/2026"),
    ];
    assert_eq!(site.submit("/admin/comments/mark", &fields).await.status(), 303);
    assert!(entry().body.contains("\"mark\":\"hidden\""));
    let page = site.page(&read).await;
    assert!(
        page.find("Đã ẩn").unwrap() < page.find("Chờ lâu").unwrap(),
        "below the others"
    );
    let nothing = [
        ("comment", "00"),
        ("mark", "hidden"),
        ("node", &id),
        ("month", "11/2026"),
    ];
    assert_eq!(site.submit("/admin/comments/mark", &nothing).await.status(), 400);
    assert_eq!(hailong::store::verify::verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}
