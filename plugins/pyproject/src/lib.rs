//! Reads pyproject.toml: discovers the project and supplies its metadata.
