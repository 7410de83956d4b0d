"""Pages of rules: all of them; one to add, change or retire; and a change that waits for a second yes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.core.clock import local_date
from bot.core.form_start import CHANGED
from bot.core.roles import Permission
from bot.core.validation import ValidationFailed
from bot.identity.forms import NOTHING_WRONG, FormState, actor_of, submit_form
from bot.identity.member import Member, SignedIn, show
from bot.planning.events import ALL
from bot.policies.service import Promise
from bot.register.export import to_file
from bot.register.service import register_of
from bot.register.write import write
from bot.rule_pages import words
from bot.rule_pages.rule_fields import (
    PROOFS,
    UNITS,
    RuleForm,
    form_of,
    form_of_clause,
    resting_on,
    rule_of,
    start_of_rule,
)
from bot.rule_pages.service import (
    RuleInput,
    agree,
    audience_choices,
    find_change,
    find_rule,
    foresee,
    is_in_setup,
    latest_change,
    may_decide,
    promises_of,
    refuse,
    save,
    second_readers,
    sentence_of,
    undo,
    waiting_changes,
    waits_for_second,
)
from bot.rule_pages.store import RuleChange
from bot.rules.cadence import DAYS, MONTHS
from bot.rules.obligations import Obligation
from bot.rules.register import Register
from bot.web.context import RequestContext, Visiting

router = APIRouter()
Editor = Annotated[Member, Depends(SignedIn(Permission.EDIT_RULES))]
Decider = Annotated[Member, Depends(SignedIn(Permission.DECIDE_RULE_CHANGES))]
RULES = "/office/rules"
# The key of a rule that is not saved yet.
UNSAVED = "new"
LOOK = "Check who is asked and the first email. Then save."


@dataclass(frozen=True, slots=True)
class Editing:
    """What the page of a rule shows: the form as typed, the rule as it stands, and how the last step went.

    `done`: what was just done with the rule. `note`: what to look at before it is saved.
    """

    form: RuleForm
    rule: Obligation | None = None
    shown: FormState = NOTHING_WRONG
    promise: Promise | None = None
    done: str = ""
    note: str = ""


class ReasonForm(BaseModel):
    """A form that says why, if anything."""

    seal: str = ""
    was: str = ""
    why: str = ""
    then: str = ""


class SentenceForm(BaseModel):
    """That a rule stays as it is: its sentence before, and the one of the policy now, if there is one."""

    seal: str = ""
    policy: str = ""
    before: str = ""
    sentence: str = ""


@router.api_route(RULES, methods=["GET", "HEAD"])
def show_rules(member: Editor, visit: Visiting) -> HTMLResponse:
    """List every rule of the school, by the policy it comes from."""
    known = register_of(visit.services, member.school.key)
    titles = {one.key: one.title for one in known.policies}
    by_policy: dict[str, list[Obligation]] = {key: [] for key in titles}
    for one in known.obligations:
        if one.active:
            by_policy.setdefault(one.source.policy or "", []).append(one)
    return show(
        visit,
        member,
        "office_rules.html",
        by_policy=by_policy,
        titles=titles,
        retired=[one for one in known.obligations if not one.active],
        waiting=waiting_changes(visit.services, member.school.key),
        total=sum(map(len, by_policy.values())),
        decides=member.may(Permission.DECIDE_RULE_CHANGES),
    )


@router.api_route(f"{RULES}.yaml", methods=["GET", "HEAD"])
def give_file(member: Editor, visit: Visiting) -> Response:
    """Return all rules as a file, for those who keep one beside Handbell."""
    text = write(to_file(register_of(visit.services, member.school.key)))
    headers = {"Content-Disposition": 'attachment; filename="register.yaml"'}
    return Response(text, media_type="application/yaml", headers=headers)


@router.api_route(f"{RULES}/changes/{{reference}}", methods=["GET", "HEAD"])
def show_change(reference: str, member: Decider, visit: Visiting) -> HTMLResponse:
    """Show a change that waits for a second yes, and the form to decide it."""
    return _change_page(visit, member, _change(visit, member, reference), FormState())


@router.post(f"{RULES}/changes/{{reference}}")
def decide_change(
    reference: str, member: Decider, form: Annotated[ReasonForm, Form()], visit: Visiting
) -> Response:
    """Agree to a change, refuse it, or withdraw it."""
    change = _change(visit, member, reference)
    by = actor_of(member, f"change {reference} {form.model_dump_json()}")

    def act() -> None:
        if form.then == "agree":
            agree(visit.services, reference, by, visit.now)
        else:
            refuse(visit.services, reference, form.why, by, visit.now)

    errors = submit_form(visit, member, form.seal, act)
    if errors:
        return _change_page(visit, member, change, FormState("decide", errors=errors))
    to = _address(change.rule) + "?done=agreed" if form.then == "agree" else "/me"
    may_edit = member.may(Permission.EDIT_RULES)
    return RedirectResponse(to if may_edit else "/me", status_code=303)


@router.post(f"{RULES}/changes/{{reference}}/undo")
def undo_change(
    reference: str, member: Editor, form: Annotated[ReasonForm, Form()], visit: Visiting
) -> Response:
    """Undo a change whose first email has not gone."""
    change = _change(visit, member, reference)
    by = actor_of(member, f"undo {reference} {form.seal}")
    errors = submit_form(visit, member, form.seal, lambda: undo(visit.services, reference, by, visit.now))
    known = register_of(visit.services, member.school.key)
    rule = find_rule(known, change.rule)
    if errors and rule is not None:
        return _rule_page(
            visit, member, known, Editing(form_of(rule), rule, FormState("undo", errors=errors))
        )
    to = f"{_address(change.rule)}?done=undone" if rule is not None else f"{RULES}?done=undone"
    return RedirectResponse(to, status_code=303)


@router.api_route(f"{RULES}/new", methods=["GET", "HEAD"])
def show_new(
    member: Editor, visit: Visiting, policy: str = "", sentence: str = "", proof: str = "check"
) -> HTMLResponse:
    """Show the form of a new rule: of a sentence of a policy, of a policy, or of the school's own choice."""
    known = register_of(visit.services, member.school.key)
    form = RuleForm(policy=policy, who=["staff"], proof=proof if proof in PROOFS else "check")
    promise = _promise(visit, member, policy, sentence)
    if promise is not None:
        form = form_of_clause(promise.clause, policy, promise.place)
    return _rule_page(visit, member, known, Editing(form, promise=promise))


@router.api_route(f"{RULES}/not-us", methods=["GET", "HEAD"])
def show_not_us(member: Editor, visit: Visiting, policy: str, sentence: str) -> HTMLResponse:
    """Ask why the school does not do what a sentence of its policy says."""
    promise = _promise(visit, member, policy, sentence)
    if promise is None:
        raise HTTPException(404)
    return _not_us_page(visit, member, policy, promise, FormState())


@router.post(f"{RULES}/not-us")
def take_not_us(
    member: Editor, visit: Visiting, form: Annotated[ReasonForm, Form()], policy: str, sentence: str
) -> Response:
    """Keep a promise as a rule that no one is asked for: it stays among the things to check."""
    promise = _promise(visit, member, policy, sentence)
    if promise is None:
        raise HTTPException(404)
    typed = form_of_clause(promise.clause, policy, promise.place)
    typed = typed.model_copy(update={"who": typed.who or ["staff"], "when": typed.when or ["always"]})
    by = actor_of(member, f"not us {policy} {sentence} {form.model_dump_json()}")

    def act() -> None:
        rule = replace(rule_of(typed, None, member.school.key, UNSAVED), active=False)
        save(visit.services, RuleInput(rule, why=form.why), by, visit.now)

    errors = submit_form(visit, member, form.seal, act)
    if errors:
        return _not_us_page(visit, member, policy, promise, FormState("why", errors=errors))
    return RedirectResponse(_policy_address(visit, member, policy), status_code=303)


@router.post(f"{RULES}/new")
def take_new(member: Editor, form: Annotated[RuleForm, Form()], visit: Visiting) -> Response:
    """Add a rule once its preview was shown; until then show the preview."""
    known = register_of(visit.services, member.school.key)
    return _take(visit, member, known, form, None)


@router.api_route(f"{RULES}/{{rule}}", methods=["GET", "HEAD"])
def show_rule(rule: str, member: Editor, visit: Visiting, done: str = "", sentence: str = "") -> HTMLResponse:
    """Show one rule and the form to change it. `done`: what was just done with it.

    `sentence`: the sentence of the policy that it rests on from now on.
    """
    known = register_of(visit.services, member.school.key)
    found = _found(known, rule)
    form = form_of(found)
    promise = _promise(visit, member, form.policy, sentence) if sentence else None
    if promise is not None:
        form = form.model_copy(update={"clause": promise.place, "quotes": [promise.clause.quote]})
    return _rule_page(visit, member, known, Editing(form, found, promise=promise, done=done))


@router.post(f"{RULES}/{{rule}}/sentence")
def keep_rule(rule: str, member: Editor, form: Annotated[SentenceForm, Form()], visit: Visiting) -> Response:
    """Keep a rule as it is though the sentence changed that it rests on."""
    found = _found(register_of(visit.services, member.school.key), rule)
    promise = _promise(visit, member, form.policy, form.sentence)
    wanted = RuleInput(
        resting_on(found, form.before, promise), found.key, start_of_rule(found), "The sentence changed"
    )
    by = actor_of(member, f"sentence {rule} {form.model_dump_json()}")
    errors = submit_form(visit, member, form.seal, lambda: save(visit.services, wanted, by, visit.now))
    if errors:
        known = register_of(visit.services, member.school.key)
        return _rule_page(
            visit, member, known, Editing(form_of(found), found, FormState("rule", errors=errors))
        )
    return RedirectResponse(_policy_address(visit, member, form.policy), status_code=303)


@router.post(f"{RULES}/{{rule}}")
def take_rule(rule: str, member: Editor, form: Annotated[RuleForm, Form()], visit: Visiting) -> Response:
    """Change a rule once its preview was shown; until then show the preview."""
    known = register_of(visit.services, member.school.key)
    return _take(visit, member, known, form, _found(known, rule))


@router.api_route(f"{RULES}/{{rule}}/retire", methods=["GET", "HEAD"])
def show_retire(rule: str, member: Editor, visit: Visiting) -> HTMLResponse:
    """Show whom a rule would no longer ask, and ask why."""
    found = _found(register_of(visit.services, member.school.key), rule)
    return _retire_page(visit, member, found, FormState())


@router.post(f"{RULES}/{{rule}}/retire")
def take_retire(rule: str, member: Editor, form: Annotated[ReasonForm, Form()], visit: Visiting) -> Response:
    """Retire a rule, or start it again."""
    found = _found(register_of(visit.services, member.school.key), rule)
    wanted = RuleInput(replace(found, active=not found.active), found.key, form.was, form.why)
    by = actor_of(member, f"retire {rule} {form.model_dump_json()}")
    changes: list[RuleChange] = []
    errors = submit_form(
        visit, member, form.seal, lambda: changes.append(save(visit.services, wanted, by, visit.now))
    )
    if errors:
        return _retire_page(visit, member, found, FormState("retire", errors=errors))
    return _after(visit, rule, changes)


def _take(
    visit: RequestContext, member: Member, known: Register, form: RuleForm, before: Obligation | None
) -> Response:
    try:
        rule = rule_of(form, before, member.school.key, UNSAVED)
    except ValidationFailed as wrong:
        state = FormState("rule", errors=wrong.refusals)
        return _rule_page(visit, member, known, Editing(form, before, state))
    if form.then != "save" or form.shown != start_of_rule(rule):
        note = LOOK if form.then == "save" else ""
        return _rule_page(visit, member, known, Editing(form, before, note=note))
    wanted = RuleInput(rule, before.key if before else "", form.was, form.why)
    by = actor_of(member, f"rule {wanted.key} {form.model_dump_json()}")
    changes: list[RuleChange] = []
    errors = submit_form(
        visit, member, form.seal, lambda: changes.append(save(visit.services, wanted, by, visit.now))
    )
    if errors == (CHANGED,) and before is not None:
        fresh = register_of(visit.services, member.school.key)
        now = find_rule(fresh, before.key) or before
        return _rule_page(visit, member, fresh, Editing(form_of(now), now, FormState("rule", errors=errors)))
    if errors:
        return _rule_page(visit, member, known, Editing(form, before, FormState("rule", errors=errors)))
    return _after(visit, before.key if before else "", changes)


def _after(visit: RequestContext, rule: str, changes: list[RuleChange]) -> Response:
    """Go to the rule after a change of it; a form sent twice goes there too."""
    if not changes:
        return RedirectResponse(_address(rule) if rule else RULES, status_code=303)
    change = changes[0]
    policy = change.after.source.policy if change.after is not None else None
    if policy is not None and is_in_setup(visit.services, change.school, policy):
        return RedirectResponse(f"/office/setup/{quote(policy, safe='')}", status_code=303)
    if change.undo_until is None:
        to = f"{_address(rule)}?done=waits" if rule else f"{RULES}?done=waits"
    else:
        to = f"{_address(change.rule)}?done=saved"
    return RedirectResponse(to, status_code=303)


def _rule_page(visit: RequestContext, member: Member, known: Register, editing: Editing) -> HTMLResponse:
    form, rule, shown = editing.form, editing.rule, editing.shown
    school, today = member.school, local_date(visit.now)
    made = _made(form, rule, school.key)
    preview = foresee(visit.services, made, known, visit.now) if made is not None and made.active else None
    latest = latest_change(visit.services, school.key, rule.key) if rule is not None else None
    protected = waits_for_second(visit.services, known, visit.now, rule, made)
    cited = rule or made
    promise = editing.promise or (sentence_of(visit.services, cited) if cited is not None else None)
    choices = list(audience_choices(member.snapshot, school, [*form.who, *form.but_not], today))
    return show(
        visit,
        member,
        "office_rule.html",
        status=422 if shown.errors else 200,
        rule=rule,
        form=form.model_copy(update={"was": start_of_rule(rule) if rule is not None else ""}),
        shown=shown,
        address=_address(rule.key if rule is not None else UNSAVED),
        digest=start_of_rule(made) if made is not None else "",
        preview=preview,
        promise=promise,
        policies=[(one.key, one.title) for one in known.policies],
        choices=choices,
        bodies=[(one.key, one.name) for one in known.bodies],
        months=[(one, one) for one in MONTHS],
        days=[(one, one) for one in DAYS],
        units=[(one, one) for one in UNITS],
        said=words,
        events=sorted({name for one in ALL for name in one.names}),
        protected=protected,
        may_change=not protected or may_decide(visit.services, school.key, member.person.key),
        seconds=second_readers(visit.services, member.snapshot, school.key, member.person.key),
        latest=latest,
        can_undo=latest is not None and latest.undo_until is not None and visit.now < latest.undo_until,
        names={key: one.name for key, one in member.snapshot.people.items()},
        done=editing.done,
        note=editing.note,
        today=today,
    )


def _made(form: RuleForm, rule: Obligation | None, school: str) -> Obligation | None:
    """Make the rule that a form describes so far; None: something is missing."""
    try:
        return rule_of(form, rule, school, UNSAVED)
    except ValidationFailed:
        return None


def _retire_page(visit: RequestContext, member: Member, rule: Obligation, shown: FormState) -> HTMLResponse:
    known = register_of(visit.services, member.school.key)
    return show(
        visit,
        member,
        "office_rule_retire.html",
        status=422 if shown.errors else 200,
        rule=rule,
        shown=shown,
        was=start_of_rule(rule),
        address=_address(rule.key),
        preview=foresee(visit.services, replace(rule, active=True), known, visit.now),
        promise=sentence_of(visit.services, rule),
    )


def _not_us_page(
    visit: RequestContext, member: Member, policy: str, promise: Promise, shown: FormState
) -> HTMLResponse:
    return show(
        visit,
        member,
        "office_rule_not_us.html",
        status=422 if shown.errors else 200,
        policy=member.snapshot.policies[member.school.key, policy],
        promise=promise,
        shown=shown,
        address=f"{RULES}/not-us?policy={quote(policy, safe='')}&sentence={promise.reference}",
    )


def _change_page(visit: RequestContext, member: Member, change: RuleChange, shown: FormState) -> HTMLResponse:
    known = register_of(visit.services, member.school.key)
    rule = change.after
    return show(
        visit,
        member,
        "office_rule_change.html",
        status=422 if shown.errors else 200,
        change=change,
        by=member.snapshot.people[change.by].name if change.by in member.snapshot.people else change.by,
        is_own=change.by == member.person.key,
        preview=foresee(visit.services, rule, known, visit.now) if rule is not None and rule.active else None,
        promise=sentence_of(visit.services, rule) if rule is not None else None,
        fields=words.FIELDS,
        shown=shown,
        address=f"{RULES}/changes/{change.reference}",
    )


def _promise(visit: RequestContext, member: Member, policy: str, sentence: str) -> Promise | None:
    if not policy:
        return None
    if (member.school.key, policy) not in member.snapshot.policies:
        raise HTTPException(404)
    found = promises_of(visit.services, member.school.key, policy)
    return next((one for one in found if one.reference == sentence), None)


def _change(visit: RequestContext, member: Member, reference: str) -> RuleChange:
    found = find_change(visit.services, member.school.key, reference)
    if found is None:
        raise HTTPException(404)
    return found


def _policy_address(visit: RequestContext, member: Member, policy: str) -> str:
    """Return where the promises of a policy are decided: in its set-up, or on its page."""
    if is_in_setup(visit.services, member.school.key, policy):
        return f"/office/setup/{quote(policy, safe='')}"
    return f"/office/policies/{quote(policy, safe='')}#rules-heading"


def _found(known: Register, key: str) -> Obligation:
    found = find_rule(known, key)
    if found is None:
        raise HTTPException(404)
    return found


def _address(key: str) -> str:
    return f"{RULES}/{quote(key, safe='')}"
