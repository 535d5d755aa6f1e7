# What people send and fetch. Nobody reads the bucket but by a link that a function signed, for one key and a few minutes.

resource "aws_s3_bucket" "files" {
  bucket        = "${local.prefix}-files-${data.aws_caller_identity.this.account_id}"
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket                  = aws_s3_bucket.files.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  rule {
    id     = "uploads"
    status = "Enabled"
    filter { prefix = "uploads/" }
    expiration { days = 1 }
  }

  rule {
    id     = "exports"
    status = "Enabled"
    filter { prefix = "exports/" }
    # A day more than they can be fetched: S3 rounds up to midnight.
    expiration { days = 8 }
  }

  rule {
    id     = "sheets"
    status = "Enabled"
    filter { prefix = "sheets/" }
    expiration { days = 8 }
  }
}

# Browsers send files straight to the bucket.
resource "aws_s3_bucket_cors_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  cors_rule {
    allowed_methods = ["GET", "PUT"]
    allowed_origins = var.cors_origins
    allowed_headers = ["content-type", "content-length"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_notification" "files" {
  bucket = aws_s3_bucket.files.id

  dynamic "queue" {
    for_each = { for name, function in local.functions : name => function if function.uploads != "" }

    content {
      id            = queue.key
      queue_arn     = module.queue[queue.key].arn
      events        = ["s3:ObjectCreated:*"]
      filter_prefix = local.functions[queue.key].uploads
    }
  }
}
