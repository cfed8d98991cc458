"""The cash forecast: weeks with a band, scenarios, the invoices behind, past forecasts."""
