//! How objects are read: key by key, into a value that begins empty.

/// Declares plain structs, each field with its key as the API spells it, and how they are read. Every field may be absent,
/// but for those whose keys are `required`. Keys that are listed as `unread` are known, and passed over.
macro_rules! objects {
    ($(
        $(#[$doc:meta])*
        pub struct $name:ident {
            $($(#[$field_doc:meta])* pub $field:ident: $type:ty = $key:literal,)*
            $(required: [$($required:literal),* $(,)?],)?
            $(unread: [$($unread:literal),* $(,)?],)?
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        $crate::places::places_in!($name: $($field),*;);

        impl netpol_syntax::Read for $name {
            #[inline(never)]
            fn read(&mut self, from: netpol_syntax::Reader<'_, '_>) {
                #[expect(non_camel_case_types, reason = "fields, counted")]
                enum Field {
                    $($field,)*
                }

                let keys = &[$($key,)* $($($unread,)*)?];
                let required = &[$($($required,)*)?];
                from.object(keys, required, &mut |at, value| match at {
                    $(_ if at == Field::$field as usize => self.$field.read(value),)*
                    _ => {}
                });
            }
        }
    )*};
}

pub(super) use objects;
