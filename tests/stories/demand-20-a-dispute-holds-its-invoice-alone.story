company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Marchand  300,00  due 2026-03-02
2026-03-04  dispute  Marchand  F001 whole because "two pallets missing"
2026-03-09  plan  Marchand  remind  step 1 asks 300,00 lists F002 because calendar.reached (late 7) and dispute.part (amount 1 000,00)
2026-03-09  payment  Marchand  300,00 for F002
2026-03-10  plan  Marchand  hold  because dispute.all (reason "two pallets missing", opened_on 2026-03-04), look again never
2026-03-17  dispute closed  Marchand  F001
2026-03-17  plan  Marchand  remind  step 1 asks 1 000,00
