company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-16  invoice F002  Marchand  300,00  due 2026-03-16
2026-03-10  says it paid  Marchand
2026-03-11  plan  Marchand  wait  because claim.waiting
2026-03-18  plan  Marchand  escalate  because claim.not_seen
2026-03-18  claim closed  Marchand  found
2026-03-18  payment  Marchand  1 000,00 for F001
2026-03-18  plan  Marchand  wait  because calendar.not_reached (late 2)
2026-03-23  plan  Marchand  remind  step 1 asks 300,00
