# Terraform: the layer and two functions that use it. `terraform apply` uploads layer.zip and src.zip.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "otlp_headers" {
  description = "What the other backend asks for, such as api-key=…"
  type        = string
  sensitive   = true
}

locals {
  runtime = "python3.13"
  wrapper = { AWS_LAMBDA_EXEC_WRAPPER = "/opt/otel-xray-instrument" }
}

resource "aws_lambda_layer_version" "otel_xray" {
  layer_name               = "otel-xray"
  filename                 = "layer.zip"
  source_code_hash         = filebase64sha256("layer.zip")
  compatible_runtimes      = [local.runtime]
  compatible_architectures = ["x86_64"]
}

resource "aws_iam_role" "orders" {
  name = "orders"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "orders" {
  for_each = toset([
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
  ])
  role       = aws_iam_role.orders.name
  policy_arn = each.value
}

# Spans go to X-Ray: Lambda runs the X-Ray daemon where tracing is active.
resource "aws_lambda_function" "process_order" {
  function_name    = "process-order"
  filename         = "src.zip"
  source_code_hash = filebase64sha256("src.zip")
  role             = aws_iam_role.orders.arn
  handler          = "app.handler"
  runtime          = local.runtime
  architectures    = ["x86_64"]
  memory_size      = 256
  timeout          = 10
  layers           = [aws_lambda_layer_version.otel_xray.arn]

  tracing_config {
    mode = "Active"
  }

  environment {
    variables = local.wrapper
  }
}

# Spans go to another backend; X-Ray only passes the tracing header on.
resource "aws_lambda_function" "store_order" {
  function_name    = "store-order"
  filename         = "src.zip"
  source_code_hash = filebase64sha256("src.zip")
  role             = aws_iam_role.orders.arn
  handler          = "app.handler"
  runtime          = local.runtime
  architectures    = ["x86_64"]
  memory_size      = 256
  timeout          = 10
  layers           = [aws_lambda_layer_version.otel_xray.arn]

  tracing_config {
    mode = "PassThrough"
  }

  environment {
    variables = merge(local.wrapper, {
      OTEL_EXPORTER_OTLP_ENDPOINT = "https://otlp.example.com"
      OTEL_EXPORTER_OTLP_HEADERS  = var.otlp_headers
    })
  }
}
