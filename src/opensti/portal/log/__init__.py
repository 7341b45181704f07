"""The public log over HTTP, as C2SP tlog-tiles says; no sign-in, nothing to change."""
