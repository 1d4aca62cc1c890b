//! What pages and files must never tell: one citizen's answer.

use crate::support::{DAY, District, HOUR, MORNING, site, site::Site};
use hailong::{
    domain::time::LocalDay,
    server::{Clock, admin},
    store::{Store, places},
    wire::canon,
};

/// All that can be read: every address of the router that answers a GET, with the choices that fill it; pages without
/// their tokens, and files.
async fn everything(district: &District, site: &Site) -> Vec<(String, String)> {
    assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
    let nodes = district.store.read(places::nodes).unwrap();
    let pages = admin::Admin::new(district.store.clone(), Clock::simulated(|| MORNING), false);
    let device = district.store.read(hailong::store::devices::all).unwrap()[0].id;
    let mut paths = Vec::new();
    for route in admin::routes(&pages).into_iter().filter(|route| route.method == "GET") {
        paths.push(route.path.to_owned());
        paths.push(format!("{}?node={}&no=1&month=2026-10", route.path, nodes[0].id));
        paths.push(format!("{}?node={}&month=2026-11", route.path, nodes[0].id));
        paths.push(format!("{}?device={device}", route.path));
    }
    for node in &nodes {
        for period in ["", "2026-11", "2026-10", "ended-3", "ended-12"] {
            paths.push(format!("/admin/units?node={}&period={period}", node.id));
            paths.push(format!("/admin/detail?node={}&period={period}", node.id));
        }
        paths.push(format!("/admin/?node={}&month=2026-11", node.id));
        paths.push(format!("/admin/reports?node={}&month=2026-10", node.id));
    }
    for counter in &district.counters {
        for period in ["2026-11", "ended-3"] {
            paths.push(format!("/admin/detail?counter={counter}&period={period}"));
        }
    }
    for what in ["ballots", "figures", "figures3"] {
        for format in ["csv", "ndjson", "xlsx"] {
            paths.push(format!("/admin/export/file?when=all&format={format}&what={what}"));
            paths.push(format!(
                "/admin/export/file?when=month&month=2026-11&format={format}&what={what}"
            ));
        }
    }
    let csrf = site.csrf().await;
    let mut all = Vec::new();
    for path in paths {
        let answer = site.get(&path).await;
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        // A spreadsheet is its cells; its zip also holds the time of writing.
        let text = match bytes.starts_with(b"PK") {
            true if path.contains("/export/") => cells(&bytes),
            true if path.contains("/dossier/") => pack(&bytes),
            _ => String::from_utf8_lossy(&bytes).replace(&csrf, "CSRF"),
        };
        all.push((format!("{path} {status}"), text));
    }
    all
}

fn cells(book: &[u8]) -> String {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(book)).unwrap();
    let sheets = book.worksheets();
    sheets
        .iter()
        .map(|(name, sheet)| format!("{name}: {:?}\n", sheet.rows().collect::<Vec<_>>()))
        .collect()
}

/// What the evidence pack says: its files, and what their documents hold, but the lists of hashes and sizes.
fn pack(bytes: &[u8]) -> String {
    let files = super::dossier::unzip(bytes.to_vec()).into_iter();
    let told = files.filter(|(name, _)| name != "MANIFEST.json" && name != "SHA256SUMS");
    told.map(|(name, bytes)| match name.ends_with(".docx") {
        true => format!("{name}: {}\n", pack(&bytes)),
        false => format!("{name}: {}\n", without_hashes(&String::from_utf8_lossy(&bytes))),
    })
    .collect()
}

/// Hashes differ with every ballot, whatever it says: its salt keeps them from telling.
fn without_hashes(text: &str) -> String {
    let mut told = String::new();
    for run in text.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let hex = run.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        told.push_str(if hex.len() < 16 { hex } else { "#" });
        told.push_str(&run[hex.len()..]);
    }
    told
}

/// A page without the chart of twelve months and the row behind it that tell of the running month.
fn without_running(page: &str) -> String {
    let mut left = page.to_owned();
    for (begin, end) in [
        ("<svg class=\"months\"", "</svg>"),
        ("<tr><th scope=\"row\">11/2026</th>", "</tr>"),
    ] {
        if let Some((before, rest)) = left.split_once(begin) {
            left = format!("{before}{}", rest.split_once(end).unwrap().1);
        }
    }
    left
}

/// The same folder twice.
fn twin(district: &District) -> District {
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("data");
    std::fs::create_dir(&copy).unwrap();
    // A copy by SQLite itself holds what is still in the write-ahead log.
    let conn = rusqlite::Connection::open(district.store.dir().join(hailong::store::FILE)).unwrap();
    conn.execute("vacuum into ?1", [copy.join(hailong::store::FILE).to_str().unwrap()])
        .unwrap();
    let store = Store::open(&copy).unwrap();
    District {
        dir,
        store,
        counters: district.counters.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_and_no_file_tells_what_one_citizen_answered() {
    let district = District::since(MORNING - 400 * DAY);
    let october = MORNING - 40 * DAY;
    for counter in 0..2u8 {
        let ballots = site::history(10, 40, i64::from(counter), october);
        site::cast(&district, counter + 1, usize::from(counter), &ballots, october);
    }
    district.store.release_due(october + DAY).unwrap();
    // Something is filed, so that its page and its document are there to look at.
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let month = hailong::domain::time::Month { year: 2026, month: 10 };
    hailong::server::report::file(&district.store, node, month, "quantri", MORNING - 2 * DAY).unwrap();
    let other = twin(&district);
    // In one world a citizen was very content, in the other not at all; nobody else came that day.
    for (world, level) in [(&district, 5), (&other, 1)] {
        let mut tablet = world.tablet_at(9, world.counters[0], MORNING - DAY);
        let mut epoch = tablet.epoch(1, None);
        epoch.push(canon::line_of(&tablet.ballot(level, MORNING - 2 * HOUR)));
        tablet.deliver(&world.store, &epoch, MORNING - HOUR);
    }
    let (here, there) = (Site::serve(&district).await, Site::serve(&other).await);
    for world in [&district, &other] {
        world.store.write(|tx| tx.checkpoint(MORNING)).unwrap();
    }
    for night in [0, DAY] {
        for (world, site) in [(&district, &here), (&other, &there)] {
            let now = MORNING + night - HOUR;
            world.store.release_due(now).unwrap();
            // What the server's own timer does once a day, before it does: the log is as long in both worlds.
            world.store.write(move |tx| tx.checkpoint(now)).unwrap();
            site.wait(night);
        }
        let (one, two) = (everything(&district, &here).await, everything(&other, &there).await);
        for ((path, one), (_, two)) in one.iter().zip(&two) {
            assert_eq!(one, two, "{path}");
        }
    }
    // Nine more come, and the ten are released together: the running month may tell of ten, but no cut tells of the one
    // who came for something else than the others, and no ended month of the one who came in October, on its last day,
    // at a counter whose tablet was offline since.
    for (world, level) in [(&district, 5), (&other, 1)] {
        let mut tablet = world.tablet_at(8, world.counters[0], MORNING);
        let mut epoch = tablet.epoch(1, None);
        epoch.push(canon::line_of(&tablet.ballot(level, MORNING - 23 * DAY)));
        (0..9).for_each(|_| {
            let mut ballot = tablet.ballot(4, MORNING);
            ballot.field = Some("Hộ tịch".into());
            epoch.push(canon::line_of(&ballot));
        });
        tablet.deliver(&world.store, &epoch, MORNING + HOUR);
        world.store.release_due(MORNING + 2 * DAY).unwrap();
    }
    let (one, two) = (everything(&district, &here).await, everything(&other, &there).await);
    // The morning's message is of the running month, whatever it is asked for.
    let running = |path: &str| path.contains("/tasks/") || path.contains("/export/") && !path.contains("when=month");
    let month = |path: &str| path.contains("2026-10") && !running(path);
    let ended = |path: &str| path.contains("ended-") || month(path);
    for ((path, one), (_, two)) in one.iter().zip(&two).filter(|((path, _), _)| ended(path)) {
        assert_eq!(without_running(one), without_running(two), "{path}");
    }
    assert!(
        one.iter().zip(&two).any(|((_, one), (_, two))| one != two),
        "ten together are told"
    );
    here.stop().await;
    there.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_pack_does_not_tell_which_of_two_citizens_chose_what() {
    let district = District::since(MORNING - 60 * DAY);
    let day = LocalDay::of(MORNING - 40 * DAY).start();
    let mut ballots: Vec<_> = (0..30).map(|n| (4, day + 9 * HOUR + n % 5 * DAY)).collect();
    ballots.extend([(4, day + 15 * HOUR); 6]);
    site::cast(&district, 1, 0, &ballots, MORNING - 30 * DAY);
    let other = twin(&district);
    // The only citizen after 17:00 was not content at all and one of seven at 15:00 very much, or the other way round.
    let mut told = Vec::new();
    for (world, [late, early]) in [(&district, [1, 5]), (&other, [5, 1])] {
        let two = [(late, day + 17 * HOUR), (early, day + 15 * HOUR)];
        site::cast(world, 2, 0, &two, MORNING - 30 * DAY);
        world.store.release_due(MORNING - 29 * DAY).unwrap();
        let node = world.store.read(places::nodes).unwrap()[0].id;
        let month = hailong::domain::time::Month { year: 2026, month: 10 };
        hailong::server::report::file(&world.store, node, month, "quantri", MORNING - 2 * DAY).unwrap();
        let site = Site::signed_in(world).await;
        let answer = site.get("/admin/dossier/file").await;
        told.push(pack(&answer.bytes().await.unwrap()));
        site.stop().await;
    }
    assert!(told[0].contains("mã số liệu #"), "the report is there: {}", told[0]);
    assert_eq!(told[0], told[1]);
}
