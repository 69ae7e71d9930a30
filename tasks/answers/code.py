"""Code: a program runs it against tests instead of comparing it with a key."""

from __future__ import annotations

from tasks.answers.form import Form, refuse_options

CODE = Form("code", fault=refuse_options)
