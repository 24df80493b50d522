"""Plans, findings and outcomes as text and JSON. Pure: values in, text out."""
