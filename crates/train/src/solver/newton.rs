//! Truncated Newton with a line search: the optimiser of the sparse solver.
//!
//! Each step solves the Newton equations roughly by preconditioned conjugate gradients and then searches along the
//! direction by halving, as LIBLINEAR does since 2.40 (Galli & Lin 2021 found it faster than the trust region that it
//! replaced). The logits' change along the direction is kept, so that trying a step length costs no product with the
//! matrix.

use super::blocks::{add_scaled, dot};
use super::heavy::Heavy;
use super::objective::{Objective, RowTerms};
use super::preconditioner::Preconditioner;
use super::{NewtonSteps, SolverError};

/// Conjugate gradient steps after which a Newton step makes do with the direction it has.
const MAX_CG_STEPS: usize = 500;

/// The loosest that the Newton equations are solved, see [`Search::find_direction`] (LIBLINEAR's value). The share falls with
/// the root of the gradient, which makes convergence superlinear.
const LOOSEST: f64 = 0.5;

/// The tightest that they are solved because the quadratic model is to be trusted.
const TIGHTEST: f64 = 0.03;

/// Where the last step won what the quadratic model promised but for a small part, the model is good, and stopping early
/// only means to begin the conjugate gradients again: they go on until they leave about this many times that part.
const TRUST: f64 = 3.0;

/// Armijo's condition: a step must win this part of what the slope promises (LIBLINEAR's value).
const ARMIJO: f64 = 0.01;

/// What is added to the curvature of the intercepts, as a share of the sample weights, for a gradient as large as that of
/// the null point. They have no penalty to bound a step where all probabilities are 0 or 1, as they may be at a poor
/// start. It falls with the gradient's square, too fast to slow convergence.
const DAMPING: f64 = 1e-3;

/// Halvings before the line search gives up: a step of 2^-40 changes nothing but rounding.
const MAX_HALVINGS: usize = 40;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopping {
    /// Gradient norm relative to that of the null point; also, squared, how far above its optimum the objective may be,
    /// relative to it, by the estimate of the last step. With a small penalty the gradient alone would stop too early.
    pub(super) tolerance: f64,
    /// Gradient norm below which only rounding is left.
    pub(super) rounding: f64,
    /// Newton steps.
    pub(super) max_iterations: usize,
}

impl Stopping {
    /// How much lower the optimum may be, relative to the objective.
    ///
    /// Near the optimum the gap falls with the square of the gradient. Below rounding there is nothing to gain.
    fn gap(self) -> f64 {
        self.tolerance.powi(2).max(f64::EPSILON)
    }
}

/// What a Newton step must leave to be the last: more is not to be had from it.
#[derive(Clone, Copy)]
struct Goal {
    gradient_norm: f64,
    gap: f64,
}

/// Where the optimiser ended. Norms are of the gradient by the point, see [`Objective`].
pub(super) struct Solution {
    pub(super) point: Vec<f64>,
    pub(super) objective: f64,
    pub(super) gradient_norm: f64,
    pub(super) initial_gradient_norm: f64,
    pub(super) steps: NewtonSteps,
    pub(super) converged: bool,
}

/// Minimises the objective from `start`, or from the null point.
pub(super) fn minimise(
    objective: &Objective<'_>,
    start: Option<Vec<f64>>,
    stopping: Stopping,
) -> Result<Solution, SolverError> {
    // The yardstick is the null point's gradient for a warm start too: a good start must not make the goal harder.
    let warm = start.is_some();
    let mut search = Search::new(objective, objective.null_point());
    let initial_gradient_norm = search.fill_residual();
    if let Some(start) = start {
        search.move_to(start);
    }
    let goal = (stopping.tolerance * initial_gradient_norm).max(stopping.rounding);

    let mut steps = NewtonSteps { newton: 0, cg: 0 };
    let mut gradient_norm = initial_gradient_norm;
    loop {
        if warm || steps.newton > 0 {
            gradient_norm = search.fill_residual();
        }
        if !(gradient_norm.is_finite() && search.value.is_finite()) {
            return Err(SolverError::OptimiserFailed {
                solver: "sparse",
                cause: format!("the objective grew to {} and its gradient to {gradient_norm}", search.value),
                cure: "scale the features, for instance each row to length 1",
            });
        }
        let small = gradient_norm <= goal;
        let converged = small && search.gap <= stopping.gap() * search.value || gradient_norm <= stopping.rounding;
        let relative = gradient_norm / initial_gradient_norm;
        let last = Goal { gradient_norm: goal / 2.0, gap: stopping.gap() * search.value / 2.0 };
        if converged || steps.newton == stopping.max_iterations || !search.step(relative, last, &mut steps) {
            return Ok(Solution {
                point: search.point,
                objective: search.value,
                gradient_norm,
                initial_gradient_norm,
                steps,
                converged,
            });
        }
    }
}

/// A Newton step's direction.
struct Direction {
    /// The inner product with the gradient: negative, or 0 if there is no way down.
    slope: f64,
    /// An estimate of what the quadratic model would still win in other directions.
    left: f64,
}

/// The state that a Newton step moves, and buffers that outlive it.
struct Search<'a> {
    objective: &'a Objective<'a>,
    point: Vec<f64>,
    /// Of all rows at the point.
    logits: Vec<f64>,
    /// The objective at the point.
    value: f64,
    /// An estimate of how far `value` is above the optimum.
    gap: f64,
    /// How far the last step won more or less than the quadratic model promised, as a share of that.
    deviation: f64,
    terms: RowTerms,
    /// Of the features and the intercept, for the preconditioner.
    squares: Vec<f64>,
    /// The heaviest features.
    heavy: Option<Heavy>,
    /// What is left of the Newton equations: at first the negative gradient.
    residual: Vec<f64>,
    /// The conjugate gradients' present direction.
    conjugate: Vec<f64>,
    /// The Newton step, as the change of the point ...
    change: Vec<f64>,
    /// ... and as that of the logits.
    logits_change: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(objective: &'a Objective<'a>, point: Vec<f64>) -> Self {
        let squares = objective.column_squares();
        let heavy = objective.heavy(&squares);
        let mut search = Self {
            objective,
            point: Vec::new(),
            logits: vec![0.0; objective.n_logits()],
            value: 0.0,
            gap: f64::INFINITY,
            deviation: f64::INFINITY,
            terms: RowTerms::zeros(objective.n_logits()),
            squares,
            heavy,
            residual: vec![0.0; point.len()],
            conjugate: vec![0.0; point.len()],
            change: vec![0.0; point.len()],
            logits_change: vec![0.0; objective.n_logits()],
        };
        search.move_to(point);
        search
    }

    fn move_to(&mut self, point: Vec<f64>) {
        self.objective.logits(&point, &mut self.logits);
        self.value = self.objective.loss(&self.logits) + self.objective.penalty_at(&point);
        self.point = point;
    }

    /// Puts the negative gradient into `residual` and returns its norm.
    fn fill_residual(&mut self) -> f64 {
        self.objective.row_terms(&self.logits, &mut self.terms);
        self.objective.negative_gradient(&self.point, &mut self.terms, &mut self.residual);
        dot(&self.residual, &self.residual).sqrt()
    }

    /// One Newton step, from the negative gradient in `residual`. False if no step lowers the objective any more.
    fn step(&mut self, relative_gradient: f64, goal: Goal, steps: &mut NewtonSteps) -> bool {
        let share = relative_gradient.sqrt().min(LOOSEST).min((TRUST * self.deviation).max(TIGHTEST));
        let damping = DAMPING * self.objective.total_weight() * relative_gradient.min(1.0).powi(2);
        let Direction { slope, left } = self.find_direction(share, damping, goal, steps);
        if slope >= 0.0 {
            return false;
        }
        let objective = self.objective;
        let n_weights = objective.n_weights();
        let (weights, change) = (&self.point[..n_weights], &self.change[..n_weights]);
        let cross = objective.penalty() * dot(weights, change);
        let penalty_at_change = objective.penalty_at(&self.change);
        let penalty = objective.penalty_at(&self.point);
        // Differences below this are rounding: a step that changes no more is as good as any.
        let noise = 16.0 * f64::EPSILON * self.value.abs();

        let mut length = 1.0;
        for _ in 0..MAX_HALVINGS {
            let value = objective.loss_along(&self.logits, length, &self.logits_change)
                + penalty
                + length * (cross + length * penalty_at_change);
            if value - self.value <= ARMIJO * length * slope + noise {
                add_scaled(&mut self.point, length, &self.change);
                add_scaled(&mut self.logits, length, &self.logits_change);
                let promised = -slope * length * (1.0 - length / 2.0);
                self.deviation = ((self.value - value) / promised - 1.0).abs();
                self.value = value;
                // A full step wins what the quadratic model promises, but for what the conjugate gradients left.
                self.gap = if length < 1.0 { f64::INFINITY } else { left };
                steps.newton += 1;
                return true;
            }
            length /= 2.0;
        }
        false
    }

    /// Conjugate gradients on the Newton equations, from zero: fills `change` and `logits_change`.
    ///
    /// Ends when the last step won less than `share` of the mean step (Nash & Sofer 1990), or when what is left is within
    /// the goal. `damping` is added to the curvature of the intercepts.
    ///
    /// The product with the Hessian is never stored: the step length needs only `d' H d`, which follows from the change
    /// of the logits, and the product is added to the residual as it is made.
    fn find_direction(&mut self, share: f64, damping: f64, goal: Goal, steps: &mut NewtonSteps) -> Direction {
        let objective = self.objective;
        let n_weights = objective.n_weights();
        let probabilities = &self.terms.probabilities;
        // The rows' residuals are in the gradient by now.
        let scratch = &mut self.terms.residuals;
        let means = objective.mean_curvatures(probabilities, scratch);
        let heavy = self.heavy.as_ref().and_then(|heavy| heavy.factorise(objective.penalty(), means[0], damping));
        let preconditioner = Preconditioner::new(&self.squares, &means, objective.penalty(), heavy);

        self.change.fill(0.0);
        self.logits_change.fill(0.0);
        self.conjugate.fill(0.0);
        let (mut slope, mut left) = (0.0, f64::INFINITY);
        let mut ratio = 0.0;
        let mut squared = preconditioner.square(&self.residual);
        for step in 1..=MAX_CG_STEPS {
            preconditioner.turn(ratio, &self.residual, &mut self.conjugate);
            objective.logits(&self.conjugate, scratch);
            let (weights, intercept) = self.conjugate.split_at(n_weights);
            let curvature = objective.curvature(probabilities, scratch)
                + objective.penalty() * dot(weights, weights)
                + damping * dot(intercept, intercept);
            if !(curvature > 0.0 && squared > 0.0) {
                break;
            }
            let length = squared / curvature;
            add_scaled(&mut self.change, length, &self.conjugate);
            add_scaled(&mut self.logits_change, length, scratch);
            steps.cg += 1;
            // Of the quadratic model, this step wins half of `gain`, all steps together half of `slope`.
            let gain = length * squared;
            slope -= gain;
            left = step as f64 * gain / 2.0;
            if left <= share * -slope / 2.0 {
                break;
            }
            let (of_weights, of_intercept) = self.residual.split_at_mut(n_weights);
            add_scaled(of_weights, -length * objective.penalty(), weights);
            add_scaled(of_intercept, -length * damping, intercept);
            objective.add_hessian_product(probabilities, scratch, -length, &mut self.residual);
            if left <= goal.gap && dot(&self.residual, &self.residual).sqrt() <= goal.gradient_norm {
                break;
            }
            let next = preconditioner.square(&self.residual);
            ratio = next / squared;
            squared = next;
        }
        Direction { slope, left }
    }
}
