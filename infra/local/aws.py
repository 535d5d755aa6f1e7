"""AWS clients that talk to the stack's emulator."""
import boto3
from botocore.config import Config

from settings import REGION, Stack


def client(stack: Stack, service: str):
    return boto3.client(
        service, endpoint_url=stack.aws, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(connect_timeout=3, read_timeout=20, retries={"max_attempts": 2}),
    )
