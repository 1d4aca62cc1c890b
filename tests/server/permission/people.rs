//! Who makes whom what, and when that ends.

use super::World;
use crate::support::{DAY, District, MORNING, commune};
use hailong::{
    domain::{role::Role, time::LocalDay},
    server::auth,
    store::{log, places, users::Access, verify::verify},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_makes_clerks_of_their_unit_and_below_and_nobody_above() {
    let world = World::new().await;
    let own = world.own.to_string();
    world.enter("anh-lanh-dao").await;
    let add = async |user: &str, role: &str, node: &str| {
        let fields = [("user", user), ("role", role), ("node", node), ("until", "2026-12-31")];
        world.site.submit("/admin/users/add", &fields).await
    };
    assert_eq!(add("a", "system", "").await.status(), 422);
    assert_eq!(
        add("b", "leader", &own).await.status(),
        422,
        "two leaders would lock each other out"
    );
    assert_eq!(add("c", "inspector", &own).await.status(), 422);
    assert_eq!(add("d", "clerk", "").await.status(), 422);
    let page = add("Chi-Moi", "clerk", &own).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    let password = page
        .split_once("class=\"sheet-code\">")
        .unwrap()
        .1
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    // People above, beside, elsewhere and nowhere can't be changed, and look the same.
    let disable = async |user: &str| {
        let answer = world.site.submit("/admin/users/disable", &[("user", user)]).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let nobody = disable("khong-co-ai").await;
    assert_eq!(nobody.0, 404);
    for user in ["chi-he-thong", "anh-lanh-dao", "anh-thanh-tra", "nguoi-xa-khac"] {
        assert_eq!(disable(user).await, nobody, "{user}");
    }
    // Whoever gets a made password can do nothing but choose another.
    world.site.sign_in("chi-moi", &password).await;
    let answer = world.site.get("/admin/").await;
    assert_eq!(answer.headers()["location"], "/admin/account");
    let csrf = world.site.csrf_of("/admin/account").await;
    let choose = async |old: &str, new: &str, again: &str| {
        let fields = [("csrf", csrf.as_str()), ("old", old), ("new", new), ("again", again)];
        world.site.post("/admin/account", &fields).await
    };
    assert_eq!(choose("sai", "mot cau de nho", "mot cau de nho").await.status(), 422);
    assert_eq!(choose(&password, "ngan", "ngan").await.status(), 422);
    assert_eq!(choose(&password, "mot cau de nho", "mot cau khac").await.status(), 422);
    assert_eq!(
        choose(&password, "mot cau de nho", "mot cau de nho").await.status(),
        303
    );
    assert_eq!(world.site.get("/admin/").await.status(), 200);
    let entries = world
        .district
        .store
        .read(|conn| log::page(conn, i64::MAX, 100))
        .unwrap();
    let added = entries
        .iter()
        .find(|entry| entry.body.contains("\"added\"") && entry.body.contains("chi-moi"));
    assert!(
        added.unwrap().body.contains("\"by\":\"anh-lanh-dao\""),
        "the log says who did it"
    );
    assert_eq!(verify(world.district.store.dir()).unwrap().broken, []);
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspector_is_out_when_the_last_day_is_over() {
    let world = World::new().await;
    world.enter("anh-thanh-tra").await;
    world.site.now.store(
        LocalDay::of(MORNING + 30 * DAY).start() - 1,
        std::sync::atomic::Ordering::Relaxed,
    );
    world.enter("anh-thanh-tra").await;
    assert_eq!(world.site.get("/admin/").await.status(), 200);
    world.site.wait(1);
    assert_eq!(world.site.get("/admin/").await.headers()["location"], "/admin/sign-in");
    let password = &world.passwords["anh-thanh-tra"];
    assert_eq!(world.site.sign_in("anh-thanh-tra", password).await.status(), 401);
    world.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_role_ends_the_sessions_of_the_one_before() {
    let world = World::new().await;
    world.enter("anh-lanh-dao").await;
    let access = Access {
        role: Role::Clerk,
        node: Some(world.own),
        until: None,
    };
    let change = move |tx: &hailong::store::WriteTx<'_>| tx.set_access("anh-lanh-dao", &access, MORNING);
    world.district.store.write(change).unwrap();
    assert_eq!(world.site.get("/admin/").await.headers()["location"], "/admin/sign-in");
    world.enter("anh-lanh-dao").await;
    assert_eq!(world.site.get("/admin/users").await.status(), 403);
    world.site.stop().await;
}

#[test]
fn verify_finds_a_role_that_nobody_gave() {
    let cases = [
        "update user set role = 'system', node_no = null where name = 'lan'",
        "update user set node_no = 2 where name = 'lan'",
        "update user set until = 9999999999 where name = 'lan'",
        "update user set disabled = 1 where name = 'lan'",
        "delete from user where name = 'lan'",
        "update user set password = (select replace(password, 'a', 'b') from user where name = 'lan') where name = 'lan'",
        "insert into user (name, password, created) values ('ma', 'x', 0)",
    ];
    for sql in cases {
        let district = District::new();
        commune(&district.store, "Xã Khác", 1);
        let access = Access {
            role: Role::Clerk,
            node: Some(district.store.read(places::nodes).unwrap()[0].id),
            until: None,
        };
        auth::add_user(&district.store, "lan", access, MORNING).unwrap();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(hailong::store::FILE)).unwrap();
        conn.execute_batch(sql).unwrap();
        let broken = verify(district.store.dir()).unwrap().broken;
        assert_eq!(broken.first().map(|found| found.kind), Some("user"), "{sql}");
    }
}
