"""Label Studio as code: stacks of YAML manifests, planned and applied to a live server."""

__version__ = "0.1.0"
