//! What a visitor does at the desks, and what the prompt becomes.

use super::*;
use crate::examples;

fn playground() -> Playground {
    Playground::new(examples::set())
}

fn apply(playground: &mut Playground, action: DeskAction) {
    playground.apply(action, examples::set());
}

#[test]
fn every_desk_opens_with_something_to_run() {
    let mut playground = playground();
    for task in Task::ALL {
        playground.task = task;
        assert!(!playground.desk().is_blank(), "{task:?}");
        assert!(playground.desk().settings.decoding().is_ok());
    }
}

#[test]
fn shots_come_and_go_in_the_prompt() {
    let mut playground = playground();
    apply(&mut playground, DeskAction::SetShotCount(0));
    let zero = playground.desk().prompt().text();
    apply(&mut playground, DeskAction::SetShotCount(2));
    let two = playground.desk().prompt().text();
    assert!(two.len() > zero.len() && two.ends_with(&zero), "{two}");
    apply(&mut playground, DeskAction::SetShotCount(99));
    assert_eq!(playground.desk().n_shots, MAX_SHOTS);
}

#[test]
fn another_direction_has_other_shots_and_the_first_ones_come_back() {
    let mut playground = playground();
    let fill =
        |from, to| DeskAction::Fill(Input::Translate { from, to, text: "A cat.".to_owned() });
    apply(&mut playground, fill(Language::English, Language::French));
    let mine = Shot::Translate { source: "A bee.".to_owned(), target: "Abeille.".to_owned() };
    apply(&mut playground, DeskAction::FillShot(0, mine.clone()));
    apply(&mut playground, fill(Language::French, Language::English));
    assert_ne!(playground.desk().shots()[0], mine);
    apply(&mut playground, fill(Language::English, Language::French));
    assert_eq!(playground.desk().shots()[0], mine);
}

#[test]
fn the_shots_of_the_prompt_are_edited_and_come_back() {
    let mut playground = playground();
    apply(&mut playground, DeskAction::SetShotCount(3));
    let original = playground.desk().clone();
    let lines = |playground: &Playground| {
        let text = playground.desk().prompt().text();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let before = lines(&playground);
    apply(&mut playground, DeskAction::MoveShot { from: 2, to: 0 });
    assert_eq!(lines(&playground)[..3], [2, 0, 1].map(|line| before[line].clone()));
    apply(&mut playground, DeskAction::SwitchShot { index: 1, off: true });
    assert_eq!(lines(&playground)[..2], [2, 1].map(|line| before[line].clone()));
    apply(&mut playground, DeskAction::RemoveShot(0));
    assert_eq!((playground.desk().n_shots, lines(&playground)[0].clone()), (2, before[1].clone()));
    apply(&mut playground, DeskAction::AddShot);
    assert_eq!((playground.desk().n_shots, playground.desk().standing()[2].is_blank()), (3, true));
    apply(&mut playground, DeskAction::RestoreShots);
    assert_eq!(playground.desk().prompt(), original.prompt());
    apply(&mut playground, DeskAction::SetShotCount(MAX_SHOTS));
    apply(&mut playground, DeskAction::AddShot);
    assert_eq!(playground.desk().n_shots, MAX_SHOTS);
}

#[test]
fn another_sign_is_written_until_another_wording_is_picked() {
    let mut playground = playground();
    let marks = Marks { input: None, output: Some("=>".to_owned()) };
    apply(&mut playground, DeskAction::SetMarks(marks));
    assert!(playground.desk().prompt().text().ends_with(" =>"));
    apply(&mut playground, DeskAction::PickTemplate(&Template::all(Task::Translate)[2]));
    assert!(playground.desk().prompt().text().ends_with("\nFrench:"));
}

#[test]
fn an_edited_prompt_stands_until_the_visitor_returns_to_the_fields() {
    let mut playground = playground();
    let written = playground.desk().prompt().text();
    apply(&mut playground, DeskAction::EditPrompt(format!("{written}!")));
    apply(&mut playground, DeskAction::SetShotCount(0));
    assert_eq!(playground.desk().prompt().text(), format!("{written}!"));
    apply(&mut playground, DeskAction::ReturnToFields);
    assert!(playground.desk().edited.is_none());
}

#[test]
fn another_wording_brings_its_recipe_unless_settings_were_changed() {
    let mut playground = playground();
    playground.task = Task::Summarize;
    let other = &Template::all(Task::Summarize)[1];
    apply(&mut playground, DeskAction::Set(Setting::TopK, "7".to_owned()));
    apply(&mut playground, DeskAction::PickTemplate(other));
    assert_eq!(playground.desk().settings.text(Setting::TopK), "7");
    apply(&mut playground, DeskAction::ResetSettings);
    assert_eq!(playground.desk().settings.text(Setting::TopK), "2");
}
