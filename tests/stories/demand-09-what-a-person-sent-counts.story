# A letter written by hand is not followed by the machine's next morning.
company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-06  written by hand  Marchand
2026-03-09  plan  Marchand  wait  because step.spacing (last_on 2026-03-06), look again 2026-03-13
2026-03-13  plan  Marchand  remind  step 1 friendly
