//! What can go wrong in a fit.

use thiserror::Error;

/// Why a solver refused its parameters or its data, or could not finish.
///
/// Rows, columns and classes are numbered from 0.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SolverError {
    /// The data has no rows.
    #[error("no rows to fit on: give at least one labelled text for each of two classes")]
    NoRows,
    /// Rows and targets (or sample weights) differ in number.
    #[error("{rows} rows but {count} {what}: there must be exactly one a row")]
    CountMismatch {
        /// What is counted against the rows: "targets" or "sample weights".
        what: &'static str,
        /// Number of rows.
        rows: usize,
        /// Number of targets or weights.
        count: usize,
    },
    /// Fewer than two classes carry weight.
    #[error("{present} class has rows of positive weight, a classifier needs two or more: add texts of another label")]
    TooFewClasses {
        /// Number of classes present.
        present: usize,
    },
    /// A target is not below the number of classes.
    #[error("row {row} has class number {class}, but there are {n_classes} classes, numbered from 0")]
    ClassOutOfRange {
        /// The row.
        row: usize,
        /// Its class number.
        class: usize,
        /// Number of classes.
        n_classes: usize,
    },
    /// A value of the matrix is infinite or not a number.
    #[error("the value at row {row}, column {column} is {value}: values must be finite")]
    NonFiniteValue {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The value.
        value: f32,
    },
    /// A value of the matrix is negative, where chi-squared selection takes counts or weights of terms.
    #[error(
        "the value at row {row}, column {column} is {value}: chi-squared selection needs values of 0 or more; use the sparse solver for signed features"
    )]
    NegativeValue {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The value.
        value: f32,
    },
    /// A sample weight is negative, infinite or not a number.
    #[error("row {row} has sample weight {weight}: weights must be finite and 0 or more")]
    InvalidSampleWeight {
        /// The row.
        row: usize,
        /// Its weight.
        weight: f32,
    },
    /// A class weight is negative, infinite or not a number.
    #[error("class {class} has weight {weight}: weights must be finite and 0 or more")]
    InvalidClassWeight {
        /// The class.
        class: usize,
        /// Its weight.
        weight: f64,
    },
    /// The penalty is not a positive, finite number.
    #[error(
        "alpha is {alpha}: it must be finite and above 0, since without a penalty separable classes have no best weights; take a small alpha such as 0.001"
    )]
    InvalidAlpha {
        /// The value given.
        alpha: f64,
    },
    /// The tolerance is not between 0 and 1.
    #[error("the tolerance is {tolerance}: it must be above 0 and below 1, such as 0.005")]
    InvalidTolerance {
        /// The value given.
        tolerance: f64,
    },
    /// A count that must be at least one is zero.
    #[error("{what} is 0: it must be 1 or more")]
    Zero {
        /// The parameter.
        what: &'static str,
    },
    /// An array has not the shape that the data or another parameter asks for.
    #[error("{what}: expected {expected:?}, found {found:?}")]
    ShapeMismatch {
        /// The array.
        what: &'static str,
        /// The shape it should have.
        expected: Vec<usize>,
        /// Its shape.
        found: Vec<usize>,
    },
    /// A warm start holds an infinite value or one that is not a number.
    #[error("the warm start holds a value that is not finite: start from a finished fit or from nothing")]
    NonFiniteStart,
    /// The dense matrix would not fit in the memory budget.
    #[error(
        "the linfa solver needs about {needed_mib} MiB for {rows} rows by {features} features, the budget is {budget_mib} MiB: select fewer features, raise the budget or use `--solver sparse`"
    )]
    TooMuchMemory {
        /// Rows of the dense matrix.
        rows: usize,
        /// Columns of the dense matrix.
        features: usize,
        /// Memory needed, in MiB, rounded up.
        needed_mib: u64,
        /// Memory allowed, in MiB, rounded down.
        budget_mib: u64,
    },
    /// linfa-logistic takes no sample or class weights.
    #[error("the linfa solver takes no {what}: leave them out or use `--solver sparse`")]
    WeightsUnsupported {
        /// "sample weights" or "class weights".
        what: &'static str,
    },
    /// The optimiser gave up without a usable result.
    #[error("the {solver} solver failed: {cause}; {cure}")]
    OptimiserFailed {
        /// "sparse" or "linfa".
        solver: &'static str,
        /// What it reported.
        cause: String,
        /// What to try.
        cure: &'static str,
    },
    /// An error of linfa itself.
    #[error(transparent)]
    Linfa(#[from] linfa::error::Error),
}

impl SolverError {
    /// Refuses a penalty that is not finite and above 0.
    pub(super) fn check_alpha(alpha: f64) -> Result<(), Self> {
        if alpha.is_finite() && alpha > 0.0 { Ok(()) } else { Err(Self::InvalidAlpha { alpha }) }
    }

    /// Refuses a tolerance that is not between 0 and 1.
    pub(super) fn check_tolerance(tolerance: f64) -> Result<(), Self> {
        if tolerance > 0.0 && tolerance < 1.0 { Ok(()) } else { Err(Self::InvalidTolerance { tolerance }) }
    }

    /// Refuses a count of 0.
    pub(super) fn check_positive(what: &'static str, count: usize) -> Result<(), Self> {
        if count > 0 { Ok(()) } else { Err(Self::Zero { what }) }
    }
}
