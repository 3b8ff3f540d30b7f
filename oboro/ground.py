"""The ground floor as a room of its own: the commands that belong to no other."""

from __future__ import annotations

from oboro.commands.doctor import doctor, examine
from oboro.commands.funnel import add_funnel, end_funnel, funnel, list_funnels
from oboro.commands.goal import add_goal, end_goal, goal, list_goals
from oboro.commands.migrate import migrate, migrate_store
from oboro.commands.schema import read_schema, schema
from oboro.commands.serve import serve
from oboro.commands.site import add_site, list_sites, remove_site, site, update_site
from oboro.commands.site_key import list_keys, make_key, revoke_key, rotate_key, site_key
from oboro.rooms import Room

GROUND = Room(
    name="ground",
    commands=(serve, site, site_key, goal, funnel, schema, migrate, doctor),
    operations={
        "doctor": examine,
        "funnel.add": add_funnel,
        "funnel.end": end_funnel,
        "funnel.list": list_funnels,
        "goal.add": add_goal,
        "goal.end": end_goal,
        "goal.list": list_goals,
        "migrate": migrate_store,
        "schema": read_schema,
        "site.add": add_site,
        "site.list": list_sites,
        "site.remove": remove_site,
        "site.update": update_site,
        "site-key.list": list_keys,
        "site-key.new": make_key,
        "site-key.revoke": revoke_key,
        "site-key.rotate": rotate_key,
    },
)
