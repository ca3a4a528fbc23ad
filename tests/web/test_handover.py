"""Participants that are handed over, and caseloads that are lent for a while."""

import re

import pytest

from events.follow_up import AdvisorHandedOver
from events.residence import AddressProtectionSet
from tests.web.conftest import Site
from tests.web.test_my_day import ADVISOR, COLLEAGUE, DAY, MANAGER, at_home, facts, log, name_of
from web.handovers import LAST
from web.outcomes import mark


def test_who_is_offered_a_participant_takes_over_by_accepting(site: Site) -> None:
    who, giver, receiver = at_home(site)[0], site.client(ADVISOR), site.client(COLLEAGUE)
    sent = {"participant": [str(who)], "receiver": COLLEAGUE, "whose": mark(ADVISOR)}
    assert giver.post("/handover", data=sent).status_code == 303
    assert who in site.participants_of(ADVISOR)
    offered = receiver.get("/handover").text
    number = re.search(r'name="offer" value="(\d+)"', offered)
    assert number is not None
    assert name_of(site, who) in offered
    assert "offered to you" in receiver.get("/day").text
    answer = receiver.post("/handover/answer", data={"offer": [number[1]], "answer": "accepted"})
    assert answer.status_code == 303
    assert who in site.participants_of(COLLEAGUE)
    assert who not in site.participants_of(ADVISOR)


def test_offers_stand_in_the_order_of_names(site: Site) -> None:
    sent = {"participant": [str(who) for who in at_home(site)[:5]], "receiver": COLLEAGUE, "whose": mark(ADVISOR)}
    assert site.client(ADVISOR).post("/handover", data=sent).status_code == 303
    offered = site.client(COLLEAGUE).get("/handover").text.partition("</fieldset>")[0]
    names = re.findall(r"Demo Deltaker \d+", offered)
    assert len(names) == 5 and names == sorted(names)


def test_declining_leaves_the_advisor_and_is_kept(site: Site) -> None:
    who, receiver = at_home(site)[0], site.client(COLLEAGUE)
    site.client(ADVISOR).post(
        "/handover", data={"participant": [str(who)], "receiver": COLLEAGUE, "whose": mark(ADVISOR)}
    )
    number = re.search(r'name="offer" value="(\d+)"', receiver.get("/handover").text)
    assert number is not None
    receiver.post("/handover/answer", data={"offer": [number[1]], "answer": "declined"})
    assert who in site.participants_of(ADVISOR)
    assert facts(site, who, AdvisorHandedOver)[-1].answer == "declined"  # type: ignore[attr-defined]


def test_nobody_gives_away_a_colleagues_participant(site: Site) -> None:
    theirs = at_home(site, COLLEAGUE)[0]
    for whose in (mark(ADVISOR), mark(COLLEAGUE), "x"):
        sent = {"participant": [str(theirs)], "receiver": "demo-advisor-3", "whose": whose}
        assert site.client(ADVISOR).post("/handover", data=sent).status_code == 422
    sent = {"participant": [str(theirs)], "receiver": "demo-advisor-3", "whose": mark(COLLEAGUE)}
    assert site.client(MANAGER).post("/handover", data=sent).status_code == 303


def test_a_protected_participant_goes_to_nobody_who_is_not_named_for_it(site: Site) -> None:
    hidden = next(one for one in site.participants_of(ADVISOR) if one in site.protected())
    sent = {"participant": [str(hidden)], "receiver": COLLEAGUE, "whose": mark(ADVISOR)}
    assert site.client(MANAGER).post("/handover", data=sent).status_code == 422
    site.desk.accounts.change(COLLEAGUE, site.desk.app.clock(), sees_protected=True)
    assert site.client(MANAGER).post("/handover", data=sent).status_code == 303


def test_a_caseload_is_lent_and_the_loan_ended(site: Site) -> None:
    theirs, client = at_home(site)[0], site.client(COLLEAGUE)
    address = f"/participants/{theirs}/contracts"
    assert client.get(address).status_code == 302
    last = (site.desk.today() + 20 * DAY).strftime("%d.%m.%Y")
    sent = {"borrower": COLLEAGUE, "first": "i dag", "last": last, "whose": mark(ADVISOR)}
    assert site.client(ADVISOR).post("/handover/lend", data=sent).status_code == 303
    assert client.get(address).status_code == 200
    loan = site.desk.loans.all()[0]
    assert site.client("demo-advisor-3").post("/handover/end-loan", data={"loan": loan.id}).status_code == 404
    assert site.client(ADVISOR).post("/handover/end-loan", data={"loan": loan.id}).status_code == 303
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [{"last": "never"}, {"last": "01.01.2020"}, {"borrower": ADVISOR}, {"borrower": "nobody"}, {"last": "01.01.2090"}],
)
def test_a_loan_that_cannot_be_is_told(site: Site, wrong: dict[str, str]) -> None:
    sent = {"borrower": COLLEAGUE, "first": "i dag", "last": "i morgen", "whose": mark(ADVISOR)} | wrong
    assert site.client(ADVISOR).post("/handover/lend", data=sent).status_code == 422
    assert not site.desk.loans.all()


def test_a_whole_caseload_is_offered_at_once_but_for_who_is_hidden_or_offered(site: Site) -> None:
    giver = site.client(ADVISOR)
    to_colleague = {"receiver": COLLEAGUE, "whose": mark(ADVISOR)}
    first, hidden, *others = at_home(site)
    log(site, hidden, AddressProtectionSet(on=site.desk.today(), level="confidential"))
    assert giver.post("/handover", data=to_colleague | {"participant": [str(first)]}).status_code == 303
    assert giver.post("/handover", data=to_colleague | {"everybody": "yes"}).status_code == 303
    offers = [offer.participant for offer in site.desk.handovers.of(ADVISOR)]
    assert len(offers) == len(set(offers))
    assert {first, *others} <= set(offers)
    assert hidden not in offers
    assert giver.post("/handover", data=to_colleague | {"everybody": "yes"}).status_code == 422


def test_all_that_waits_is_taken_back_at_once_and_nothing_that_was_answered(site: Site) -> None:
    giver, receiver = site.client(ADVISOR), site.client(COLLEAGUE)
    to_colleague = {"receiver": COLLEAGUE, "whose": mark(ADVISOR)}
    assert giver.post("/handover", data=to_colleague | {"everybody": "yes"}).status_code == 303
    waiting = site.desk.handovers.of(ADVISOR)
    taken = waiting[0]
    receiver.post("/handover/answer", data={"offer": [str(taken.id)], "answer": "accepted"})
    everything = {"everybody": "yes", "whose": mark(ADVISOR)}
    assert site.client("demo-advisor-3").post("/handover/withdraw", data=everything).status_code == 303
    assert len(site.desk.handovers.to(COLLEAGUE)) == len(waiting) - 1
    answer = giver.post("/handover/withdraw", data=everything)
    assert answer.headers["Location"].endswith(f"/handover?whose={mark(ADVISOR)}")
    assert f"{len(waiting) - 1} " in giver.get("/handover").text
    assert not site.desk.handovers.to(COLLEAGUE)
    assert taken.participant in site.participants_of(COLLEAGUE)
    assert giver.post("/handover/withdraw", data=everything).status_code == 303


def test_what_waits_is_listed_however_much_was_answered_since(site: Site) -> None:
    offers, now = site.desk.handovers, site.desk.app.clock()
    first, *others = at_home(site)
    offers.offer([first], ADVISOR, COLLEAGUE, "0301", now, ADVISOR)
    for _ in range(LAST + 1):
        offers.offer(others[:1], ADVISOR, COLLEAGUE, "0301", now, ADVISOR)
        offers.answer([one.id for one in offers.to(COLLEAGUE) if one.participant != first], "declined", now)
    assert [one.participant for one in offers.of(ADVISOR) if one.answer is None] == [first]
    assert len(offers.of(ADVISOR)) == 1 + LAST
