company  Fournil, policy standard
policy  trigger day 5
contact  Marchand  main accueil@marchand.test
contact  Marchand  accountant compta@marchand.test
contact  Marchand  manager gerant@marchand.test
contact  Bonnard  buyer achats@bonnard.test
customer  Perrin, prefers call
contact  Perrin  main contact@perrin.test
contact  Perrin  main 01 23 45 67 89
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Bonnard  1 000,00  due 2026-03-02
2026-02-02  invoice F003  Perrin  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 to compta@marchand.test to the accountant
2026-03-09  plan  Bonnard  remind  step 1 to achats@bonnard.test to the buyer
2026-03-09  plan  Perrin  remind  step 1 by call to the main
2026-03-09  sent  Marchand
2026-03-09  sent  Perrin
2026-03-16  sent  Marchand
2026-03-16  plan  Perrin  remind  step 2 by call
2026-03-16  sent  Perrin
# The stern step goes to the manager; by mail, whatever the customer prefers.
2026-03-24  plan  Marchand  remind  step 3 to gerant@marchand.test to the manager
2026-03-24  plan  Perrin  remind  step 3 by email to contact@perrin.test
