"""Plugins by their names."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from types import ModuleType

from ..exceptions.exceptions import MissingPluginNames

module_prefix = "aws_xray_sdk.core.plugins."

PLUGIN_MAPPING = {
    "elasticbeanstalkplugin": "elasticbeanstalk_plugin",
    "ec2plugin": "ec2_plugin",
    "ecsplugin": "ecs_plugin",
}


def get_plugin_modules(plugins: Iterable[str] | None) -> tuple[ModuleType, ...]:
    """
    Return the modules of *plugins*.

    Args:
        plugins: ``EC2Plugin``, ``ECSPlugin``, ``ElasticBeanstalkPlugin`` in any case, or names of
            modules beside this one.

    Raises:
        MissingPluginNames: there are none.
        ModuleNotFoundError: one does not exist.
    """
    if not plugins:
        msg = "Name the plugins to load, such as EC2Plugin."
        raise MissingPluginNames(msg)
    names = [plugin.lower() for plugin in plugins]
    return tuple(
        importlib.import_module(module_prefix + PLUGIN_MAPPING.get(name, name)) for name in names
    )
