"""The Elastic Beanstalk environment in which the process runs."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger(__name__)

CONF_PATH = "/var/elasticbeanstalk/xray/environment.conf"
SERVICE_NAME = "elastic_beanstalk"
ORIGIN = "AWS::ElasticBeanstalk::Environment"

runtime_context: Any = None


def initialize() -> None:
    """Keep what Elastic Beanstalk's configuration file says in `runtime_context`."""
    global runtime_context  # noqa: PLW0603  where X-Ray code looks for it
    import json

    try:
        with open(CONF_PATH) as file:
            runtime_context = json.load(file)
    except Exception:  # noqa: BLE001  a description must not cost the start
        runtime_context = None
        log.warning("%s cannot be read; segments do not name an environment.", CONF_PATH)
