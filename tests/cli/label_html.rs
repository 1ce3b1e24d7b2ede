//! `copydesk label --format html`: the structure of the page, without a browser.

use serde_json::Value;

use crate::run::{ARTICLE, BOARD, Folder, copydesk, small_model};

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The parts of a page between two marks.
fn parts<'a>(page: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    page.split(from).skip(1).map(|part| part.split(to).next().unwrap()).collect()
}

/// What is left of a piece of a page without its tags.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text += part.split_once('>').map_or(part, |(_, text)| text);
    }
    text
}

fn page(arguments: &[&str]) -> String {
    copydesk(&[&["label", "--format", "html"], arguments].concat()).ok()
}

fn sentences(arguments: &[&str]) -> Vec<Value> {
    copydesk(&[&["label", "--format", "jsonl"], arguments].concat()).json_lines()
}

#[test]
fn it_is_one_page_that_needs_nothing_else() {
    let folder = Folder::new();
    let file = folder.file("<i>.txt", "He typed <script>alert(\"x & y\")</script> there.\n\nRain at night & fog.");
    let page = page(&["--model", small_model(), &file, BOARD]);
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert_eq!(page.matches("<article").count(), 2);
    assert_eq!(page.matches("<script").count(), 1, "that of the page itself");
    assert_eq!(page.matches("href=").count(), page.matches("href=\"#").count());
    for outside in ["http:", "https:", "src=", "url(", "@import", "<i>.txt", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(parts(&page, "<", ">").iter().all(|tag| !tag.contains(" on")), "no handler stands in a tag");
}

#[test]
fn every_sentence_is_marked_with_its_label_and_confidence_in_words() {
    for arguments in [&["--model", small_model(), "--min-confidence", "0.6", BOARD][..], &[ARTICLE]] {
        let (page, sentences) = (page(arguments), sentences(arguments));
        let marks = parts(&page, "<mark ", "</mark>");
        assert_eq!(marks.len(), sentences.len());
        for (number, (mark, sentence)) in (1..).zip(marks.iter().zip(&sentences)) {
            let (text, tag) = mark.split_once("<small>").unwrap();
            let text = without_tags(&format!("<{text}"));
            assert_eq!(text, escaped(sentence["text"].as_str().unwrap()));
            let confidence = sentence["confidence"].as_f64().unwrap();
            let expected = format!("{} {confidence:.2}</small>", escaped(sentence["label"].as_str().unwrap()));
            assert_eq!(tag, expected);
            assert!(mark.contains(&format!(" tabindex=\"0\" aria-describedby=\"s{number}\"")), "{mark}");
            assert!(page.contains(&format!("role=\"tooltip\" id=\"s{number}\"")));
        }
    }
}

/// The figures of a panel: each stands behind a no-break space.
fn figures(panel: &str) -> Vec<f64> {
    let text = without_tags(panel.split_once("</span>").unwrap().1);
    text.split('\u{a0}')
        .skip(1)
        .map(|part| part.split(|c: char| !"+−.0123456789".contains(c)).next().unwrap())
        .map(|figure| figure.trim_end_matches('.').replace('−', "-").parse().unwrap())
        .collect()
}

#[test]
fn the_reasons_sum_to_the_answer() {
    for (arguments, in_context) in
        [(&[ARTICLE][..], true), (&["--no-context", ARTICLE], false), (&["--model", small_model(), BOARD], false)]
    {
        let (page, sentences) = (page(arguments), sentences(arguments));
        let panels: Vec<&str> =
            page.split("role=\"tooltip\"").skip(1).map(|part| part.split("</mark>").next().unwrap()).collect();
        for (panel, sentence) in panels.iter().zip(&sentences) {
            let panel = panel.split("</p>").next().unwrap().split("<mark").next().unwrap();
            assert_eq!(panel.contains("neighbours"), in_context, "{panel}");
            let logs: Vec<f64> =
                sentence["probabilities"].as_object().unwrap().values().map(|p| p.as_f64().unwrap().ln()).collect();
            let expected = sentence["confidence"].as_f64().unwrap().ln() - logs.iter().sum::<f64>() / logs.len() as f64;
            let found = figures(panel);
            assert!((found.iter().sum::<f64>() - expected).abs() < 0.006 * found.len() as f64, "{expected}: {panel}");
        }
    }
}

#[test]
fn reasons_can_be_left_out() {
    let page = page(&["--no-reasons", ARTICLE]);
    assert!(!page.contains("<b class") && !page.contains("neighbours"));
    assert!(page.contains("<span class=\"panel\""), "the probabilities stay");
}

#[test]
fn paragraphs_and_line_breaks_stay() {
    let folder = Folder::new();
    let file = folder.file("a.txt", "\n\nRain at night.  Fog.\r\nThe soup is on.\n\n\n\tA purse was found.\n");
    let page = page(&["--model", small_model(), "--no-reasons", &file]);
    let article = &parts(&page, "</h2>\n", "</article>")[0];
    let mut bare = String::new();
    for (number, part) in article.split("<mark").enumerate() {
        // Behind the first part each begins inside of a mark: what is wanted stands behind its panel.
        bare += if number == 0 { part } else { part.rsplit_once("</span></span>").unwrap().1 };
        bare += "*";
    }
    assert_eq!(bare, "<p>*  *\n*</p>\n<p>    *</p>\n*");
}

#[test]
fn shares_count_sentences_and_characters() {
    let sentences = sentences(&[ARTICLE, ARTICLE]);
    let page = page(&["--no-reasons", ARTICLE, ARTICLE]);
    let table = parts(&page, "<tbody>", "</tbody>")[0];
    for label in ["appeal", "opinion", "reporting"] {
        let of_label: Vec<&Value> = sentences.iter().filter(|s| s["label"] == label).collect();
        let characters: u64 =
            of_label.iter().map(|s| s["char_end"].as_u64().unwrap() - s["char_start"].as_u64().unwrap()).sum();
        let row = parts(table, &format!("{label}</span></th>"), "</tr>")[0];
        assert!(row.starts_with(&format!("<td>{}</td>", of_label.len())), "{row}");
        assert!(row.contains(&format!("<td>{characters}</td>")), "{row}");
    }
    assert!(!table.contains("unsure"), "no sentence is");
    // They come last, so that a page can be written while the text is still coming.
    assert!(page.find("</main>").unwrap() < page.find("id=\"shares\"").unwrap());
}

#[test]
fn any_label_can_be_filtered() {
    let page = page(&["--model", small_model(), BOARD]);
    for class in ["l0", "l1", "l2", "unsure"] {
        assert!(
            page.contains(&format!(
                "<input type=\"checkbox\" id=\"show-{class}\" aria-describedby=\"filter\" checked>"
            ))
        );
        assert!(page.contains(&format!("#show-{class}:not(:checked) ~ main mark.{class} {{")));
        assert!(page.contains(&format!("<label for=\"show-{class}\">")));
    }
}
