//! Inputs that end once.

use std::io::{self, Read};

/// An input that is not read again after its end. A terminal would wait for one more Ctrl-D then, and give what is typed
/// until there.
pub(super) struct Ended<R> {
    input: R,
    ended: bool,
}

impl<R> Ended<R> {
    pub fn new(input: R) -> Self {
        Self { input, ended: false }
    }
}

impl<R: Read> Read for Ended<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let count = self.input.read(buffer)?;
        self.ended = count == 0 && !buffer.is_empty();
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte after each of three interruptions, and then ends; to be read after that it does not expect.
    struct Typed(u32);

    impl Read for Typed {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if buffer.is_empty() {
                return Ok(0);
            }
            self.0 += 1;
            match self.0 {
                1 | 3 | 5 => Err(io::ErrorKind::Interrupted.into()),
                2 | 4 | 6 => {
                    buffer[0] = b'a';
                    Ok(1)
                }
                7 => Ok(0),
                _ => panic!("read after its end"),
            }
        }
    }

    #[test]
    fn nothing_is_read_after_the_end() {
        let mut input = Ended::new(Typed(0));
        assert_eq!(input.read(&mut []).unwrap(), 0, "no end: nothing was asked for");
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        assert_eq!(text, "aaa");
        assert_eq!(input.read(&mut [0; 8]).unwrap(), 0);
        assert_eq!(input.read_to_string(&mut text).unwrap(), 0);
    }
}
