"""Label Studio servers: the adapter over the SDK, and a server on this machine."""
