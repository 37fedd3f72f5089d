"""Pipelines ours is measured against."""
