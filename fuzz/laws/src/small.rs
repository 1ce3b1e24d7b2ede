//! A small model with everything that a model can have.

use std::collections::BTreeMap;

use copydesk_features::{BlockSpec, FeatureSpec, Form, Norm, TermFrequency, Units, Vectorizer};
use copydesk_infer::{
    Calibration, ConfusionTable, Context, Model, ModelParts, Provenance, RiskTable, ScoredSentence,
    context_feature_count,
};

const TEXTS: [&str; 6] = [
    "The council voted 7 to 2 on Tuesday.",
    "“It is a disgrace,” the mayor said.",
    "What an absurd plan!",
    "Please donate $5 today.",
    "We cannot do it without you!",
    "Rain fell in the U.S., she said.",
];

/// A model of three labels with blocks of words, stems, shapes and characters, a context and a calibration table.
///
/// # Panics
/// Never: its parts fit together.
pub fn small_model() -> Model {
    let block =
        |units, form, min_n, max_n| BlockSpec { units, form, min_n, max_n, min_groups: 1, ..BlockSpec::default() };
    // Some add up, in others repeats are counted.
    let counting = |block| BlockSpec { tf: TermFrequency::Sublinear, norm: Norm::L2, ..block };
    let blocks = BTreeMap::from([
        ("characters".to_owned(), counting(block(Units::Characters, Form::Surface, 3, 3))),
        ("shapes".to_owned(), block(Units::Words, Form::Shape, 1, 2)),
        ("stems".to_owned(), block(Units::Words, Form::Stem, 1, 1)),
        ("words".to_owned(), counting(block(Units::Words, Form::Surface, 1, 1))),
    ]);
    let spec = FeatureSpec { blocks, ..FeatureSpec::default() }.check().expect("the spec is within its limits");
    let vectorizer = Vectorizer::fit(spec, &TEXTS, None).expect("the texts have words");
    let mut state = 1_u64;
    let mut random = |count: usize| -> Vec<f32> {
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                (state >> 40) as f32 / 16_777_216.0 * 4.0 - 2.0
            })
            .collect()
    };
    let labels = ["appeal", "opinion", "reporting"].map(String::from).to_vec();
    let weights = random(vectorizer.vocabulary().len() * labels.len());
    let context = Context::new(3, 4, 0.9, random(context_feature_count(3) * 3), random(3));
    let scored = [(0, 0, [0.7, 0.1, 0.2]), (0, 1, [0.1, 0.7, 0.2]), (1, 2, [0.1, 0.6, 0.3]), (1, 2, [0.1, 0.3, 0.6])];
    let scored = || {
        scored.iter().map(|(document, truth, probabilities)| ScoredSentence {
            document: *document,
            truth: Some(*truth),
            probabilities,
        })
    };
    Model::new(ModelParts {
        labels,
        weights: weights.into(),
        vectorizer,
        intercept: random(3),
        calibration: Calibration { temperature: 1.25 },
        context: Some(context.expect("the context's parts fit together")),
        risk: Some(RiskTable::new(3, true, scored())),
        confusion: ConfusionTable::new(3, true, scored()),
        provenance: Provenance { tool: "copydesk-laws".to_owned(), examples: 6, ..Provenance::default() },
    })
    .expect("the model's parts fit together")
}
