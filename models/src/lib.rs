//! The trained models that ship with copydesk.
