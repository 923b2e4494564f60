#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| noxus_console_fuzz::key::holds(input));
