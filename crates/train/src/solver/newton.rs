//! Truncated Newton with a line search: the optimiser of the sparse solver.
//!
//! Each step solves the Newton equations roughly by preconditioned conjugate gradients and then searches along the
//! direction by halving, as LIBLINEAR does since 2.40 (Galli & Lin 2021 found it faster than the trust region that it
//! replaced). The logits' change along the direction is kept, so that trying a step length costs no product with the
//! matrix.

use super::blocks::{add_scaled, dot};
use super::objective::{Objective, RowTerms};
use super::preconditioner::Preconditioner;
use super::{NewtonSteps, SolverError};

/// Conjugate gradient steps after which a Newton step makes do with the direction it has.
const MAX_CG_STEPS: usize = 500;

/// The loosest that the Newton equations are solved, see [`Search::direction`] (LIBLINEAR's value).
const LOOSEST: f64 = 0.5;

/// Armijo's condition: a step must win this part of what the slope promises (LIBLINEAR's value).
const ARMIJO: f64 = 0.01;

/// Halvings before the line search gives up: a step of 2^-40 changes nothing but rounding.
const MAX_HALVINGS: usize = 40;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopping {
    /// Gradient norm relative to that of the null point.
    pub(super) tolerance: f64,
    /// Gradient norm below which only rounding is left.
    pub(super) rounding: f64,
    /// Newton steps.
    pub(super) max_iterations: usize,
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
    let mut residual = search.negative_gradient();
    let initial_gradient_norm = norm(&residual);
    if let Some(start) = start {
        search.move_to(start);
    }
    let goal = (stopping.tolerance * initial_gradient_norm).max(stopping.rounding);

    let mut steps = NewtonSteps { newton: 0, cg: 0 };
    loop {
        if warm || steps.newton > 0 {
            residual = search.negative_gradient();
        }
        let gradient_norm = norm(&residual);
        if !(gradient_norm.is_finite() && search.value.is_finite()) {
            return Err(SolverError::OptimiserFailed {
                solver: "sparse",
                cause: format!("the objective grew to {} and its gradient to {gradient_norm}", search.value),
                cure: "scale the features, for instance each row to length 1",
            });
        }
        let converged = gradient_norm <= goal;
        let relative = gradient_norm / initial_gradient_norm;
        if converged
            || steps.newton == stopping.max_iterations
            || !search.step(std::mem::take(&mut residual), relative, &mut steps)
        {
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

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

/// The state that a Newton step moves, and buffers that outlive it.
struct Search<'a> {
    objective: &'a Objective<'a>,
    point: Vec<f64>,
    /// Of all rows at the point.
    logits: Vec<f64>,
    /// The objective at the point.
    value: f64,
    terms: RowTerms,
    /// Of the features and the intercept, for the preconditioner.
    squares: Vec<f64>,
}

/// A direction in which the objective falls.
struct Direction {
    /// The change of the point.
    change: Vec<f64>,
    /// The change of the logits.
    logits: Vec<f64>,
    /// The inner product with the gradient: negative, or 0 if there is no way down.
    slope: f64,
}

impl<'a> Search<'a> {
    fn new(objective: &'a Objective<'a>, point: Vec<f64>) -> Self {
        let mut search = Self {
            objective,
            point: Vec::new(),
            logits: vec![0.0; objective.n_logits()],
            value: 0.0,
            terms: RowTerms::zeros(objective.n_logits()),
            squares: objective.column_squares(),
        };
        search.move_to(point);
        search
    }

    fn move_to(&mut self, point: Vec<f64>) {
        self.objective.logits(&point, &mut self.logits);
        self.value = self.objective.loss(&self.logits) + self.objective.penalty_at(&point);
        self.point = point;
    }

    fn negative_gradient(&mut self) -> Vec<f64> {
        self.objective.row_terms(&self.logits, &mut self.terms);
        self.objective.negative_gradient(&self.point, &mut self.terms)
    }

    /// One Newton step, given the negative gradient. False if no step lowers the objective any more.
    fn step(&mut self, residual: Vec<f64>, relative_gradient: f64, steps: &mut NewtonSteps) -> bool {
        let direction = self.direction(residual, relative_gradient, steps);
        if direction.slope >= 0.0 {
            return false;
        }
        let objective = self.objective;
        let n_weights = objective.n_weights();
        let (weights, change) = (&self.point[..n_weights], &direction.change[..n_weights]);
        let cross = objective.penalty() * dot(weights, change);
        let penalty_at_change = objective.penalty_at(&direction.change);
        let penalty = objective.penalty_at(&self.point);
        // Differences below this are rounding: a step that changes no more is as good as any.
        let noise = 16.0 * f64::EPSILON * self.value.abs();

        let mut length = 1.0;
        for _ in 0..MAX_HALVINGS {
            let value = objective.loss_along(&self.logits, length, &direction.logits)
                + penalty
                + length * (cross + length * penalty_at_change);
            if value - self.value <= ARMIJO * length * direction.slope + noise {
                add_scaled(&mut self.point, length, &direction.change);
                add_scaled(&mut self.logits, length, &direction.logits);
                self.value = value;
                steps.newton += 1;
                return true;
            }
            length /= 2.0;
        }
        false
    }

    /// Conjugate gradients on the Newton equations, from zero.
    ///
    /// `residual` is the negative gradient. The product with the Hessian is never stored: the step length needs only
    /// `d' H d`, which follows from the change of the logits, and the product is added to the residual as it is made.
    ///
    /// Ends when the last step won less than a share of the mean step (Nash & Sofer 1990), a share that falls with the
    /// gradient, so that convergence is superlinear.
    fn direction(&mut self, mut residual: Vec<f64>, relative_gradient: f64, steps: &mut NewtonSteps) -> Direction {
        let objective = self.objective;
        let n_weights = objective.n_weights();
        let probabilities = &self.terms.probabilities;
        // The rows' residuals are in the gradient by now.
        let scratch = &mut self.terms.residuals;
        let means = objective.mean_curvatures(probabilities, scratch);
        let preconditioner = Preconditioner::new(&self.squares, &means, objective.penalty());
        let share = relative_gradient.sqrt().min(LOOSEST);

        let mut found = Direction { change: vec![0.0; residual.len()], logits: vec![0.0; scratch.len()], slope: 0.0 };
        let mut conjugate = vec![0.0; residual.len()];
        let mut ratio = 0.0;
        let mut squared = preconditioner.square(&residual);
        for step in 1..=MAX_CG_STEPS {
            preconditioner.turn(ratio, &residual, &mut conjugate);
            objective.logits(&conjugate, scratch);
            let weights = &conjugate[..n_weights];
            let curvature = objective.curvature(probabilities, scratch) + objective.penalty() * dot(weights, weights);
            if !(curvature > 0.0 && squared > 0.0) {
                break;
            }
            let length = squared / curvature;
            add_scaled(&mut found.change, length, &conjugate);
            add_scaled(&mut found.logits, length, scratch);
            steps.cg += 1;
            // Of the quadratic model, this step wins half of `gain`, all steps together half of `slope`.
            let gain = length * squared;
            found.slope -= gain;
            if step as f64 * gain <= share * -found.slope {
                break;
            }
            add_scaled(&mut residual[..n_weights], -length * objective.penalty(), weights);
            objective.add_hessian_product(probabilities, scratch, -length, &mut residual);
            let next = preconditioner.square(&residual);
            ratio = next / squared;
            squared = next;
        }
        found
    }
}
