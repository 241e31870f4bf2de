"""What always holds of certified plans: provinces small enough to solve in seconds, and pairs of them to compare."""
