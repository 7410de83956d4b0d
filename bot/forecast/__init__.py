"""Forecasts of what will be sent: the preview of a day and the simulation of a span."""
