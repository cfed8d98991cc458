company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Marchand  500,00 USD  due 2026-03-02
2026-02-02  invoice F003  Marchand  90 000 JPY  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 asks 1 000,00 and 90 000 JPY and 500,00 USD lists F001 F002 F003
# Dollars pay dollars.
2026-03-10  payment  Marchand  500,00 USD
2026-03-16  plan  Marchand  remind  step 1 asks 1 000,00 and 90 000 JPY lists F001 F003
# A dollar too many covers no euro; it stays a credit in dollars.
2026-03-17  payment  Marchand  2 000,00 USD
2026-03-18  plan  Marchand  remind  step 1 asks 1 000,00 and 90 000 JPY
