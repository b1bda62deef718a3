//! A table of shares, each cell shaded by its own, of which one cell is chosen: with the keys, by
//! a click or a tap. Its headings stay in place while it scrolls.

use gloo::utils::document;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// What stands above a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    pub text: AttrValue,
    /// A smaller line above it.
    pub note: Option<AttrValue>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub text: AttrValue,
    /// What it is called where its row and column are not seen.
    pub name: AttrValue,
    /// How dark it is, from 0 to 1.
    pub share: f32,
    /// Whether it bears the mark that the sentence above the table explains.
    pub marked: bool,
}

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Names the cells in the page; unique.
    pub id: AttrValue,
    /// What the table is called.
    pub name: AttrValue,
    /// What the rows are.
    pub corner: AttrValue,
    pub columns: Rc<Vec<Heading>>,
    pub rows: Rc<Vec<AttrValue>>,
    /// By row, then by column; rows at the end may be missing.
    pub cells: Rc<Vec<Vec<Cell>>>,
    /// Row and column of the chosen one.
    pub chosen: Option<(usize, usize)>,
    pub on_choose: Callback<(usize, usize)>,
    /// Whether the cells hold what a model reads or writes.
    #[prop_or_default]
    pub typed: bool,
}

#[function_component]
pub fn HeatGrid(props: &Props) -> Html {
    let size = (props.cells.len(), props.columns.len());
    let within = |(row, column)| row < size.0 && column < size.1;
    // One cell can be reached with the tab key, the others from there.
    let entry = props.chosen.filter(|cell| within(*cell)).unwrap_or_default();
    let onkeydown = {
        let (id, on_choose) = (props.id.clone(), props.on_choose.clone());
        move |event: KeyboardEvent| {
            if let Some(cell) = moved(&event.key(), entry, size) {
                event.prevent_default();
                on_choose.emit(cell);
                focus(&id_of(&id, cell));
            }
        }
    };
    let heading = |heading: &Heading| {
        html! {
            <th scope="col">
                if let Some(note) = &heading.note {
                    <span class="heat-note">{ note }</span>
                }
                <span>{ &heading.text }</span>
            </th>
        }
    };
    let row = |(row, name): (usize, &AttrValue)| {
        let cells = props.cells.get(row).map(Vec::as_slice).unwrap_or_default();
        let cell = |(column, cell): (usize, &Cell)| {
            let at = (row, column);
            let choose = {
                let on_choose = props.on_choose.clone();
                Callback::from(move |()| on_choose.emit(at))
            };
            html! {
                <td
                    role="gridcell"
                    id={id_of(&props.id, at)}
                    class={classes!(cell.marked.then_some("marked"))}
                    style={format!("--mix: {:.1}%", mix(cell.share))}
                    tabindex={if at == entry { "0" } else { "-1" }}
                    aria-selected={(props.chosen == Some(at)).to_string()}
                    aria-label={cell.name.clone()}
                    onclick={choose.reform(|_| ())}
                    onfocus={choose.reform(|_| ())}
                >{ &cell.text }</td>
            }
        };
        let missing = props.columns.len().saturating_sub(cells.len());
        html! {
            <tr>
                <th scope="row">{ name }</th>
                { for cells.iter().enumerate().map(cell) }
                { for (0..missing).map(|_| html! { <td role="gridcell"></td> }) }
            </tr>
        }
    };
    html! {
        <div class="heat-scroll">
            <table
                role="grid"
                class={classes!("heat", props.typed.then_some("typed"))}
                aria-label={props.name.clone()}
                {onkeydown}
            >
                <thead>
                    <tr>
                        <th scope="col">{ &props.corner }</th>
                        { for props.columns.iter().map(heading) }
                    </tr>
                </thead>
                <tbody>{ for props.rows.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
    }
}

/// How much of the colour of shares is mixed into the ground, in per cent: by the root, so that
/// small shares are seen, and never so much that ink is no longer read on it.
pub fn mix(share: f32) -> f32 {
    55.0 * share.clamp(0.0, 1.0).sqrt()
}

fn id_of(id: &str, (row, column): (usize, usize)) -> String {
    format!("{id}-{row}-{column}")
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Where a key leads from a cell of a table of so many rows and columns.
fn moved(
    key: &str,
    (row, column): (usize, usize),
    (rows, columns): (usize, usize),
) -> Option<(usize, usize)> {
    let (last_row, last_column) = (rows.checked_sub(1)?, columns.checked_sub(1)?);
    Some(match key {
        "ArrowUp" => (row.saturating_sub(1), column),
        "ArrowDown" => ((row + 1).min(last_row), column),
        "ArrowLeft" => (row, column.saturating_sub(1)),
        "ArrowRight" => (row, (column + 1).min(last_column)),
        "Home" => (row, 0),
        "End" => (row, last_column),
        "PageUp" => (0, column),
        "PageDown" => (last_row, column),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_from_cell_to_cell_and_not_out_of_the_table() {
        let from = |key, cell| moved(key, cell, (5, 3));
        assert_eq!(from("ArrowDown", (1, 1)), Some((2, 1)));
        assert_eq!(from("ArrowDown", (4, 1)), Some((4, 1)));
        assert_eq!(from("ArrowLeft", (0, 0)), Some((0, 0)));
        assert_eq!(from("End", (2, 0)), Some((2, 2)));
        assert_eq!(from("PageDown", (0, 1)), Some((4, 1)));
        assert_eq!(from("a", (0, 0)), None);
        assert_eq!(moved("ArrowDown", (0, 0), (0, 3)), None);
    }

    #[test]
    fn shading_grows_with_the_share_and_leaves_ink_readable() {
        assert_eq!((mix(0.0), mix(1.0), mix(2.0)), (0.0, 55.0, 55.0));
        assert!(mix(0.04) > 10.0, "a share of 4 % can be seen");
    }
}
