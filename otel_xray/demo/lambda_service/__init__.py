"""A local Lambda service: functions under the real runtime client, with X-Ray's own segments."""
