//! The program as a user meets it: what it prints, how it ends, and what it says of bad input.

mod bytes_only;

use bytes_only::bytes_only;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn zeroshot(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroshot"));
    // One thread: candle's wait for one another by spinning, and tests run side by side.
    command.args(arguments).env("CANDLE_NUM_THREADS", "1").stdin(Stdio::null());
    command.output().expect("runs")
}

/// What a successful run prints.
fn stdout(arguments: &[&str]) -> String {
    let output = zeroshot(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The exit code and the one line on standard error of a run that fails.
fn failure(arguments: &[&str]) -> (i32, String) {
    let output = zeroshot(arguments);
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!output.status.success(), "{arguments:?} did not fail");
    assert!(!stderr.contains("panicked"), "{stderr}");
    (output.status.code().expect("not by a signal"), stderr.trim_end().to_owned())
}

/// A model folder of a test's own: the golden values' smallest that has a token for each byte.
fn model(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    // Of an earlier run; there may be none.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("creates");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/random/gguf-64");
    for file in ["config.json", "model.safetensors"] {
        std::fs::copy(golden.join(file), folder.join(file)).expect("copies");
    }
    std::fs::write(folder.join("tokenizer.json"), bytes_only().to_json()).expect("writes");
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn generate_writes_the_continuation_alone() {
    let model = model("continuation");
    let arguments = ["generate", "-m", text(&model), "-p", "Hi", "-n", "8"];
    let continuation = stdout(&arguments);
    assert!(!continuation.is_empty() && !continuation.starts_with("Hi"));
    assert_eq!(stdout(&arguments), continuation, "greedy text is always the same");
    let echoed = stdout(&[&arguments[..], &["--echo"]].concat());
    assert_eq!(echoed, format!("Hi{continuation}"));
    let shorter = stdout(&["generate", "-m", text(&model), "-p", "Hi", "-n", "3"]);
    assert!(continuation.starts_with(shorter.trim_end_matches('\u{fffd}')));
}

#[test]
fn a_seed_repeats_its_text() {
    let model = model("seed");
    let sampled = |seed| {
        let flags = ["--temperature", "1.5", "--top-k", "200", "--top-p", "0.99", "--seed", seed];
        stdout(&[&["generate", "-m", text(&model), "-p", "Hi", "-n", "10"][..], &flags].concat())
    };
    assert_eq!(sampled("1"), sampled("1"));
    assert_ne!(sampled("1"), sampled("2"));
}

#[test]
fn stop_strings_end_the_text() {
    let model = model("stop");
    let arguments = ["generate", "-m", text(&model), "-p", "Hi", "-n", "12"];
    let whole = stdout(&arguments);
    let stop: String = whole.chars().skip(2).take(1).collect();
    let stopped = stdout(&[&arguments[..], &["--stop", &stop]].concat());
    assert_eq!(stopped, whole[..whole.find(&stop).expect("it is there")]);
}

#[test]
fn a_prompt_can_come_from_standard_input() {
    let model = model("stdin");
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroshot"));
    command.args(["generate", "-m", text(&model), "-p", "-", "-n", "4", "--echo"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
    let mut stdin = child.stdin.take().expect("piped");
    std::io::Write::write_all(&mut stdin, b"two\nlines").expect("writes");
    drop(stdin);
    let output = child.wait_with_output().expect("ends");
    assert!(output.stdout.starts_with(b"two\nlines"));
}

#[test]
fn tasks_are_written_as_the_page_writes_them() {
    let model = model("tasks");
    let shots = model.join("shots.json");
    let json = r#"[{"task": "translate", "source": "Hi.", "target": "Moi."}]"#;
    std::fs::write(&shots, json).expect("writes");
    let prompt = |flags: &[&str]| {
        let arguments = ["generate", "-m", text(&model), "--echo", "-n", "1", "--trim-left"];
        stdout(&[&arguments[..], flags].concat())
    };
    // The paper's pairs: an example, then the input.
    let translated = prompt(&[
        "--task",
        "translate",
        "--from",
        "en",
        "--to",
        "de",
        "-p",
        "A dog.",
        "--shots",
        text(&shots),
    ]);
    assert!(translated.starts_with("Hi. = Moi.\nA dog. ="), "{translated:?}");
    let answered = prompt(&["--task", "qa", "--passage", "Tom sat.", "--question", "Who?"]);
    assert!(answered.starts_with("Tom sat."), "{answered:?}");
    assert!(answered.contains("Q: Who?\nA:"), "{answered:?}");
    let summarised = prompt(&["--task", "summarize", "-p", "It rained."]);
    assert!(summarised.starts_with("It rained.\nTL;DR:"), "{summarised:?}");
}

#[test]
fn the_answer_alone_is_the_beginning_of_the_text() {
    let model = model("answer");
    let arguments = ["generate", "-m", text(&model), "--task", "translate", "-p", "Hi", "-n", "30"];
    let whole = stdout(&arguments);
    let answer = stdout(&[&arguments[..], &["--answer"]].concat());
    assert!(whole.starts_with(&answer));
    assert!(!answer.trim_start().contains('\n'), "{answer:?}");
}

#[test]
fn stats_go_to_standard_error() {
    let model = model("stats");
    let output = zeroshot(&["generate", "-m", text(&model), "-p", "Hi", "-n", "4", "--stats"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("prompt: 2 tokens in"), "{stderr}");
    assert!(stderr.contains("generated: 4 tokens in"), "{stderr}");
}

#[test]
fn tokens_are_listed_with_their_pieces() {
    let model = model("tokens");
    let listed = stdout(&["tokens", "a é\n", "-m", text(&model)]);
    assert_eq!(listed, "97\t\"a\"\n32\t\" \"\n195\tbytes [c3]\n169\tbytes [a9]\n10\t\"\\n\"\n");
    assert_eq!(stdout(&["tokens", "", "-m", text(&model)]), "");
    assert_eq!(stdout(&["tokens", "-x", "-m", text(&model)]), "45\t\"-\"\n120\t\"x\"\n");
}

#[test]
fn a_packed_model_is_one_file_that_generates_by_itself() {
    let model = model("pack");
    for kind in ["f32", "f16", "q8_0", "q4_0_m", "q4_0", "q4_k"] {
        let file = model.join(format!("{kind}.gguf"));
        stdout(&["pack", text(&model), "--type", kind, "-o", text(&file)]);
        let arguments = ["-p", "Hi", "-n", "6"];
        let packed = stdout(&[&["generate", "-m", text(&file)][..], &arguments].concat());
        // Converted while loading, it is the same model.
        let folder = ["generate", "-m", text(&model), "--type", kind];
        assert_eq!(packed, stdout(&[&folder[..], &arguments].concat()), "{kind}");
        assert_eq!(stdout(&["tokens", "é", "-m", text(&file)]).lines().count(), 2);
    }
    let size = |kind: &str| model.join(format!("{kind}.gguf")).metadata().expect("is there").len();
    assert!(size("f32") > size("f16") && size("f16") > size("q8_0") && size("q8_0") > size("q4_0"));
    assert!(!model.join("q8_0.gguf.partial").exists());
}

/// The fewer bits, the farther from F32; F32 itself is not far at all.
#[test]
fn types_are_compared_by_their_distance_from_f32() {
    let model = model("compare");
    let file = model.join("text.txt");
    std::fs::write(&file, "The quick brown fox. ".repeat(20)).expect("writes");
    let table = stdout(&["compare", "-m", text(&model), "--text", text(&file), "--tokens", "200"]);
    assert!(table.starts_with("195 tokens were predicted, in 5 texts or windows.\n"), "{table}");
    let cell = |kind: &str, column: usize| -> f64 {
        let row = table.lines().find(|line| line.starts_with(&format!("| {kind} |")));
        let cell = row.expect("is there").split('|').nth(column).expect("is there");
        cell.trim().trim_end_matches(" %").parse().expect("a number")
    };
    let divergences = ["f32", "f16", "q8_0", "q4_0_m", "q4_0"].map(|kind| cell(kind, 5));
    assert_eq!(divergences[0], 0.0);
    assert!(divergences.is_sorted() && divergences[4] > divergences[2], "{divergences:?}");
    let sizes = ["f32", "f16", "q8_0", "q4_0_m", "q4_0"].map(|kind| cell(kind, 3));
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
    assert_eq!(cell("f32", 7), 100.0);
}

/// Hosts of static files have limits; a damaged part is found and named.
#[test]
fn a_packed_model_in_parts_is_checked_while_it_is_read() {
    let model = model("parts");
    let (whole, folder) = (model.join("whole.gguf"), model.join("web"));
    stdout(&["pack", text(&model), "--type", "q8_0", "-o", text(&whole)]);
    let expected = stdout(&["generate", "-m", text(&whole), "-p", "Hi", "-n", "6"]);
    std::fs::create_dir(&folder).expect("creates");
    let file = folder.join("m.gguf");
    stdout(&["pack", text(&model), "--type", "q8_0", "--parts=60000", "-o", text(&file)]);
    let mut names: Vec<String> = folder
        .read_dir()
        .expect("reads")
        .map(|entry| entry.expect("reads").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names, ["m.gguf.001", "m.gguf.002", "m.gguf.003", "m.gguf.parts.json"]);
    let part = |name: &str| std::fs::read(folder.join(name)).expect("reads");
    let joined = [part("m.gguf.001"), part("m.gguf.002"), part("m.gguf.003")].concat();
    assert_eq!(joined, std::fs::read(&whole).expect("reads"));

    let list = folder.join("m.gguf.parts.json");
    for named in [&folder, &list] {
        let arguments = ["generate", "-m", text(named), "-p", "Hi", "-n", "6"];
        assert_eq!(stdout(&arguments), expected);
        assert_eq!(stdout(&["tokens", "é", "-m", text(named)]).lines().count(), 2);
    }

    let mut damaged = part("m.gguf.002");
    damaged[30_000] ^= 1;
    std::fs::write(folder.join("m.gguf.002"), &damaged).expect("writes");
    let generate = || failure(&["generate", "-m", text(&folder), "-p", "Hi"]);
    let (code, message) = generate();
    assert_eq!(code, 1);
    assert!(message.contains("parts.json: m.gguf.002 is damaged: its SHA-256 is"), "{message}");
    std::fs::remove_file(folder.join("m.gguf.003")).expect("removes");
    damaged[30_000] ^= 1;
    std::fs::write(folder.join("m.gguf.002"), &damaged).expect("writes");
    assert!(generate().1.contains("cannot read"), "{}", generate().1);
    std::fs::write(&list, "{}").expect("writes");
    assert!(generate().1.contains("the list of parts cannot be read"), "{}", generate().1);
}

#[test]
fn sizes_of_parts_are_read_with_their_unit() {
    let model = model("part-sizes");
    let file = model.join("m.gguf");
    let pack = ["pack", text(&model), "--type", "q8_0", "-o", text(&file)];
    for (flag, parts) in [("--parts", 1), ("--parts=1MB", 1), ("--parts=1000000", 1)] {
        stdout(&[&pack[..], &[flag]].concat());
        let json = std::fs::read(model.join("m.gguf.parts.json")).expect("reads");
        let list = zeroshot_gpt2::parts::Parts::from_json(&json).expect("a list");
        assert_eq!(list.parts.len(), parts, "{flag}");
    }
    let (code, message) = failure(&[&pack[..], &["--parts=0MB"]].concat());
    assert_eq!(code, 2);
    assert!(message.contains("expected a size such as 50MB"), "{message}");
}

#[test]
fn a_folder_with_a_gguf_file_is_a_model() {
    let model = model("gguf-folder");
    let file = model.join("packed.gguf");
    stdout(&["pack", text(&model), "--type", "q8_0", "-o", text(&file)]);
    let expected = stdout(&["generate", "-m", text(&file), "-p", "Hi", "-n", "4"]);
    std::fs::remove_file(model.join("model.safetensors")).expect("removes");
    assert_eq!(stdout(&["generate", "-m", text(&model), "-p", "Hi", "-n", "4"]), expected);
}

#[test]
fn broken_models_are_told_in_one_sentence() {
    let model = model("broken");
    let generate = || failure(&["generate", "-m", text(&model), "-p", "Hi"]);
    let weights = model.join("model.safetensors");
    let whole = std::fs::read(&weights).expect("reads");

    std::fs::write(&weights, &whole[..whole.len() - 10]).expect("writes");
    let (code, message) = generate();
    assert_eq!(code, 1);
    let (expected, found) = (whole.len(), whole.len() - 10);
    assert_eq!(
        message,
        format!(
            "zeroshot: {}: the file is cut short: {expected} bytes expected, {found} found",
            weights.display()
        )
    );

    std::fs::write(&weights, b"<!DOCTYPE html><html></html>").expect("writes");
    assert!(generate().1.contains("the file is not safetensors"));

    std::fs::remove_file(&weights).expect("removes");
    let (code, message) = generate();
    assert_eq!(code, 1);
    assert!(
        message.ends_with("has no model.safetensors and no single .gguf or .parts.json file"),
        "{message}"
    );
    std::fs::write(&weights, &whole).expect("writes");

    let config = model.join("config.json");
    let json = std::fs::read_to_string(&config).expect("reads");
    std::fs::write(&config, json.replace("\"gpt2\"", "\"llama\"")).expect("writes");
    assert!(generate().1.ends_with("config.json: the model is a llama, not a gpt2"));
    std::fs::write(&config, json.replace("\"n_layer\": 2", "\"n_layer\": 3")).expect("writes");
    assert!(generate().1.contains("tensor h.2.ln_1.weight is missing"), "{}", generate().1);
    std::fs::write(&config, &json).expect("writes");

    std::fs::remove_file(model.join("tokenizer.json")).expect("removes");
    assert!(generate().1.ends_with("has no tokenizer.json, nor vocab.json and merges.txt"));

    let nowhere = failure(&["generate", "-m", "no/such/model", "-p", "Hi"]);
    assert_eq!(nowhere.0, 1);
    assert!(nowhere.1.starts_with("zeroshot: cannot read no/such/model:"), "{}", nowhere.1);
}

#[test]
fn wrong_calls_end_with_code_2() {
    let model = model("usage");
    let generate =
        |flags: &[&str]| failure(&[&["generate", "-m", text(&model)][..], flags].concat());
    assert_eq!(generate(&["-p", ""]), (2, "zeroshot: the prompt is empty".to_owned()));
    assert_eq!(
        generate(&["-p", "Hi", "--temperature", "NaN"]),
        (2, "zeroshot: temperature must be a number from 0 to 10".to_owned())
    );
    assert_eq!(
        generate(&["-p", "Hi", "--top-p", "-1"]),
        (2, "zeroshot: top_p must be a number from 0 to 1".to_owned())
    );
    assert_eq!(
        generate(&["-p", "Hi", "-n", "0"]),
        (2, "zeroshot: max_new_tokens must be a number from 1 to 4096".to_owned())
    );
    let (code, message) = generate(&["-p", "Hi", "--task", "translate", "--template", "no"]);
    assert_eq!(code, 2);
    assert!(message.contains("there is no template no; expected one of paper"), "{message}");
    let (code, message) = generate(&["-p", "Hi", "--type", "q3"]);
    assert_eq!(code, 2);
    assert!(message.contains("expected one of f32, f16, q8_0, q4_0_m, q4_0, q4_k"), "{message}");
    assert_eq!(failure(&["translate"]).0, 2);
}

#[test]
fn a_prompt_that_is_too_long_is_refused_with_the_counts() {
    let model = model("long");
    let prompt = "x".repeat(100_000);
    let arguments = ["generate", "-m", text(&model), "-n", "4", "-p", &prompt];
    assert_eq!(
        failure(&arguments),
        (1, "zeroshot: the prompt has 100000 tokens, and the model's context holds 48".to_owned())
    );
    assert!(!stdout(&[&arguments[..], &["--trim-left"]].concat()).is_empty());
}

/// The page shows these before the model is there, and says that they were recorded: they must be
/// what it will say when it is.
#[test]
fn the_pages_recorded_answers_are_what_the_built_in_model_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (model, examples) = (root.join("www/models/builtin"), root.join("www/examples.json"));
    let lessons = root.join("www/lessons");
    let folders = ["--model", text(&model), "--lessons", text(&lessons), text(&examples)];
    let printed = stdout(&[&["record", "--check"][..], &folders].concat());
    assert!(printed.lines().count() >= 30, "{printed}");
}

/// Another model says something else, and a lesson that was changed has no recording of its own.
#[test]
fn a_recording_that_is_out_of_date_is_told_with_its_lesson() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (model, examples) = (root.join("www/models/builtin"), root.join("www/examples.json"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lessons");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("recorded")).expect("creates");
    let words = r#"{"en": "Words."}"#;
    let lesson = |text: &str| {
        format!(
            r#"{{"id": "mine", "title": {words}, "summary": {words}, "minutes": 5, "pages": [
                {{"title": {words}, "text": {words}, "checks": [{{"do": "run"}}], "scene": {{
                "input": {{"task": "free", "text": "{text}"}},
                "settings": {{"temperature": 0, "max_new_tokens": 3}}}}}}]}}"#
        )
    };
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("writes");
    put("index.json", r#"{"lessons": ["mine"]}"#);
    put("mine.json", &lesson("One cat."));
    let flags = ["--only-lessons", "--model", text(&model), "--lessons", text(&folder)];
    let record = [&["record"][..], &flags, &[text(&examples)]].concat();
    let check = [&record[..], &["--check"]].concat();
    assert!(stdout(&record).starts_with("mine: One cat."));
    stdout(&check);

    put("mine.json", &lesson("One dog."));
    let (code, message) = failure(&check);
    assert_eq!(code, 1);
    assert!(message.contains("recorded for lesson mine is out of date"), "{message}");

    put("mine.json", "{\"id\": \"mine\",\n \"titel\": 3}");
    let (code, message) = failure(&record);
    assert_eq!(code, 2);
    assert!(message.contains("mine.json: unknown field `titel`"), "{message}");
    assert!(message.contains("line 2"), "{message}");
}
