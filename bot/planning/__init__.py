"""Who is asked what, when: the plan and what it reads and writes."""
