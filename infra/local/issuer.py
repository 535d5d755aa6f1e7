"""The packages of the OpenID provider of a stack, which `issuer/issuer.js` starts."""
from settings import CACHE, HERE
from web import install

FOLDER = HERE / "issuer"


def packages() -> None:
    install(FOLDER, "Packages of the OpenID provider", CACHE / "npm-issuer.log")
