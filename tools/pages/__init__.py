"""Pages of the documentation that are made from the code: a module each, with `page()`."""
