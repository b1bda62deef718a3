//! One token at a time, for a class: first a guess, then the bars, then the token.

use super::{
    choices::{AskChoices, Choices, key_of},
    words,
};
use crate::components::inspect::ink::plain;
use crate::{
    components::{
        chart::{Bars, Format},
        use_i18n,
    },
    hooks::use_query,
    state::{Step, measures::surprisal},
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;
use zeroshot_protocol::{Context, Decoding, Event as Heard, Prediction, Query, Seat, TOP_CHOICES};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The text so far; `None` while the model writes.
    pub context: Option<Context>,
    /// The settings of the desk, if they can be used.
    pub decoding: Option<Decoding>,
    pub vocabulary: usize,
    /// Whether a word that is typed comes after a space.
    pub spaced: bool,
    /// Whether anything stands after the prompt.
    pub begun: bool,
    /// Whether the model drew the end of the text.
    pub ended: bool,
    pub on_step: Callback<Step>,
}

#[function_component]
pub fn StepPanel(props: &Props) -> Html {
    let i18n = use_i18n();
    let choices = use_state(|| None::<Rc<Choices>>);
    let revealed = use_state_eq(|| false);
    let guess = use_state_eq(String::new);
    let guessed = use_state_eq(|| None::<Prediction>);
    let primary = use_node_ref();
    {
        // Another place, another guess.
        let (revealed, guess, guessed) = (revealed.setter(), guess.setter(), guessed.setter());
        use_effect_with(props.context.as_ref().map(key_of), move |_| {
            revealed.set(false);
            guess.set(String::new());
            guessed.set(None);
        });
    }
    let on_hear = {
        let setter = choices.setter();
        use_callback((), move |heard, ()| setter.set(Some(heard)))
    };
    let on_guess = {
        let setter = guessed.setter();
        use_callback((), move |heard, ()| setter.set(Some(heard)))
    };
    let ask = props.context.clone().zip(props.decoding.clone());
    let ask = ask.map(|(context, decoding)| (key_of(&context), context, decoding));
    let known = (*choices).clone().filter(|known| Some(&known.context) == props.context.as_ref());
    let greedy = props.decoding.as_ref().is_some_and(Decoding::is_greedy);

    // Buttons come and go; the first one stays, and has the focus after each step.
    let act = {
        let (on_step, primary) = (props.on_step.clone(), primary.clone());
        move |step: Option<Step>| {
            if let Some(step) = step {
                if let Some(button) = primary.cast::<HtmlElement>() {
                    let _ = button.focus();
                }
                on_step.emit(step);
            }
        }
    };
    let forward = {
        let (known, revealed, primary) = (known.clone(), revealed.clone(), primary.clone());
        let act = act.clone();
        move || match &known {
            Some(_) if !*revealed => {
                if let Some(button) = primary.cast::<HtmlElement>() {
                    let _ = button.focus();
                }
                revealed.set(true);
            }
            Some(known) if greedy => act(known.taken(0).map(Step::Take)),
            Some(_) => act(Some(Step::Draw)),
            None => {}
        }
    };
    let onkeydown = {
        let forward = forward.clone();
        move |event: KeyboardEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            let (in_field, on_button) = target.map_or((false, false), |target| {
                (target.tag_name() == "INPUT", target.tag_name() == "BUTTON")
            });
            let goes = match event.key().as_str() {
                "ArrowRight" => !in_field,
                " " => !in_field && !on_button,
                "Enter" => in_field && !event.ctrl_key() && !event.meta_key(),
                _ => false,
            };
            if goes {
                event.prevent_default();
                forward();
            }
        }
    };
    let onclick = move |_: MouseEvent| forward();
    let take = |prediction: Option<Prediction>| {
        let act = act.clone();
        move |_: MouseEvent| act(prediction.clone().map(Step::Take))
    };
    let on_press = {
        let (act, known) = (act.clone(), known.clone());
        Callback::from(move |index: usize| {
            act(known.as_ref().and_then(|known| known.taken(index)).map(Step::Take));
        })
    };
    let begin = {
        let act = act.clone();
        move |_: MouseEvent| act(Some(Step::Begin))
    };
    let oninput = {
        let guess = guess.setter();
        move |event: InputEvent| {
            guess.set(event.target_unchecked_into::<HtmlInputElement>().value());
        }
    };
    let answer = answer(&guess, props.spaced);
    html! {
        <section class="step" aria-label={i18n.t("tokens.step")} tabindex="-1" {onkeydown}>
            if let Some((key, context, decoding)) = ask {
                <AskChoices {key} {context} {decoding} on_hear={on_hear.clone()} />
            }
            <p class="step-question">{ i18n.t("tokens.step_question") }</p>
            if props.ended {
                <p class="help" role="status">{ i18n.t("tokens.step_ended") }</p>
            }
            <div class="field">
                <label for="guess">{ i18n.t("tokens.guess") }</label>
                <input
                    id="guess"
                    autocomplete="off"
                    autocapitalize="off"
                    value={(*guess).clone()}
                    readonly={*revealed}
                    {oninput}
                />
            </div>
            <div class="step-buttons">
                <button
                    type="button"
                    class="primary"
                    ref={primary}
                    aria-disabled={known.is_none().to_string()}
                    {onclick}
                >{ i18n.t(if *revealed { "tokens.draw" } else { "tokens.reveal" }) }</button>
                if *revealed {
                    <button
                        type="button"
                        class="secondary"
                        onclick={take(known.as_ref().and_then(|known| known.taken(0)))}
                    >{ i18n.t("tokens.take_likeliest") }</button>
                    if guessed.is_some() {
                        <button type="button" class="secondary" onclick={take((*guessed).clone())}>
                            { i18n.t("tokens.take_guess") }
                        </button>
                    }
                }
                if props.begun {
                    <button type="button" class="quiet" onclick={begin}>{ i18n.t("tokens.begin_again") }</button>
                }
            </div>
            if *revealed {
                if let (Some(context), false) = (props.context.clone(), answer.is_empty()) {
                    <AskGuess {context} {answer} {on_guess} />
                }
                <div role="status">
                    if let Some(guessed) = &*guessed {
                        <p class="step-guess">{ i18n.tf("tokens.guess_stands", &[
                            ("token", &plain(&guessed.piece)),
                            ("rank", &words::rank(&i18n, guessed.rank, props.vocabulary)),
                            ("percent", &words::percent(guessed.logprob.into())),
                            ("bits", &words::in_bits(&i18n, surprisal(guessed.logprob))),
                        ]) }</p>
                    }
                </div>
                if let (Some(known), Some(decoding)) = (&known, &props.decoding) {
                    <Bars
                        name={i18n.t("tokens.next")}
                        file="next-token"
                        label_title={i18n.t("tokens.token")}
                        value_title={i18n.t("tokens.probability")}
                        second_title={i18n.t("tokens.by_settings")}
                        format={Format::Share}
                        greatest={1.0}
                        bars={Rc::new(known.rows(
                            TOP_CHOICES,
                            guessed.as_ref().map(|guessed| guessed.piece.id),
                            decoding,
                        ))}
                        press_title={i18n.t("tokens.take")}
                        {on_press}
                    />
                }
            }
            <p class="help">{ i18n.t("tokens.step_keys") }</p>
        </section>
    }
}

/// A guess as the model would have to write it: a word that follows a word begins with a space.
fn answer(guess: &str, spaced: bool) -> String {
    let needs_space = spaced && guess.starts_with(char::is_alphanumeric);
    if needs_space { format!(" {guess}") } else { guess.to_owned() }
}

#[derive(PartialEq, Properties)]
struct GuessProps {
    context: Context,
    answer: String,
    on_guess: Callback<Prediction>,
}

/// Asks how the first token of a guess stands; draws nothing.
#[function_component]
fn AskGuess(props: &GuessProps) -> Html {
    let (context, answers) = (props.context.clone(), vec![props.answer.clone()]);
    let heard = use_query(Seat::Main, Some(Query::Score { context, answers }));
    let first = heard.events.iter().find_map(|event| match event {
        Heard::Scored { predictions, .. } => predictions.first().cloned(),
        _ => None,
    });
    let on_guess = props.on_guess.clone();
    use_effect_with(first, move |first| {
        if let Some(first) = first {
            on_guess.emit(first.clone());
        }
    });
    Html::default()
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn a_word_after_a_word_begins_with_a_space() {
        assert_eq!(answer("chat", true), " chat");
        assert_eq!(answer(" chat", true), " chat");
        assert_eq!(answer(".", true), ".");
        assert_eq!(answer("chat", false), "chat");
        assert_eq!(answer("", true), "");
    }
}
