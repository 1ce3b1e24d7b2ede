//! The TF-IDF matrix equals scikit-learn's. `fixtures/tfidf.py` makes the fixtures.
#![allow(clippy::unwrap_used, reason = "a test")]

use copydesk_features::{FeatureSpec, SparseRows, Vectorizer};
use serde::Deserialize;

/// Rows are `f32`: their own rounding is 6e-8 of a value.
const TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
struct Fixtures {
    fit: Vec<String>,
    unseen: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    spec: FeatureSpec,
    features: Vec<String>,
    rows: Vec<Vec<(usize, f64)>>,
    unseen_rows: Vec<Vec<(usize, f64)>>,
}

fn assert_rows_equal(case: &str, found: &SparseRows, expected: &[Vec<(usize, f64)>]) {
    assert_eq!(found.n_rows(), expected.len(), "{case}: rows");
    for (number, (found, expected)) in found.rows().zip(expected).enumerate() {
        let columns: Vec<usize> = found.iter().map(|(column, _)| column).collect();
        let expected_columns: Vec<usize> = expected.iter().map(|entry| entry.0).collect();
        assert_eq!(columns, expected_columns, "{case}: columns of row {number}");
        for ((column, value), (_, oracle)) in found.iter().zip(expected) {
            let difference = (f64::from(value) - oracle).abs();
            assert!(
                difference <= TOLERANCE * oracle.max(1.0),
                "{case}: row {number}, column {column}: {value} {oracle}"
            );
        }
    }
}

#[test]
fn matrices_equal_scikit_learns() {
    let fixtures: Fixtures = serde_json::from_str(include_str!("fixtures/tfidf.json")).unwrap();
    assert!(fixtures.cases.len() >= 20);
    for case in fixtures.cases {
        let vectorizer = Vectorizer::fit(case.spec.check().unwrap(), &fixtures.fit, None).unwrap();
        let vocabulary = vectorizer.vocabulary();
        let features: Vec<&str> = (0..vocabulary.len()).map(|column| vocabulary.ngram(column)).collect();
        assert_eq!(features, case.features, "{}: features", case.name);
        assert_rows_equal(&case.name, &vectorizer.transform(&fixtures.fit), &case.rows);
        assert_rows_equal(&case.name, &vectorizer.transform(&fixtures.unseen), &case.unseen_rows);
    }
}
