# The zips go through S3: the provider uploads direct ones strictly one after another, five seconds each.

resource "aws_s3_bucket" "packages" {
  bucket        = "${local.prefix}-packages-${data.aws_caller_identity.this.account_id}"
  force_destroy = true # every object can be built again
}

resource "aws_s3_bucket_public_access_block" "packages" {
  bucket                  = aws_s3_bucket.packages.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "package" {
  for_each = local.functions

  bucket = aws_s3_bucket.packages.id
  key    = "${each.key}/${filesha256("${var.package_dir}/${each.key}.zip")}.zip"
  source = "${var.package_dir}/${each.key}.zip"

  # The bucket carries the tags: an object's are lost on the emulator when it is uploaded in parts.
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  packages = { for name in keys(local.functions) : name => {
    bucket = aws_s3_bucket.packages.id
    key    = aws_s3_object.package[name].key
    hash   = filebase64sha256("${var.package_dir}/${name}.zip")
  } }
}
