"""What if: scenarios of the claims process, simulated before anybody has to live with them."""
