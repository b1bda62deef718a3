//! `zeroshot fetch` against a hub that leads elsewhere, breaks off, refuses and asks to wait.

mod bytes_only;
mod hub;

use bytes_only::bytes_only;
use hub::{Fault, Hub};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/random");
    std::fs::read(folder.join(name)).expect("reads")
}

fn hub() -> Hub {
    let card = "---\nlicense: mit\n---\n# Small\n";
    Hub::new(HashMap::from([
        ("config.json".to_owned(), golden("gguf-64/config.json")),
        ("tokenizer.json".to_owned(), bytes_only().to_json().into_bytes()),
        ("model.safetensors".to_owned(), golden("gguf-64/model.safetensors")),
        ("README.md".to_owned(), card.into()),
        ("LICENSE".to_owned(), b"Permission is hereby granted.".to_vec()),
    ]))
}

/// A folder of a test's own.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fetch").join(test);
    // Of an earlier run; there may be none.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("creates");
    folder
}

fn zeroshot(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zeroshot")).args(arguments).output().expect("runs")
}

fn fetch(hub: &Hub, out: &Path, flags: &[&str]) -> Output {
    let arguments =
        ["fetch", "someone/small", "--hub", &hub.url, "--backoff", "1", "-o", text(out)];
    zeroshot(&[&arguments[..], flags].concat())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
}

/// The last line on standard error of a run that failed; nothing that looks like a model is left.
fn failure(output: &Output, out: &Path) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
    let left: Vec<_> = out.read_dir().expect("reads").map(|entry| entry.expect("reads")).collect();
    assert!(left.is_empty(), "{left:?}");
    stderr(output).trim_end().lines().last().expect("a message").to_owned()
}

fn generated(model: &Path, flags: &[&str]) -> String {
    let arguments = ["generate", "-m", text(model), "-p", "Hi", "-n", "8"];
    let output = zeroshot(&[&arguments[..], flags].concat());
    succeeded(&output);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What the model says when its files lie on disk.
fn expected(kind: &str) -> String {
    let folder = folder(&format!("expected-{kind}"));
    for (name, bytes) in &hub().shelf.lock().expect("not poisoned").files {
        std::fs::write(folder.join(name), bytes).expect("writes");
    }
    generated(&folder, &["--type", kind])
}

#[test]
fn a_model_arrives_as_one_packed_file_with_its_licence() {
    let (hub, out) = (hub(), folder("whole"));
    let output = fetch(&hub, &out, &["--type", "q4_0"]);
    succeeded(&output);
    let file = out.join("small-q4_0.gguf");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), text(&file));
    assert_eq!(generated(&file, &[]), expected("q4_0"));
    assert!(stderr(&output).contains("model.safetensors: 0.5 of 0.5 MB"), "{}", stderr(&output));
    let note = std::fs::read_to_string(out.join("small-q4_0.licence.txt")).expect("reads");
    for line in ["Model: someone/small", "Licence: mit", "revision c0ffee", "converted to q4_0"] {
        assert!(note.contains(line), "{note}");
    }
    assert!(note.ends_with("Permission is hereby granted."), "{note}");
}

#[test]
fn a_connection_that_breaks_goes_on_where_it_was() {
    let (hub, out) = (hub(), folder("cut"));
    {
        let mut shelf = hub.shelf.lock().expect("not poisoned");
        shelf.faults.extend([Fault::Cut(100_000), Fault::Cut(0), Fault::Cut(200_000)]);
    }
    succeeded(&fetch(&hub, &out, &[]));
    assert_eq!(generated(&out.join("small-q8_0.gguf"), &[]), expected("q8_0"));
    let asked = &hub.shelf.lock().expect("not poisoned").asked;
    assert_eq!(asked, &[0, 100_000, 100_000, 300_000]);
}

#[test]
fn a_server_without_ranges_sends_again_what_is_passed_over() {
    let (hub, out) = (hub(), folder("no-ranges"));
    {
        let mut shelf = hub.shelf.lock().expect("not poisoned");
        shelf.ranges = false;
        shelf.faults.extend([Fault::Cut(100_000), Fault::Cut(150_000)]);
    }
    succeeded(&fetch(&hub, &out, &["--type", "f16"]));
    assert_eq!(generated(&out.join("small-f16.gguf"), &[]), expected("f16"));
    assert_eq!(hub.shelf.lock().expect("not poisoned").asked, [0, 0, 0]);
}

#[test]
fn a_busy_hub_is_asked_again_when_it_says() {
    let (hub, out) = (hub(), folder("busy"));
    {
        let mut shelf = hub.shelf.lock().expect("not poisoned");
        shelf.faults.extend([
            Fault::Status(429, "Retry-After: 0\r\n"),
            Fault::Status(503, ""),
            Fault::Cut(5),
        ]);
    }
    let output = fetch(&hub, &out, &[]);
    succeeded(&output);
    assert!(stderr(&output).contains("was refused with HTTP 429; trying again in 0 s"));
    assert_eq!(hub.shelf.lock().expect("not poisoned").asked, [0, 0, 0, 5]);
}

#[test]
fn a_hub_that_stays_away_is_given_up() {
    let (hub, out) = (hub(), folder("away"));
    let faults = std::iter::repeat_with(|| Fault::Status(503, "")).take(50);
    hub.shelf.lock().expect("not poisoned").faults.extend(faults);
    let message = failure(&fetch(&hub, &out, &[]), &out);
    assert!(message.ends_with("model.safetensors was refused with HTTP 503"), "{message}");
    assert_eq!(hub.shelf.lock().expect("not poisoned").asked.len(), 6);
}

#[test]
fn other_bytes_than_the_hub_says_are_no_model() {
    let (hub, out) = (hub(), folder("wrong-bytes"));
    hub.shelf.lock().expect("not poisoned").sha256 = Some("0".repeat(64));
    let message = failure(&fetch(&hub, &out, &[]), &out);
    assert!(message.contains("model.safetensors arrived damaged: its SHA-256 is"), "{message}");
    let message = failure(&fetch(&hub, &out, &["--parts=50000"]), &out);
    assert!(message.contains("arrived damaged"), "{message}");
}

#[test]
fn what_is_not_there_is_named() {
    let (hub, out) = (hub(), folder("missing"));
    let without =
        |name: &str| hub.shelf.lock().expect("not poisoned").files.remove(name).expect("was there");
    let with = |name: &str, bytes: Vec<u8>| {
        hub.shelf.lock().expect("not poisoned").files.insert(name.to_owned(), bytes);
    };
    let weights = without("model.safetensors");
    let message = failure(&fetch(&hub, &out, &[]), &out);
    assert!(
        message.ends_with(
            "small/resolve/main/model.safetensors is not there, or needs an account (HTTP 404)"
        ),
        "{message}"
    );
    with("model.safetensors", weights);
    without("tokenizer.json");
    let message = failure(&fetch(&hub, &out, &[]), &out);
    assert_eq!(message, "zeroshot: someone/small has no vocab.json on the hub");
    with("config.json", br#"{"model_type": "llama"}"#.to_vec());
    let message = failure(&fetch(&hub, &out, &[]), &out);
    assert!(message.ends_with("config.json: the model is a llama, not a gpt2"), "{message}");
    without("config.json");
    let message = failure(&fetch(&hub, &out, &[]), &out);
    assert_eq!(message, "zeroshot: someone/small has no config.json on the hub");
    assert!(hub.shelf.lock().expect("not poisoned").asked.is_empty());
}

/// GPT-1's published files have a tokenizer in two files.
#[test]
fn gpt1_arrives_in_parts_with_its_tokenizer() {
    let (hub, out) = (hub(), folder("gpt1"));
    {
        let mut shelf = hub.shelf.lock().expect("not poisoned");
        shelf.files = ["config.json", "vocab.json", "merges.txt", "model.safetensors"]
            .map(|name| (name.to_owned(), golden(&format!("gpt1/{name}"))))
            .into();
    }
    succeeded(&fetch(&hub, &out, &["--parts=100000"]));
    assert!(out.join("small-q8_0.gguf.002").is_file());
    let note = std::fs::read_to_string(out.join("small-q8_0.licence.txt")).expect("reads");
    assert!(note.contains("Licence: none is stated in its model card"), "{note}");
    let text = generated(&out, &[]);
    assert!(!text.trim().is_empty(), "{text:?}");
    let tokens = zeroshot(&["tokens", "The dog", "-m", self::text(&out)]);
    let tokens = String::from_utf8(tokens.stdout).expect("UTF-8");
    let pieces: Vec<&str> = tokens.lines().filter_map(|line| line.split('\t').nth(1)).collect();
    assert_eq!(pieces.last(), Some(&"\"dog \""), "{pieces:?}");
}
