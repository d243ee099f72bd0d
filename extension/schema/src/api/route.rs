//! Path templates: `/orders/{id}`, `/files/{name}.json`, and the greedy `/static/{proxy+}`.
use std::collections::HashMap;

use crate::uri;

/// API Gateway's route for everything that no other takes.
const DEFAULT: &str = "/$default";

/// Values of path parameters, in the order of the template.
pub(super) type Captured = Vec<(Box<str>, String)>;

/// All templates, as a tree of segments.
#[derive(Debug, Default)]
pub(super) struct Routes {
    templates: Vec<Template>,
    nodes: Vec<Node>,
    /// The route for what no other takes.
    default: Option<usize>,
}

/// A node's number; the root is 0.
type NodeIndex = usize;

/// What may come next in a path.
#[derive(Debug, Default)]
struct Node {
    literals: HashMap<Box<str>, NodeIndex>,
    /// Segments that are part text, part parameter.
    mixed: Vec<(Segment, NodeIndex)>,
    /// A segment that is one parameter.
    any: Option<NodeIndex>,
    /// The template that ends here.
    end: Option<usize>,
    /// The template that takes all that is left.
    greedy: Option<usize>,
}

/// A template's segments, those of its base path included.
#[derive(Debug)]
struct Template {
    route: usize,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Text(Box<str>),
    Parameter(Box<str>),
    /// Texts and parameters in turn, beginning and ending with a text that may be empty.
    Mixed {
        texts: Vec<Box<str>>,
        names: Vec<Box<str>>,
    },
    Greedy(Box<str>),
}

impl Routes {
    /// Adds a template under a base path. The error says what is wrong with it.
    pub(super) fn add(&mut self, base: &str, template: &str, route: usize) -> Result<(), String> {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        if template == DEFAULT {
            self.default = Some(route);
            return Ok(());
        }
        let full = format!("{}{template}", base.trim_end_matches('/'));
        let mut segments = Vec::new();
        for segment in full.split('/').skip(1) {
            segments.push(Segment::read(segment)?);
        }
        let number = self.templates.len();
        let mut at = 0;
        for (i, segment) in segments.iter().enumerate() {
            if let Segment::Greedy(_) = segment {
                if i + 1 < segments.len() {
                    return Err("only the last segment may be greedy".to_owned());
                }
                let taken = self.nodes.get_mut(at).and_then(|node| node.greedy.replace(number));
                self.templates.push(Template { route, segments });
                return self.unless_taken(taken, route);
            }
            at = self.step(at, segment);
        }
        let taken = self.nodes.get_mut(at).and_then(|node| node.end.replace(number));
        self.templates.push(Template { route, segments });
        self.unless_taken(taken, route)
    }

    fn unless_taken(&self, taken: Option<usize>, route: usize) -> Result<(), String> {
        match taken.and_then(|other| self.templates.get(other)) {
            Some(other) if other.route != route => {
                Err("matches the same paths as another template".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The node after a segment, made if there is none.
    fn step(&mut self, at: NodeIndex, segment: &Segment) -> NodeIndex {
        let fresh = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else { return at };
        let next = match segment {
            Segment::Text(text) => *node.literals.entry(text.clone()).or_insert(fresh),
            Segment::Mixed { texts, .. } => {
                let same = node.mixed.iter().find(|(known, _)| {
                    matches!(known, Segment::Mixed { texts: known, .. } if known == texts)
                });
                let next = same.map_or(fresh, |(_, next)| *next);
                if next == fresh {
                    node.mixed.push((segment.clone(), fresh));
                }
                next
            }
            Segment::Parameter(_) | Segment::Greedy(_) => *node.any.get_or_insert(fresh),
        };
        if next == fresh {
            self.nodes.push(Node::default());
        }
        next
    }

    /// The route of a path that `accepts` takes; or whether the path or the method is wrong.
    pub(super) fn find(
        &self,
        path: &str,
        base: &str,
        accepts: impl Fn(usize) -> bool,
    ) -> Result<(usize, Captured), &'static str> {
        let base = base.trim_end_matches('/');
        let with = format!("{base}{path}");
        let without =
            path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let mut known = false;
        let candidates = [Some(path), Some(&*with), without];
        let candidates = if base.is_empty() { &candidates[..1] } else { &candidates[..] };
        for candidate in candidates.iter().flatten() {
            let segments: Vec<_> = candidate.split('/').skip(1).map(uri::percent_decoded).collect();
            let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
            let mut found = None;
            self.walk(0, &segments, &mut |number| {
                let Some(template) = self.templates.get(number) else { return false };
                known = true;
                let accepted = accepts(template.route);
                if accepted {
                    found = Some((template.route, template.capture(&segments)));
                }
                accepted
            });
            if let Some(found) = found {
                return Ok(found);
            }
        }
        match self.default {
            Some(route) if accepts(route) => Ok((route, Captured::new())),
            _ => Err(if known { "method" } else { "path" }),
        }
    }

    /// Visits every template that fits, the most concrete first, until one is taken. The nodes are
    /// a tree, so that none is visited twice.
    fn walk(&self, at: NodeIndex, segments: &[&str], visit: &mut dyn FnMut(usize) -> bool) -> bool {
        let Some(node) = self.nodes.get(at) else { return false };
        let Some((segment, rest)) = segments.split_first() else {
            return node.end.is_some_and(visit);
        };
        if let Some(next) = node.literals.get(*segment)
            && self.walk(*next, rest, visit)
        {
            return true;
        }
        for (mixed, next) in &node.mixed {
            if mixed.capture(segment).is_some() && self.walk(*next, rest, visit) {
                return true;
            }
        }
        if let Some(next) = node.any
            && !segment.is_empty()
            && self.walk(next, rest, visit)
        {
            return true;
        }
        node.greedy.is_some_and(visit)
    }
}

impl Template {
    fn capture(&self, path: &[&str]) -> Captured {
        let mut captured = Captured::new();
        for (i, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Greedy(name) => {
                    let rest = path.get(i..).unwrap_or_default();
                    captured.push((name.clone(), rest.join("/")));
                }
                segment => captured.extend(
                    path.get(i).and_then(|text| segment.capture(text)).into_iter().flatten(),
                ),
            }
        }
        captured
    }
}

impl Segment {
    fn read(text: &str) -> Result<Self, String> {
        let (mut texts, mut names): (Vec<Box<str>>, Vec<Box<str>>) = (Vec::new(), Vec::new());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err("`{` without `}`".to_owned());
            };
            if name.is_empty() || name.contains('{') {
                return Err("a parameter without a name".to_owned());
            }
            texts.push(before.into());
            names.push(name.into());
            rest = after;
        }
        if rest.contains('}') || texts.iter().any(|text| text.contains('}')) {
            return Err("`}` without `{`".to_owned());
        }
        texts.push(rest.into());
        let bare = texts.iter().all(|text| text.is_empty());
        match (names.as_slice(), bare) {
            ([], _) => Ok(Self::Text((*uri::percent_decoded(text)).into())),
            ([name], true) => Ok(match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.into()),
                None => Self::Parameter(name.clone()),
            }),
            _ if texts.iter().skip(1).rev().skip(1).any(|text| text.is_empty()) => {
                Err("parameters with nothing between them".to_owned())
            }
            _ => Ok(Self::Mixed { texts, names }),
        }
    }

    /// The values of its parameters in a path's segment, if it fits.
    fn capture(&self, segment: &str) -> Option<Captured> {
        match self {
            Self::Text(text) => (**text == *segment).then(Vec::new),
            Self::Parameter(name) => Some(vec![(name.clone(), segment.to_owned())]),
            Self::Greedy(_) => None,
            Self::Mixed { texts, names } => {
                let mut captured = Captured::new();
                let (first, others) = texts.split_first()?;
                let mut rest = segment.strip_prefix(&**first)?;
                for (i, (name, text)) in names.iter().zip(others).enumerate() {
                    let (value, after) = if i + 1 < names.len() {
                        rest.split_once(&**text)?
                    } else {
                        (rest.strip_suffix(&**text)?, "")
                    };
                    if value.is_empty() {
                        return None;
                    }
                    captured.push((name.clone(), value.to_owned()));
                    rest = after;
                }
                Some(captured)
            }
        }
    }
}

/// The names of a template's parameters.
pub(super) fn names(template: &str) -> Vec<String> {
    let parts = template.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(name, _)| name.trim_end_matches('+').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(templates: &[&str]) -> Routes {
        let mut routes = Routes::default();
        for (route, template) in templates.iter().enumerate() {
            routes.add("", template, route).unwrap();
        }
        routes
    }

    #[test]
    fn the_most_concrete_template_wins() {
        let templates = [
            "/a",
            "/a/{id}",
            "/a/new",
            "/a/{id}.json",
            "/a/{x}-{y}",
            "/a/{id}/b",
            "/s/{p+}",
            "/",
            "/a/new/{q}",
        ];
        let routes = routes(&templates);
        for (path, expected, values) in [
            ("/a", 0, &[][..]),
            ("/", 7, &[]),
            ("/a/7", 1, &["7"]),
            ("/a/new", 2, &[]),
            ("/a/x.json", 3, &["x"]),
            ("/a/1-2-3", 4, &["1", "2-3"]),
            ("/a/new/b", 8, &["b"]),
            ("/a/old/b", 5, &["old"]),
            ("/a/%6Eew", 2, &[]),
            ("/a/a%2Fb", 1, &["a/b"]),
            ("/s/a/b//c", 6, &["a/b//c"]),
        ] {
            let (route, captured) = routes.find(path, "", |_| true).unwrap();
            let found: Vec<_> = captured.iter().map(|(_, value)| value.as_str()).collect();
            assert_eq!((route, found.as_slice()), (expected, values), "{path}");
        }
        for path in ["/b", "/a/", "/a/7/c", "/s", "", "a", "/A"] {
            assert_eq!(routes.find(path, "", |_| true), Err("path"), "{path}");
        }
        // A less concrete template that has the method is taken.
        assert_eq!(routes.find("/a/new", "", |route| route == 1).unwrap().0, 1);
        assert_eq!(routes.find("/a/new", "", |_| false), Err("method"));
    }

    #[test]
    fn base_paths_are_tried_with_and_without() {
        let mut routes = routes(&["/orders"]);
        routes.add("/v1/", "/lines", 1).unwrap();
        for (path, base, expected) in [
            ("/orders", "", Ok(0)),
            ("/prod/orders", "/prod", Ok(0)),
            ("/orders", "/prod", Ok(0)),
            ("/lines", "/v1", Ok(1)),
            ("/v1/lines", "", Ok(1)),
            ("/prod/v1/lines", "/prod/", Ok(1)),
            ("/lines", "", Err("path")),
            ("/production/orders", "/prod", Err("path")),
        ] {
            let found = routes.find(path, base, |_| true).map(|(route, _)| route);
            assert_eq!(found, expected, "{path} {base}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_template() {
        let mut routes = routes(&["/a/{id}", "/b/{c+}"]);
        for (template, expected) in [
            ("/a/{other}", "matches the same paths"),
            ("/b/{d+}", "matches the same paths"),
            ("/{a+}/b", "only the last segment"),
            ("/{a", "`{` without `}`"),
            ("/a}", "`}` without `{`"),
            ("/{}", "without a name"),
            ("/{a}{b}", "nothing between"),
        ] {
            let error = routes.add("", template, 9).unwrap_err();
            assert!(error.contains(expected), "{template}: {error}");
        }
        assert_eq!(names("/a/{b}/{c+}/x{d}"), ["b", "c", "d"]);
    }

    #[test]
    fn the_default_route_takes_the_rest() {
        let mut routes = routes(&["/a"]);
        routes.add("", DEFAULT, 1).unwrap();
        assert_eq!(routes.find("/a", "", |_| true).unwrap().0, 0);
        assert_eq!(routes.find("/x/y", "", |_| true).unwrap().0, 1);
    }
}
