//! The page in a real browser, where there is one.

use std::process::{Command, Stdio};

use serde_json::json;

use super::client::Server;
use crate::run::{ARTICLE, Folder, chromium, read};

/// The script runs under the page's own policy, and every sentence of the example is marked in its place.
#[test]
fn the_example_is_marked_in_a_browser() {
    let Some(chromium) = chromium() else {
        eprintln!("skipped: there is no Chromium on the PATH");
        return;
    };
    let server = Server::start(&[]);
    let profile = Folder::new();
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path("profile")))
        .arg(format!("http://{}/#example", server.address))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    let text = read(ARTICLE);
    let article = page.split_once("<article").unwrap().1.split_once("</article>").unwrap().0.split_once('>').unwrap().1;
    assert_eq!(without_tags(article), text, "the text is there, gaps and all");
    let answer = server.post("/v1/label", &json!({ "text": text })).json();
    let sentences = answer["sentences"].as_array().unwrap();
    assert_eq!(article.matches("<mark ").count(), sentences.len());
    for (shown, sentence) in article.split("<mark ").skip(1).zip(sentences) {
        let (attributes, rest) = shown.split_once('>').unwrap();
        assert_eq!(without_tags(rest.split_once("</mark>").unwrap().0), sentence["text"].as_str().unwrap());
        let tag = format!("{} {:.2}", sentence["label"].as_str().unwrap(), sentence["confidence"].as_f64().unwrap());
        assert!(attributes.contains(&format!("data-tag=\"{tag}\"")), "{attributes}");
        assert!(attributes.contains("tabindex=\"0\"") && attributes.contains("role=\"button\""));
    }
}

fn without_tags(html: &str) -> String {
    let text: String = html
        .split('<')
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once('>').unwrap().1 })
        .collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}
