//! How files of lessons and challenges are read: key by key, into a value that begins empty, as Kubernetes' objects are.

/// Declares structs, each field with its key, and how they are read. Every field may be absent, but for those whose keys the
/// struct `requires`.
macro_rules! files {
    ($(
        $(#[$doc:meta])*
        $vis:vis struct $name:ident requires [$($required:literal),*] {
            $($(#[$field_doc:meta])* $field_vis:vis $field:ident: $type:ty = $key:literal,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        $vis struct $name {
            $($(#[$field_doc])* $field_vis $field: $type,)*
        }

        impl netpol_syntax::Read for $name {
            #[inline(never)]
            fn read(&mut self, from: netpol_syntax::Reader<'_, '_>) {
                #[expect(non_camel_case_types, reason = "fields, counted")]
                enum Field {
                    $($field,)*
                }

                from.object(&[$($key,)*], &[$($required,)*], &mut |at, value| match at {
                    $(_ if at == Field::$field as usize => self.$field.read(value),)*
                    _ => {}
                });
            }
        }
    )*};
}

pub(crate) use files;
