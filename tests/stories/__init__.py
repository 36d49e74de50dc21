"""Whole conversations through the real app: signed requests in, Web API calls out, real Valkey, DNS and AWS wire."""
