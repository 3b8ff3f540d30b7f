"""The published site: made from a publication and nothing else, and readable without a script."""

from aggregator.publish.page.archive import archive
from aggregator.publish.page.site import render

__all__ = ["archive", "render"]
