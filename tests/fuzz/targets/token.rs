#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| noxus_console_fuzz::token::holds(input));
