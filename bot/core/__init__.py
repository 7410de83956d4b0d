"""What is not particular to one feature: errors, time, text, validation, roles, settings and keys.

No I/O except reading settings, and nothing here imports another package of Handbell. The words used in every
package:

setting      a school, pre-school or trust: the tenant
register     what a setting has promised: roles, policies, obligations, accounts, meetings, routes
policy       a document; version: one text of it; review: the act of approving it again
obligation   a rule with a source: who (audience) must do what (kind) by when (cadence)
duty         one person's one occurrence of an obligation, with a due date
evidence     what discharges a duty
account      an official social-media account; holder: a person who runs it
notice       decided by the planner; message: rendered; delivery: one attempt to hand it to a vendor
finding      a likely mistake in the register: a role that nobody holds, a single point of failure
"""
