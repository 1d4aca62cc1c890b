//! Standard output, whose reader may leave before we have said everything (`… | head`): that is an end, not a failure.

use std::io::{self, ErrorKind, Stdout, Write};

/// Standard output that remembers whether somebody still reads it.
pub(crate) struct Out {
    to: Stdout,
    left: bool,
}

/// Writes to standard output; ends quietly if nobody reads it any more.
pub(crate) fn out<T: Default>(write: impl FnOnce(&mut Out) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut out = Out {
        to: io::stdout(),
        left: false,
    };
    let written = write(&mut out).and_then(|value| {
        out.flush()?;
        Ok(value)
    });
    if out.left { Ok(T::default()) } else { written }
}

impl Out {
    fn note<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        self.left |= done.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        done
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.to.write(bytes);
        self.note(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.to.flush();
        self.note(done)
    }
}

/// An error with its causes; one that its message repeats already is said once.
pub(crate) fn in_one_line(error: &anyhow::Error) -> String {
    let mut line = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !line.ends_with(&cause) {
            line = format!("{line}: {cause}");
        }
    }
    line
}
