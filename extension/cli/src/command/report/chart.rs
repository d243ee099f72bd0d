//! Charts as SVG, in the colours of the page's style sheet.
use std::fmt::Write as _;

use super::escape::{Text, grouped, millis};
use super::summary::{OverTime, Span};
use tollgate_ledger::record::rfc3339;

const WIDTH: u64 = 960;
const HEIGHT: u64 = 240;
/// Room for the figures at the left, and for the moments below.
const LEFT: u64 = 64;
const BELOW: u64 = 28;
const ABOVE: u64 = 12;

/// One layer of a stack: its class in the style sheet, its name, and its values.
pub(super) struct Layer {
    pub(super) class: &'static str,
    pub(super) name: String,
    pub(super) values: Vec<u64>,
}

/// Stacked bars over time, with a legend.
pub(super) fn stacked(title: &str, time: &OverTime, layers: &[Layer]) -> String {
    let sums: Vec<u64> = (0..time.steps.len()).map(|at| height_of(layers, at)).collect();
    let top = ceiling(sums.iter().copied().max().unwrap_or_default());
    let mut svg = String::from("<ul class=\"legend\">");
    for layer in layers {
        _ = write!(svg, "<li><i class=\"{}\"></i>{}</li>", layer.class, Text(&layer.name));
    }
    _ = write!(
        svg,
        "</ul><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        Text(title)
    );
    grid(&mut svg, top);
    bars(&mut svg, time, layers, top);
    moments(&mut svg, time);
    svg.push_str("</svg>");
    svg
}

fn height_of(layers: &[Layer], at: usize) -> u64 {
    layers.iter().filter_map(|layer| layer.values.get(at)).sum()
}

/// The next number that makes a good end of an axis: 1, 2, 4, 5 or 8 and zeros.
fn ceiling(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for factor in [1, 2, 4, 5, 8] {
            if unit.saturating_mul(factor) >= most {
                return unit.saturating_mul(factor);
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// From the bottom, in hundredths of a pixel: whole numbers never round a bar over the edge.
fn level(value: u64, top: u64) -> u64 {
    let room = u128::from((HEIGHT - BELOW - ABOVE) * 100);
    let height = u128::from(value) * room / u128::from(top.max(1));
    u64::try_from(height.min(room)).unwrap_or_default()
}

/// A number of hundredths.
fn cents(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn grid(svg: &mut String, top: u64) {
    let marks = if top >= 4 { vec![0, top / 2, top] } else { vec![0, top] };
    for mark in marks {
        let y = (HEIGHT - BELOW) * 100 - level(mark, top);
        _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y}\" y2=\"{y}\"/>\
             <text class=\"end\" x=\"{}\" y=\"{}\">{}</text>",
            LEFT - 8,
            cents(y + 400),
            Text(&short(mark)),
            y = cents(y),
        );
    }
}

fn bars(svg: &mut String, time: &OverTime, layers: &[Layer], top: u64) {
    let room = (WIDTH - LEFT) * 100;
    let width = room / (time.steps.len() as u64).max(1);
    // A bar is never wider than a thumb, however short the ledger.
    let (bar, gap) = (width.min(4_800) * 9 / 10, width.min(4_800) / 10);
    for (at, step) in time.steps.iter().enumerate() {
        if height_of(layers, at) == 0 {
            continue;
        }
        let x = LEFT * 100 + width * at as u64 + gap / 2;
        let mut words = vec![rfc3339(step.start_ms)];
        let mut base = (HEIGHT - BELOW) * 100;
        let mut below = 0;
        svg.push_str("<g>");
        for layer in layers {
            let value = layer.values.get(at).copied().unwrap_or_default();
            if value == 0 {
                continue;
            }
            let height = level(below + value, top) - level(below, top);
            below += value;
            // What is there is seen, if only as a line.
            let height = height.max(100).min(base - ABOVE * 100);
            base -= height;
            let (x, y, bar, height) = (cents(x), cents(base), cents(bar), cents(height));
            _ = write!(
                svg,
                "<rect class=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{bar}\" height=\"{height}\"/>",
                layer.class
            );
            words.push(format!("{}: {}", layer.name, grouped(value)));
        }
        _ = write!(
            svg,
            "<title>{}</title></g>",
            Text(&words.join("\n")).to_string().replace('\u{fffd}', " · ")
        );
    }
}

/// The first moment at the left, the last step's at the right, and how long a step is.
fn moments(svg: &mut String, time: &OverTime) {
    let y = HEIGHT - 8;
    let ends = time.steps.first().zip(time.steps.last());
    let Some((first, last)) = ends else { return };
    let moment = |ms: u64| rfc3339(ms).get(..19).unwrap_or_default().replace('T', " ");
    _ = write!(svg, "<text x=\"{LEFT}\" y=\"{y}\">{}</text>", moment(first.start_ms));
    let middle = LEFT + (WIDTH - LEFT) / 2;
    let step = millis(time.step_ms);
    _ = write!(svg, "<text class=\"middle\" x=\"{middle}\" y=\"{y}\">a bar is {step}</text>");
    let end = last.start_ms.saturating_add(time.step_ms);
    _ = write!(svg, "<text class=\"end\" x=\"{WIDTH}\" y=\"{y}\">{}</text>", moment(end));
}

/// `950`, `12k`, `3.4M`
fn short(number: u64) -> String {
    let (unit, sign) = match number {
        0..1_000 => return number.to_string(),
        1_000..1_000_000 => (1_000, 'k'),
        1_000_000..1_000_000_000 => (1_000_000, 'M'),
        _ => (1_000_000_000, 'G'),
    };
    let tenth = number % unit * 10 / unit;
    let whole = grouped(number / unit);
    if tenth == 0 { format!("{whole}{sign}") } else { format!("{whole}.{tenth}{sign}") }
}

/// The spans of one invocation on one line of time.
pub(super) fn spans(spans: &[Span]) -> String {
    const ROW: u64 = 34;
    const NAMES: u64 = 96;
    // Room for the words behind the longest bar.
    const WORDS: u64 = 110;
    let ends = spans.iter().map(|span| span.start_micros.saturating_add(span.length_micros));
    let end = u128::from(ends.max().unwrap_or_default().max(1));
    let height = ROW * spans.len() as u64 + 8;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Timeline of the invocation\">"
    );
    let room = u128::from(WIDTH - NAMES - WORDS);
    let place =
        |micros: u64| u64::try_from(u128::from(micros) * room / end).unwrap_or(0).min(WIDTH);
    for (row, span) in (0..).zip(spans) {
        let y = ROW * row + 8;
        let (x, width) = (NAMES + place(span.start_micros), place(span.length_micros).max(2));
        _ = write!(
            svg,
            "<text class=\"end\" x=\"{}\" y=\"{}\">{}</text>\
             <rect class=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"20\" rx=\"3\"/>\
             <text x=\"{}\" y=\"{}\">{}</text>",
            NAMES - 10,
            y + 15,
            span.name,
            colour(span.name),
            x + width + 8,
            y + 15,
            Text(&micros(span.length_micros)),
        );
    }
    svg.push_str("</svg>");
    svg
}

fn colour(name: &str) -> &'static str {
    match name {
        "decision" => "s2",
        "refusal" => "refuse",
        "billed" => "none",
        _ => "pass",
    }
}

fn micros(micros: u64) -> String {
    if micros < 10_000 { format!("{} µs", grouped(micros)) } else { millis(micros / 1_000) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_good_number() {
        for (most, end) in [(0, 1), (1, 1), (3, 4), (9, 10), (77, 80), (4_001, 5_000)] {
            assert_eq!(ceiling(most), end);
        }
        assert_eq!(ceiling(u64::MAX), u64::MAX);
        assert_eq!(level(u64::MAX, u64::MAX), (HEIGHT - BELOW - ABOVE) * 100);
    }

    #[test]
    fn numbers_of_axes_are_short() {
        let numbers = [999, 1_000, 1_500, 2_000_000];
        assert_eq!(numbers.map(short), ["999", "1k", "1.5k", "2M"]);
    }
}
