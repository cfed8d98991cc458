"""The payment term to offer and the discount worth giving: figures that move with a slider."""
