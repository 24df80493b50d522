"""Why things do not work: checks over what was seen of a server, its settings, storages, models and data."""
