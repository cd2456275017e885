#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netpol_tests::fuzzing::deserialize(data));
