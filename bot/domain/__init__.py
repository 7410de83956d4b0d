"""The rules, pure: standard library only, no clock, no chance, no I/O.

START READING in `plan.py`: plan(snapshot, today) -> notices, and the skipped with a reason each.

Words used here and nowhere with another meaning:

setting      a school, pre-school or trust: the tenant
register     what a setting has promised: roles, policies, obligations, accounts, meetings, routes
policy       a document; version: one text of it; review: the act of approving it again
obligation   a rule with a source: who (audience) must do what (kind) by when (cadence)
duty         one person's one occurrence of an obligation, with a due date
evidence     what discharges a duty
account      an official social-media account; holder: a person who runs it
notice       decided by the planner; message: rendered; delivery: one attempt to hand it to a vendor
finding      something Handbell noticed: a role with no name, a single point of failure
"""
