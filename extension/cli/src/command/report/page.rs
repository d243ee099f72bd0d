//! The page around the sections: one file, no script, nothing loaded from anywhere.
use super::escape::Text;
use super::sections;
use super::summary::Summary;

/// Style of the page, in light and in dark.
const STYLE: &str = include_str!("style.css");
/// What the browser must refuse whatever a record smuggles in: every script and every request.
const SHUT: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The whole page.
pub(super) fn html(summary: &Summary) -> String {
    let sections = [
        sections::tiles(summary),
        sections::decisions(summary),
        sections::checks(summary),
        sections::timeline(summary),
        sections::functions(summary),
        sections::callers(summary),
        sections::money(summary),
        sections::trust(summary),
        sections::findings(summary),
        sections::health(summary),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{SHUT}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Tollgate report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Tollgate report</h1>\n<p>{} to {}, UTC</p>\n{}</header>\n<main>\n{}</main>\n\
         </body>\n</html>\n",
        Text(&summary.from),
        Text(&summary.to),
        sections::verdict(summary),
        sections.concat(),
    )
}
