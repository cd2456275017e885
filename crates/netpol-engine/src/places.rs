//! The places that values hold, so that what was read before can move with its text.

use std::sync::Arc;

use netpol_syntax::{Diagnostic, IntOrString, Location, Spanned, SpannedMap};

use crate::manifest::{OwnerField, Strings};

/// What knows where it stands.
pub(crate) trait Places {
    /// Shows `visit` each place that the value holds.
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location));
}

/// Declares values that hold no place.
macro_rules! placeless {
    ($($type:ty),*) => {$(
        impl Places for $type {
            fn each_place(&mut self, _: &mut dyn FnMut(&mut Location)) {}
        }
    )*};
}

placeless!(bool, i32, i64, String, Arc<str>, IntOrString, Strings, OwnerField);

/// Declares structs of which these fields hold places.
macro_rules! places_in {
    ($($type:ty: $($field:ident),*;)*) => {$(
        impl $crate::places::Places for $type {
            fn each_place(&mut self, visit: &mut dyn FnMut(&mut netpol_syntax::Location)) {
                $($crate::places::Places::each_place(&mut self.$field, visit);)*
            }
        }
    )*};
}
pub(crate) use places_in;

impl Places for Location {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        visit(self);
    }
}

impl<T: Places> Places for Option<T> {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        self.iter_mut().for_each(|value| value.each_place(visit));
    }
}

impl<T: Places> Places for Vec<T> {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        self.iter_mut().for_each(|value| value.each_place(visit));
    }
}

impl<T: Places> Places for Box<T> {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        self.as_mut().each_place(visit);
    }
}

impl<T: Places> Places for Spanned<T> {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        visit(&mut self.at);
        self.value.each_place(visit);
    }
}

impl<T: Places> Places for SpannedMap<T> {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        for (key, value) in &mut self.0 {
            key.each_place(visit);
            value.each_place(visit);
        }
    }
}

impl Places for Diagnostic {
    fn each_place(&mut self, visit: &mut dyn FnMut(&mut Location)) {
        self.at.each_place(visit);
        self.related.iter_mut().for_each(|related| visit(&mut related.at));
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits);
        edits.for_each(|edit| visit(&mut edit.at));
    }
}
