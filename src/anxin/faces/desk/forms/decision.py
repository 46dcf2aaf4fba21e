"""Acts of deciding: the draft with its exclusions, decision or proposal, approval, refusal notice, agreement, advance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.errors import Refused
from anxin.access.formats import fen_plain
from anxin.access.models import spoken
from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import Money, text
from anxin.faces.desk.queries import casepage
from anxin.faces.desk.wording import party_label, yuan
from anxin.journeys.claims import permissions
from anxin.journeys.claims.actions import adjudication, advance, approval
from anxin.journeys.claims.actions.refusal import send_refusal_notice
from anxin.journeys.claims.grounds import GROUNDS
from anxin.journeys.claims.models import Decision, RescueCost
from anxin.journeys.claims.verdicts import ClauseAnswer
from anxin.registers.products.models import Line
from anxin.registers.products.terms import article_in_english
from anxin.rulebook import queries as rulebook

NO, YES = "no", "yes"


@act("decide")
class Decide(Act):
    title = gettext_lazy("Decide")
    explain = gettext_lazy("Every exclusion of the covers involved is answered, with what the answer rests on.")
    permission = permissions.ADJUDICATE
    template = "desk/act/decide.html"
    only_draft = False

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=Decision.Outcome.choices, widget=forms.RadioSelect, required=False
    )
    amount_fen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    basis = forms.CharField(
        label=gettext_lazy("What the answers rest on, where a clause does not say"), max_length=200, required=False
    )
    note = text(gettext_lazy("To the customer, in plain words"), rows=3)

    def prepare(self) -> None:
        page = self.context.page
        self.known = casepage.statement_of(page)
        self.view = casepage.draft(page, self.context.actor, self.known)
        self.initial = {**self.initial, "note": self.view.note, "amount_fen": self.view.amount_fen}
        choices = [(NO, _("does not apply")), (YES, _("applies"))]
        self.saving = self.only_draft or (self.is_bound and self.data.get("save") == "draft")
        for asked in self.view.asked:
            key = asked.clause.key
            answer = asked.answer or asked.suggested
            self.fields[f"verdict-{key}"] = forms.ChoiceField(
                label=asked.clause.title, choices=choices, widget=forms.RadioSelect, required=False
            )
            self.fields[f"basis-{key}"] = forms.CharField(label=_("Rests on"), max_length=200, required=False)
            if asked.answer is not None:
                self.initial[f"verdict-{key}"] = YES if asked.answer.triggered else NO
            if answer is not None:
                self.initial[f"basis-{key}"] = answer.basis
        grounds = [(code, spoken(item.title_zh, item.title_en)) for code, item in GROUNDS.items()]
        grounds = [(asked.clause.key, asked.clause.title) for asked in self.view.asked] + grounds
        self.fields["reasons"] = forms.MultipleChoiceField(
            label=_("Reasons of a refusal"), choices=grounds, widget=forms.CheckboxSelectMultiple, required=False
        )
        self.grounds = list(GROUNDS)

    def press(self, request: HttpRequest) -> bool:
        """ "The rest does not apply": answers what is open, and still saves nothing."""
        if request.POST.get("press") != "rest":
            return False
        common = request.POST.get("basis", "").strip()
        typed = {name: request.POST.get(name, "") for name in self.fields if name != "reasons"}
        for asked in self.view.asked:
            key = asked.clause.key
            if not typed.get(f"verdict-{key}"):
                typed[f"verdict-{key}"] = NO
            if not typed.get(f"basis-{key}"):
                typed[f"basis-{key}"] = asked.suggested.basis if asked.suggested else common
        self.is_bound, self.initial = False, typed | {"reasons": request.POST.getlist("reasons")}
        return True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.saving and not data.get("outcome"):
            self.add_error("outcome", _("Choose how to decide."))
        return data

    def _answers(self) -> dict[str, ClauseAnswer]:
        data = self.cleaned_data
        found = {}
        for asked in self.view.asked:
            key = asked.clause.key
            verdict = data[f"verdict-{key}"]
            if verdict:
                basis = data[f"basis-{key}"] or data["basis"]
                suggested = asked.suggested
                english = suggested.basis_en if suggested and suggested.basis == basis else ""
                found[key] = ClauseAnswer(verdict == YES, basis, english)
        return found

    @property
    def words_done(self) -> str:
        return _("The draft is kept.") if self.saving else self._done

    _done = ""

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        if self.saving:
            return adjudication.draft_decision(answers=self._answers(), note=data["note"], **who)
        made = adjudication.decide(
            outcome=data["outcome"], answers=self._answers(), basis=data["basis"], reasons=data["reasons"],
            note=data["note"], amount_fen=data["amount_fen"] if data["outcome"] != Decision.Outcome.REFUSE else None, **who,
        )  # fmt: skip
        proposed = made.state == Decision.State.PROPOSED
        self._done = (
            _("Proposed: it needs authority level %(level)d.") % {"level": made.level} if proposed else _("Decided.")
        )
        return made

    def extra(self) -> dict[str, Any]:
        ticked = set(self["reasons"].value() or ())
        limit = rulebook.authority_limit(self.context.actor.authority_level, "decision")
        table = casepage.decision_table(self.context.page, self.view)
        lines = {view.product.code: str(Line(view.product.line).label) for view in self.context.page.policies}
        return {
            "rows": [
                {
                    "clause": asked.clause, "line": lines.get(asked.clause.product, ""),
                    "number": spoken(asked.clause.number, article_in_english(asked.clause.number)),
                    "text": spoken(asked.clause.text_zh, asked.clause.text_en),
                    "verdict": self[f"verdict-{asked.clause.key}"], "basis": self[f"basis-{asked.clause.key}"],
                    "suggested": asked.suggested, "ticked": asked.clause.key in ticked,
                }
                for asked in self.view.asked
            ],
            "grounds": [
                {"code": code, "title": spoken(GROUNDS[code].title_zh, GROUNDS[code].title_en), "ticked": code in ticked}
                for code in self.grounds
            ],
            "view": self.view,
            "only_draft": self.only_draft,
            "decision": table,
            "limit": limit,
            "amount": yuan(self.view.amount_fen),
        }  # fmt: skip

    def take_refusal(self, refused: Refused) -> None:
        fields = {}
        for name, why in refused.fields.items():
            head, _dot, key = name.partition(".")
            box = f"verdict-{key}" if head == "answers" else "reasons" if head == "reasons" else name
            fields[box] = why
        if refused.code == "amount-changed":
            # Shown with the amount of now, so that sending again is a decision on what is shown.
            self.retype("amount_fen", str(self.view.amount_fen))
        super().take_refusal(type(refused)(refused.message, code=refused.code, fields=fields))


@act("draft_decision")
class DraftDecision(Decide):
    """The same page before it can be decided: what is found so far is kept."""

    title = gettext_lazy("Prepare the decision")
    only_draft = True


class _Proposal(Act):
    permission = permissions.APPROVE
    template = "desk/act/approve.html"

    def prepare(self) -> None:
        self.known = casepage.statement_of(self.context.page)
        self.view = casepage.draft(self.context.page, self.context.actor, self.known)

    def extra(self) -> dict[str, Any]:
        page = self.context.page
        proposed = [view for view in page.decisions if view.decision.state == Decision.State.PROPOSED]
        return {
            "proposal": proposed[-1] if proposed else None,
            "decision": casepage.decision_table(page, self.view),
        }


@act("approve")
class Approve(_Proposal):
    title = gettext_lazy("Approve the decision")
    button = gettext_lazy("Approve")
    done = gettext_lazy("Approved, with your name.")

    note = text(gettext_lazy("Remark"), rows=2)

    def run(self, **who: Any) -> Any:
        return approval.approve(note=self.cleaned_data["note"], **who)


@act("return_proposal")
class ReturnProposal(_Proposal):
    title = gettext_lazy("Return the proposal")
    done = gettext_lazy("The proposal is back with the adjudicator.")

    note = text(gettext_lazy("What is to be looked at again"), rows=3, required=True)

    def run(self, **who: Any) -> Any:
        return approval.return_proposal(note=self.cleaned_data["note"], **who)


@act("send_refusal_notice")
class SendRefusalNotice(Act):
    title = gettext_lazy("Send the refusal notice")
    done = gettext_lazy("The notice is written, kept in the file and on its way.")
    explain = gettext_lazy("Insurance Law article 24: with the reasons, within three days of the decision.")
    permission = permissions.ADJUDICATE

    def run(self, **who: Any) -> Any:
        return send_refusal_notice(**who)


@act("agree")
class Agree(Act):
    title = gettext_lazy("The customer agrees to the amount")
    button = gettext_lazy("Keep the agreement")
    done = gettext_lazy("The agreement is kept: the ten days for paying run from now.")
    permission = permissions.AGREE

    def run(self, **who: Any) -> Any:
        return adjudication.agree(**who)


@act("approve_advance")
class ApproveAdvance(Act):
    title = gettext_lazy("Pay the undisputed amount in advance")
    button = gettext_lazy("Approve and instruct the payment")
    done = gettext_lazy("The advance payment is approved.")
    explain = gettext_lazy("What is agreed holds whatever becomes of the disputed items.")
    permission = permissions.ADVANCE

    note = text(gettext_lazy("Remark"), rows=2)

    def prepare(self) -> None:
        page = self.context.page
        there = advance.undisputed(casepage.statement_of(page))
        self.parts = [party for party in page.parties if there.get(party.code)]
        order = {}
        for party in self.parts:
            payee = page.payee_of(party)
            known = f"{payee.bank} **** {payee.last_four}" if payee else _("payment details are missing")
            order[f"amount-{party.code}"] = Money(
                label=_("%(party)s: at most %(amount)s") % {"party": party_label(party), "amount": yuan(there[party.code])},
                help_text=known, required=False,
            )  # fmt: skip
            if payee or party.code == "own":
                self.initial[f"amount-{party.code}"] = fen_plain(there[party.code])
        self.fields = order | self.fields  # type: ignore[assignment]

    def take_refusal(self, refused: Refused) -> None:
        fields = {name.replace("amounts.", "amount-"): why for name, why in refused.fields.items()}
        super().take_refusal(type(refused)(refused.message, code=refused.code, fields=fields))

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        amounts = {party.code: data[f"amount-{party.code}"] for party in self.parts if data[f"amount-{party.code}"]}
        return advance.approve_advance(amounts=amounts, note=data["note"], **who)


@act("notify_rescue_cost")
class NotifyRescueCost(Act):
    title = gettext_lazy("Record a rescue cost")
    done = gettext_lazy("The rescue cost is kept.")
    explain = gettext_lazy("As the traffic police told us: whom it was for, which hospital, how much.")
    permission = permissions.RESCUE

    party = forms.ChoiceField(label=gettext_lazy("Whom it was for"))
    amount_fen = Money(label=gettext_lazy("Amount"))
    hospital = forms.CharField(label=gettext_lazy("Hospital"), max_length=60)
    bank = forms.CharField(label=gettext_lazy("Its bank"), max_length=60)
    account_number = forms.CharField(label=gettext_lazy("Its account number"), max_length=40)

    def prepare(self) -> None:
        injured = [party for party in self.context.page.parties if party.kind == "injured"]
        self.fields["party"].choices = [(row.code, party_label(row)) for row in injured]  # type: ignore[attr-defined]

    def run(self, **who: Any) -> Any:
        names = ("party", "amount_fen", "hospital", "bank", "account_number")
        return advance.notify_rescue_cost(**{name: self.cleaned_data[name] for name in names}, **who)


@act("pay_rescue_cost")
class PayRescueCost(Act):
    title = gettext_lazy("Pay a rescue cost to the hospital")
    button = gettext_lazy("Pay")
    done = gettext_lazy("The payment to the hospital is instructed.")
    permission = permissions.ADVANCE
    aliases = {"amount_fen": "rescue_cost"}
    whole = frozenset({"rescue_cost"})

    rescue_cost = forms.ChoiceField(label=gettext_lazy("Which"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        open_costs = RescueCost.objects.filter(claim=self.context.page.claim, payment=None).select_related(
            "party", "payee"
        )
        self.fields["rescue_cost"].choices = [  # type: ignore[attr-defined]
            (cost.public_id, f"{party_label(cost.party)} · {cost.payee.name} · {yuan(cost.amount_fen)}")
            for cost in open_costs
        ]

    def run(self, **who: Any) -> Any:
        return advance.pay_rescue_cost(rescue_cost=self.cleaned_data["rescue_cost"], **who)
