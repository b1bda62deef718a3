//! Bars that lie, one to a row: a name, a length, the number; a second length for before and
//! after; pressed, where a row can be chosen.

use super::{
    figure::{Figure, use_width},
    layout::text_width,
    scale::Format,
};
use std::rc::Rc;
use yew::prelude::*;

/// The height of a row.
const ROW: f64 = 32.0;

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    pub label: AttrValue,
    pub value: f64,
    /// Another number of the same row, drawn as a thin bar below the first.
    pub second: Option<f64>,
    /// Whether it is out of the running: drawn struck out.
    pub cut: bool,
    /// Whether it is the one that was taken.
    pub chosen: bool,
}

#[derive(PartialEq, Properties)]
pub struct Props {
    /// What it is called, for all; shown above it.
    pub name: AttrValue,
    /// What a saved picture is called, without its ending.
    pub file: AttrValue,
    /// What the labels are.
    pub label_title: AttrValue,
    /// What the numbers are, and the second ones.
    pub value_title: AttrValue,
    #[prop_or_default]
    pub second_title: AttrValue,
    #[prop_or_default]
    pub format: Format,
    /// The number whose bar is as long as can be; else the largest there is.
    #[prop_or_default]
    pub greatest: Option<f64>,
    pub bars: Rc<Vec<Bar>>,
    /// What pressing a row does: `{label}` of the row is put before it.
    #[prop_or_default]
    pub press_title: AttrValue,
    #[prop_or_default]
    pub on_press: Option<Callback<usize>>,
}

#[function_component]
pub fn Bars(props: &Props) -> Html {
    let node = use_node_ref();
    let width = use_width(&node);
    let written = |bar: &Bar| match bar.second {
        Some(second) => {
            format!("{} → {}", props.format.write(bar.value), props.format.write(second))
        }
        None => props.format.write(bar.value),
    };
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let label_room = widest(&mut props.bars.iter().map(|bar| label_width(&bar.label) + 8.0));
    let label_room = label_room.min(width * 0.4);
    let value_room = widest(&mut props.bars.iter().map(|bar| text_width(&written(bar)) + 12.0));
    let length = (width - label_room - value_room).max(24.0);
    let largest =
        widest(&mut props.bars.iter().map(|bar| bar.value.max(bar.second.unwrap_or(0.0))));
    let greatest = props.greatest.unwrap_or(largest).max(f64::MIN_POSITIVE);
    let of = |value: f64| format!("{:.1}", (value / greatest).clamp(0.0, 1.0) * length);
    let height = ROW * props.bars.len() as f64;
    let row = |(index, bar): (usize, &Bar)| {
        let middle = ROW * (index as f64 + 0.5);
        let (top, thick) = if bar.second.is_some() { (-10.0, 12.0) } else { (-9.0, 18.0) };
        let left = format!("{label_room:.1}");
        let text_at = format!("{:.1}", middle + 5.0);
        let class = classes!("bar", bar.cut.then_some("cut"), bar.chosen.then_some("chosen"));
        html! {
            <g {class}>
                <text class="bar-label" x={format!("{:.1}", label_room - 8.0)} y={text_at.clone()} text-anchor="end">
                    { shortened(&bar.label, label_room) }
                </text>
                <rect class="bar-value" x={left.clone()} y={format!("{:.1}", middle + top)} width={of(bar.value)} height={thick.to_string()} />
                if let Some(second) = bar.second {
                    <rect class="bar-second" x={left} y={format!("{:.1}", middle + 4.0)} width={of(second)} height="6" />
                }
                <text x={format!("{:.1}", label_room + length + 8.0)} y={text_at}>{ written(bar) }</text>
                if bar.cut {
                    <line class="bar-strike" x1="0" x2={format!("{:.1}", label_room - 4.0)} y1={middle.to_string()} y2={middle.to_string()} />
                }
            </g>
        }
    };
    let press = |(index, bar): (usize, &Bar)| {
        let on_press = props.on_press.clone();
        let name = format!("{}: {}, {}", props.press_title, bar.label, written(bar));
        let onclick = move |_| {
            if let Some(on_press) = &on_press {
                on_press.emit(index);
            }
        };
        html! {
            <button type="button" aria-label={name} aria-pressed={bar.chosen.to_string()} {onclick} />
        }
    };
    html! {
        <Figure
            node={node.clone()}
            name={props.name.clone()}
            file={props.file.clone()}
            table={table(props)}
        >
            <svg
                role="img"
                aria-label={props.name.clone()}
                viewBox={format!("0 0 {width} {height}")}
                width={width.to_string()}
                height={height.to_string()}
            >
                { for props.bars.iter().enumerate().map(row) }
            </svg>
            if props.on_press.is_some() {
                // Over the rows of the picture; in it they would be no buttons to a screen reader.
                <div class="bar-buttons">{ for props.bars.iter().enumerate().map(press) }</div>
            }
        </Figure>
    }
}

/// About how wide a label is: its letters are a typewriter's, all of one width.
fn label_width(label: &str) -> f64 {
    let width = |character| if character < '\u{2e80}' { 10.0 } else { 19.5 };
    label.chars().map(width).sum()
}

/// As much of a label as fits.
fn shortened(label: &str, room: f64) -> String {
    if label_width(label) + 8.0 <= room {
        return label.to_owned();
    }
    let mut kept = String::new();
    for character in label.chars() {
        if label_width(&kept) + label_width("…") + 16.0 > room {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

fn table(props: &Props) -> Html {
    let seconds = props.bars.iter().any(|bar| bar.second.is_some());
    let row = |bar: &Bar| {
        html! {
            <tr>
                <th scope="row">{ if bar.cut { html! { <s>{ &bar.label }</s> } } else { html! { { &bar.label } } } }</th>
                <td>{ props.format.write(bar.value) }</td>
                if seconds {
                    <td>{ bar.second.map(|second| props.format.write(second)) }</td>
                }
            </tr>
        }
    };
    html! {
        <table>
            <caption class="unseen">{ &props.name }</caption>
            <thead>
                <tr>
                    <th scope="col">{ &props.label_title }</th>
                    <th scope="col">{ &props.value_title }</th>
                    if seconds {
                        <th scope="col">{ &props.second_title }</th>
                    }
                </tr>
            </thead>
            <tbody>{ for props.bars.iter().map(row) }</tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_shortened_to_its_room() {
        assert_eq!(shortened("chat", 100.0), "chat");
        let short = shortened("anticonstitutionnellement", 100.0);
        assert!(short.ends_with('…') && label_width(&short) <= 100.0, "{short}");
    }
}
