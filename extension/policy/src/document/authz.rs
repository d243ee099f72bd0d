//! Callers, trust and policies over the facts, as they are written.
use super::fields::{Fields, Reader};
use crate::graph::Callers;
use crate::problem::{At, Place};
use crate::sources::Pattern;

/// What a document says of them.
#[derive(Debug, Default)]
pub(crate) struct WrittenAuthz<'a> {
    pub(crate) callers: Option<Callers>,
    pub(crate) callers_place: Option<Place<'a>>,
    pub(crate) trust: Option<WrittenTrust<'a>>,
    /// Paths of files, in which the last part may have `*`.
    pub(crate) authorise: Vec<At<'a, String>>,
}

/// What it says of the score, in thousandths.
#[derive(Debug, Default)]
pub(crate) struct WrittenTrust<'a> {
    pub(crate) refuse_below: Option<At<'a, u32>>,
    pub(crate) observe_below: Option<At<'a, u32>>,
}

/// Reads the keys of this area.
pub(super) fn read<'a>(reader: &mut Reader<'_>, root: &Fields<'a, '_>) -> WrittenAuthz<'a> {
    let authorise = reader.placed_texts(root, "authorise");
    WrittenAuthz {
        callers: callers(reader, root),
        callers_place: root.field("callers").map(|field| field.value.place),
        trust: trust(reader, root),
        authorise: authorise.unwrap_or_default(),
    }
}

fn callers(reader: &mut Reader<'_>, root: &Fields<'_, '_>) -> Option<Callers> {
    root.field("callers")?;
    let table = reader.table(root, "callers");
    let mut patterns = |path| {
        let texts = reader.placed_texts(&table, path)?.into_iter();
        Some(texts.map(|text| Pattern::new(text.value)).collect::<Vec<_>>())
    };
    Some(Callers {
        functions: patterns("callers.functions").unwrap_or_default(),
        roles: patterns("callers.roles").unwrap_or_default(),
        services: patterns("callers.services"),
        unnamed: reader.flag(&table, "callers.unnamed").is_some_and(|at| at.value),
    })
}

fn trust<'a>(reader: &mut Reader<'_>, root: &Fields<'a, '_>) -> Option<WrittenTrust<'a>> {
    root.field("trust")?;
    let table = reader.table(root, "trust");
    let refuse_below = reader.fraction(&table, "trust.refuse_below");
    let observe_below = reader.fraction(&table, "trust.observe_below");
    if let (Some(refuse), Some(observe)) = (&refuse_below, &observe_below)
        && observe.value < refuse.value
    {
        let message = "below `trust.refuse_below`, so that it says nothing";
        reader.complain(observe.place, "trust.observe_below", message);
    }
    Some(WrittenTrust { refuse_below, observe_below })
}
