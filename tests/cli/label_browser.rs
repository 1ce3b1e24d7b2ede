//! `copydesk label --format html` in a real browser, where there is one.

use std::net::TcpListener;
use std::process::Command;

use serde_json::Value;

use crate::run::{BOARD, Folder, chromium, copydesk, small_model};

/// Runs in the page once its window has the focus, without which no element is drawn as focused, and leaves what it finds
/// in a place where the test can read it. The browser prints the page when it has loaded: the picture that never comes
/// puts that off until it is taken away.
const PROBE: &str = r#"<pre id="found"></pre><img id="pending" src="PENDING" alt="" hidden><script>
const waiting = setInterval(() => {
if (!document.hasFocus() && performance.now() < 30000) return;
clearInterval(waiting);
try {
const shown = (element) => getComputedStyle(element).display !== "none";
const marks = [...document.querySelectorAll("mark")];
const weather = marks.find((mark) => mark.classList.contains("l2"));
const found = { marks: marks.length, before: shown(weather.nextElementSibling) };
weather.focus();
found.focused = shown(weather.nextElementSibling);
document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
found.escaped = shown(weather.nextElementSibling);
found.described = document.getElementById(weather.getAttribute("aria-describedby")) === weather.nextElementSibling;
document.getElementById("show-l2").click();
found.tag = shown(weather.querySelector("small"));
document.getElementById("hide").click();
found.hidden = !shown(weather);
found.others = marks.filter(shown).length;
const top = (selector) => document.querySelector(selector).getBoundingClientRect().top;
found.shares_first = top("section") < top("main");
found.fits = document.documentElement.scrollWidth <= innerWidth;
document.getElementById("found").textContent = JSON.stringify(found);
} finally {
document.getElementById("pending").src = "data:,";
}
}, 5);
</script></body>"#;

#[test]
fn panels_open_labels_filter_and_everything_fits() {
    let Some(browser) = chromium() else {
        eprintln!("skipped: there is no Chromium on the PATH");
        return;
    };
    let arguments = ["label", "--model", small_model(), "--format", "html", BOARD];
    let page = copydesk(&arguments).ok();
    let folder = Folder::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let pending = format!("http://{}/", silent.local_addr().unwrap());
    let policy = format!("default-src 'none'; img-src {pending} data:;");
    assert_eq!(page.matches("default-src 'none';").count(), 1);
    let probed = page.replace("default-src 'none';", &policy).replace("</body>", &PROBE.replace("PENDING", &pending));
    let file = folder.file("page.html", probed);
    let profile = format!("--user-data-dir={}", folder.path("profile"));
    let run = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--window-size=500,800", &profile, "--dump-dom"])
        .arg(format!("file://{file}"))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&run.stdout);
    let found = dom.split("<pre id=\"found\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let found: Value = serde_json::from_str(found.unwrap_or_default()).unwrap_or_else(|error| {
        panic!("{error}: {dom}\n{}", String::from_utf8_lossy(&run.stderr));
    });
    let weather = page.matches("<mark class=\"l2 ").count();
    let marks = page.matches("<mark ").count();
    let expected = serde_json::json!({
        "marks": marks, "before": false, "focused": true, "escaped": false, "described": true, "tag": false,
        "hidden": true, "others": marks - weather, "shares_first": true, "fits": true,
    });
    assert_eq!(found, expected);
}
