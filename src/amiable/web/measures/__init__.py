"""The measures of the ledger: a period beside the one before, each figure explained."""
