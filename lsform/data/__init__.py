"""Tasks, annotations and predictions: into a server, out of it, and into the formats that training reads."""
