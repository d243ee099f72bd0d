//! Where the outer members of an event stand, noted in the same pass, so that nothing has to
//! scan the whole event again to find them.
use super::survey::narrow;
use crate::scan::Text;

/// The most members that are noted: 24 bytes each.
const NODES_MAX: usize = 65_536;
/// How many of them are kept for the root's own.
const ROOT_NODES: usize = 1024;

/// The root of an event: what it is, its members or elements, and theirs.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// The root itself; an empty one for an event that cannot be read.
    pub(crate) root: Node,
    /// In document order, so that a node's children follow it.
    pub(crate) nodes: Vec<Node>,
}

/// A value within the first two levels. Positions are byte offsets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Node {
    /// The member's key between its quotes; both 0 for an element of an array.
    pub(crate) key_start: u32,
    pub(crate) key_end: u32,
    /// The value.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// How many members or elements it has. Counted on the first level only.
    pub(crate) children: u32,
    /// How many of them are noted, right after it.
    pub(crate) noted: u32,
}

/// An outline in the making.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    outline: Outline,
    /// The last key of the root, and of the container open in it.
    keys: [(u32, u32); 2],
    /// The index of the node that is open on each level; none when it was not noted.
    open: [Option<usize>; 2],
}

impl Sketch {
    /// A key of a container at `depth`: 1 for the root.
    #[inline]
    pub(super) fn key(&mut self, depth: u32, key: Text) {
        match (depth, &mut self.keys) {
            (1, [last, _]) | (2, [_, last]) => *last = (narrow(key.start), narrow(key.end)),
            _ => {}
        }
    }

    /// A container starts in `depth` others.
    #[inline]
    pub(super) fn begin(&mut self, depth: u32, at: usize) {
        match depth {
            0 => self.outline.root.start = narrow(at),
            1 | 2 => self.note(depth, narrow(at), 0),
            _ => {}
        }
    }

    /// The container that started in `depth` others ends.
    #[inline]
    pub(super) fn end(&mut self, depth: u32, end: usize) {
        if depth > 2 {
            return;
        }
        let node = match (depth, self.open) {
            (0, _) => Some(&mut self.outline.root),
            (1, [index, _]) | (_, [_, index]) => index.and_then(|i| self.outline.nodes.get_mut(i)),
        };
        if let Some(node) = node {
            node.end = narrow(end);
        }
    }

    /// A string, number or literal in `depth` containers.
    #[inline]
    pub(super) fn leaf(&mut self, depth: u32, start: usize, end: usize) {
        match depth {
            0 => {
                self.outline.root =
                    Node { start: narrow(start), end: narrow(end), ..Node::default() }
            }
            1 | 2 => self.note(depth, narrow(start), narrow(end)),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Outline {
        self.outline
    }

    fn note(&mut self, depth: u32, start: u32, end: u32) {
        let nodes = &mut self.outline.nodes;
        let nodes_max = if depth == 1 { NODES_MAX } else { NODES_MAX - ROOT_NODES };
        let index = (nodes.len() < nodes_max).then_some(nodes.len());
        let [first_key, second_key] = &mut self.keys;
        let [first, second] = &mut self.open;
        let (parent, key) = if depth == 1 {
            *first = index;
            (Some(&mut self.outline.root), first_key)
        } else {
            *second = index;
            (first.and_then(|i| nodes.get_mut(i)), second_key)
        };
        if let Some(parent) = parent {
            parent.children += 1;
            parent.noted += u32::from(index.is_some());
        }
        if index.is_some() {
            let (key_start, key_end) = std::mem::take(key);
            nodes.push(Node { key_start, key_end, start, end, children: 0, noted: 0 });
        }
    }
}
