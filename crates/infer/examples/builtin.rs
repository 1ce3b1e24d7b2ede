//! Marks the sentences of a text with the built-in model, as in `README.md`.

use copydesk_infer::Classifier;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let classifier = Classifier::builtin()?;
    for sentence in classifier.label_document("The vote was 7 to 2. It was a disgrace. Donate now!") {
        println!("{:?} {} {:.2}", sentence.span.bytes, sentence.prediction.label(), sentence.prediction.confidence());
    }
    Ok(())
}
