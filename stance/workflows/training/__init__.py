"""What training does, step by step."""
