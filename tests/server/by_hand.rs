//! The pages for operator mode and ballot files.

use crate::support::{District, HOUR, MORNING, site::Site};
use hailong::domain::policy;
use hailong::store::{devices, places, settings};
use hailong::wire::{file, gzip, pin, seal};

/// A file as a tablet makes it, with so many ballots.
fn ballot_file(district: &District, ballots: usize) -> Vec<u8> {
    let mut tablet = district.tablet(5);
    let key = tablet.open_setup().file_key.unwrap();
    let epoch = tablet.voted(1, None, ballots, MORNING - HOUR);
    let bundle = tablet.bundle(&epoch, MORNING - 60);
    let sealed = seal::seal([3; 32], &key, seal::FILE, &gzip::pack(&bundle)).unwrap();
    file::pack(district.store.identity().id, &[sealed])
}

#[tokio::test]
async fn a_file_is_taken_in_on_the_page_and_its_receipts_offered() {
    let district = District::new();
    let file = ballot_file(&district, 4);
    let site = Site::signed_in(&district).await;
    let csrf = site.csrf().await;
    assert!(
        site.page("/admin/ballot-file")
            .await
            .contains("enctype=\"multipart/form-data\"")
    );
    for (new, known) in [(4, 0), (0, 4)] {
        let answer = site
            .upload("/admin/ballot-file/take", &[("csrf", csrf.as_str())], &file)
            .await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("data-new=\"{new}\"")) && page.contains(&format!("data-known=\"{known}\"")));
        let (_, after) = page.split_once("/admin/ballot-file/receipts?of=").unwrap();
        let name = after.split('"').next().unwrap().to_owned();
        let receipts = site.page(&format!("/admin/ballot-file/receipts?of={name}")).await;
        let (whose, documents) = file::read_receipts(receipts.as_bytes()).unwrap();
        assert_eq!(
            (whose, documents.len()),
            (district.store.identity().id, 2),
            "a receipt and the setup"
        );
    }
    let gone = site
        .get(&format!("/admin/ballot-file/receipts?of={}", "0".repeat(32)))
        .await;
    assert_eq!(gone.status(), 404);
    site.stop().await;
}

#[tokio::test]
async fn a_file_that_is_none_or_a_form_that_is_not_ours_changes_nothing() {
    let district = District::new();
    let file = ballot_file(&district, 3);
    let site = Site::signed_in(&district).await;
    let csrf = site.csrf().await;
    let held = || district.store.read(devices::all).unwrap()[0].held;
    let other = file::pack(hailong::domain::hex::Hex([1; 16]), &[vec![0; 80]]);
    let said = [
        (b"\x89PNG a picture".to_vec(), "không phải tệp phiếu"),
        (file[..file.len() - 9].to_vec(), "bị hỏng hoặc thiếu"),
        (other, "máy chủ khác"),
        (Vec::new(), "không phải tệp phiếu"),
        (vec![0; policy::MAX_FILE_BYTES + 200_000], "lớn hơn mức cho phép"),
    ];
    for (bytes, says) in said {
        let answer = site
            .upload("/admin/ballot-file/take", &[("csrf", csrf.as_str())], &bytes)
            .await;
        assert_eq!(answer.status(), 422, "{says}");
        assert!(answer.text().await.unwrap().contains(says), "{says}");
    }
    assert_eq!(
        site.upload("/admin/ballot-file/take", &[("csrf", "wrong")], &file)
            .await
            .status(),
        403
    );
    assert_eq!(held(), 0);
    site.cookies.lock().unwrap().clear();
    assert_eq!(
        site.upload("/admin/ballot-file/take", &[("csrf", csrf.as_str())], &file)
            .await
            .status(),
        303,
        "to the sign-in page"
    );
    assert_eq!(held(), 0);
    site.stop().await;
}

#[tokio::test]
async fn a_pin_is_set_for_a_unit_and_codes_are_shown_to_a_named_person() {
    let district = District::new();
    let tablet = district.tablet(5);
    let site = Site::signed_in(&district).await;
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let pin_of = || district.store.read(|conn| settings::effective(conn, node)).unwrap().pin;
    let id = node.to_string();
    let bad = site.submit("/admin/pin", &[("node", &id), ("pin", "12345")]).await;
    assert_eq!(bad.headers()["location"], "/admin/pin?bad=true");
    assert_eq!(pin_of(), None);
    site.submit("/admin/pin", &[("node", &id), ("pin", "204816")]).await;
    assert!(pin::matches("204816", &pin_of().unwrap()));
    assert!(!site.page("/admin/pin").await.contains("argon2"));
    site.submit("/admin/pin", &[("node", &id), ("drop", "true")]).await;
    assert_eq!(pin_of(), None);

    let device = tablet.key.id().to_string();
    let page = site.page(&format!("/admin/devices/operator?device={device}")).await;
    assert!(
        page.contains("Có thể mất khi xóa"),
        "what is at stake is seen before the code"
    );
    let mut codes = Vec::new();
    for path in ["/admin/devices/unlock", "/admin/devices/erase-code"] {
        let page = site.submit(path, &[("device", &device)]).await.text().await.unwrap();
        let (_, after) = page
            .split_once("data-code=true>")
            .or(page.split_once("data-code=\"true\">"))
            .unwrap();
        codes.push(after.split('<').next().unwrap().to_owned());
    }
    assert!(
        codes.iter().all(|code| code.len() == 19) && codes[0] != codes[1],
        "{codes:?}"
    );
    site.stop().await;
}
