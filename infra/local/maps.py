"""The fake of Google's Geocoding API: it knows the places that it was told, and no others.

    POST /_config/places {"address": "1 Ferry Building", "lat": 37.7955, "lng": -122.3937, "type": "ROOFTOP"}

An address that begins with the text of a told place lies there.
"""
import argparse

from aiohttp import web

PLACES: dict[str, dict] = {}


async def geocode(request: web.Request) -> web.Response:
    if not request.query.get("key"):
        return web.json_response({"status": "REQUEST_DENIED", "results": []})
    asked = request.query.get("address", "").lower()
    place = next((place for known, place in PLACES.items() if asked.startswith(known)), None)
    if place is None:
        return web.json_response({"status": "ZERO_RESULTS", "results": []})
    location = {"lat": place["lat"], "lng": place["lng"]}
    geometry = {"location": location, "location_type": place.get("type", "ROOFTOP")}
    return web.json_response({"status": "OK", "results": [{"formatted_address": asked, "geometry": geometry, "types": ["premise"]}]})


async def tell(request: web.Request) -> web.Response:
    place = await request.json()
    PLACES[place["address"].lower()] = place
    return web.Response()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fake map service on loopback")
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args()
    app = web.Application()
    app.router.add_get("/maps/api/geocode/json", geocode)
    app.router.add_post("/_config/places", tell)
    web.run_app(app, host="127.0.0.1", port=args.port, print=lambda text: print(text, flush=True))


if __name__ == "__main__":
    main()
