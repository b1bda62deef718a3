//! How much the answer looked at each part of the text: all in all, layer by layer, and in the
//! heads of one layer.

use super::{
    heat_grid::{Cell, Heading, HeatGrid},
    region_name,
};
use crate::{
    components::{
        chart::{Bar, Bars, Format},
        use_i18n,
    },
    i18n::I18n,
    state::{Gaze, Region, percent},
};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_prompting::Part;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub gaze: Rc<Gaze>,
    /// A layer, or a head of it, is to be looked at below.
    pub on_layer: Callback<usize>,
    pub on_head: Callback<usize>,
}

#[function_component]
pub fn Parts(props: &Props) -> Html {
    let i18n = use_i18n();
    let gaze = &props.gaze;
    let cell = use_state(|| None::<(usize, usize)>);
    let within =
        |&(layer, region): &(usize, usize)| layer < gaze.n_layer() && region < gaze.regions.len();
    let chosen = (*cell).filter(within);
    let bars = use_memo((Rc::clone(gaze), i18n.clone()), |(gaze, i18n)| {
        let bar = |(region, share): (&Region, f32)| Bar {
            label: region_name(i18n, *region).into(),
            value: f64::from(share),
            ..Bar::default()
        };
        gaze.regions.iter().zip(gaze.overall()).map(bar).collect::<Vec<_>>()
    });
    let grid = use_memo((Rc::clone(gaze), i18n.clone()), |(gaze, i18n)| table(i18n, gaze));
    let (columns, rows, cells) = (*grid).clone();
    let on_choose = {
        let (cell, on_layer, on_head) =
            (cell.clone(), props.on_layer.clone(), props.on_head.clone());
        let gaze = Rc::clone(gaze);
        Callback::from(move |(layer, region): (usize, usize)| {
            if *cell == Some((layer, region)) {
                return;
            }
            cell.set(Some((layer, region)));
            on_layer.emit(layer);
            let by_head = gaze.by_head(layer, region);
            if let Some((head, _)) = crate::state::strongest(&by_head) {
                on_head.emit(head);
            }
        })
    };
    html! {
        <section class="parts" aria-labelledby="parts-title">
            <h3 id="parts-title">{ i18n.t("attention.parts_title") }</h3>
            if let Some(sentence) = summary(&i18n, gaze) {
                <p class="finding">{ sentence }</p>
            }
            <Bars
                name={i18n.t("attention.parts_chart")}
                file="attention-by-part"
                label_title={i18n.t("attention.part")}
                value_title={i18n.t("attention.share")}
                format={Format::Share}
                {bars}
            />
            <p class="help">{ i18n.t("attention.depth_help") }</p>
            <HeatGrid
                id="gaze"
                name={i18n.t("attention.depth_table")}
                corner={i18n.t("attention.layer")}
                {columns}
                {rows}
                {cells}
                {chosen}
                {on_choose}
            />
            if let Some((layer, region)) = chosen {
                { heads(&i18n, gaze, layer, region, &props.on_head) }
            }
        </section>
    }
}

type Table = (Rc<Vec<Heading>>, Rc<Vec<AttrValue>>, Rc<Vec<Vec<Cell>>>);

fn table(i18n: &I18n, gaze: &Gaze) -> Table {
    let names: Vec<_> = gaze.regions.iter().map(|region| region_name(i18n, *region)).collect();
    let heading = |name: &String| Heading { text: name.clone().into(), note: None };
    let columns = names.iter().map(heading).collect();
    let rows = (1..=gaze.n_layer()).map(|layer| layer.to_string().into()).collect();
    let row = |layer: usize| {
        let cell = |(share, name): (f32, &String)| Cell {
            text: percent(share).into(),
            name: i18n
                .tf(
                    "attention.cell",
                    &[("layer", &(layer + 1)), ("part", name), ("share", &percent(share))],
                )
                .into(),
            share,
            marked: false,
        };
        gaze.in_layer(layer).into_iter().zip(&names).map(cell).collect()
    };
    let cells = (0..gaze.n_layer()).map(row).collect();
    (Rc::new(columns), Rc::new(rows), Rc::new(cells))
}

/// What the answer looked at, as a sentence.
fn summary(i18n: &I18n, gaze: &Gaze) -> Option<String> {
    let summary = gaze.summary()?;
    let (region, share) = summary.most;
    let most = match region {
        Region::Prompt(Part::Instruction) => i18n.t("attention.to_instruction"),
        Region::Prompt(Part::Input) => i18n.t("attention.to_input"),
        Region::Prompt(Part::Cue) => i18n.t("attention.to_cue"),
        Region::Answer => i18n.t("attention.to_answer"),
        region => region_name(i18n, region),
    };
    let (share, first) = (percent(share), percent(summary.first));
    let said = i18n.tf("attention.most", &[("share", &share), ("part", &most), ("first", &first)]);
    let shots = summary
        .shots
        .map(|shots| i18n.tf("attention.shots", &[("share", &percent(shots))]))
        .unwrap_or_default();
    Some(said + &shots)
}

/// The heads of one layer, and how much each looks at one part.
fn heads(i18n: &I18n, gaze: &Gaze, layer: usize, region: usize, on_head: &Callback<usize>) -> Html {
    let part = gaze.regions.get(region).map(|region| region_name(i18n, *region));
    let name = i18n.tf(
        "attention.heads_chart",
        &[("layer", &(layer + 1)), ("part", &part.unwrap_or_default())],
    );
    let bar = |(head, share): (usize, f32)| Bar {
        label: i18n.tf("attention.one_head", &[("n", &(head + 1))]).into(),
        value: f64::from(share),
        ..Bar::default()
    };
    let bars: Vec<_> = gaze.by_head(layer, region).into_iter().enumerate().map(bar).collect();
    html! {
        <Bars
            {name}
            file="attention-by-head"
            label_title={i18n.t("attention.head")}
            value_title={i18n.t("attention.share")}
            format={Format::Share}
            greatest={1.0}
            bars={Rc::new(bars)}
            press_title={i18n.t("attention.show_head")}
            on_press={on_head.clone()}
        />
    }
}
