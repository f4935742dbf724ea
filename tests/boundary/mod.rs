//! The stable boundary, with real libraries: what is loaded, what is refused, and what a plugin may do to the program.
mod builds;
mod evolution;
mod loading;
mod misbehaving;
mod pipeline;
mod probe;
mod publishing;
mod readme;
mod wrong_files;
