"""The loop that keeps servers as a folder or a git repository says."""
