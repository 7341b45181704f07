"""Addresses of the living catalogue."""

from __future__ import annotations

from django.urls import path

from opensti.ui.catalogue import catalogue

app_name = "ui"
urlpatterns = [path("", catalogue, name="catalogue")]
