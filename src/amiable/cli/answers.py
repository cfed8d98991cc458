"""What each command answers with ``--json``: an example, shown by its help and held by a test.

Names are English and do not change; money is {"minor": integer, "currency": ISO 4217}; days are
ISO 8601. A key of an example is always in the answer.
"""

_UNDERSTOOD = """  "understood": {"format": "fec", "files": ["2026.txt"],
    "details": [["encoding", "utf-8"]]},"""
_REFUSAL = """{"file": "2026.txt", "line": 12, "column": "Debit", "value": "12,x",
     "code": "fec.amount", "text": "...", "remedy": "..."}"""
_MONEY = """{"minor": 120000, "currency": "EUR"}"""
_DONE = """{"customer": "C009", "name": "Traiteur Fontbrune", "done": true}"""
_SENT = """  "sent": [{"to": "compta@client.example", "subject": "..."}],
  "refused": [], "failed": [], "ambiguous": [], "cancelled": []"""

ANSWERS = {
    "demo": f"""{{"company": "trois-brindilles", "on": "2026-02-04", "folder": "var/demo",
  "plan": {{"remind": 17, "escalate": 0, "wait": 34, "hold": 1, "stop": 2}},
{_SENT}}}""",
    "init": """{"key": "atelier-fournil", "name": "Atelier Fournil", "policy": "standard"}""",
    "check": f"""{{
{_UNDERSTOOD}
  "totals": {{"lines": 1463, "file_debit": 231855284, "file_credit": 231855284,
    "debit": 118553504, "credit": 113301780, "refused": 0, "customers": 17,
    "invoices": 400, "credits": 138, "contacts": 0,
    "balances": [{{"customer": "CL0060", "currency": "EUR", "minor": 2712329}}]}},
  "refusals": [{_REFUSAL}],
  "warnings": []}}""",
    "import": f"""{{
  "written": true, "run": 3, "nothing_new": false, "customers": 17, "contacts": 0,
  "invoices": 400, "credits": 138, "disputes": 0, "changed": 0,
{_UNDERSTOOD}
  "refusals": [{_REFUSAL}],
  "warnings": [],
  "mismatches": [{{"customer": "CL0060", "currency": "EUR", "in_file": 5, "stored": 4}}]}}""",
    "undo": """{"run": 3, "files": ["2026.txt"]}""",
    "imports": """[{"run": 3, "files": ["2026.txt"], "on": "2026-02-04", "undone": false,
  "counts": {"customers": 17, "invoices": 400, "credits": 138, "contacts": 0}}]""",
    "serve": """{"url": "http://127.0.0.1:8000", "pid": 4711}""",
    "work": """{"pid": 4712}""",
    "status": f"""{{
  "company": "atelier-fournil", "name": "Atelier Fournil", "imported_on": "2026-02-04",
  "ledger_age": 0, "customers": 63, "invoices": 1339, "open": 117, "overdue": [{_MONEY}],
  "plan_on": "2026-02-04", "plan": {{"remind": 17, "wait": 34}}, "spared": 30,
  "outbox": {{"sent": 15}}, "habit_share": 0.77, "doubtful": [],
  "database": "var/amiable.sqlite3"}}""",
    "customers": f"""[{{"key": "C009", "name": "Traiteur Fontbrune", "kind": "business",
  "terms": "30 jours", "owed": [{_MONEY}]}}]""",
    "habits": """[{"key": "C009", "name": "Traiteur Fontbrune", "n": 21, "usual": 11, "low": 10,
  "high": 12, "trigger": 12, "own_share": 0.647, "delays": [11, 10, 12],
  "habit_share": 0.774, "segment": "often_late"}]""",
    "show": f"""{{
  "key": "C009", "name": "Traiteur Fontbrune", "kind": "business", "policy": "standard",
  "habit": {{"n": 21, "usual": 11, "low": 10, "high": 12, "trigger": 12}},
  "habit_sentence": "...", "late": 17,
  "items": [{{"number": "F1", "issued_on": "2026-01-05", "due_on": "2026-02-04", "late": 17,
    "amount": {_MONEY}, "left": {_MONEY},
    "state": "beyond habit", "mark": ""}}],
  "credits": [], "decision": "remind", "reasons": ["..."], "alerts": [],
  "look_again_on": "2026-03-01",
  "contacts": [{{"name": "...", "role": "accountant", "email": "...", "phone": "..."}}],
  "history": [{{"on": "2026-01-05", "text": "..."}}]}}""",
    "terms": """[{"customer": "C009", "name": "Traiteur Fontbrune", "inferred_invoices": 21,
  "proposed": "30 jours fin de mois", "share": 0.76, "paid_invoices": 21}]""",
    "plan": f"""[{{"customer": "C009", "name": "Traiteur Fontbrune", "decision": "remind",
  "policy": "standard", "decided_on": "2026-02-04", "look_again_on": "2026-02-11",
  "reasons": [{{"code": "habit.beyond", "late": 17, "usual": 11, "text": "..."}}], "alerts": [],
  "amounts": [{_MONEY}], "spared": 0}}]""",
    "preview": """{"subject": "...", "text": "...", "html": "..."}""",
    "approve": """[{"customer": "C009", "name": "Traiteur Fontbrune", "outcome": "approved",
  "detail": ""}]""",
    "unapprove": _DONE,
    "skip": _DONE,
    "postpone": _DONE,
    "done": _DONE,
    "send": f"""{{
{_SENT}}}""",
    "outbox": """{"states": {"sent": 12, "ambiguous": 1}, "count": 1, "doubtful": [
  {"id": 7, "customer": "C009", "name": "Traiteur Fontbrune", "state": "ambiguous",
   "to": "compta@client.example", "subject": "...", "detail": "...", "message_id": "<...>",
   "tried_at": "2026-02-04T09:30:00+00:00"}]}""",
    "promise": f"""{{"customer": "C009", "amount": {_MONEY},
  "due_on": "2026-02-27"}}""",
    "dispute": f"""{{"customer": "C009", "invoice": "F1",
  "amount": {_MONEY}}}""",
    "hold": """{"customer": "C009", "until": "2026-03-01"}""",
    "release": """{"customer": "C009", "ended": 1}""",
    "reply": """{"customer": "C009", "text": "..."}""",
    "policy_show": """[{"name": "standard", "version": 1, "default": true,
  "description": {"en": "...", "fr": "..."}}]""",
    "policy_check": """{"name": "standard", "errors": []}""",
    "policy_publish": """{"name": "standard", "version": 2}""",
    "policy_use": """{"default": "prudent"}""",
    "user_add": """{"email": "anne@fournil.example", "role": "collector", "link": "https://..."}""",
    "user_list": """[{"email": "anne@fournil.example", "name": "Anne", "role": "collector",
  "active": true, "last_login": "2026-02-04T08:00:00+00:00"}]""",
    "user_role": """{"email": "anne@fournil.example", "role": "manager"}""",
    "user_deactivate": """{"email": "anne@fournil.example", "active": false}""",
    "user_link": """{"email": "anne@fournil.example", "link": "https://...",
  "factors_removed": 0}""",
    "token_add": """{"id": 4, "name": "ERP", "scopes": ["read"],
  "expires_at": "2027-01-01T00:00:00+01:00", "token": "ami_..."}""",
    "token_list": """[{"id": 4, "name": "ERP", "begins": "ami_xYz12345", "scopes": ["read"],
  "state": "active", "expires_at": null, "used_at": "2026-02-04T08:00:00+00:00"}]""",
    "token_revoke": """{"id": 4, "name": "ERP", "state": "revoked"}""",
    "company_list": """[{"key": "atelier-fournil", "name": "Atelier Fournil", "customers": 63,
  "invoices": 1339, "people": 4}]""",
    "company_export": """{"company": "atelier-fournil", "file": "fournil.zip",
  "tables": {"customer": 63, "invoice": 1339}}""",
    "company_delete": """{"company": "atelier-fournil", "file": "fournil.zip",
  "deleted": {"customer": 63, "invoice": 1339}, "accounts": 2}""",
    "template_check": """{"file": "relance.txt", "errors": []}""",
    "template_save": """{"file": "relance.txt", "saved": true, "tone": "friendly",
  "audience": "regular", "language": "fr"}""",
    "template_preview": """{"subject": "...", "text": "...", "html": "..."}""",
    "template_placeholders": """[{"name": "customer", "meaning": "...", "sample": "..."}]""",
}
"""Name of a command (``policy_show`` for ``policy show``) -> its answer, as JSON."""
