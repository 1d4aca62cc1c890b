//! Lists that people bring: shown before they are stored, told apart line by line, stored whole or not at all.

use crate::support::{District, MORNING, commune, site::Site};
use hailong::{
    domain::role::Role,
    server::auth,
    store::{places, procedures, roster, users::Access, verify::verify},
};

fn names(district: &District) -> Vec<String> {
    let nodes = district.store.read(places::nodes).unwrap();
    nodes.into_iter().map(|node| node.name).collect()
}

/// Sends a file as a browser does, and answers status and page.
async fn attempt(site: &Site, kind: &str, file: &[u8]) -> (u16, String) {
    let csrf = site.csrf().await;
    let answer = site
        .upload("/admin/import/try", &[("csrf", &csrf), ("kind", kind)], file)
        .await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn key(page: &str) -> String {
    let (_, after) = page.split_once("name=\"key\" value=\"").expect("something to confirm");
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_first_and_stored_whole_when_it_is_confirmed() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let units = "\u{feff}Tên;Loại;Thuộc đơn vị;Mã;Từ ngày\n\
        Tỉnh Mẫu;Tỉnh;;24;01/07/2025\n\
        Phường Yên Dũng;Phường;Tỉnh Mẫu;07681;2025-07-01\n\
        Điểm Nham Biền <b>;Điểm tiếp nhận;07681;;\n";
    let entries = verify(district.store.dir()).unwrap().entries;
    let (status, page) = attempt(&site, "nodes", units.as_bytes()).await;
    assert_eq!(status, 200, "{page}");
    assert!(
        page.contains("<strong>3</strong> dòng đều hợp lệ. Chưa lưu gì."),
        "{page}"
    );
    assert!(page.contains("Điểm Nham Biền &#60;b&#62;"));
    assert_eq!(names(&district), ["Xã Thử"]);
    assert_eq!(
        verify(district.store.dir()).unwrap().entries,
        entries,
        "not even an entry"
    );
    let key = key(&page);
    assert_eq!(site.submit("/admin/import/store", &[("key", &key)]).await.status(), 200);
    assert_eq!(
        names(&district),
        ["Xã Thử", "Tỉnh Mẫu", "Phường Yên Dũng", "Điểm Nham Biền <b>"]
    );
    let nodes = district.store.read(places::nodes).unwrap();
    assert_eq!(
        (nodes[2].parent, nodes[3].parent),
        (Some(nodes[1].id), Some(nodes[2].id))
    );
    assert_eq!(nodes[2].code.as_deref(), Some("07681"));
    // Once.
    let again = site.submit("/admin/import/store", &[("key", &key)]).await;
    assert_eq!(again.status(), 410);
    let counters = "Đơn vị,Quầy,Thời điểm,Lĩnh vực\n07681,Quầy 1,tiếp nhận,Hộ tịch\n07681,Quầy 2,Trả kết quả,\n";
    let (_, page) = attempt(&site, "counters", counters.as_bytes()).await;
    site.submit("/admin/import/store", &[("key", &self::key(&page))]).await;
    assert_eq!(district.store.read(places::counters).unwrap().len(), 4);
    let officers = "Đơn vị\tHọ tên\tMã cán bộ\nPhường Yên Dũng\tNguyễn Thị Lan\t012\n";
    let (_, page) = attempt(&site, "officers", officers.as_bytes()).await;
    site.submit("/admin/import/store", &[("key", &self::key(&page))]).await;
    assert_eq!(district.store.read(roster::officers).unwrap()[0].name, "Nguyễn Thị Lan");
    let procedures = "Mã thủ tục;Tên thủ tục;Lĩnh vực\n2.000815.00 0.00.00.H61;Chứng thực bản sao;Chứng thực\n";
    let (_, page) = attempt(&site, "procedures", procedures.as_bytes()).await;
    site.submit("/admin/import/store", &[("key", &self::key(&page))]).await;
    assert_eq!(
        district.store.read(procedures::all).unwrap()[0].code,
        "2.000815.000.00.00.H61"
    );
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_line_and_column_and_nothing_is_stored() {
    let district = District::new();
    commune(&district.store, "Xã Thử", 1);
    let site = Site::signed_in(&district).await;
    let before = (names(&district), verify(district.store.dir()).unwrap().entries);
    let cases: &[(&str, &str, &[&str])] = &[
        ("nodes", "Loại;Mã\nXã;1\n", &["dòng 1, cột Tên: tệp không có cột này"]),
        (
            "nodes",
            "Tên;Loại;Thuộc đơn vị;Mã;Từ ngày\nA;Huyện;;1;\n;Xã;;2;\nB;Xã;Không có;3;\nC;Xã;Xã Thử;4;\nD;Xã;;0 5;\n\
             E;Xã;;6;31/02/2026\nF;Xã;;7;01/12/2026\nG;Xã;;8;\ng;Xã;;9;\n",
            &[
                "dòng 2, cột Loại: không hiểu “Huyện”",
                "dòng 3, cột Tên: còn trống",
                "dòng 4, cột Thuộc đơn vị: không có đơn vị “Không có” đang hoạt động",
                "dòng 5, cột Thuộc đơn vị: có nhiều đơn vị cùng tên hoặc mã “Xã Thử”",
                "dòng 6, cột Mã: Mã có nhiều nhất 40 ký tự và không có dấu cách.",
                "dòng 7, cột Từ ngày: “31/02/2026” không phải ngày",
                "dòng 8, cột Từ ngày: Ngày bắt đầu ở tương lai.",
                "dòng 10, cột Tên: Trong — đã có “g” đang hoạt động.",
            ],
        ),
        (
            "nodes",
            "Tên;Từ ngày\nA;05/07/2025\nB;07/25/2025\nC;12/31/2025\n",
            &[
                "dòng 3, cột Từ ngày: “07/25/2025” ghi tháng trước ngày",
                "dòng 4, cột Từ ngày: “12/31/2025” ghi tháng trước ngày",
            ],
        ),
        (
            "counters",
            "Đơn vị;Quầy;Thời điểm\nXã Khác;Quầy 1;\n;Quầy 2;\n",
            &[
                "dòng 2, cột Đơn vị: không có đơn vị “Xã Khác”",
                "dòng 3, cột Đơn vị: còn trống",
            ],
        ),
        ("officers", "Đơn vị;Họ tên\n", &["Tệp không có dòng dữ liệu nào"]),
        (
            "procedures",
            "Mã thủ tục;Tên thủ tục;Lĩnh vực\n1.1;\"x;y\n",
            &["Dòng 2: dấu ngoặc kép mở ra mà không đóng lại."],
        ),
        (
            "nodes",
            "PK\u{3}\u{4} <script>alert(1)</script>",
            &["Tệp này không phải CSV hay XLSX đọc được."],
        ),
    ];
    for (kind, file, said) in cases {
        let (status, page) = attempt(&site, kind, file.as_bytes()).await;
        assert!([200, 422].contains(&status), "{status} {page}");
        for words in *said {
            assert!(page.contains(words), "“{words}” in {page}");
        }
        assert!(
            !page.contains("name=\"key\"") && !page.contains("<script"),
            "nothing to confirm"
        );
        assert!(page.len() < 150_000);
    }
    assert_eq!(
        (names(&district), verify(district.store.dir()).unwrap().entries),
        before
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_between_preview_and_confirmation_is_found() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let (_, page) = attempt(&site, "nodes", "Tên\nXã A\nXã B\n".as_bytes()).await;
    let key = key(&page);
    commune(&district.store, "xã b", 1);
    let page = site
        .submit("/admin/import/store", &[("key", &key)])
        .await
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("dòng 3, cột Tên: Trong — đã có “Xã B” đang hoạt động."),
        "{page}"
    );
    assert_eq!(names(&district), ["Xã Thử", "xã b"], "not half of it");
    // Another one's list can't be confirmed, nor one that waited too long.
    let (_, page) = attempt(&site, "nodes", "Tên\nXã C\n".as_bytes()).await;
    let key = self::key(&page);
    let password = auth::add_user(&district.store, "khac", Access::SYSTEM, MORNING).unwrap();
    site.sign_in("khac", &password).await;
    assert_eq!(site.submit("/admin/import/store", &[("key", &key)]).await.status(), 410);
    site.sign_in(&site.user, &site.password).await;
    site.wait(1800);
    assert_eq!(site.submit("/admin/import/store", &[("key", &key)]).await.status(), 410);
    assert_eq!(names(&district), ["Xã Thử", "xã b"]);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_brings_lists_for_their_own_unit_only() {
    let district = District::new();
    commune(&district.store, "Xã Khác", 1);
    let access = Access {
        role: Role::Leader,
        node: Some(district.store.read(places::nodes).unwrap()[0].id),
        until: None,
    };
    let password = auth::add_user(&district.store, "lanhdao", access, MORNING).unwrap();
    let site = Site::serve(&district).await;
    site.sign_in("lanhdao", &password).await;
    let (_, page) = attempt(&site, "counters", "Đơn vị;Quầy\nXã Khác;Quầy 9\n".as_bytes()).await;
    assert!(page.contains("không có đơn vị “Xã Khác”"), "{page}");
    let (_, page) = attempt(&site, "nodes", "Tên;Loại\nĐiểm Một;Điểm tiếp nhận\n".as_bytes()).await;
    site.submit("/admin/import/store", &[("key", &key(&page))]).await;
    let nodes = district.store.read(places::nodes).unwrap();
    assert_eq!(nodes[2].parent, Some(nodes[0].id), "below their own");
    let (status, _) = attempt(
        &site,
        "procedures",
        "Mã thủ tục;Tên thủ tục;Lĩnh vực\n1;a;b\n".as_bytes(),
    )
    .await;
    assert_eq!(status, 422, "one list for everybody");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_many_megabytes_is_refused_while_it_comes() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let (status, page) = attempt(&site, "nodes", &vec![b'x'; 24 << 20]).await;
    assert_eq!(status, 413);
    assert!(page.contains("Tệp quá lớn: nhiều nhất 2 MB"), "{page}");
    let long = "x".repeat(300);
    let rows: String = (0..1_000).map(|n| format!("{n};Thủ tục {long};Hộ tịch\n")).collect();
    let (status, page) = attempt(
        &site,
        "procedures",
        format!("Mã thủ tục;Tên thủ tục;Lĩnh vực\n{rows}").as_bytes(),
    )
    .await;
    assert!(status == 200 && page.contains("<strong>1.000</strong> dòng") && page.len() < 150_000);
    let forged = site
        .upload(
            "/admin/import/try",
            &[("csrf", "00"), ("kind", "nodes")],
            b"T\xc3\xaan\nA\n",
        )
        .await;
    assert_eq!(forged.status(), 403);
    site.stop().await;
}
