"""Refuse what the site's operator excluded: a network, a host the page is shown under, a path."""

from __future__ import annotations

from collector.arrival import Arrival
from collector.coarsen.path import page_of, split_address
from oboro.hosts import known_form
from oboro.outcomes import Outcome
from oboro.patterns import host_fits, network_fits, path_fits
from oboro.sites import Site


def is_excluded_network(arrival: Arrival, site: Site) -> Outcome | None:
    """Object to a network of the operator's list, such as the office's own."""
    if network_fits(arrival.network, site.excluded_networks):
        return Outcome.EXCLUDED_NETWORK
    return None


def is_excluded_host(arrival: Arrival, site: Site) -> Outcome | None:
    """Object to a page shown under a host of the operator's list."""
    if not site.excluded_hosts:
        return None
    address = split_address(arrival.url)
    if address and host_fits(known_form(address.host), site.excluded_hosts):
        return Outcome.EXCLUDED_HOST
    return None


def is_excluded_path(arrival: Arrival, site: Site) -> Outcome | None:
    """Object to a page whose name, as it would be kept, fits a path of the operator's list."""
    if not site.excluded_paths:
        return None
    page = page_of(split_address(arrival.url), (), 1)
    return Outcome.EXCLUDED_PATH if path_fits(page.name, site.excluded_paths) else None
