company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Marchand  300,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 asks 1 300,00
2026-03-09  sent  Marchand
# "We transferred F001 last Friday": five working days are left to it, and only to it.
2026-03-16  says it paid  Marchand  on 2026-03-13  for F001
2026-03-17  plan  Marchand  remind  step 2 asks 300,00 lists F002 because calendar.reached (late 15) and step.due (step 2) and claim.left_out (count 1)
2026-03-17  payment  Marchand  300,00 for F002
2026-03-20  plan  Marchand  wait  because claim.waiting (said_on 2026-03-16, look_on 2026-03-23), look again 2026-03-23
# It ought to be there by now: somebody looks, nobody reminds.
2026-03-23  plan  Marchand  escalate  because claim.not_seen (said_on 2026-03-16, from_on 2026-03-13), look again never
2026-03-25  plan  Marchand  escalate  because claim.not_seen
2026-03-25  claim closed  Marchand
2026-03-25  plan  Marchand  remind  step 2 asks 1 000,00
