"""Measurements. Speed and quality live here, never in a test that could pass by luck."""
