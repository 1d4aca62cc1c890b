//! What can be measured of the looks, on every screen of the visit, in every language and size: nothing is cut off or
//! scrolls, targets are large, contrast is 7:1, and axe-core finds nothing.

use crate::chromium::Tab;
use crate::stage::{INSTALLED, Stage, VOICED};

/// Portrait and landscape: iPad mini, iPad, iPad Pro, Android of 10 inches.
const SIZES: [(i64, i64); 8] = [
    (744, 1133),
    (820, 1180),
    (1024, 1366),
    (800, 1280),
    (1133, 744),
    (1180, 820),
    (1366, 1024),
    (1280, 800),
];

/// Everything that is cut off, too small, covered or too pale. `may_scroll`: with "Chữ to" the height may be more.
const FAULTS: &str = r#"((mayScroll) => {
  const faults = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth + 1 || (!mayScroll && root.scrollHeight > innerHeight + 1))
    faults.push(`scrolls: ${root.scrollWidth}x${root.scrollHeight} in ${innerWidth}x${innerHeight}`);
  const rgb = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return rgb(getComputedStyle(document.documentElement).backgroundColor);
  };
  const dialog = document.querySelector('[role=dialog]');
  for (const b of document.querySelectorAll('button, input')) {
    if (dialog && !dialog.contains(b)) continue;
    const r = b.getBoundingClientRect();
    const name = b.dataset.action || b.dataset.face || b.dataset.tile || b.dataset.key || b.tagName;
    if (r.width < 63.5 || r.height < 63.5) faults.push(`${name}: ${r.width}x${r.height}`);
    if (b.dataset.face && Math.min(r.width, r.height) < 119.5) faults.push(`face button ${r.width}x${r.height}`);
    const outside = r.left < -0.5 || r.right > innerWidth + 0.5 || r.top < -0.5 || r.bottom > innerHeight + 0.5;
    if (outside && (!mayScroll || b.dataset.action === 'send')) faults.push(`${name} is outside`);
    if (b.scrollWidth > b.clientWidth + 1 || b.scrollHeight > b.clientHeight + 1)
      faults.push(`${name}: text is cut (${b.scrollWidth}x${b.scrollHeight} in ${b.clientWidth}x${b.clientHeight})`);
    if (!outside && !b.disabled) {
      const hit = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
      if (!b.contains(hit)) faults.push(`${name} is covered`);
    }
    const border = getComputedStyle(b);
    if (parseFloat(border.borderTopWidth) > 0) {
      const ratio = contrast(rgb(border.borderTopColor), behind(b.parentElement));
      if (ratio < 3) faults.push(`border of ${name}: ${ratio.toFixed(2)}`);
    }
  }
  for (const f of document.querySelectorAll('[data-face] svg')) {
    const r = f.getBoundingClientRect();
    if (Math.min(r.width, r.height) < 119.5) faults.push(`face ${r.width}x${r.height}`);
  }
  for (const line of document.querySelectorAll('svg .line:not(.base, .petals), svg .skin')) {
    if (dialog && !dialog.contains(line)) continue;
    const ratio = contrast(rgb(getComputedStyle(line).stroke), behind(line.ownerSVGElement));
    if (ratio < 7) faults.push(`picture: ${ratio.toFixed(2)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || !e.checkVisibility() || (dialog && !dialog.contains(e))) continue;
    const style = getComputedStyle(e);
    const least = e.matches('#ask') ? 44 : e.matches('[data-face] .label') ? (innerWidth > innerHeight ? 24 : 30) : 20;
    if (parseFloat(style.fontSize) < least) faults.push(`text of ${style.fontSize}: ${text.slice(0, 30)}`);
    const ratio = contrast(rgb(style.color), behind(e));
    if (ratio < 7) faults.push(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 30)}`);
  }
  return faults;
})"#;

impl Tab {
    /// The faults of what is on the screen.
    pub async fn faultless(&self, name: &str, may_scroll: bool) {
        self.screenshot(name).await;
        let faults = self.eval(&format!("{FAULTS}({may_scroll})")).await;
        assert_eq!(faults, serde_json::json!([]), "{name}");
    }

    /// What axe-core finds: WCAG 2.2 A and AA, best practices, and contrast of AAA.
    pub async fn axe(&self, name: &str) {
        assert_eq!(self.axe_found(true).await, Vec::<String>::new(), "axe: {name}");
    }

    /// The same as a list; contrast of AAA only for what citizens read standing.
    pub async fn axe_found(&self, contrast: bool) -> Vec<String> {
        if self.eval("typeof axe").await != "object" {
            let path = std::env::var("HAILONG_AXE").expect("HAILONG_AXE is not set; use `cargo xtask test`");
            let script = std::fs::read_to_string(path).expect("axe-core is not installed; use `cargo xtask test`");
            self.0.evaluate_expression(script).await.unwrap();
        }
        self.eval(&format!(
            "window.axeFound = null, void axe.run(document, {{ runOnly: {{ type: 'tag', values: ['wcag2a', 'wcag2aa', \
             'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }}, rules: {{ 'color-contrast-enhanced': {{ enabled: {contrast} }} }} }})\
             .then(found => {{ window.axeFound = found.violations.map(v => `${{v.id}}: ${{v.nodes.map(n => n.target).join(' ')}}`); }})",
        ))
        .await;
        self.wait("window.axeFound").await;
        serde_json::from_value(self.eval("window.axeFound").await).unwrap()
    }

    /// One visit, each screen looked at.
    async fn look_at_a_visit(&self, name: &str, may_scroll: bool, axe: bool) {
        for screen in ["question", "reasons", "thanks"] {
            self.screen(screen).await;
            let name = format!("{screen}-{name}");
            self.faultless(&name, may_scroll).await;
            if axe {
                self.axe(&name).await;
            }
            match screen {
                "question" => self.tap("[data-face=\"2\"]").await,
                "reasons" => self.tap("[data-action=send]").await,
                _ => self.thanks_and_back().await,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_the_visit_fits_every_tablet_in_every_language_without_scrolling() {
    // With everything that may take room: "Nghe", the ribbon, and names as long as real ones.
    let stage = Stage::with(true, None, &[VOICED]).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    stage.move_to_long_names().await;
    for (width, height) in SIZES {
        tab.size(width, height).await;
        for language in ["vi", "en"] {
            tab.screen("question").await;
            if language == "en" {
                tab.tap("[data-action=language]").await;
                tab.wait("document.documentElement.lang === 'en'").await;
            }
            let once = (width, height) == SIZES[0] || (width, height) == SIZES[4];
            tab.look_at_a_visit(&format!("{language}-{width}x{height}"), false, once)
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_text_and_high_contrast_may_scroll_but_lose_nothing() {
    let stage = Stage::with(true, None, &[INSTALLED, VOICED]).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    stage.move_to_long_names().await;
    for (width, height) in [(744, 1133), (820, 1180), (1133, 744), (1280, 800)] {
        tab.size(width, height).await;
        for (sight, taps) in [("large", 1), ("contrast", 2)] {
            tab.screen("question").await;
            for _ in 0..taps {
                tab.tap("[data-action=large]").await;
                tab.wait("document.querySelector('.app.large')").await;
                tab.pass(1).await;
            }
            tab.wait_for(&format!(".app.{sight}")).await;
            tab.look_at_a_visit(&format!("{sight}-{width}x{height}"), true, width == 744)
                .await;
            assert_eq!(
                tab.eval("document.querySelector('.app').className").await,
                "app",
                "the next citizen starts anew"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_screens_are_readable_too() {
    let stage = Stage::with(false, None, &[INSTALLED]).await;
    let tab = &stage.tab;
    tab.screen("offer").await;
    tab.faultless("offer", false).await;
    tab.axe("offer").await;
    tab.tap("[data-action=stay]").await;
    tab.screen("question").await;
    assert!(tab.text().await.contains("DÙNG THỬ"));
    tab.faultless("practice", false).await;
    tab.tap("[data-face=\"4\"]").await;
    tab.screen("reasons").await;
    tab.tap("[data-tile]").await;
    tab.faultless("reasons-chosen", false).await;
    tab.tap("[data-action=again]").await;
    tab.screen("question").await;
    tab.faultless("question-again", false).await;
    tab.pass(31).await;
    tab.screen("more-time").await;
    tab.faultless("more-time", false).await;
    tab.axe("more-time").await;
    let other = stage.browser.tab(820, 1180).await;
    other.goto(&format!("{}/tablet/", stage.server.url())).await;
    other.wait_for("[data-block=second-window]").await;
    other.faultless("second-window", false).await;
    other.axe("second-window").await;
}
