//! Markdown and HTML articles as `label` and `share` read them.

use serde_json::Value;

use crate::run::{BOARD, Folder, copydesk, copydesk_reading, read, small_model};

const FORMS: [&str; 2] = ["tests/data/board.md", "tests/data/board-page.html"];

fn label(arguments: &[&str]) -> Vec<Value> {
    copydesk(&[&["label", "--model", small_model(), "--format", "jsonl"], arguments].concat()).json_lines()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn both_forms_of_an_article_have_the_same_sentences() {
    let plain = |sentences: &[Value]| -> Vec<String> {
        sentences.iter().map(|sentence| sentence["text"].as_str().unwrap().replace('\u{a0}', " ")).collect()
    };
    let [markdown, html] = FORMS.map(|file| plain(&label(&[file])));
    assert_eq!(markdown, html);
    assert_eq!(markdown[0], "On the board today");
    assert!(markdown.iter().any(|text| text == "A brown purse & two keys were found at the kiosk <desk 4>."));
    assert!(!markdown.iter().any(|text| text.contains("Home") || text.contains("hidden") || text.contains("not a")));
}

#[test]
fn offsets_are_those_of_the_file() {
    for file in FORMS {
        let source = read(file);
        for sentence in label(&[file]) {
            let bytes = number(&sentence["start"])..number(&sentence["end"]);
            let chars = number(&sentence["char_start"])..number(&sentence["char_end"]);
            let by_chars: String = source.chars().skip(chars.start).take(chars.len()).collect();
            assert_eq!(by_chars, source[bytes.clone()]);
            let text = sentence["text"].as_str().unwrap();
            let word = |text: &str| -> String { text.chars().take_while(char::is_ascii_alphabetic).collect() };
            assert_eq!(word(&source[bytes.clone()]), word(text), "{file}: {text}");
            assert!(source[bytes.clone()].ends_with(&text[text.len() - 1..]) || source[bytes].ends_with(';'));
        }
    }
}

#[test]
fn an_option_goes_before_the_ending() {
    let page = read(FORMS[1]);
    let arguments = ["label", "--model", small_model(), "--format", "jsonl", "--read-as", "html"];
    let mut piped = copydesk_reading(&arguments, page.as_bytes()).json_lines();
    let read = label(&[FORMS[1]]);
    for sentence in &mut piped {
        sentence["file"] = FORMS[1].into();
    }
    assert_eq!(piped, read);
    let raw = label(&["--read-as", "text", FORMS[1]]);
    assert!(raw.iter().any(|sentence| sentence["text"].as_str().unwrap().contains("<nav>")));
}

#[test]
fn a_page_without_text_has_no_sentences() {
    let folder = Folder::new();
    let page = folder.file("empty.html", "<html><script>1</script></html>");
    assert_eq!(label(&[&page]), [Value::Null; 0]);
}

#[test]
fn a_text_stays_a_text() {
    assert!(label(&[BOARD]).iter().any(|sentence| sentence["text"].as_str().unwrap().contains('&')));
}
