# The plan may be drawn as often as one likes.
company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1
2026-03-09  plan  Marchand  remind  step 1
2026-03-09  sent  Marchand
2026-03-09  plan  Marchand  wait  because step.spacing (last_on 2026-03-09), look again 2026-03-16
2026-03-09  plan  Marchand  wait  because step.spacing
2026-03-10  plan  Marchand  wait  because step.spacing (last_on 2026-03-09), look again 2026-03-16
2026-03-16  plan  Marchand  remind  step 2
