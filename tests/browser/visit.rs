//! Practice, as the tablet shows it.

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_folder_starts_in_practice_with_a_ribbon_until_counting_begins() {
    let stage = Stage::set(false).await;
    let Stage { tab, server, .. } = &stage;
    tab.screen("offer").await;
    tab.screenshot("tablet-offer").await;
    tab.tap("[data-action=stay]").await;
    tab.screen("question").await;
    assert!(tab.text().await.contains("DÙNG THỬ"));
    tab.screenshot("tablet-practice").await;
    tab.cast(5).await;
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.screen("offer").await;
    tab.tap("[data-action=start-counting]").await;
    tab.screen("question").await;
    tab.wait("!document.body.innerText.includes('DÙNG THỬ')").await;
}
