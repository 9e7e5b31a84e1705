"""What an evaluation asks, and of whom."""
