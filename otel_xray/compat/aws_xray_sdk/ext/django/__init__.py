"""Django: each request a segment, with its queries and templates."""

default_app_config = "aws_xray_sdk.ext.django.apps.XRayConfig"
