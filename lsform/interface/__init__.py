"""The label interface, Label Studio's labeling XML: parse, render, compare, and judge what a change loses."""
