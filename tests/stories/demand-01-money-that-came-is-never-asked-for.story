# Reminded although paid: money counts on the morning it is read, with or without a reference.
company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 200,00  due 2026-03-02
2026-02-02  invoice F002  Bonnard  900,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 asks 1 200,00 because calendar.reached (late 7)
2026-03-09  payment  Marchand  1 200,00
2026-03-09  plan  Marchand  wait  because ledger.nothing_owed, look again never
# A sum that matches nothing lowers what is owed all the same, oldest debt first.
2026-03-09  payment  Bonnard  850,00
2026-03-16  plan  Bonnard  remind  step 1 asks 50,00 lists F002
# Where nobody imports any more, nobody knows who has paid: nothing leaves.
2026-03-16  no import
2026-03-24  plan  Bonnard  hold  because ledger.stale (imported_on 2026-03-16, days 8)
2026-03-24  payment  Bonnard  50,00
2026-03-24  plan  Bonnard  wait  because ledger.nothing_owed
