"""Tests of how students are taught."""
