company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Marchand  500,00  due 2026-03-02
2026-03-10  says it paid  Marchand  1 000,00
# No invoice was named: all that was due by then is left alone.
2026-03-10  plan  Marchand  wait  because claim.waiting (said_on 2026-03-10, look_on 2026-03-18)
2026-03-13  payment  Marchand  1 000,00 for F001
2026-03-13  plan  Marchand  remind  step 1 asks 500,00 lists F002
