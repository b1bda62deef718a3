//! How undecided the model was along the text: a line under the strip, with its numbers as a
//! table.

use super::{transcript::Transcript, words};
use crate::components::inspect::ink::plain;
use crate::{
    components::{
        chart::{Figure, use_width},
        use_i18n,
    },
    state::measures::{bits, surprisal},
};
use std::{fmt::Write as _, rc::Rc};
use yew::prelude::*;

const HEIGHT: f64 = 120.0;
/// Room for the numbers at the left, and above and below the line.
const LEFT: f64 = 40.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 8.0;
/// While a text grows, the line follows in steps of so many tokens.
const STEP: usize = 16;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub transcript: Rc<Transcript>,
    /// Whether the text still grows.
    pub active: bool,
    pub shown: usize,
    pub on_pin: Callback<usize>,
    pub on_hover: Callback<Option<usize>>,
}

#[function_component]
pub fn EntropyLine(props: &Props) -> Html {
    let transcript = &props.transcript;
    let len = transcript.tokens.len();
    let drawn = if props.active { len / STEP * STEP } else { len };
    let of_token = |token: &super::transcript::Token| {
        token.prediction.as_ref().map(|prediction| bits(prediction.entropy) as f32)
    };
    let entropies: Vec<Option<f32>> = transcript.tokens.iter().take(drawn).map(of_token).collect();
    let mark = transcript.tokens.get(props.shown).and_then(|token| {
        let entropy = of_token(token).filter(|_| props.shown < drawn)?;
        Some(Mark { index: props.shown, entropy, token: plain(token.piece()) })
    });
    html! {
        <Line
            {entropies}
            prompt={transcript.prompt}
            {mark}
            // A table is read when the text is there.
            table={(!props.active).then(|| Rc::clone(transcript))}
            on_pin={props.on_pin.clone()}
            on_hover={props.on_hover.clone()}
        />
    }
}

/// The token whose details are shown.
#[derive(Clone, Debug, PartialEq)]
struct Mark {
    index: usize,
    entropy: f32,
    token: String,
}

#[derive(PartialEq, Properties)]
struct LineProps {
    /// Of each token, in bits; `None` where nothing is known.
    entropies: Vec<Option<f32>>,
    /// How many of them are the prompt's.
    prompt: usize,
    mark: Option<Mark>,
    table: Option<Rc<Transcript>>,
    on_pin: Callback<usize>,
    on_hover: Callback<Option<usize>>,
}

#[function_component]
fn Line(props: &LineProps) -> Html {
    let i18n = use_i18n();
    let node = use_node_ref();
    let width = use_width(&node);
    let greatest = greatest(&props.entropies);
    let place = Place { width, count: props.entropies.len(), greatest };
    let name = i18n.t("tokens.entropy_line");
    let rule = |value: f64| {
        let y = place.y(value);
        html! {
            <>
                <line class="chart-rule" x1={LEFT.to_string()} x2={number(width)} y1={number(y)} y2={number(y)} />
                <text x={number(LEFT - 8.0)} y={number(y + 5.0)} text-anchor="end">{ value.to_string() }</text>
            </>
        }
    };
    let on_pin = props.on_pin.clone();
    let onclick = move |event: MouseEvent| {
        if let Some(index) = place.index(event.offset_x().into()) {
            on_pin.emit(index);
        }
    };
    let onmousemove =
        props.on_hover.reform(move |event: MouseEvent| place.index(event.offset_x().into()));
    let onmouseleave = props.on_hover.reform(|_| None);
    let border = (props.prompt > 0 && props.prompt < props.entropies.len())
        .then(|| number(place.x(props.prompt) - place.step() / 2.0));
    html! {
        <Figure
            node={node.clone()}
            name={name.clone()}
            file="entropy"
            table={html! { <Table transcript={props.table.clone()} /> }}
        >
            <svg
                class="entropy"
                role="img"
                aria-label={name.clone()}
                viewBox={format!("0 0 {width} {HEIGHT}")}
                width={number(width)}
                height={HEIGHT.to_string()}
                {onclick}
                {onmousemove}
                {onmouseleave}
            >
                { rule(0.0) }
                { rule(greatest) }
                if let Some(x) = border {
                    <line class="entropy-border" x1={x.clone()} x2={x} y1={number(TOP)} y2={number(HEIGHT - BOTTOM)} />
                }
                <g class="series series-1">
                    <path class="chart-line" d={path(&props.entropies, place)} />
                </g>
                if let Some(mark) = &props.mark {
                    { marked(mark, place, &words::in_bits(&i18n, mark.entropy.into())) }
                }
            </svg>
        </Figure>
    }
}

fn marked(mark: &Mark, place: Place, entropy: &str) -> Html {
    let (x, y) = (place.x(mark.index), place.y(mark.entropy.into()));
    let (anchor, shift) = if x > place.width / 2.0 { ("end", -8.0) } else { ("start", 8.0) };
    html! {
        <g class="series series-2">
            <line class="entropy-mark" x1={number(x)} x2={number(x)} y1={number(4.0)} y2={number(HEIGHT - BOTTOM)} />
            <circle class="chart-mark" cx={number(x)} cy={number(y)} r="4.5" />
            <text class="chart-name" x={number(x + shift)} y="18" text-anchor={anchor}>
                { format!("{}  {entropy}", mark.token) }
            </text>
        </g>
    }
}

/// Where things lie in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    width: f64,
    count: usize,
    greatest: f64,
}

impl Place {
    fn step(&self) -> f64 {
        (self.width - LEFT).max(1.0) / self.count.max(1) as f64
    }

    fn x(&self, index: usize) -> f64 {
        LEFT + self.step() * (index as f64 + 0.5)
    }

    fn y(&self, bits: f64) -> f64 {
        HEIGHT - BOTTOM - bits / self.greatest * (HEIGHT - TOP - BOTTOM)
    }

    /// The token at a place of the picture.
    fn index(&self, x: f64) -> Option<usize> {
        let last = self.count.checked_sub(1)?;
        Some((((x - LEFT) / self.step()).max(0.0) as usize).min(last))
    }
}

/// The number at the top of the scale.
fn greatest(entropies: &[Option<f32>]) -> f64 {
    let most = entropies.iter().flatten().fold(0.0f32, |most, bits| most.max(*bits));
    f64::from(most).ceil().max(1.0)
}

/// The line, with a gap where nothing is known.
fn path(entropies: &[Option<f32>], place: Place) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    for (index, bits) in entropies.iter().enumerate() {
        match bits {
            Some(bits) => {
                let (x, y) = (place.x(index), place.y((*bits).into()));
                let _ = write!(path, "{pen}{x:.1} {y:.1}");
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    path
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

#[derive(PartialEq, Properties)]
struct TableProps {
    transcript: Option<Rc<Transcript>>,
}

/// All that is known of every token.
#[function_component]
fn Table(props: &TableProps) -> Html {
    let i18n = use_i18n();
    let row = |(index, token): (usize, &super::transcript::Token)| {
        let known = token.prediction.as_ref();
        html! {
            <tr>
                <th scope="row">{ index + 1 }</th>
                <td>{ plain(token.piece()) }</td>
                <td>{ words::name_of(&i18n, token.stretch) }</td>
                <td>{ known.map(|known| words::percent(known.logprob.into())) }</td>
                <td>{ known.map(|known| format!("{:.2}", surprisal(known.logprob))) }</td>
                <td>{ known.map(|known| known.rank + 1) }</td>
                <td>{ known.map(|known| format!("{:.2}", bits(known.entropy))) }</td>
            </tr>
        }
    };
    let columns = [
        "tokens.number",
        "tokens.token",
        "tokens.part",
        "tokens.probability",
        "tokens.surprisal_bits",
        "tokens.rank",
        "tokens.entropy_bits",
    ];
    html! {
        <table>
            <caption class="unseen">{ i18n.t("tokens.strip") }</caption>
            <thead>
                <tr>{ for columns.map(|key| html! { <th scope="col">{ i18n.t(key) }</th> }) }</tr>
            </thead>
            <tbody>
                { for props.transcript.iter().flat_map(|transcript| {
                    transcript.tokens.iter().enumerate().map(row)
                }) }
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_picture_is_the_token_that_is_drawn_there() {
        let place = Place { width: 640.0, count: 50, greatest: 8.0 };
        for index in [0, 1, 25, 49] {
            assert_eq!(place.index(place.x(index)), Some(index));
        }
        assert_eq!((place.index(0.0), place.index(9999.0)), (Some(0), Some(49)));
        assert_eq!(Place { count: 0, ..place }.index(100.0), None);
        assert!(place.y(8.0) < place.y(0.0));
    }

    #[test]
    fn the_line_has_a_gap_where_nothing_is_known() {
        let entropies = [None, Some(1.0), Some(2.0), None, Some(1.5)];
        let place = Place { width: 240.0, count: 5, greatest: greatest(&entropies) };
        let line = path(&entropies, place);
        assert_eq!((line.matches('M').count(), line.matches('L').count()), (2, 1), "{line}");
        assert_eq!(greatest(&entropies), 2.0);
        assert_eq!(greatest(&[]), 1.0);
    }
}
