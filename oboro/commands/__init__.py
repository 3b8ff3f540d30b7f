"""The ground floor's own commands, one file each, with the operations behind them."""
