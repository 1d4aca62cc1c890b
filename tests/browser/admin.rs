//! The administrator's pages in a real Chromium on an old office screen, with JavaScript and without: what somebody new
//! finds in three clicks, and that every page is readable, small and shown whole.

use crate::chromium::{Chromium, Tab, until};
use crate::support::{District, MORNING, site, site::Site};
use chromiumoxide::cdp::browser_protocol::emulation::SetScriptExecutionDisabledParams;
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use chromiumoxide::layout::Point;
use chromiumoxide::page::ScreenshotParams;
use hailong::{
    domain::{ids::NodeId, role::Role},
    server::{Clock, admin, auth},
    store::{places, users::Access},
};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

/// Somebody at a desk. Bound as a whole.
pub struct Desk {
    pub district: District,
    pub site: Site,
    pub tab: Tab,
    clicks: Cell<u32>,
    files: TempDir,
    _browser: Chromium,
    _profile: TempDir,
}

impl Desk {
    pub async fn open(scripts: bool) -> Self {
        let district = site::lived();
        let site = Site::serve(&district).await;
        let (profile, files) = (tempdir().unwrap(), tempdir().unwrap());
        let browser = Chromium::start(profile.path()).await;
        browser.downloads_to(files.path()).await;
        let tab = browser.tab(1366, 768).await;
        if !scripts {
            tab.0
                .execute(SetScriptExecutionDisabledParams::new(true))
                .await
                .unwrap();
        }
        Self {
            district,
            site,
            tab,
            clicks: Cell::new(0),
            files,
            _browser: browser,
            _profile: profile,
        }
    }

    /// The demo's ward.
    pub fn ward(&self) -> NodeId {
        let nodes = self.district.store.read(places::nodes).unwrap();
        nodes.iter().find(|node| node.name == "Phường Mẫu").unwrap().id
    }

    /// A user of this role, of the ward; answers the password.
    fn somebody(&self, name: &str, role: Role) -> String {
        let access = Access {
            role,
            node: Some(self.ward()),
            until: None,
        };
        auth::add_user(&self.district.store, name, access, MORNING).unwrap()
    }

    /// What a folder needs so that no page is empty.
    pub async fn busy(&self) {
        let site = &self.site;
        assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
        let (ward, counter) = (self.ward().to_string(), self.district.counters[4].to_string());
        for (path, fields) in [
            ("/admin/reports", vec![("node", ward.as_str()), ("month", "2026-10")]),
            (
                "/admin/reports/volume",
                vec![
                    ("node", &ward),
                    ("month", "2026-10"),
                    ("first", "2026-10-01"),
                    ("last", "2026-10-31"),
                    ("transactions", "700"),
                    ("total", "1042"),
                    ("on_time", "971"),
                    ("pending", "56"),
                    ("late", "15"),
                ],
            ),
            (
                "/admin/roster/officer",
                vec![("node", &ward), ("name", "Nguyễn Thị Ánh")],
            ),
            (
                "/admin/exclusions/add",
                vec![
                    ("over", &*format!("counter {counter}")),
                    ("from", "2026-10-05"),
                    ("to", "2026-10-09"),
                    ("flag", ""),
                    ("reason", "Máy bị trẻ em nghịch trong giờ nghỉ"),
                ],
            ),
        ] {
            assert_eq!(site.submit(path, &fields).await.status(), 303, "{path}");
        }
        let page = site.page("/admin/roster").await;
        let officer = page
            .split_once("name=\"officer\"")
            .unwrap()
            .1
            .split_once("value=\"")
            .unwrap()
            .1;
        let officer = officer.split('"').next().unwrap().to_owned();
        let duty = [
            ("officer", officer.as_str()),
            ("counter", &counter),
            ("day", "2026-11-20"),
            ("from", "07:30"),
            ("to", "11:30"),
        ];
        assert_eq!(site.submit("/admin/roster/add", &duty).await.status(), 303);
    }

    pub async fn sign_in(&self, name: &str, password: &str) {
        self.tab.goto(&format!("{}/admin/sign-in", self.site.base)).await;
        for (field, text) in [("user", name), ("password", password)] {
            self.tab.tap(&format!("input[name={field}]")).await;
            self.tab.0.execute(InsertTextParams::new(text)).await.unwrap();
        }
        self.press("Đăng nhập").await;
        self.at("/admin/").await;
        self.clicks.set(0);
    }

    /// Clicks what is called so, with the mouse, as far as it is in view or can be scrolled to.
    async fn press(&self, name: &str) {
        // The first line of a link that goes over two: the middle of the box around both may be beside its words.
        let find = format!(
            "(() => {{ const name = {name:?}; const all = [...document.querySelectorAll('a, button, summary')]; \
             const e = all.find(e => e.textContent.trim() === name && e.checkVisibility()); if (!e) return null; \
             e.scrollIntoView({{block: 'center'}}); const b = e.getClientRects()[0]; \
             return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        );
        let at = until(name, async || {
            Some(self.tab.eval(&find).await).filter(|at| at.is_array())
        })
        .await;
        let point = Point::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
        self.tab.0.click(point).await.unwrap();
        self.clicks.set(self.clicks.get() + 1);
    }

    async fn at(&self, path: &str) {
        self.tab
            .wait(&format!(
                "location.pathname === {path:?} && document.readyState === 'complete'"
            ))
            .await;
    }

    /// The file that came down, whole.
    async fn file(&self, ending: &str) -> PathBuf {
        until(ending, async || {
            let found = std::fs::read_dir(self.files.path())
                .unwrap()
                .map(|entry| entry.unwrap().path());
            found
                .into_iter()
                .find(|path| path.extension().is_some_and(|end| end == ending))
        })
        .await
    }
}

/// Text of a part of a zip, its tags taken out.
fn inside(path: &Path, part: &str) -> String {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(part).unwrap().read_to_string(&mut text).unwrap();
    let words: Vec<_> = text
        .split('<')
        .filter_map(|tag| tag.split_once('>'))
        .map(|(_, words)| words)
        .collect();
    words.concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_clerk_files_last_months_report_and_exports_the_month_in_three_clicks_each() {
    for scripts in [true, false] {
        let desk = Desk::open(scripts).await;
        let password = desk.somebody("chi-moi", Role::Clerk);
        desk.sign_in("chi-moi", &password).await;
        desk.press("Báo cáo").await;
        desk.at("/admin/reports").await;
        desk.press("Nộp báo cáo và lấy tệp Word").await;
        desk.tab
            .wait("document.body.innerText.includes('Đã nộp báo cáo.')")
            .await;
        desk.press("Tải tệp Word (.docx)").await;
        let report = desk.file("docx").await;
        assert_eq!(desk.clicks.get(), 3);
        let text = inside(&report, "word/document.xml");
        assert!(
            text.contains("BÁO CÁO") && text.contains("tháng 10/2026") && text.contains("PHƯỜNG MẪU"),
            "{text}"
        );
        // From the overview again.
        desk.tab.goto(&format!("{}/admin/", desk.site.base)).await;
        desk.clicks.set(0);
        desk.press("Xuất dữ liệu").await;
        desk.at("/admin/export").await;
        desk.press("Tải tệp Excel (XLSX)").await;
        let book = desk.file("xlsx").await;
        assert_eq!(desk.clicks.get(), 2, "the month that has ended is chosen already");
        use calamine::Reader;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(&book).unwrap();
        let sheet = book.worksheet_range("Phiếu").unwrap();
        let october = 46_296.0;
        let months = sheet.rows().skip(1).map(|row| match &row[0] {
            calamine::Data::DateTime(month) => month.as_f64(),
            other => panic!("{other:?}"),
        });
        assert!(sheet.height() > 300 && months.into_iter().all(|month| month == october));
        desk.site.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_finds_the_counter_that_drags_the_figure_down_and_why_in_two_clicks() {
    for scripts in [true, false] {
        let desk = Desk::open(scripts).await;
        let password = desk.somebody("anh-lanh-dao", Role::Leader);
        desk.sign_in("anh-lanh-dao", &password).await;
        desk.press("Quầy nào kéo tỷ lệ lên hay xuống, và vì sao").await;
        desk.at("/admin/detail").await;
        let first = "document.querySelector('table.units tbody tr')";
        let said = desk.tab.eval(&format!("{first}.innerText")).await;
        let said = said.as_str().unwrap();
        assert!(
            said.contains("thấp hơn"),
            "the worst comes first and is told apart: {said}"
        );
        let name = desk.tab.eval(&format!("{first}.querySelector('a').textContent")).await;
        desk.press(name.as_str().unwrap()).await;
        desk.tab
            .wait("document.querySelector('h1').textContent.includes(',')")
            .await;
        let reasons = "[...document.querySelectorAll('h2')].find(h => h.textContent.startsWith('Lý do')).parentElement";
        let line = desk
            .tab
            .eval(&format!(
                "[...{reasons}.querySelectorAll('tbody tr')].find(r => r.innerText.startsWith('Thời gian')).innerText"
            ))
            .await;
        let said = line.as_str().unwrap().replace(',', ".");
        let hundred: Vec<f64> = said.split('\t').skip(2).map(|cell| cell.parse().unwrap()).collect();
        assert!(
            hundred[0] > 3.0 * hundred[1],
            "told here far more often than elsewhere: {said}"
        );
        assert_eq!(desk.clicks.get(), 2);
        desk.site.stop().await;
    }
}

/// Every page that can be read, with the choices that fill it.
fn every_page(desk: &Desk) -> Vec<(String, String)> {
    let district = &desk.district;
    let pages = admin::Admin::new(district.store.clone(), Clock::simulated(|| MORNING), true);
    let (ward, counter) = (desk.ward(), district.counters[4]);
    let device = district.store.read(hailong::store::devices::all).unwrap()[4].id;
    let mut all = vec![
        ("overview-ward".to_owned(), format!("/admin/?node={ward}")),
        ("detail-counter".to_owned(), format!("/admin/detail?counter={counter}")),
        (
            "report-print".to_owned(),
            format!("/admin/reports?node={ward}&print=true"),
        ),
        ("missing".to_owned(), "/admin/khong-co".to_owned()),
        ("closed".to_owned(), "/admin/officers?month=2026-11".to_owned()),
    ];
    for route in admin::routes(&pages) {
        // Files are looked at elsewhere.
        if route.method != "GET"
            || [
                "/admin/reports/file",
                "/admin/export/file",
                "/admin/ballot-file/receipts",
            ]
            .contains(&route.path)
        {
            continue;
        }
        let query = match route.path {
            "/admin/detail"
            | "/admin/reports"
            | "/admin/reports/volume"
            | "/admin/places/unit"
            | "/admin/comments/read" => format!("?node={ward}"),
            "/admin/reports/filed" | "/admin/roster/duty" => "?no=1".to_owned(),
            "/admin/devices/revoke" | "/admin/devices/operator" => format!("?device={device}"),
            _ => String::new(),
        };
        let name = route
            .path
            .trim_start_matches("/admin/")
            .trim_matches('/')
            .replace('/', "-");
        let name = if name.is_empty() { "overview".to_owned() } else { name };
        all.push((name, format!("{}{query}", route.path)));
    }
    all
}

/// What somebody at an old screen would stumble over: text cut off, a page that scrolls sideways, or what reaches over the
/// edge of its card.
const FAULTS: &str = "(() => { const faults = []; const root = document.scrollingElement; \
    if (root.scrollWidth > innerWidth) faults.push(`sideways: ${root.scrollWidth}`); \
    for (const e of document.querySelectorAll('h1, h2, button, .button, nav a, .state, th, td')) \
      if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' && e.clientWidth > 0 && !e.classList.contains('hidden')) \
        faults.push(`cut: ${e.textContent.trim().slice(0, 40)}`); \
    for (const e of document.querySelectorAll('.card table, .card svg, .card form, .card dl')) { \
      const box = e.parentElement.closest('.card, .scroll'); \
      const edge = box.getBoundingClientRect().right - parseFloat(getComputedStyle(box).paddingRight); \
      if (!box.classList.contains('scroll') && e.getBoundingClientRect().right > edge + 1) \
        faults.push(`over its card: ${e.tagName} ${e.textContent.trim().slice(0, 40)}`); \
    } \
    return faults; })()";

/// A whole page as a picture, as wide as the screen.
pub async fn whole_page(tab: &Tab) -> Vec<u8> {
    let height = tab
        .eval("document.documentElement.scrollHeight")
        .await
        .as_i64()
        .unwrap();
    tab.size(1366, height.max(768)).await;
    let picture = tab.0.screenshot(ScreenshotParams::builder().build()).await.unwrap();
    tab.size(1366, 768).await;
    picture
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_small_whole_and_readable_in_both_languages() {
    let desk = Desk::open(true).await;
    desk.busy().await;
    desk.sign_in(&desk.site.user, &desk.site.password).await;
    let mut faults = Vec::new();
    for lang in ["vi", "en"] {
        desk.tab.goto(&format!("{}/admin/?lang={lang}", desk.site.base)).await;
        for (name, path) in every_page(&desk) {
            // A file is no page, wherever it comes from.
            let answer = desk.site.get(&path).await;
            let kind = answer
                .headers()
                .get("content-type")
                .map(|kind| kind.to_str().unwrap().to_owned());
            if kind.is_some_and(|kind| !kind.starts_with("text/html")) {
                continue;
            }
            let name = format!("admin-{lang}-{name}");
            desk.tab.goto(&format!("{}{path}", desk.site.base)).await;
            assert_eq!(desk.tab.eval("document.documentElement.lang").await, lang, "{path}");
            let size = desk
                .tab
                .eval("performance.getEntriesByType('navigation')[0].decodedBodySize")
                .await;
            assert!(size.as_f64().unwrap() <= 150_000.0, "{path}: {size} bytes");
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), whole_page(&desk.tab).await).unwrap();
            let found = desk.tab.eval(FAULTS).await;
            if found != serde_json::json!([]) {
                faults.push(format!("{path}: {found}"));
            }
            faults.extend(
                desk.tab
                    .axe_found(false)
                    .await
                    .into_iter()
                    .map(|found| format!("{path}: {found}")),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    desk.site.stop().await;
}
