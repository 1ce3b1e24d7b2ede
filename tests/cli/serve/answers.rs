//! What the API answers: the same as the command line.

use serde_json::{Value, json};

use super::client::Server;
use crate::run::{ARTICLE, BOARD, copydesk, copydesk_reading, read, small_model};

/// The sentences of an answer as `label --format jsonl` writes them.
fn without_utf16(mut sentences: Value, file: &str) -> Vec<Value> {
    let sentences = sentences.as_array_mut().unwrap();
    for sentence in sentences.iter_mut() {
        let sentence = sentence.as_object_mut().unwrap();
        assert!(sentence.remove("utf16_start").is_some() && sentence.remove("utf16_end").is_some());
        sentence.insert("file".into(), file.into());
    }
    sentences.clone()
}

#[test]
fn labels_are_those_of_the_command_line() {
    for (model, file) in [("news-en", ARTICLE), (small_model(), BOARD)] {
        let server = Server::start(&["--model", model]);
        for (fields, options) in [
            (json!({}), &[][..]),
            (json!({"min_confidence": 0.7}), &["--min-confidence", "0.7"]),
            (json!({"context": false}), &["--no-context"]),
            (json!({"quotes": "keep", "explain": false}), &["--quotes", "keep"]),
        ] {
            let expected = copydesk(&[&["label", "--format", "jsonl", "--model", model, file], options].concat());
            let mut body = fields.clone();
            body["text"] = read(file).into();
            let answer = server.post("/v1/label", &body).json();
            assert_eq!(without_utf16(answer["sentences"].clone(), file), expected.json_lines(), "{fields}");
        }
    }
}

#[test]
fn plain_text_is_the_same_as_json_with_the_text_alone() {
    let server = Server::start(&["--model", small_model()]);
    let text = read(BOARD);
    let expected = server.post("/v1/label", &json!({ "text": text })).json();
    for content_type in ["text/plain", "Content-Type: Text/Plain; charset=UTF-8"] {
        let header = format!("Content-Type: {}", content_type.trim_start_matches("Content-Type: "));
        assert_eq!(server.ask("POST", "/v1/label", &[&header], text.as_bytes()).json(), expected);
    }
    let empty = server.ask("POST", "/v1/label", &["Content-Type: text/plain"], b"").json();
    assert_eq!(empty["sentences"], json!([]));
}

#[test]
fn whole_texts_get_the_answers_of_the_command_line_in_their_order() {
    let texts: Vec<String> = read(BOARD).lines().map(str::to_owned).collect();
    let lines = texts.join("\n");
    let run = copydesk_reading(&["classify", "--model", small_model(), "--min-confidence", "0.6"], lines.as_bytes());
    let expected = run.json_lines();
    let server = Server::start(&["--model", small_model()]);
    let answer = server.post("/v1/classify", &json!({ "texts": texts, "min_confidence": 0.6 })).json();
    let answers = answer["answers"].as_array().unwrap();
    assert_eq!(answers.len(), expected.len());
    for (index, (answer, expected)) in answers.iter().zip(&expected).enumerate() {
        assert_eq!(answer["index"], index);
        for field in ["label", "confidence", "probabilities"] {
            assert_eq!(answer[field], expected[field], "{field} of {index}");
        }
    }
    assert_eq!(server.post("/v1/classify", &json!({"texts": []})).json()["answers"], json!([]));
}

#[test]
fn reasons_are_those_of_explain() {
    let server = Server::start(&["--model", small_model()]);
    let text = "Fog and rain: the soup is on.";
    let run = copydesk(&["explain", "--model", small_model(), "--format", "json", text]).json();
    let answer = server.post("/v1/classify", &json!({ "texts": [text], "explain": "weather" })).json();
    let reasons = &answer["answers"][0]["reasons"];
    let expected = run["labels"].as_array().unwrap().iter().find(|label| label["label"] == "weather").unwrap();
    assert_eq!(reasons["label"], "weather");
    assert_eq!(reasons["logit"], expected["logit"]);
    assert_eq!(reasons["intercept"], expected["intercept"]);
    assert_eq!(reasons["probability_alone"], expected["probability"]);
    for (reason, expected) in
        reasons["ngrams"].as_array().unwrap().iter().zip(expected["contributions"].as_array().unwrap())
    {
        for field in ["ngram", "block", "contribution"] {
            assert_eq!(reason[field], expected[field]);
        }
    }
    let sentence = &server.post("/v1/label", &json!({ "text": text, "explain": true })).json()["sentences"][0];
    assert_eq!(sentence["reasons"]["label"], sentence["label"]);
    let error = server.post("/v1/label", &json!({ "text": text, "explain": "sport" }));
    assert!(error.error(422, "bad_value").contains("the labels are fundstück, soup & bread, weather"));
}

#[test]
fn the_model_is_described_without_its_path() {
    let server = Server::start(&["--model", small_model()]);
    let model = server.get("/v1/model").json();
    assert_eq!(model["name"], "notices");
    assert_eq!(model["labels"], json!(["fundstück", "soup & bread", "weather"]));
    assert_eq!(model["limits"]["max_body"], 1 << 20);
    let inspected = copydesk(&["inspect", small_model(), "--format", "json"]).json();
    assert_eq!(model["provenance"], inspected["provenance"]);
    assert_eq!(model["blocks"], inspected["blocks"]);
}

#[test]
fn many_clients_at_once_get_their_own_answers() {
    let server = Server::start(&["--model", small_model()]);
    let text = |client: usize, call: usize| format!("Rain number {client} fell on day {call}.");
    std::thread::scope(|scope| {
        for client in 0..16 {
            let server = &server;
            scope.spawn(move || {
                let mut connection = server.connect();
                for call in 0..10 {
                    let body = text(client, call).into_bytes();
                    connection.send(&connection.request("POST", "/v1/label", &["Content-Type: text/plain"], &body));
                    let answer = connection.response(false).json();
                    assert_eq!(answer["sentences"][0]["text"], text(client, call));
                }
            });
        }
    });
}

/// Every `curl` call in the page on the server, sent here, has the answer that stands below it, but for its figures.
#[test]
fn the_examples_of_the_documentation_are_true() {
    let server = Server::start(&[]);
    let page = read("docs/serve.md");
    let mut checked = 0;
    for example in page.split("```console\n").skip(1) {
        let example = example.split("```").next().unwrap();
        let (call, shown) = example.split_once('\n').unwrap();
        let path = call.split_once("127.0.0.1:8765").unwrap().1.split(' ').next().unwrap();
        let quoted =
            |option: &str| call.split_once(&format!("{option} '")).map(|(_, rest)| rest.split('\'').next().unwrap());
        let response = match quoted("-d") {
            Some(body) => server.ask("POST", path, &[quoted("-H").unwrap()], body.as_bytes()),
            None => server.get(path),
        };
        assert_eq!(shape(&response.body), shape(shown), "{call}");
        checked += 1;
    }
    assert!(checked >= 5, "{checked}");
}

/// A JSON document on one line, without what changes with the model: figures become 0, and n-grams are left out.
fn shape(json: &str) -> String {
    fn blank(value: &mut Value) {
        match value {
            Value::Number(number) if number.is_f64() => *value = json!(0),
            Value::Array(values) => values.iter_mut().for_each(blank),
            Value::Object(fields) => {
                fields.remove("ngrams");
                fields.values_mut().for_each(blank);
            }
            _ => {}
        }
    }
    let mut value: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    blank(&mut value);
    value.to_string()
}
