"""What a server for a stack is run with: Docker Compose files out of what is declared."""
