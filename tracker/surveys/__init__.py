"""Anonymous surveys: what is asked, which answers a round may hold, and how answers come in without saying whose."""
