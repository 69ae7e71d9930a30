"""Loans, returns, reservations and late fees of a small lending library.

The register keeps everything in memory. Money is counted in cents, and every function takes the date it
should regard as today, so that a day at the desk can be replayed in a test.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

Category = Literal["book", "audiobook", "board_game", "map"]

LOAN_DAYS: dict[Category, int] = {"book": 28, "audiobook": 14, "board_game": 14, "map": 7}
DAILY_FEE_CENTS: dict[Category, int] = {"book": 10, "audiobook": 20, "board_game": 50, "map": 100}
MAX_FEE_CENTS = 1500
MAX_RENEWALS = 2


class LoanError(Exception):
    """Raised when a request breaks a rule of the library."""


@dataclass
class Item:
    """A single copy on the shelves."""

    item_id: str
    title: str
    category: Category
    waiting: deque[str] = field(default_factory=deque)


@dataclass
class Loan:
    """An item in the hands of a member."""

    item_id: str
    member_id: str
    due: date
    renewals: int = 0


@dataclass
class LoanRegister:
    """All items, open loans and unpaid fees of one branch."""

    items: dict[str, Item] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    fees: dict[str, int] = field(default_factory=dict)


def add_item(register: LoanRegister, item_id: str, title: str, category: Category = "book") -> Item:
    """Enter a new copy in the register and return its entry.

    Args:
        register: The register of the branch.
        item_id: Barcode of the copy, unique within the branch.
        title: Title as printed on the cover.
        category: Kind of item, which decides the loan period and the daily late fee.
    """
    if item_id in register.items:
        raise LoanError(f"item {item_id} exists already")
    register.items[item_id] = Item(item_id, title, category)
    return register.items[item_id]


def check_out(
    register: LoanRegister, item_id: str, member_id: str, today: date, fee_limit_cents: int = 500
) -> Loan:
    """Lend an item to a member and return the new loan, which holds the due date.

    Args:
        register: The register of the branch.
        item_id: Barcode of the copy.
        member_id: Number on the member's card.
        today: Date of the loan.
        fee_limit_cents: Unpaid fees above this amount block the loan.
    """
    item = _find_item(register, item_id)
    if item_id in register.loans:
        raise LoanError(f"item {item_id} is on loan until {register.loans[item_id].due}")
    if item.waiting and item.waiting[0] != member_id:
        raise LoanError(f"item {item_id} is kept for another member")
    if register.fees.get(member_id, 0) > fee_limit_cents:
        raise LoanError(f"member {member_id} owes {register.fees[member_id]} cents")
    if item.waiting:
        item.waiting.popleft()
    loan = Loan(item_id, member_id, today + timedelta(days=LOAN_DAYS[item.category]))
    register.loans[item_id] = loan
    return loan


def renew_loan(register: LoanRegister, item_id: str, today: date) -> Loan:
    """Extend a loan by one loan period, counted from today, and return it.

    Args:
        register: The register of the branch.
        item_id: Barcode of the copy on loan.
        today: Date of the renewal, not later than the due date.
    """
    item, loan = _find_item(register, item_id), _find_loan(register, item_id)
    if loan.due < today:
        raise LoanError("an overdue loan cannot be renewed")
    if item.waiting:
        raise LoanError("another member is waiting for this item")
    if loan.renewals >= MAX_RENEWALS:
        raise LoanError(f"a loan can be renewed {MAX_RENEWALS} times at most")
    loan.due = today + timedelta(days=LOAN_DAYS[item.category])
    loan.renewals += 1
    return loan


def return_item(register: LoanRegister, item_id: str, today: date, damaged: bool = False) -> int:
    """Take an item back and charge the member for lateness and damage.

    Args:
        register: The register of the branch.
        item_id: Barcode of the copy.
        today: Date of the return.
        damaged: Whether the copy needs repair, which costs the maximum fee on top.

    Returns:
        The amount charged, in cents.
    """
    item, loan = _find_item(register, item_id), _find_loan(register, item_id)
    charge = late_fee(item.category, loan.due, today) + (MAX_FEE_CENTS if damaged else 0)
    if charge:
        register.fees[loan.member_id] = register.fees.get(loan.member_id, 0) + charge
    del register.loans[item_id]
    return charge


def late_fee(category: Category, due: date, returned: date) -> int:
    """Compute the fee for a late return.

    Args:
        category: Kind of item.
        due: Last day of the loan.
        returned: Day on which the item came back.

    Returns:
        The fee in cents: nothing if in time, and never more than the maximum.
    """
    days_late = max(0, (returned - due).days)
    return min(MAX_FEE_CENTS, days_late * DAILY_FEE_CENTS[category])


def reserve_item(register: LoanRegister, item_id: str, member_id: str) -> int:
    """Put a member on the waiting list of an item and return the place on it, starting at 1.

    Args:
        register: The register of the branch.
        item_id: Barcode of the copy.
        member_id: Number on the member's card.
    """
    item = _find_item(register, item_id)
    if member_id in item.waiting:
        raise LoanError(f"member {member_id} is on the list already")
    item.waiting.append(member_id)
    return len(item.waiting)


def pay_fees(register: LoanRegister, member_id: str, amount_cents: int) -> int:
    """Record a payment at the desk and return what is still owed, in cents.

    Args:
        register: The register of the branch.
        member_id: Number on the member's card.
        amount_cents: Amount handed over; it may not exceed the debt.
    """
    owed = register.fees.get(member_id, 0)
    if not 0 < amount_cents <= owed:
        raise LoanError(f"payment must be between 1 and {owed} cents")
    register.fees[member_id] = owed - amount_cents
    return register.fees[member_id]


def list_overdue(register: LoanRegister, today: date, min_days: int = 1) -> list[Loan]:
    """List the loans that are overdue, the oldest first.

    Args:
        register: The register of the branch.
        today: Date to compare the due dates with.
        min_days: Leave out loans that are overdue by fewer days.
    """
    late = [loan for loan in register.loans.values() if (today - loan.due).days >= min_days]
    return sorted(late, key=lambda loan: loan.due)


def _find_item(register: LoanRegister, item_id: str) -> Item:
    if item_id not in register.items:
        raise LoanError(f"no item {item_id}")
    return register.items[item_id]


def _find_loan(register: LoanRegister, item_id: str) -> Loan:
    if item_id not in register.loans:
        raise LoanError(f"item {item_id} is not on loan")
    return register.loans[item_id]
