//! Reads flit.ini: discovers the project and supplies its metadata.
