//! Bars, one for each engine and type, side by side for one and two threads.

use std::fmt::Write as _;

use crate::measurement::Measurement;

const ROW: usize = 22;
const LEFT: usize = 190;
const WIDTH: f64 = 430.0;

/// An SVG picture of one metric of the 124M model. Ours are filled, the peers' are outlined.
pub fn bars(measurements: &[Measurement], metric: &str, title: &str) -> String {
    let mut rows: Vec<&Measurement> =
        measurements.iter().filter(|m| m.model == "124M" && m.metric == metric).collect();
    rows.sort_by(|a, b| a.threads.cmp(&b.threads).then(b.median.total_cmp(&a.median)));
    let most = rows.iter().map(|m| m.max).fold(1.0, f64::max);
    let height = 40 + ROW * rows.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 {height}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"{title}\">\n\
        <rect width=\"700\" height=\"{height}\" fill=\"#fff\"/>\n<text x=\"8\" y=\"22\" font-weight=\"600\">{title}</text>\n"
    );
    for (row, m) in rows.iter().enumerate() {
        let y = 34 + ROW * row;
        let width = m.median / most * WIDTH;
        let (least, greatest) = (m.min / most * WIDTH, m.max / most * WIDTH);
        let is_ours = m.engine.starts_with("zeroshot");
        let look = if is_ours { "fill=\"#2a5db0\"" } else { "fill=\"#fff\" stroke=\"#555\"" };
        let left = LEFT as f64;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{} {}, {} thr.</text>\
            <rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"14\" {look}/>\
            <path d=\"M{:.1} {m}H{:.1}\" stroke=\"#c47a00\" stroke-width=\"2\"/>\
            <text x=\"{:.1}\" y=\"{}\">{:.0}</text>",
            LEFT - 8,
            y + 12,
            m.engine,
            m.kind,
            m.threads,
            left + least,
            left + greatest,
            left + greatest.max(width) + 6.0,
            y + 12,
            m.median,
            m = y + 7,
        );
    }
    svg + "</svg>\n"
}
