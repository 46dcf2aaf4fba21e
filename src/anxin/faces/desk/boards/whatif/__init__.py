"""What if: scenarios, storm plans, the model behind them, and the phone line."""
