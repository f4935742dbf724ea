//! What networks and servers do to uploads, and what comes of it.

mod answers;
mod connections;
mod existing;
mod redirects;
mod statuses;
mod the_way_there;
