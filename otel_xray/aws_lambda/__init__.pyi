from otel_xray.aws_lambda.bootstrap import traced as traced
