//! Rows in factors against the same rows with values.

use copydesk_features::{BlockSpec, CountedRows, FeatureSpec, Norm, TermFrequency, Units, Vectorizer};
use linfa::ParamGuard;
use ndarray::{Array1, ArrayView1};
use proptest::prelude::*;

use super::super::design::Design;
use super::super::products::{Matrix, Power};
use super::{Numbers, assert_close};
use crate::solver::SparseLogistic;

/// Two blocks of n-grams of made-up texts, in which words repeat.
fn counted(seed: u64, texts: usize, tf: TermFrequency, norm: Norm) -> CountedRows {
    let mut numbers = Numbers::new(seed);
    let texts: Vec<String> = (0..texts)
        .map(|_| {
            let words: Vec<String> = (0..numbers.below(9)).map(|_| format!("w{}", numbers.below(12))).collect();
            words.join(" ")
        })
        .chain(["w1 w1 w2".to_owned(), "w1 w2 w2 w2".to_owned()])
        .collect();
    let words = BlockSpec { tf, norm, min_groups: 1, weight: 0.7, ..BlockSpec::default() };
    let characters = BlockSpec { units: Units::Characters, min_n: 2, max_n: 3, ..words.clone() };
    let blocks = [("chars".to_owned(), characters), ("words".to_owned(), words)].into();
    let spec = FeatureSpec { blocks, ..FeatureSpec::default() }.check().unwrap();
    Vectorizer::fit_rows(spec, &texts, None).unwrap().1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn both_products_are_those_of_the_values(seed in 0..1000_u64, width in 1..4_usize, kind in 0..4_usize, threads in 1..4_usize) {
        let (tf, norm) = [
            (TermFrequency::Count, Norm::L2),
            (TermFrequency::Binary, Norm::L2),
            (TermFrequency::Sublinear, Norm::L2),
            (TermFrequency::Count, Norm::Occurrences),
        ][kind];
        let rows = counted(seed, 20, tf, norm);
        let sparse = rows.to_sparse();
        let design = Design::from(&rows);
        let columns = design.columns().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (fast, plain) = (Matrix::new(&design), Matrix::new(&Design::from(&sparse)));
            let mut numbers = Numbers::new(seed);
            let v: Vec<f64> = (0..sparse.n_cols() * width).map(|_| numbers.unit() - 0.5).collect();
            let by_rank: Vec<f64> = columns.iter().flat_map(|&c| &v[c as usize * width..(c as usize + 1) * width]).copied().collect();
            let intercept = vec![0.25; width];
            let mut products = [vec![0.0; sparse.n_rows() * width], vec![0.0; sparse.n_rows() * width]];
            fast.multiply(&by_rank, &intercept, &mut products[0]);
            plain.multiply(&v, &intercept, &mut products[1]);
            assert!(products[0].iter().zip(&products[1]).all(|(a, b)| (a - b).abs() < 1e-5));

            for power in [Power::One, Power::Two] {
                let mut sums = [vec![0.5; (columns.len() + 1) * width], vec![0.5; (columns.len() + 1) * width]];
                fast.add_transposed(&products[1], width, &mut sums[0], power);
                plain.add_transposed(&products[1], width, &mut sums[1], power);
                for (rank, &column) in columns.iter().chain([&(columns.len() as u32)]).enumerate() {
                    for at in 0..width {
                        let (a, b) = (sums[0][rank * width + at], sums[1][column as usize * width + at]);
                        assert!((a - b).abs() < 1e-5, "{a} for {b}");
                    }
                }
            }
        });
    }
}

/// More n-grams than 16 bits can number, so that some of a row's ranks take two units.
#[test]
fn rare_ranks_take_their_turn_behind_the_frequent_ones() {
    let texts: Vec<String> = (0..2000)
        .map(|text| {
            let rare: Vec<String> = (0..40 + text % 7).map(|at| format!("r{text}x{at}")).collect();
            format!("{} r{text}x1 w{} {}", rare.join(" "), text % 90, ["a", "a b", "a b c", "a b c b"][text % 4])
        })
        .collect();
    let words = BlockSpec { min_groups: 1, max_n: 1, ..BlockSpec::default() };
    let spec = FeatureSpec { blocks: [("words".to_owned(), words)].into(), ..FeatureSpec::default() }.check().unwrap();
    let (_, rows) = Vectorizer::fit_rows(spec, &texts, None).unwrap();
    let block = &rows.blocks()[0];
    assert!((0..rows.n_rows()).any(|row| !block.row(row).low.is_empty() && block.row(row).high.len() > 4));

    let mut numbers = Numbers::new(5);
    let v: Vec<f64> = (0..rows.n_cols()).map(|_| numbers.unit() - 0.5).collect();
    let scaled: Vec<f64> = v.iter().zip(block.idf()).map(|(v, &idf)| v * f64::from(idf)).collect();
    let mut product = vec![0.0; rows.n_rows()];
    let matrix = Matrix::new(&Design::from(&rows));
    matrix.multiply(&v, &[0.25], &mut product);
    for (index, found) in product.iter().enumerate() {
        let row = block.row(index);
        let mut sums = [0.0; 4];
        row.ranks().enumerate().for_each(|(at, rank)| sums[at % 4] += scaled[rank as usize]);
        let repeats: f64 = row.repeats.iter().map(|r| block.extra(r.count) * scaled[r.rank as usize]).sum();
        let expected = 0.25 + row.factor * ((sums[0] + sums[1]) + (sums[2] + sums[3]) + repeats);
        assert_eq!(found.to_bits(), expected.to_bits(), "row {index}");
    }

    let u: Vec<f64> = (0..rows.n_rows()).map(|_| numbers.unit()).collect();
    let sparse = rows.to_sparse();
    let (mut fast, mut plain) = (vec![0.0; rows.n_cols() + 1], vec![0.0; rows.n_cols() + 1]);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    pool.install(|| Matrix::new(&Design::from(&rows)).add_transposed(&u, 1, &mut fast, Power::One));
    Matrix::new(&Design::from(&sparse)).add_transposed(&u, 1, &mut plain, Power::One);
    for (rank, &column) in block.columns().iter().enumerate() {
        assert!((fast[rank] - plain[column as usize]).abs() < 1e-5);
    }
}

#[test]
fn the_optimum_is_that_of_the_values_and_its_bits_do_not_depend_on_the_threads() {
    for n_classes in [2, 3] {
        let rows = counted(n_classes as u64, 2000, TermFrequency::Sublinear, Norm::L2);
        let sparse = rows.to_sparse();
        let mut numbers = Numbers::new(9);
        let targets: Array1<usize> = (0..rows.n_rows()).map(|_| numbers.below(n_classes)).collect();
        let params = SparseLogistic::params().tolerance(1e-6).check().unwrap();
        let fit = |design: &Design<'_>, threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| params.fit_design(design, targets.view(), ArrayView1::from(&[])).unwrap())
        };
        let fitted = fit(&Design::from(&rows), 1);
        let plain = fit(&Design::from(&sparse), 1);
        assert_close(fitted.convergence().objective, plain.convergence().objective, 1e-7);
        assert!(super::largest_difference(&fitted.weights().to_owned(), &plain.weights().to_owned()) < 1e-3);
        assert_eq!(fitted, fit(&Design::from(&rows), 5));
    }
}
