#![no_main]

libfuzzer_sys::fuzz_target!(init: copydesk_fuzz::one_thread(), |data: &[u8]| copydesk_laws::http_body(data));
