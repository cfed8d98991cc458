company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 200,00  due 2026-03-02
2026-02-16  credit note  Marchand  200,00
2026-02-16  credit note  Marchand  100,00 for F001
# A credit note is no part payment of somebody about to pay the rest, yet it lowers the claim.
2026-03-09  plan  Marchand  remind  step 1 asks 900,00 lists F001
# One of them is cancelled: it is not an open credit for ever, the debt is back.
2026-03-10  debit  Marchand  200,00
2026-03-16  plan  Marchand  remind  step 1 asks 1 100,00
