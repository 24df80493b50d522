"""From YAML to desired resources: positions kept, every mistake collected, references resolved."""
