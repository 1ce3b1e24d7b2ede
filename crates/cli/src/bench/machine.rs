//! Which machine the figures are of.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::thread;

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Machine {
    /// The processor's name, where the system tells.
    cpu: Option<String>,
    cores: usize,
    os: &'static str,
    arch: &'static str,
    /// How many programs wanted to run, as a mean over the last minute, before this one began; where the system tells.
    load: Option<f64>,
}

impl Machine {
    pub fn this() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self {
            cpu: cpu_name(&read("/proc/cpuinfo")),
            cores: thread::available_parallelism().map_or(1, usize::from),
            os: OS,
            arch: ARCH,
            load: first_number(&read("/proc/loadavg")),
        }
    }

    pub fn text(&self) -> String {
        let cores = if self.cores == 1 { "1 core".to_owned() } else { format!("{} cores", self.cores) };
        let load = self.load.map_or(String::new(), |load| format!("; load {load:.1} before"));
        format!("{}, {cores}, {} {}{load}", self.cpu.as_deref().unwrap_or("processor not known"), self.os, self.arch)
    }
}

/// The name of the first processor in Linux's list.
fn cpu_name(cpuinfo: &str) -> Option<String> {
    let fields = cpuinfo.lines().filter_map(|line| line.split_once(':'));
    fields
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, value)| *key == "model name" && !value.is_empty())
        .map(|(_, name)| name.to_owned())
}

fn first_number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_where_there_is_one() {
        let list = "processor\t: 0\nmodel\t\t: 1\nmodel name\t: Fast 9: the one\nmodel name\t: other\n";
        assert_eq!(cpu_name(list).as_deref(), Some("Fast 9: the one"));
        assert_eq!(cpu_name("processor\t: 0\nmodel name\t:\n"), None);
        assert_eq!((first_number("0.52 0.4"), first_number("")), (Some(0.52), None));
    }

    #[test]
    fn what_the_system_does_not_tell_is_left_out() {
        let machine = Machine { cpu: None, cores: 1, os: "os", arch: "arch", load: None };
        assert_eq!(machine.text(), "processor not known, 1 core, os arch");
    }
}
