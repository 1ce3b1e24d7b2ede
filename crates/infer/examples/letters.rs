//! Marks the sentences of a letter with a model of one's own, as in `docs/guide.md`.
//!
//! `cargo run -p copydesk-infer --example letters` where the guide's model `better` is.

use copydesk_infer::{Classifier, ModelError};

fn main() -> Result<(), ModelError> {
    let classifier = Classifier::load("better/model.safetensors")?;
    for sentence in classifier.label_document("The 14 did not come. It is a disgrace! When will you repair it?") {
        let label = sentence.prediction.label_if_sure(0.5).unwrap_or("unsure");
        println!("{:?} {label} {:.2}", sentence.span.bytes, sentence.prediction.confidence());
    }
    Ok(())
}
