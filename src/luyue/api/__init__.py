"""The REST API: the apps' routers put together."""
