"""The aws, sql, service and user blocks, and the name of a sampling rule."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("blocks") as segment:
    segment.set_user("alice")
    print(segment.user, segment.service["runtime"], sorted(segment.aws["xray"]))
    segment.set_rule_name("gold")
    with xray_recorder.in_subsegment("query", namespace="remote") as query:
        query.set_sql({"url": "db.example:5432", "database_type": "PostgreSQL", "user": "app",
                       "sanitized_query": "select * from t where a = ?", "preparation": "call",
                       "odd": "kept"})  # fmt: skip
        print(query.sql["user"])
    with xray_recorder.in_subsegment("dynamodb", namespace="aws") as call:
        call.set_aws({"operation": "PutItem", "region": "eu-west-1", "table_name": "orders",
                      "request_id": "R", "retries": 2, "own": {"a": [1]}})  # fmt: skip
    with xray_recorder.in_subsegment("replaced") as call:
        call.set_aws({"operation": "A"})
        call.set_aws({"operation": "B"})
        call.namespace = "remote"
with xray_recorder.in_segment("own service") as segment:
    segment.set_service({"version": "1.2.3"})
    segment.set_aws({"account_id": "123456789012", "ecs": {"container": "c1"}})
    segment.user = "bob"
    segment.origin = "AWS::ECS::Container"
with xray_recorder.in_segment("changed in place") as segment:
    segment.aws["xray"]["auto_instrumentation"] = True
    segment.service["version"] = "9"
with xray_recorder.in_segment("unchanged") as segment:
    print(segment.aws["xray"], segment.service["runtime"])
