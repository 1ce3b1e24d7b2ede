//! Timing the stages in turns, so that whatever else the machine does slows all of them.

use std::time::{Duration, Instant};

use super::figures::Figures;
use super::stages::Stage;
use crate::failure::Failure;

/// There are at least so many runs, whatever the budget is.
const FEWEST: usize = 5;
const MOST: usize = 99;
/// So many runs are planned for.
pub(super) const PLANNED: usize = 9;

/// What was measured of a stage.
#[derive(Debug)]
pub(super) struct Timed {
    pub name: String,
    pub threads: usize,
    /// Walks over the text in a run.
    pub passes: usize,
    /// Seconds a walk over the text.
    pub seconds: Figures,
    /// How many times the floor it took, as the median of the runs: floor and stage are of the same run.
    pub over_floor: f64,
}

/// The timings, and how many runs there were.
#[derive(Debug)]
pub(super) struct Timings {
    pub stages: Vec<Timed>,
    pub runs: usize,
}

/// The seconds of a walk over the text for each stage, once the caches are warm.
pub(super) fn pilot(stages: &mut [Stage<'_>]) -> Result<Vec<f64>, Failure> {
    for stage in &mut *stages {
        seconds(stage, 1)?;
    }
    stages.iter_mut().map(|stage| seconds(stage, 1).map(|(time, _)| time)).collect()
}

/// Times all stages in turns until the budget is spent; in each run a stage walks so many times over the text. The first
/// stage is the floor.
pub(super) fn time(stages: &mut [Stage<'_>], passes: &[usize], budget: Duration) -> Result<Timings, Failure> {
    let found = stages.iter_mut().map(|stage| seconds(stage, 1).map(|(_, sum)| sum)).collect::<Result<Vec<_>, _>>()?;
    for (stage, sum) in stages.iter().zip(&found) {
        let first = stages.iter().position(|other| other.kind == stage.kind).expect("the stage itself is one");
        if found[first] != *sum {
            return Err(differs(&stage.name, &stages[first].name));
        }
    }
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); stages.len()];
    let begun = Instant::now();
    while times[0].len() < FEWEST || (times[0].len() < MOST && begun.elapsed() < budget) {
        for (at, stage) in stages.iter_mut().enumerate() {
            let (time, sum) = seconds(stage, passes[at])?;
            if sum != found[at] {
                return Err(differs(&stage.name, "the run before"));
            }
            times[at].push(time);
        }
    }
    let ratios = |stage: &[f64]| stage.iter().zip(&times[0]).map(|(time, floor)| time / floor).collect();
    let timed = stages.iter().zip(&times).zip(passes).map(|((stage, times), passes)| Timed {
        name: stage.name.clone(),
        threads: stage.threads,
        passes: *passes,
        over_floor: Figures::of(ratios(times)).median,
        seconds: Figures::of(times.clone()),
    });
    Ok(Timings { stages: timed.collect(), runs: times[0].len() })
}

/// The seconds of one walk of several, and what all of them found.
fn seconds(stage: &mut Stage<'_>, passes: usize) -> Result<(f64, u64), Failure> {
    let start = Instant::now();
    let found = stage.walk(passes);
    let seconds = start.elapsed().as_secs_f64() / passes as f64;
    found.map(|found| (seconds, found)).ok_or_else(|| differs(&stage.name, "the walk before"))
}

/// Times something that is not measured in turns, as loading a model.
pub(super) fn repeated<T>(mut action: impl FnMut() -> Result<T, Failure>) -> Result<Figures, Failure> {
    let mut seconds = Vec::new();
    for _ in 0..FEWEST {
        let start = Instant::now();
        let value = action()?;
        seconds.push(start.elapsed().as_secs_f64());
        // Taking it apart is no part of it.
        drop(value);
    }
    Ok(Figures::of(seconds))
}

fn differs(one: &str, other: &str) -> Failure {
    Failure::BadData(format!(
        "`{one}` found something else than {other}: that is an error in copydesk, please report it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::stages::Kind;

    fn stage<'a>(kind: Kind, walk: impl FnMut() -> u64 + Send + 'a) -> Stage<'a> {
        Stage { name: format!("{kind:?}"), kind, threads: 1, pool: None, walk: Box::new(walk) }
    }

    #[test]
    fn every_run_walks_each_stage_so_many_times() {
        let (mut floors, mut walks) = (0, 0);
        let mut count_floors = || {
            floors += 1;
            7
        };
        let mut count_walks = || {
            walks += 1;
            8
        };
        let mut stages = [stage(Kind::Floor, &mut count_floors), stage(Kind::Segmentation, &mut count_walks)];
        let timings = time(&mut stages, &[3, 2], Duration::ZERO).unwrap();
        drop(stages);
        assert_eq!((timings.runs, timings.stages.len()), (FEWEST, 2));
        assert_eq!((floors, walks), (1 + 3 * FEWEST, 1 + 2 * FEWEST));
        assert!((timings.stages[0].over_floor - 1.0).abs() < 1e-12);
    }

    #[test]
    fn another_result_is_an_error() {
        for (changed, message) in [(3, "the walk before"), (4, "the run before")] {
            let mut calls = 0;
            let changing = stage(Kind::Segmentation, || {
                calls += 1;
                u64::from(calls >= changed)
            });
            let failure = time(&mut [stage(Kind::Floor, || 0), changing], &[1, 2], Duration::ZERO).unwrap_err();
            assert!(failure.message().unwrap().contains(message), "{failure:?}");
        }
        let unlike = [stage(Kind::Floor, || 0), stage(Kind::Documents, || 1), stage(Kind::Documents, || 2)];
        assert!(time(&mut { unlike }, &[1, 1, 1], Duration::ZERO).is_err());
    }
}
