"""Cases: reported concerns and breaches, their access, clocks, steps, lessons and disposal."""
