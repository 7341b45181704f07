"""Pages of a contract's money: what is paid, asked, cleared, owed; statements, exports."""
