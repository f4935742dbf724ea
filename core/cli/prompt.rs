//! Asking the user on the terminal, even where stdin and stdout are something else.

use std::io::{self, IsTerminal as _};

use rpassword::ConfigBuilder;

use crate::repositories::Prompt;

/// The terminal that flit was started from.
#[derive(Debug)]
pub(super) struct TerminalPrompt;

impl TerminalPrompt {
    /// The terminal; whether there is one is found out when somebody is to be asked.
    pub(super) const fn new() -> Self {
        Self
    }
}

impl Prompt for TerminalPrompt {
    /// Both ends must be where the user is: a script that pipes something into flit is not going to answer, and somebody
    /// who keeps what flit says in a file does not see the question.
    fn is_possible(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn line(&self, question: &str) -> io::Result<String> {
        ask(question, true)
    }

    fn hidden(&self, question: &str) -> io::Result<String> {
        ask(question, false)
    }
}

/// Asks with a line editor that leaves the terminal as it was, whatever the user does: Ctrl-C is an error of kind
/// `Interrupted` beside the usual signal, Ctrl-D one of kind `UnexpectedEof`.
fn ask(question: &str, is_shown: bool) -> io::Result<String> {
    let config = ConfigBuilder::new();
    let config = if is_shown {
        // As many characters as there may be are shown as they are.
        config.password_feedback_partial_mask('*', usize::MAX)
    } else {
        config.password_feedback_hide()
    };
    rpassword::prompt_password_with_config(question, config.build())
}
