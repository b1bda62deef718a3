//! What is told of a run in words: its settings, its figures, and the visit's runs as a text to be
//! read on paper (Markdown).

use super::I18n;
use crate::state::{ModelMark, Phase, Run, Setting, SettingsForm};
use std::{fmt::Write, rc::Rc};
use zeroshot_protocol::{Decoding, FinishReason, Overflow};

/// The settings by name, as they are shown in the panel.
pub fn settings(i18n: &I18n, decoding: &Decoding) -> Vec<(String, String)> {
    let form = SettingsForm::from(decoding);
    let of = |setting: Setting| {
        let name = i18n.t(&format!("setting.{}", setting.id()));
        (name, form.text(setting).lines().collect::<Vec<_>>().join(" · "))
    };
    let trims = decoding.overflow == Overflow::TrimLeft;
    let trim = i18n.t(if trims { "transcript.trim" } else { "transcript.no_trim" });
    let settings = Setting::ALL.into_iter().map(of).filter(|(_, text)| !text.is_empty());
    settings.chain([(i18n.t("setting.trim"), trim)]).collect()
}

/// What a run took: tokens a second, time to the first token, tokens of the prompt, how it ended.
pub fn figures(i18n: &I18n, run: &Run) -> Vec<String> {
    let stats = &run.stats;
    let mut figures = Vec::new();
    if let Some(speed) = run.tokens_per_second() {
        figures.push(i18n.tf("run.speed", &[("speed", &format!("{speed:.0}"))]));
    }
    if let Phase::Finished(reason) = run.phase {
        let seconds = format!("{:.2}", stats.first_token_ms / 1000.0);
        figures.push(i18n.tf("run.first_token", &[("seconds", &seconds)]));
        figures.push(i18n.tf(
            "run.prompt_tokens",
            &[("tokens", &stats.prompt_tokens), ("cached", &stats.cached_tokens)],
        ));
        figures.push(i18n.t(match reason {
            FinishReason::EndOfText => "finish.end_of_text",
            FinishReason::Stop => "finish.stop",
            FinishReason::Length => "finish.length",
            FinishReason::ContextFull => "finish.context_full",
            FinishReason::Cancelled => "finish.cancelled",
        }));
        if stats.trimmed_tokens > 0 {
            figures.push(i18n.tf("run.trimmed", &[("tokens", &stats.trimmed_tokens)]));
        }
    }
    figures
}

/// The task of a run, and its name if it has one.
pub fn title(i18n: &I18n, run: &Run) -> String {
    let task = i18n.t(&format!("task.{}", run.task.id()));
    match &run.name {
        Some(name) => format!("{task}: {name}"),
        None => task,
    }
}

/// These runs as Markdown, recorded answers left out; `date` is today's, `time` tells when a run
/// was asked for.
pub fn transcript(
    i18n: &I18n,
    runs: &[Rc<Run>],
    date: &str,
    time: impl Fn(f64) -> String,
) -> String {
    let runs: Vec<_> = runs.iter().filter(|run| run.phase != Phase::Recorded).collect();
    let mut text = format!("# {}\n", i18n.tf("transcript.title", &[("date", &date)]));
    for (index, run) in runs.iter().enumerate() {
        let title = title(i18n, run).replace(['\n', '\r'], " ");
        let _ = write!(text, "\n## {}. {title}", index + 1);
        if let Some(at) = run.asked_at {
            let _ = write!(text, " ({})", time(at));
        }
        text.push('\n');
        let parent = run.parent.and_then(|(id, token)| {
            Some((runs.iter().position(|parent| parent.id == id)? + 1, token + 1))
        });
        if let Some((number, token)) = parent {
            let branch = i18n.tf("transcript.branch", &[("n", &number), ("token", &token)]);
            let _ = write!(text, "\n{branch}\n");
        }
        let (answer, rest) = run.answer();
        fenced(&mut text, &i18n.t("transcript.prompt"), &run.prompt.text());
        fenced(&mut text, &i18n.t("transcript.answer"), answer.trim());
        if !rest.trim().is_empty() {
            fenced(&mut text, &i18n.t("transcript.rest"), rest.trim());
        }
        table(&mut text, i18n, run);
    }
    text
}

/// A part of a run, word for word.
fn fenced(text: &mut String, title: &str, body: &str) {
    // A fence must be longer than whatever looks like one inside.
    let longest = body.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = write!(text, "\n### {title}\n\n{fence}text\n{body}\n{fence}\n");
}

/// Which model it was; a digest that is not known is empty.
pub fn model_rows(i18n: &I18n, model: &ModelMark) -> [(String, String); 3] {
    [
        (i18n.t("transcript.model"), model.id.clone()),
        (i18n.t("transcript.weights"), model.sha256.clone()),
        (i18n.t("transcript.weights_xxh64"), model.xxh64.clone()),
    ]
}

fn table(text: &mut String, i18n: &I18n, run: &Run) {
    let mut rows = Vec::new();
    if let Some(desk) = &run.desk {
        rows.push((i18n.t("transcript.wording"), desk.template.id.to_owned()));
    }
    rows.extend(settings(i18n, &run.decoding));
    if let Some(model) = &run.model {
        rows.extend(model_rows(i18n, model));
    }
    rows.push((i18n.t("transcript.figures"), figures(i18n, run).join("; ")));
    let _ = write!(text, "\n| {} | |\n| --- | --- |\n", i18n.t("transcript.settings"));
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        let value = value.replace('|', "\\|").replace(['\n', '\r'], " ");
        let _ = writeln!(text, "| {name} | {value} |");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::Locale, state::State};
    use zeroshot_protocol::Stats;

    fn run() -> Run {
        let mut run = Run::clone(State::default().run().expect("a recorded answer"));
        run.id = 5;
        run.phase = Phase::Finished(FinishReason::Length);
        run.text = " Un ```chien```.\nune | autre".to_owned();
        run.decoding = Decoding { seed: 42, stop: vec!["|".to_owned()], ..Decoding::default() };
        run.model = Some(ModelMark {
            id: "builtin".to_owned(),
            xxh64: "cd".repeat(8),
            sha256: "ab".repeat(32),
        });
        run.stats = Stats { prompt_tokens: 31, ..Stats::default() };
        run.asked_at = Some(60_000.0);
        run.name = Some("a dog\n# not a heading".to_owned());
        run
    }

    #[test]
    fn a_transcript_has_all_that_was_asked_and_answered() {
        let mut branch = run();
        (branch.id, branch.parent, branch.name) = (6, Some((5, 1)), None);
        let runs = [Rc::new(run()), Rc::new(branch)];
        for locale in Locale::ALL {
            let i18n = I18n::new(locale);
            let text = transcript(&i18n, &runs, "today", |at| format!("{at} ms"));
            let prompt = runs[0].prompt.text();
            let builtin = "ab".repeat(32);
            for part in
                [prompt.as_str(), "Un ```chien```.", "une | autre", "42", "60000 ms", &builtin]
            {
                assert!(text.contains(part), "{part:?} is not in {text}");
            }
            assert_eq!(text.matches("\n## ").count(), 2, "{text}");
            assert_eq!(text.matches("\n````text\n").count(), 2, "the longer fence: {text}");
            assert!(!text.contains("\n# not a heading"));
            assert!(!text.contains("transcript."), "a text is missing: {text}");
        }
        let english = transcript(&I18n::new(Locale::English), &runs, "today", |_| String::new());
        assert!(english.contains("A branch of run 1, from its token 2 on"));
        assert!(english.contains("| Stop at | \\| |"), "{english}");
    }
}
