"""Label Studio's own editor in a headless browser, without a server: what an interface looks like."""
