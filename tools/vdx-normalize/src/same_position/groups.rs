//! Which records of one POS are joined: those of one class, as `bcftools norm -m +` has it, unless something else keeps
//! them apart.

use vdx_vcf::alleles::{Joiner, Part};

use super::record::Record;
use crate::multiallelics::Types;
use vdx_vcf::variant::class::{Class, Classes};

/// Records that become one, in their order.
pub(super) struct Group<'a> {
    pub(crate) records: Vec<Record<'a>>,
    /// Those of all its records.
    pub(crate) classes: Classes,
    /// What a record must be to join; `None` where none can.
    class: Option<Class>,
    /// Where they are to be joined, as many of them.
    pub(crate) parts: Vec<Part<'a>>,
}

/// The groups of `records` to be joined, each where its first record is; where none are, each record is one.
///
/// A record without ALT joins those of the first class that is joined, and is the first of them, but where all are joined.
/// None moves, so none comes late to records that are one already. A record goes to the first group that takes it:
/// so it does, too, where the others of the group are one record already.
pub(super) fn of<'a>(join: &mut Option<(Types, Joiner)>, mut records: Vec<Record<'a>>) -> Vec<Group<'a>> {
    let types = join.as_ref().map(|(types, _)| *types);
    if types.is_some_and(|types| types != Types::Any) {
        records.sort_by_key(|record| record.classes != Class::Reference.into());
    }
    let mut groups: Vec<Group> = Vec::new();
    for record in records {
        let class = types.filter(|_| !record.aside).and_then(|types| class_of(types, record.classes));
        let part = join.as_mut().map(|(_, joiner)| joiner.part(record.line, record.rest));
        let takes = |group: &&mut Group| {
            class.is_some()
                && group.class == class
                && !part.iter().any(|part| group.parts.iter().any(|there| there.is_apart(part)))
        };
        match groups.iter_mut().find(takes) {
            Some(group) => {
                group.classes = group.classes.with(record.classes);
                group.records.push(record);
                group.parts.extend(part);
            }
            None => {
                let mut group = Group {
                    records: Vec::with_capacity(2),
                    classes: record.classes,
                    class,
                    parts: Vec::with_capacity(2),
                };
                group.records.push(record);
                group.parts.extend(part);
                groups.push(group);
            }
        }
    }
    groups
}

/// The class whose records a record of `classes` is joined with. Where all are joined it is one and the same.
fn class_of(types: Types, classes: Classes) -> Option<Class> {
    let joined: &[Class] = match types {
        Types::Any => return Some(Class::Reference),
        Types::Both => &[Class::Snv, Class::Mnv, Class::Indel, Class::Other],
        Types::Snvs => &[Class::Snv],
        Types::Indels => &[Class::Indel],
    };
    if classes == Class::Reference.into() {
        return joined.first().copied();
    }
    joined.iter().copied().find(|class| classes == Classes::from(*class))
}
