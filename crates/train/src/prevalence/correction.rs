//! Taking known errors out of the shares of a model's answers.
//!
//! If π are the true shares and r(i | j) the rate at which label j is answered with i, the answers have the shares
//! q(i) = Σ π(j) r(i | j). The most likely π given the shares of the answers is sought. Where the equations have a
//! solution without negative shares, that is it (the confusion-matrix method); elsewhere it lies on the border, and expectation
//! maximisation finds it: the iteration of Saerens, Latinne and Decaestecker ("Adjusting the Outputs of a Classifier to New
//! a Priori Probabilities", Neural Computation 14, 2002), with the answer in the place of the posterior probabilities. The
//! answers alone are used, since probabilities would have to be calibrated for every share.

use super::resampling::Rates;
use super::tally::normalized;

/// Iterations at most; a border is reached to the accuracy below in far fewer unless two labels cannot be told apart.
const MOST_STEPS: usize = 5000;
/// Shares that move less than this stay.
const TOLERANCE: f64 = 1e-9;
/// Shares that come down to this are none: the iteration never reaches the border itself.
const NONE: f64 = 1e-6;

/// The most likely shares of the true labels, given the shares of the answers.
pub(super) fn corrected(answers: &[f64], rates: &Rates) -> Vec<f64> {
    solved(answers, rates).unwrap_or_else(|| most_likely(answers, rates))
}

/// The solution of the equations, unless there is none or it has negative shares.
fn solved(answers: &[f64], rates: &Rates) -> Option<Vec<f64>> {
    let labels = answers.len();
    // A row an answer: the rates of each true label, then the answer's share.
    let mut rows: Vec<Vec<f64>> = (0..labels)
        .map(|answer| (0..labels).map(|truth| rates.of(truth)[answer]).chain([answers[answer]]).collect())
        .collect();
    for at in 0..labels {
        let pivot = (at..labels).max_by(|&a, &b| rows[a][at].abs().total_cmp(&rows[b][at].abs()))?;
        rows.swap(at, pivot);
        if rows[at][at].abs() < 1e-9 {
            return None;
        }
        let (above, below) = rows.split_at_mut(at + 1);
        let row = &above[at];
        for other in below {
            let factor = other[at] / row[at];
            for (value, pivot) in other[at..].iter_mut().zip(&row[at..]) {
                *value -= factor * pivot;
            }
        }
    }
    let mut shares = vec![0.0; labels];
    for at in (0..labels).rev() {
        let known: f64 = (at + 1..labels).map(|truth| rows[at][truth] * shares[truth]).sum();
        shares[at] = (rows[at][labels] - known) / rows[at][at];
    }
    shares.iter().all(|&share| share >= 0.0).then_some(shares)
}

/// The most likely shares by expectation maximisation, from equal shares on.
fn most_likely(answers: &[f64], rates: &Rates) -> Vec<f64> {
    let labels = answers.len();
    let mut shares = vec![1.0 / labels as f64; labels];
    let mut expected = vec![0.0; labels];
    let mut next = vec![0.0; labels];
    for _ in 0..MOST_STEPS {
        expected.fill(0.0);
        for (truth, share) in shares.iter().enumerate() {
            for (sum, rate) in expected.iter_mut().zip(rates.of(truth)) {
                *sum += share * rate;
            }
        }
        for (truth, next) in next.iter_mut().enumerate() {
            let ratios = answers.iter().zip(&expected).zip(rates.of(truth));
            *next = shares[truth]
                * ratios
                    .map(|((&answer, &sum), rate)| if answer > 0.0 { answer / sum * rate } else { 0.0 })
                    .sum::<f64>();
        }
        // An answer that no label can give has no explanation: what is left is shared out anew.
        let sum: f64 = next.iter().filter(|share| share.is_finite()).sum();
        let mut moved: f64 = 0.0;
        for (share, &next) in shares.iter_mut().zip(&next) {
            let next = if sum > 0.0 && next.is_finite() { next / sum } else { *share };
            moved = moved.max((next - *share).abs());
            *share = next;
        }
        if moved < TOLERANCE {
            break;
        }
    }
    normalized(shares.into_iter().map(|share| if share < NONE { 0.0 } else { share }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rates(rows: &[&[f64]]) -> Rates {
        Rates::new(rows.len(), &rows.concat())
    }

    fn answers(shares: &[f64], rates: &Rates) -> Vec<f64> {
        (0..shares.len()).map(|i| shares.iter().enumerate().map(|(j, share)| share * rates.of(j)[i]).sum()).collect()
    }

    #[test]
    fn errors_are_taken_out() {
        // Of 100 sentences 10 are appeals; a tenth of the others and nine tenths of them are given that label.
        let rates = rates(&[&[0.9, 0.1], &[0.1, 0.9]]);
        let shares = corrected(&[0.82, 0.18], &rates);
        assert!((shares[1] - 0.1).abs() < 1e-12, "{shares:?}");
    }

    #[test]
    fn fewer_answers_than_errors_mean_none() {
        let rates = rates(&[&[0.9, 0.1], &[0.1, 0.9]]);
        let shares = corrected(&[0.95, 0.05], &rates);
        assert_eq!(shares, [1.0, 0.0]);
    }

    #[test]
    fn labels_that_cannot_be_told_apart_and_answers_that_nothing_explains_do_no_harm() {
        let same = rates(&[&[0.5, 0.5], &[0.5, 0.5]]);
        assert!(corrected(&[0.2, 0.8], &same).iter().all(|share| (share - 0.5).abs() < 1e-9));
        let never = rates(&[&[1.0, 0.0, 0.0], &[1.0, 0.0, 0.0], &[0.5, 0.5, 0.0]]);
        let shares = corrected(&[0.3, 0.3, 0.4], &never);
        assert!(shares.iter().all(|share| share.is_finite()) && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn true_shares_come_back_and_both_ways_agree(
            parts in prop::collection::vec(0.05..1.0f64, 3),
            wrong in prop::collection::vec(0.01..0.3f64, 6),
        ) {
            let sum: f64 = parts.iter().sum();
            let shares: Vec<f64> = parts.iter().map(|part| part / sum).collect();
            let rates = rates(&[
                &[1.0, wrong[0], wrong[1]],
                &[wrong[2], 1.0, wrong[3]],
                &[wrong[4], wrong[5], 1.0],
            ]);
            let answers = answers(&shares, &rates);
            let (direct, iterated) = (solved(&answers, &rates).unwrap(), most_likely(&answers, &rates));
            for at in 0..3 {
                prop_assert!((direct[at] - shares[at]).abs() < 1e-9);
                prop_assert!((iterated[at] - shares[at]).abs() < 1e-4, "{iterated:?} {shares:?}");
            }
        }

        #[test]
        fn corrected_shares_are_shares(
            answers in prop::collection::vec(0.0..1.0f64, 4),
            counts in prop::collection::vec(0.0..9.0f64, 16),
        ) {
            prop_assume!(answers.iter().sum::<f64>() > 0.01);
            prop_assume!(counts.chunks(4).all(|row| row.iter().sum::<f64>() > 0.01));
            let sum: f64 = answers.iter().sum();
            let answers: Vec<f64> = answers.iter().map(|answer| answer / sum).collect();
            let shares = corrected(&answers, &Rates::new(4, &counts));
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-6);
            prop_assert!(shares.iter().all(|share| (-1e-12..=1.0 + 1e-6).contains(share)));
        }
    }
}
