company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-04  dispute  Marchand  F001 400,00 because "price of line 3"
2026-03-09  plan  Marchand  remind  step 1 asks 600,00 lists F001 because calendar.reached (late 7) and dispute.part (amount 400,00)
2026-03-09  sent  Marchand
# The expected credit note comes and the dispute is over: the rest is one claim again.
2026-03-11  credit note  Marchand  400,00 for F001
2026-03-11  dispute closed  Marchand  F001
2026-03-18  plan  Marchand  remind  step 2 asks 600,00
