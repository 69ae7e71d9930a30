"""The kind coding: programming tasks that are judged by running code."""
