//! Spend over time as a drawing.
use std::fmt::Write as _;

use super::report::{Outcome, Point};
use tollgate_budget::{Amount, Unit};

const WIDTH: u128 = 800;
const HEIGHT: u128 = 360;
/// Room for words at the left and below.
const LEFT: u128 = 80;
const BELOW: u128 = 40;

/// An SVG drawing: what was granted, what was spent, and the limit.
pub(super) fn svg(outcome: &Outcome) -> String {
    let highest = outcome.points.iter().map(|it| it.spent.max(it.granted)).max();
    let top = Amount(highest.unwrap_or_default().max(outcome.limit).0 * 11 / 10);
    let end_ms = outcome.points.last().map_or(1, |point| point.after_ms);
    let place = |after_ms: u64, amount: Amount| {
        let x = LEFT + (WIDTH - LEFT - 20) * u128::from(after_ms) / u128::from(end_ms.max(1));
        let y = HEIGHT - BELOW - (HEIGHT - BELOW - 20) * amount.0 / top.0.max(1);
        format!("{x},{y}")
    };
    let line = |of: fn(&Point) -> Amount| {
        let points = outcome.points.iter().map(|point| place(point.after_ms, of(point)));
        std::iter::once(place(0, Amount::ZERO)).chain(points).collect::<Vec<_>>().join(" ")
    };
    let limit = format!("{} {}", place(0, outcome.limit), place(end_ms, outcome.limit));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<title>Spend over time</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    let lines = [
        ("granted", "#88aadd", line(|point| point.granted)),
        ("spent", "#222266", line(|point| point.spent)),
        ("limit", "#cc2222", limit),
    ];
    for (row, (name, colour, points)) in (0_u128..).zip(lines) {
        let y = 30 + 18 * row;
        // Writing to a string cannot fail.
        _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{points}\"/>\n\
             <text x=\"{}\" y=\"{y}\" fill=\"{colour}\">{name}</text>",
            LEFT + 10
        );
    }
    let words = [
        (4, HEIGHT - BELOW, "$0".to_owned()),
        (
            4,
            HEIGHT - BELOW - (HEIGHT - BELOW - 20) * 10 / 11,
            format!("${}", Unit::Usd.show(outcome.limit)),
        ),
        (LEFT, HEIGHT - 14, "0 s".to_owned()),
        (WIDTH - 80, HEIGHT - 14, format!("{} s", end_ms / 1000)),
    ];
    for (x, y, text) in words {
        _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\">{text}</text>");
    }
    svg.push_str("</svg>\n");
    svg
}
