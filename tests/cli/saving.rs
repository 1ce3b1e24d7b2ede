//! Saving under kill -9, beside readers, on full disks and in folders that nothing can be written to.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use copydesk_infer::Model;
use copydesk_train::write_atomically;

use crate::run::{
    Folder, HELD_OUT, NOTICES, NOTICES_CONFIG, command, command_within, copydesk, copydesk_within, read, small_model,
};

/// Numbers that look random and are the same in every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Two models of different size, large enough that writing one takes a while.
fn two_models() -> [Vec<u8>; 2] {
    ["news-en", "news-en-open"].map(|name| fs::read(format!("models/{name}/model.safetensors")).unwrap())
}

const TARGET: &str = "COPYDESK_TEST_SAVE_TO";

/// Not a test: what `killed_while_saving` starts and kills. Says a line once it is under way.
#[test]
#[ignore = "saves until it is killed; started by other tests"]
fn save_until_killed() {
    let Some(target) = std::env::var_os(TARGET) else {
        return;
    };
    let models = two_models();
    for round in 0.. {
        write_atomically(Path::new(&target), &models[round % 2]).unwrap();
        if round == 0 {
            std::io::stdout().write_all(b"\nsaving\n").unwrap();
        }
    }
}

fn start_saving(target: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["saving::save_until_killed", "--exact", "--ignored", "--nocapture"]).env(TARGET, target);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "saving"));
    child
}

/// Kills a process that saves at so many random moments. After each the file is one of the two models, whole.
fn kill_while_saving(kills: u64) {
    let models = two_models();
    let folder = Folder::new();
    let target = folder.path("model.safetensors");
    let mut draws = Draws(kills);
    let mut halfway = 0;
    for kill in 0..kills {
        let mut child = start_saving(&target);
        thread::sleep(Duration::from_micros(draws.below(40_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = fs::read(&target).unwrap();
        assert!(models.contains(&found), "kill {kill} left a file of {} bytes that is neither model", found.len());
        if kill % 16 == 0 {
            Model::load(&target).unwrap();
        }
        // Nothing reads what a killed process leaves beside the model.
        for name in folder.names().into_iter().filter(|name| name != "model.safetensors") {
            assert!(name.starts_with(".copydesk-") && name.strip_suffix(".tmp").is_some(), "{name}");
            fs::remove_file(folder.path(&name)).unwrap();
            halfway += 1;
        }
    }
    eprintln!("{kills} kills, {halfway} of them between the first byte and the rename: no broken file");
    assert!(halfway > 0, "no kill hit a save");
}

#[test]
fn killed_while_saving() {
    kill_while_saving(20);
}

#[test]
#[ignore = "takes minutes"]
fn killed_while_saving_300_times() {
    kill_while_saving(300);
}

#[test]
fn training_that_is_killed_leaves_a_whole_model() {
    let folder = Folder::new();
    let out = folder.path("m");
    let train = |alpha: &str| {
        ["train", NOTICES, "--config", NOTICES_CONFIG, "--cv", "0", "--alpha", alpha, "--out", &out].map(String::from)
    };
    let run = |alpha: &str| {
        let arguments = train(alpha);
        command(&arguments.each_ref().map(String::as_str))
    };
    let finished = |alpha: &str| {
        assert!(run(alpha).status().unwrap().success());
        fs::read(folder.path("m/model.safetensors")).unwrap()
    };
    let models = [finished("1"), finished("2")];
    let mut draws = Draws(7);
    for kill in 0..20 {
        let mut child = run(["1", "2"][kill % 2]).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(draws.below(60_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(models.contains(&fs::read(folder.path("m/model.safetensors")).unwrap()));
        for file in ["scores.json", "card.md"] {
            assert!(read(&folder.path(&format!("m/{file}"))).ends_with('\n'), "{file} is whole");
        }
    }
}

#[test]
fn readers_meet_a_whole_model_while_it_is_replaced_a_thousand_times() {
    let folder = Folder::new();
    let target = folder.path("model.safetensors");
    let other = folder.path("other");
    copydesk(&["train", NOTICES, "--cv", "0", "--out", &other]).ok();
    let models = [small_model(), &other].map(|model| fs::read(format!("{model}/model.safetensors")).unwrap());
    assert_ne!(models[0].len(), models[1].len());
    write_atomically(target.as_ref(), &models[0]).unwrap();
    let done = AtomicBool::new(false);
    let loads: Vec<usize> = thread::scope(|scope| {
        let reader = || {
            let mut loads = 0;
            while !done.load(Ordering::Relaxed) {
                Model::load(&target).unwrap();
                loads += 1;
            }
            loads
        };
        let readers = [scope.spawn(reader), scope.spawn(reader)];
        for round in 1..=1000 {
            write_atomically(target.as_ref(), &models[round % 2]).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        readers.map(|reader| reader.join().unwrap()).to_vec()
    });
    assert!(loads.iter().all(|loads| *loads > 0), "{loads:?}");
}

/// What is in the folder of a model, by name.
fn contents(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_file_that_grows_too_large_is_no_half_file() {
    let folder = Folder::new();
    let out = folder.path("m");
    copydesk(&["train", NOTICES, "--config", NOTICES_CONFIG, "--out", &out]).ok();
    let before = contents(&out);
    // 4 KiB: less than the model and its scores have. With the signal ignored, writing fails as on a full disk.
    let run = copydesk_within(4096, "trap '' XFSZ; ulimit -f 8;", &["train", NOTICES, "--out", &out]);
    assert_eq!(run.code, 74, "{}", run.err);
    assert!(run.err.contains("cannot write") && run.err.contains(&out), "{}", run.err);
    assert_eq!(contents(&out), before, "the model is as it was and nothing lies beside it");
    // Without that the signal kills the process, as kill -9 would. (The shell may tell of it by a code.)
    let output =
        command_within(4096, "ulimit -f 8; ulimit -c 0;", &["train", NOTICES, "--out", &out]).output().unwrap();
    assert!(!output.status.success());
    let after: Vec<_> = contents(&out).into_iter().filter(|(name, _)| !name.starts_with(".copydesk-")).collect();
    assert_eq!(after, before);
    let run = copydesk_within(
        4096,
        "trap '' XFSZ; ulimit -f 1;",
        &["eval", small_model(), HELD_OUT, &format!("--json={}", folder.path("scores.json"))],
    );
    assert_eq!(run.code, 74, "{}", run.err);
    assert_eq!(folder.names(), ["m"]);
}

/// Runs a script with a small, empty file system of its own on `$1`. `None`, with a word, where the system allows no such
/// thing.
fn on_a_file_system(options: &str, script: &str, arguments: &[&str]) -> Option<std::process::Output> {
    let folder = Folder::new();
    let mount = format!("mount -t tmpfs -o {options} tmpfs \"$1\"");
    let run = |script: &str| {
        Command::new("unshare")
            .args(["-r", "-m", "sh", "-c", script, "sh", &folder.path("")])
            .args([env!("CARGO_BIN_EXE_copydesk")])
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
    };
    if !run(&mount).is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this system does not let a process have a file system of its own (unshare -r -m)");
        return None;
    }
    Some(run(&format!("{mount} || exit 99; {script}")).unwrap())
}

#[test]
fn a_full_disk_leaves_the_old_model() {
    let script = "cp -r \"$3\" \"$1/m\" && before=$(cksum \"$1\"/m/*) && dd if=/dev/zero of=\"$1/rest\" bs=1k 2>/dev/null; \
                  \"$2\" train \"$4\" --alpha 7 --out \"$1/m\"; code=$?; \
                  [ \"$before\" = \"$(cksum \"$1\"/m/*)\" ] || echo changed; ls -A \"$1/m\"; exit $code";
    if let Some(output) = on_a_file_system("size=64k", script, &[small_model(), NOTICES]) {
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(74), "{err}");
        assert!(err.contains("No space left"), "{err}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "card.md\nmodel.safetensors\nscores.json\n");
    }
}

#[test]
fn a_read_only_file_system_is_told_before_the_work() {
    let script = "\"$2\" train \"$3\" --out \"$1/m\"";
    if let Some(output) = on_a_file_system("ro", script, &[NOTICES]) {
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(73), "{err}");
        assert!(err.contains("Read-only") && !err.contains("fold 1"), "{err}");
    }
}

#[test]
fn a_folder_without_write_permission_is_told_before_the_work() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let out = folder.path("m");
    copydesk(&["train", NOTICES, "--config", NOTICES_CONFIG, "--out", &out]).ok();
    let before = contents(&out);
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let arguments = ["train", NOTICES, "--alpha", "7", "--out", &out];
    let as_nobody = fs::write(format!("{out}/probe"), "").is_ok();
    let output = if as_nobody {
        // Root may write anywhere.
        fs::remove_file(format!("{out}/probe")).unwrap();
        let mut nobody = Command::new("setpriv");
        nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_copydesk")]);
        match nobody.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output() {
            Ok(output) if output.status.code() != Some(127) && output.status.code() != Some(126) => output,
            _ => {
                eprintln!("skipped: root can write anywhere, and there is no setpriv to be somebody else");
                return;
            }
        }
    } else {
        command(&arguments).output().unwrap()
    };
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(73), "{err}");
    assert!(err.contains("ermission denied") && !err.contains("fold 1"), "{err}");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(contents(&out), before);
}

#[test]
fn devices_and_fifos_are_written_to_and_stay() {
    use std::os::unix::fs::FileTypeExt;
    let eval = |file: &str| copydesk(&["eval", small_model(), HELD_OUT, &format!("--json={file}")]);
    assert_eq!(eval("/dev/null").code, 0);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let full = eval("/dev/full");
    assert_eq!(full.code, 74, "{}", full.err);
    assert!(full.err.starts_with("copydesk: cannot write /dev/full: "), "{}", full.err);
    let folder = Folder::new();
    let fifo = folder.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let json = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut json = String::new();
            OpenOptions::new().read(true).open(&fifo).unwrap().read_to_string(&mut json).unwrap();
            json
        });
        assert_eq!(eval(&fifo).code, 0);
        reader.join().unwrap()
    });
    assert!(json.starts_with('{') && json.ends_with("}\n"));
    assert_eq!(folder.names(), ["fifo"]);
}

#[test]
fn what_is_read_is_never_replaced() {
    let folder = Folder::new();
    let data = folder.file("data.csv", read(HELD_OUT));
    let link = folder.path("link.csv");
    std::os::unix::fs::symlink("data.csv", &link).unwrap();
    let scores = folder.file("scores.json", "{\"text\":\"rain\",\"label\":\"x\"}\n");
    let model = folder.path("m.safetensors");
    fs::copy(format!("{}/model.safetensors", small_model()), &model).unwrap();
    let before = contents(&folder.path(""));
    for arguments in [
        &["eval", small_model(), &data, &format!("--json={data}")][..],
        &["eval", small_model(), &data, &format!("--json={link}")],
        &["eval", small_model(), &link, "--html", &data],
        &["eval", &model, HELD_OUT, &format!("--json={model}")],
        &["train", &scores, "--input-format", "jsonl", "--out", &model],
    ] {
        let run = copydesk(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains("would replace"), "{}", run.err);
        assert_eq!(contents(&folder.path("")), before, "{arguments:?}");
    }
    let (page, same) = (folder.path("page.html"), folder.path("./page.html"));
    let run = copydesk(&["eval", small_model(), HELD_OUT, "--html", &page, &format!("--json={same}")]);
    assert_eq!((run.code, contents(&folder.path(""))), (2, before), "{}", run.err);
    assert!(run.err.contains("--json and --html would both write"), "{}", run.err);
    let (one, other) = (folder.path("one"), folder.path("other"));
    std::os::unix::fs::symlink("ahead", &one).unwrap();
    std::os::unix::fs::symlink("ahead", &other).unwrap();
    let run = copydesk(&["eval", small_model(), HELD_OUT, "--html", &one, &format!("--json={other}")]);
    assert!(run.code == 2 && run.err.contains("would both write"), "{}", run.err);
}
