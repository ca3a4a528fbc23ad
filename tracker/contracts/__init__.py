"""Contracts: what can be agreed, the paths they start from, and whether the participant follows one."""
