"""Addresses, values, findings and errors: the words that every layer shares. Pure: nothing is imported from above."""
